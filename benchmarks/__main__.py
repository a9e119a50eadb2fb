"""Run the benchmarks: see `scripts/bench --help`."""

import argparse
import asyncio
from collections.abc import Sequence
import os
import platform
import sys

from homeassistant.const import __version__ as home_assistant_version

from . import decoding, imports, latency, memory, round_trip, scaling, setting_up
from .metric import Metric, Report
from .subprocess_rpc import REPOSITORY
from .table import growth_table, table

FOLDER = REPOSITORY / "specs" / "performance"
PARTS = {
    "decoding": decoding.run,
    "round_trip": round_trip.run,
    "latency": latency.run,
    "scaling": scaling.run,
    "memory": memory.run,
    "setting_up": setting_up.run,
    "imports": imports.run,
}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        choices=[*PARTS, []],
        metavar="PART",
        help=f"run only these of {', '.join(PARTS)}; write no file",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only check that the benchmarks run; write no file",
    )
    return parser.parse_args(arguments)


async def measure(parts: Sequence[str], *, quick: bool) -> Report:
    """Run the parts one after the other; return the results."""
    reports = []
    for part in parts or PARTS:
        print(f"{part} ...", file=sys.stderr, flush=True)
        report = await PARTS[part](quick=quick)
        print(table(report.metrics), growth_table(report), sep="\n", flush=True)
        reports.append(report)
    return Report(
        sorted(
            (metric for report in reports for metric in report.metrics),
            key=lambda metric: metric.part,
        ),
        [each for report in reports for each in report.growth],
    )


def main() -> int:
    """Run the command line; return the exit status."""
    options = parse()
    report = asyncio.run(measure(options.parts, quick=options.quick))
    if not (options.quick or options.parts):
        write(report)
    return 0


def write(report: Report) -> None:
    """Write the table that specs/PERFORMANCE.md refers to."""
    FOLDER.mkdir(exist_ok=True)
    heading = (
        f"Measured by `scripts/bench` with Home Assistant {home_assistant_version},"
        f" Python {platform.python_version()}, {os.cpu_count()} processor cores.\n"
    )
    metrics: Sequence[Metric] = report.metrics
    text = "\n".join([heading, table(metrics), growth_table(report)])
    (FOLDER / "table.md").write_text(f"# Figures\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
