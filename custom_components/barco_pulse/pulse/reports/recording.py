"""Record the messages of connections in a file, without private data.

specs/RECORDINGS.md describes the format.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any, Final, Self

import orjson

from ..exceptions import PulseError
from ..json_types import JsonObject, JsonValue
from ..protocol import Framing
from ..trace import TraceEvent, TraceKind
from .message_redaction import label_of, learn_message, redact_message
from .redaction import Redactor
from .trace_reader import TracedMessage, TraceReader, limit_depth

HEADER: Final = "barco_pulse_recording"
VERSION: Final = 1
MAX_RECORDED: Final = 50_000_000
"""Bytes of messages in memory; after that the recording is truncated."""
_ENTRY_SIZE: Final = 200
"""Bytes in memory of an event without its message, approximately."""
_MAX_TEXT: Final = 64 * 1024
"""Bytes that are not a message, in one event."""
_KINDS: Final = ("opened", "sent", "received", "received_text", "closed", "failed")
# Line ends for some readers of lines, which JSON does not escape.
_LINE_ENDS: Final = str.maketrans(
    {"\x85": r"\u0085", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)


@dataclass(slots=True)
class _Entry:
    time: float
    connection: int
    kind: str
    data: bytes
    """The message as JSON, or a text."""
    label: str = ""
    """The name of the value in the message."""
    keep_id: bool = False
    framing: Framing = Framing.RAW


class Recorder:
    """Records what a trace reports: pass it as `trace` to a client or projector.

    Private data are collected until `lines` is called, and redacted then, because the
    projector may tell its name after others have used it.
    """

    def __init__(
        self,
        private: Mapping[str, JsonValue] | None = None,
        *,
        software: str = "aiobarcopulse",
        limit: int = MAX_RECORDED,
    ) -> None:
        """Start a recording.

        `private` has what is private from the start, by name, for example
        `{"host": "192.0.2.7", "pin": "12345"}`. `limit` is in bytes of memory.
        """
        self._created = datetime.now(UTC)
        self._software = software
        self._limit = limit
        self._size = 0
        self._entries: list[_Entry] = []
        self._texts: dict[int, _Entry] = {}  # the last event, if it is a text
        self._started_at: float | None = None
        self._redactor = Redactor(None, private or {}, stand_ins=True)
        self._reader = TraceReader(self._handle_message, self._handle_text)
        self.truncated = False
        """True once the limit is reached. Later events are not recorded."""

    @property
    def messages(self) -> int:
        """The number of recorded messages."""
        return sum(entry.kind in ("sent", "received") for entry in self._entries)

    def learn(self, private: Mapping[str, JsonValue]) -> None:
        """Redact these values as well; they go by name."""
        self._redactor.learn(private)

    def __call__(self, event: TraceEvent) -> None:
        """Record an event of a connection."""
        if self.truncated:
            return
        if self._started_at is None:
            self._started_at = event.time
        self._reader.feed(event)
        if event.kind is TraceKind.OPENED:
            self._add(event, "opened", event.framing.value.encode())
        elif event.kind is TraceKind.CLOSED:
            self._add(event, "closed", _reason(event.error))
        elif event.kind is TraceKind.FAILED:
            self._add(event, "failed", _reason(event.error))

    def _handle_message(self, traced: TracedMessage) -> None:
        label = label_of(traced.message, traced.request)
        message = traced.message
        try:
            data = orjson.dumps(message)
        except TypeError:  # nested too deeply
            message = limit_depth(message)
            data = orjson.dumps(message)
        learn_message(self._redactor, message, label)
        kind = "sent" if traced.is_sent else "received"
        keep_id = traced.is_sent or traced.request is not None
        self._add(traced.event, kind, data, label, keep_id=keep_id)

    def _handle_text(self, event: TraceEvent, data: bytes) -> None:
        last = self._texts.get(event.connection)
        if last is None or len(last.data) + len(data) > _MAX_TEXT:
            if last is not None:  # a private text is not on two lines
                end = last.data.rfind(b"\n") + 1 or len(last.data)
                last.data, data = last.data[:end], last.data[end:] + data
            if entry := self._add(event, "received_text", data):
                self._texts[event.connection] = entry
            return
        last.data += data  # a private text may be in two pieces
        self._size += len(data)

    def _add(
        self,
        event: TraceEvent,
        kind: str,
        data: bytes,
        label: str = "",
        *,
        keep_id: bool = False,
    ) -> _Entry | None:
        self._size += len(data) + _ENTRY_SIZE
        if self.truncated or self._size > self._limit:
            self.truncated = True
            return None
        time = event.time - (self._started_at or 0.0)
        number = event.connection
        entry = _Entry(time, number, kind, data, label, keep_id, event.framing)
        self._entries.append(entry)
        self._texts.pop(number, None)
        return entry

    def lines(self) -> Iterator[str]:
        """Yield the lines of the recording so far, with private data redacted."""
        for entry in self._entries:
            if entry.kind == "received_text":
                self._redactor.learn_text(entry.data.decode(errors="replace"))
        created = self._created.isoformat(timespec="seconds")
        yield _line({HEADER: VERSION, "created": created, "software": self._software})
        for entry in self._entries:
            yield _line(self._redacted(entry))
        if self.truncated:
            yield _line({"truncated": True})

    def write(self, path: str | Path) -> None:
        """Write the recording so far to a file. Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in self.lines())

    def _redacted(self, entry: _Entry) -> JsonObject:
        line: dict[str, JsonValue] = {
            "t": round(entry.time, 3),
            "c": entry.connection,
            entry.kind: self._redacted_data(entry),
        }
        if entry.kind == "sent" and entry.framing is Framing.HTTP:
            line["framing"] = entry.framing.value
        return line

    def _redacted_data(self, entry: _Entry) -> JsonValue:
        if entry.kind in ("sent", "received"):
            return redact_message(
                self._redactor,
                orjson.loads(entry.data),
                entry.label,
                keep_id=entry.keep_id,
            )
        text = entry.data.decode(errors="replace")
        return text if entry.kind == "opened" else self._redactor.redact_json_text(text)


def _reason(error: PulseError | None) -> bytes:
    return (str(error) or type(error).__name__).encode(errors="replace")


def _line(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(
        _LINE_ENDS
    )


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event of a recording."""

    time: float
    """Seconds since the start of the recording."""
    connection: int
    kind: str
    """opened, sent, received, received_text, closed or failed."""
    value: JsonValue
    """The message of sent and received, the framing of opened, else a text."""
    framing: Framing
    """How a request was sent."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read from a file."""

    created: str
    software: str
    events: tuple[RecordedEvent, ...]
    truncated: bool
    """True if the recorder reached its limit."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a recording from a file. Raises OSError, and ValueError if it is none."""
        text = Path(path).read_text(encoding="utf-8")
        try:
            lines = [json.loads(line) for line in text.split("\n") if line.strip()]
        except RecursionError as error:
            raise ValueError(f"{path} is not a recording: too many levels") from error
        header = lines[0] if lines and isinstance(lines[0], dict) else {}
        if header.get(HEADER) != VERSION:
            raise ValueError(f"{path} is not a recording of version {VERSION}")
        return cls(
            str(header.get("created", "")),
            str(header.get("software", "")),
            tuple(_event(line) for line in lines[1:] if line != {"truncated": True}),
            lines[-1] == {"truncated": True},
        )


def _event(line: Any) -> RecordedEvent:
    """Return the event of a line. Raises ValueError."""
    try:
        [kind] = line.keys() & _KINDS
        framing = Framing(line.get("framing", Framing.RAW))
        return RecordedEvent(
            float(line["t"]), int(line["c"]), kind, line[kind], framing
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        TypeError,
        ValueError,
    ) as error:
        raise ValueError(f"{str(line)[:100]} is not an event of a recording") from error
