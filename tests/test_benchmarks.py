"""Check that benchmarks run and how their results are written."""

import pytest

from benchmarks.__main__ import PARTS, parse
from benchmarks.metric import Growth, Metric, Report
from benchmarks.table import growth_table, number, table

REPORT = Report(
    [
        Metric("a", "Speed", 0.9, bar=0.8, least=True),
        Metric("b", "Time", 3.04, "ms", 1.5),
        Metric("c", "Just told", 12_345.6, "kB"),
    ],
    [Growth("Memory", "kB", [(1, 10.0), (200, 12.5)]), Growth("Idle", "s", [(1, 0)])],
)


@pytest.mark.real_clock
@pytest.mark.parametrize("part", ["decoding", "round_trip"])
async def test_two_benchmarks_run(part: str) -> None:
    """Run two benchmarks quickly; scripts/nightly runs all of them."""
    report = await PARTS[part](quick=True)
    assert report.metrics
    assert all(metric.value >= 0 for metric in report.metrics)


def test_table() -> None:
    """Write each metric with its limit and whether it is met."""
    assert table(REPORT.metrics).splitlines()[2:] == [
        "| a | Speed | 0.900 | ≥ 0.8 | met |",
        "| b | Time | 3.04 ms | ≤ 1.5 | **missed** |",
        "| c | Just told | 12,346 kB |  |  |",
    ]
    assert growth_table(REPORT).splitlines() == [
        "| projectors in one Home Assistant | 1 | 200 |",
        "| --- | --- | --- |",
        "| Memory, kB | 10.0 | 12.5 |",
        "| Idle, s | 0 |  |",
    ]
    assert growth_table(Report([])) == ""


@pytest.mark.parametrize(
    ("value", "written"), [(0.0123, "0.0123"), (1.0, "1.00"), (99.96, "100"), (0, "0")]
)
def test_numbers(value: float, written: str) -> None:
    """Write three significant digits."""
    assert number(value) == written


def test_command_line() -> None:
    """Select benchmarks and speed."""
    assert parse([]).parts == []
    assert parse(["--quick", "latency"]).quick
    with pytest.raises(SystemExit):
        parse(["nothing"])
