"""The table in specs/RELIABILITY.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

PAGE: Final = Path("specs/RELIABILITY.md")
BEGIN: Final = "<!-- scripts/faults writes this table -->\n"
END: Final = "<!-- until here -->\n"

type Outcomes = Mapping[str, Mapping[str, str]]
"""By fault and moment."""


def write(outcomes: Outcomes, moments: list[str]) -> None:
    """Put the outcomes where the last ones are."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}{_table(outcomes, moments)}{END}{tail}")


def read() -> Outcomes:
    """Return the outcomes that are there."""
    _, _, rest = PAGE.read_text().partition(BEGIN)
    rows = [_cells(line) for line in rest.partition(END)[0].splitlines()]
    [first, _, *others] = rows
    return {row[0]: dict(zip(first[1:], row[1:], strict=True)) for row in others}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _table(outcomes: Outcomes, moments: list[str]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in _rows(outcomes, moments))


def _rows(outcomes: Outcomes, moments: list[str]) -> Iterator[list[str]]:
    yield ["fault", *moments]
    yield ["---"] * (len(moments) + 1)
    for fault, cells in outcomes.items():
        yield [fault, *(cells[moment] for moment in moments)]
