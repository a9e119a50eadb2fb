"""Read recordings of what a client and a projector sent each other.

specs/RECORDINGS.md describes the format: JSON Lines, a header and one event per line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Literal, Self, cast, get_args

from .jsontypes import JsonObject, JsonValue

type Kind = Literal["opened", "sent", "received", "received_text", "closed", "failed"]

HEADER = "barco_pulse_recording"
VERSION = 1
_KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
_LONGEST = 1e9
"""Seconds of a recording, 30 years."""
_MESSAGES = ("sent", "received")


class RecordingError(ValueError):
    """A file is not a recording."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `at` seconds after the start, on a connection counted from 1.

    `value` is the message of "sent" and "received", else a text.
    """

    at: float
    connection: int
    kind: Kind
    value: JsonValue

    @property
    def message(self) -> JsonObject:
        """Return the message; an empty one for events without."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(frozen=True, slots=True)
class Recording:
    """The header and the events, oldest first."""

    header: JsonObject
    events: tuple[Event, ...]
    truncated: bool = False
    """True if the recorder stopped before the end."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file. RecordingError if it cannot be read or is not valid."""
        try:
            return cls.parse(Path(path).read_text("utf-8").split("\n"))
        except OSError as error:
            raise RecordingError(f"cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise RecordingError(f"{path} is not UTF-8") from error
        except RecordingError as error:
            raise RecordingError(f"{path} is not a recording: {error}") from error

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        """Read lines; empty ones are ignored. RecordingError if they are not valid."""
        parsed = [
            (number, _parse_object(number, line))
            for number, line in enumerate(lines, 1)
            if line.strip()
        ]
        if not parsed or parsed[0][1].get(HEADER) != VERSION:
            raise RecordingError(f'line 1 must have "{HEADER}": {VERSION}')
        truncated = parsed[-1][1].get("truncated") is True
        body = parsed[1:-1] if truncated else parsed[1:]
        events: list[Event] = []
        for number, line in body:
            earliest = events[-1].at if events else 0.0
            events.append(_parse_event(number, line, earliest))
        return cls(parsed[0][1], tuple(events), truncated)


def _parse_object(number: int, line: str) -> JsonObject:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"line {number} is not JSON") from error
    if not isinstance(value, dict):
        raise RecordingError(f"line {number} is not an object")
    return value


def _parse_event(number: int, line: JsonObject, earliest: float) -> Event:
    """Return the event of a line, not earlier than the one before it."""
    at, connection = line.get("t"), line.get("c")
    if not (_is_number(at) and 0 <= cast(float, at) < _LONGEST):
        raise RecordingError(f"line {number}: t must be seconds since the start")
    if not _is_number(connection) or isinstance(connection, float):
        raise RecordingError(f"line {number}: c must be the number of a connection")
    kinds = [kind for kind in _KINDS if kind in line]
    if len(kinds) != 1:
        raise RecordingError(f"line {number} must have one of {', '.join(_KINDS)}")
    [kind] = kinds
    expected = dict if kind in _MESSAGES else str
    if not isinstance(line[kind], expected):
        raise RecordingError(
            f"line {number}: {kind} must be {'an object' if expected is dict else 'a text'}"
        )
    return Event(
        max(cast(float, at), earliest), cast(int, connection), kind, line[kind]
    )


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
