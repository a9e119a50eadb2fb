"""The command line: see `scripts/bench --help`."""

import argparse
import asyncio
from collections.abc import Sequence
import os
import platform
import sys

from homeassistant.const import __version__ as home_assistant_version

from . import decoding, imports, latency, many, memory, round_trip, setting_up
from .children import REPOSITORY
from .figure import Figure, Report
from .table import growth_table, table

FOLDER = REPOSITORY / "specs" / "performance"
PARTS = {
    "decoding": decoding.run,
    "round_trip": round_trip.run,
    "latency": latency.run,
    "many": many.run,
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
        help=f"only these, of {', '.join(PARTS)}; nothing is written then",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="whether all runs, not how fast; nothing is written",
    )
    return parser.parse_args(arguments)


async def measure(parts: Sequence[str], *, quick: bool) -> Report:
    """Return what the parts find out, one after the other."""
    reports = []
    for part in parts or PARTS:
        print(f"{part} ...", file=sys.stderr, flush=True)
        report = await PARTS[part](quick=quick)
        print(table(report.figures), growth_table(report), sep="\n", flush=True)
        reports.append(report)
    return Report(
        sorted(
            (figure for report in reports for figure in report.figures),
            key=lambda figure: figure.part,
        ),
        [each for report in reports for each in report.growth],
    )


def main() -> int:
    """Measure, and write down what was found; return the exit status."""
    options = parse()
    report = asyncio.run(measure(options.parts, quick=options.quick))
    if not (options.quick or options.parts):
        write(report)
    return 0


def write(report: Report) -> None:
    """Write the table that specs/PERFORMANCE.md refers to."""
    FOLDER.mkdir(exist_ok=True)
    where = (
        f"Measured by `scripts/bench` with Home Assistant {home_assistant_version},"
        f" Python {platform.python_version()}, {os.cpu_count()} processor cores.\n"
    )
    figures: Sequence[Figure] = report.figures
    words = "\n".join([where, table(figures), growth_table(report)])
    (FOLDER / "table.md").write_text(f"# Figures\n\n{words}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
