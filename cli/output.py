"""Print results for people or, with --json, for programs.

Results go to standard output, everything else to standard error. Texts of the projector
are never interpreted as markup, and stay on one line.
"""

from collections.abc import Callable, Iterable, Iterator
import contextlib
import json
import sys
from typing import Any

from aiobarcopulse import JsonValue, to_single_line
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

_WIDTH_OF_FILES = 200
"""Columns where the output is not a terminal."""
_MAX_TEXT = 200


def plain(value: object, limit: int = _MAX_TEXT) -> Text:
    """Return a value as text on one line, without markup; "..." marks a cut text."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = to_single_line(value, limit + 1)
    return Text(text if len(text) <= limit else f"{text[: limit - 3]}...")


def complete(value: object) -> Text:
    """Return a value as `plain` does, but do not cut it."""
    return plain(value, sys.maxsize - 1)


def table(*headings: str, rows: Iterable[Iterable[object]] = ()) -> Table:
    """Return a table of plain texts. Long names are wrapped, not cut."""
    columns = [Column(heading, overflow="fold") for heading in headings]
    made = Table(*columns, box=None, pad_edge=False, show_header=any(headings))
    for row in rows:
        made.add_row(*map(plain, row))
    return made


class Output:
    """Where a command prints."""

    def __init__(self, *, as_json: bool = False) -> None:
        """Print JSON for programs if `as_json`, else tables and text."""
        self.as_json = as_json
        self._out = _console()
        self._err = _console(stderr=True)

    @property
    def console(self) -> Console:
        """Return the console of standard output."""
        return self._out

    def result(self, data: JsonValue, rendered: RenderableType) -> None:
        """Print a result: `data` as JSON, or else `rendered`."""
        if self.as_json:
            self.json_line(data)
        elif self._out.is_terminal:
            self._out.print(rendered, soft_wrap=isinstance(rendered, Text))
        else:
            with self._out.capture() as printed:
                self._out.print(rendered, soft_wrap=isinstance(rendered, Text))
            for line in printed.get().splitlines():
                sys.stdout.write(f"{line.rstrip()}\n")
            sys.stdout.flush()

    def json_line(self, data: JsonValue) -> None:
        """Print one line of JSON."""
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Print a line that is not part of the result."""
        self._err.print(Text(text), soft_wrap=True)

    def error(self, text: str) -> None:
        """Print an error."""
        self._err.print(Text(text, style="red"), soft_wrap=True)

    @contextlib.contextmanager
    def steps(self, text: str) -> Iterator[Step]:
        """Show progress while the context lasts.

        On terminals this is a progress bar, elsewhere one line for each new text.
        """
        if not self._err.is_terminal:
            step = Step(lambda text, done: self.note(text))
            step.at(text)
            yield step
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._err, transient=True) as progress:
            task = progress.add_task(text, total=None)
            step = Step(
                lambda text, done: progress.update(
                    task,
                    description=text,
                    completed=done or 0,
                    total=None if done is None else 1,
                ),
                is_live=True,
            )
            step.at(text)
            yield step


class Step:
    """What a long command is doing now."""

    def __init__(
        self, show: Callable[[str, float | None], None], *, is_live: bool = False
    ) -> None:
        """Show changes by `show`; `is_live`: each replaces the one before."""
        self.is_live = is_live
        self._show = show
        self._last: tuple[str, float | None] = ("", None)

    def at(self, text: str, done: float | None = None) -> None:
        """Show what is being done; `done` is a part of 1, None if unknown."""
        if (text, done) != self._last:
            self._last = (text, done)
            self._show(text, done)

    @property
    def text(self) -> str:
        """Return what is being done."""
        return self._last[0]


def _console(**options: Any) -> Console:
    console = Console(highlight=False, markup=False, emoji=False, **options)
    if not console.is_terminal:
        console.width = _WIDTH_OF_FILES
    return console
