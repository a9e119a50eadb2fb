"""The tables in specs/RELIABILITY.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

PAGE: Final = Path("specs/RELIABILITY.md")
MOMENTS: Final = "<!-- scripts/faults writes this table -->\n"
PEERS: Final = "<!-- scripts/faults writes this table of peers -->\n"
END: Final = "<!-- until here -->\n"

type Outcomes = Mapping[str, Mapping[str, str]]
"""By row and column."""


def write(outcomes: Mapping[str, Outcomes], moments: list[str]) -> None:
    """Replace the outcomes in the table, by peer, fault and moment."""
    first = next(iter(outcomes.values()))
    by_peer = {
        fault: {
            peer: _worst(faults.get(fault, {})) for peer, faults in outcomes.items()
        }
        for fault in first
    }
    _put(MOMENTS, "fault", first, moments)
    _put(PEERS, "fault", by_peer, list(outcomes))


def read(begin: str = MOMENTS) -> Outcomes:
    """Return the outcomes in the table."""
    _, _, rest = PAGE.read_text().partition(begin)
    rows = [_cells(line) for line in rest.partition(END)[0].splitlines()]
    [first, _, *others] = rows
    return {row[0]: dict(zip(first[1:], row[1:], strict=True)) for row in others}


def _worst(cells: Mapping[str, str]) -> str:
    """Return the longest time, or the observed text; a dash for impossible cases."""
    times = [int(cell.split()[0]) for cell in cells.values() if cell.endswith(" ms")]
    if times:
        return f"{max(times)} ms"
    return next(iter(sorted(set(cells.values()), reverse=True)), "-")


def _put(begin: str, corner: str, outcomes: Outcomes, columns: list[str]) -> None:
    head, _, rest = PAGE.read_text().partition(begin)
    _, _, tail = rest.partition(END)
    rows = _rows(corner, outcomes, columns)
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    PAGE.write_text(f"{head}{begin}{table}{END}{tail}")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _rows(corner: str, outcomes: Outcomes, columns: list[str]) -> Iterator[list[str]]:
    yield [corner, *columns]
    yield ["---"] * (len(columns) + 1)
    for name, cells in outcomes.items():
        yield [name, *(cells.get(column, "-") for column in columns)]
