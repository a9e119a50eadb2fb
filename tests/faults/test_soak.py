"""A short soak test."""

import asyncio
import sys

import pytest

from soak.resources import MAX_GROWTH, Resources, growth


@pytest.mark.real_clock
async def test_short_soak_has_no_leaks() -> None:
    """Run a short soak in a subprocess, whose resources are counted."""
    arguments = ["--cycles", "60", "--reloads", "5", "--flows", "5"]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "soak",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await child.communicate()
    assert child.returncode == 0, output.decode()


@pytest.mark.parametrize(
    ("end", "grown"),
    [
        (Resources(10, 2, 8, MAX_GROWTH), []),
        (Resources(11, 2, 8, 0), ["descriptors"]),
        (Resources(10, 3, 9, 0), ["tasks", "threads"]),
        (Resources(10, 2, 8, 3 * MAX_GROWTH), ["memory"]),
    ],
    ids=str,
)
def test_growth_is_detected(end: Resources, grown: list[str]) -> None:
    """Detect growth of counts since the start and of memory since the first tenth."""
    samples = [Resources(10, 2, 8, 0), Resources(12, 9, 9, MAX_GROWTH), end]
    assert [line.partition(":")[0] for line in growth(samples)] == grown
