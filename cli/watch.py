"""The command `watch`."""

import asyncio
from collections.abc import Iterable, Sequence
import contextlib
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from aiobarcopulse import (
    ACTIVE_SIGNAL,
    LASER_POWER,
    PHASE,
    SOURCE,
    STATE,
    TARGET_STATE,
    Changes,
    JsonValue,
    Snapshot,
)
from rich.live import Live
from rich.table import Table

from .errors import explain
from .output import Output, table
from .target import Target, running

_DEFAULT: Final = (STATE, TARGET_STATE, PHASE, SOURCE, ACTIVE_SIGNAL, LASER_POWER)
_DEFAULT_PATTERN: Final = "environment.temperature.*.value"


async def watch(output: Output, target: Target, patterns: Sequence[str]) -> None:
    """Show values as they are pushed, until Ctrl-C.

    A terminal shows one table, everything else gets a line for each change.
    """
    patterns = patterns or (*_DEFAULT, _DEFAULT_PATTERN)
    changed = asyncio.Event()
    pending: list[tuple[Snapshot, Changes]] = []

    def on_update(snapshot: Snapshot, changes: Changes) -> None:
        pending.append((snapshot, changes))
        changed.set()

    def names(snapshot: Snapshot) -> list[str]:
        return _matching(snapshot, patterns)

    async with contextlib.AsyncExitStack() as stack:
        with output.steps(f"Connecting to {target.address}"):
            projector = await stack.enter_async_context(
                target.connected(default_names=names, on_update=on_update)
            )
        await stack.enter_async_context(running(projector))
        if output.as_json or not output.console.is_terminal:
            _print_lines(output, target, projector.snapshot, None, patterns)
            while True:
                await changed.wait()
                changed.clear()
                for snapshot, changes in pending:
                    _print_lines(output, target, snapshot, changes, patterns)
                pending.clear()
        with Live(
            _table(projector.snapshot, patterns, target), console=output.console
        ) as live:
            while True:
                await changed.wait()
                changed.clear()
                pending.clear()
                live.update(_table(projector.snapshot, patterns, target))


def _matching(snapshot: Snapshot, patterns: Iterable[str]) -> list[str]:
    """Return the names that match; a name without wildcards always does."""
    known = [*snapshot.properties, *snapshot.methods]
    found = []
    for pattern in patterns:
        if any(sign in pattern for sign in "*?["):
            found += sorted(name for name in known if fnmatchcase(name, pattern))
        else:
            found.append(pattern)
    return [*dict.fromkeys(found)]


def _print_lines(
    output: Output,
    target: Target,
    snapshot: Snapshot,
    changes: Changes,
    patterns: Iterable[str],
) -> None:
    time = datetime.now().astimezone().isoformat("T", "milliseconds")
    if not snapshot.reachable and snapshot.error is not None:
        _, text = explain(snapshot.error, target.address)
        if output.as_json:
            output.json_line({"time": time, "reachable": False, "reason": text})
        else:
            output.note(f"{time} {text}")
        return
    for name in _matching(snapshot, patterns):
        if name in snapshot.values and (changes is None or name in changes):
            value = snapshot.values[name]
            output.result(
                {"time": time, "name": name, "value": value},
                table("", "", "", rows=[(time, name, value)]),
            )


def _brief(value: JsonValue) -> JsonValue:
    """Return the name of what has one, such as a signal, and other values as they are."""
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) and name else value


def _table(snapshot: Snapshot, patterns: Iterable[str], target: Target) -> Table:
    rows = [
        (name, _brief(value), snapshot.property_type(name).unit or "")
        for name in _matching(snapshot, patterns)
        for value in [snapshot.values.get(name)]
        if value is not None or name not in snapshot.methods
    ]
    made = table("NAME", "VALUE", "UNIT", rows=rows)
    if snapshot.error is not None:
        _, made.caption = explain(snapshot.error, target.address)
    return made
