"""Keep the stages and the last bytes of the last connections, for diagnostics."""

from collections import deque
from datetime import UTC, datetime
import json
from typing import Final

from ..json_types import JsonObject, JsonValue
from ..trace import TraceEvent, TraceKind
from .message_redaction import label_of, learn_message, redact_message
from .redaction import Redactor
from .trace_reader import TracedMessage, TraceReader, limit_depth

_MAX_ATTEMPTS: Final = 6
_MAX_BEGINNING: Final = 128 * 1024
"""Bytes of the beginning of a connection that are kept."""
_MAX_EVENTS: Final = 5_000
"""Events of the beginning that are kept: a projector may send single bytes."""
_MAX_END: Final = 4 * 1024
"""Bytes of the end that are kept: more than is shown, so that no private text is cut."""
_SHOWN: Final = 500
"""Characters that are shown in each direction."""


class ConnectionLog:
    """Logs the last connections of a client: pass it as `trace`.

    Keeps the bytes, with private data, in memory only, and reads them when somebody
    asks. So it costs little while a projector is being set up.
    """

    def __init__(self) -> None:
        """Initialize without connections."""
        self._attempts: deque[_Attempt] = deque(maxlen=_MAX_ATTEMPTS)

    def __call__(self, event: TraceEvent) -> None:
        """Log an event of a connection."""
        if event.kind is TraceKind.OPENING:
            self._attempts.append(_Attempt(event))
            return
        for attempt in reversed(self._attempts):
            if attempt.number == event.connection:
                attempt.add(event)
                return

    def attempts(self, redactor: Redactor) -> list[JsonObject]:
        """Return what is known of each connection, oldest first, without private data.

        `redactor` also learns the private data of the messages.
        """
        reports = [_AttemptReport(attempt, redactor) for attempt in self._attempts]
        return [report.as_json() for report in reports]


class _Attempt:
    """The events of one connection."""

    def __init__(self, opening: TraceEvent) -> None:
        self.number = opening.connection
        self.opening = opening
        self.started = datetime.now(UTC)
        self.events: list[TraceEvent] = []
        self.end: TraceEvent | None = None
        self.sizes = {TraceKind.SENT: 0, TraceKind.RECEIVED: 0}
        self.last_received = b""

    def add(self, event: TraceEvent) -> None:
        if event.kind in (TraceKind.CLOSED, TraceKind.FAILED):
            self.end = event
            return
        if event.kind in self.sizes:
            self.sizes[event.kind] += len(event.data)
        if event.kind is TraceKind.RECEIVED:
            self.last_received = (self.last_received + event.data)[-_MAX_END:]
        size = sum(self.sizes.values())
        if size <= _MAX_BEGINNING and len(self.events) < _MAX_EVENTS:
            self.events.append(event)


class _AttemptReport:
    """The stages of one connection, in the order in which they were reached."""

    def __init__(self, attempt: _Attempt, redactor: Redactor) -> None:
        """Read the messages, and learn what is private in them."""
        self._attempt = attempt
        self._redactor = redactor
        self._stages: dict[str, JsonObject] = {}
        self._sent: deque[tuple[JsonObject, str]] = deque(maxlen=_SHOWN // 10)
        self._reach("connecting", attempt.opening)
        reader = TraceReader(self._handle_message, lambda event, text: None)
        for event in attempt.events:
            if event.kind is TraceKind.OPENED:
                self._reach("connected", event)
            elif event.kind is TraceKind.RECEIVED:
                self._reach("first bytes", event)
            reader.feed(event)
        if (end := attempt.end) is not None:
            stage = "closed" if end.kind is TraceKind.CLOSED else "failed"
            self._reach(stage, end, repr(end.error))
        redactor.learn_text(self._last_received)

    @property
    def _last_received(self) -> str:
        return self._attempt.last_received.decode(errors="replace")

    def _reach(self, stage: str, event: TraceEvent, error: str | None = None) -> None:
        after = round(event.time - self._attempt.opening.time, 3)
        reached: dict[str, JsonValue] = {"stage": stage, "after": after}
        if error is not None:
            reached["error"] = error
        self._stages.setdefault(stage, reached)

    def _handle_message(self, traced: TracedMessage) -> None:
        message, request = limit_depth(traced.message), traced.request
        label = label_of(message, request)
        learn_message(self._redactor, message, label)
        if traced.is_sent:
            self._reach("first request", traced.event)
            self._sent.append((message, label))
            return
        if request is None:
            return
        error, result = message.get("error"), message.get("result")
        if request.get("method") != "authenticate":
            self._reach("first response", traced.event)
            if error is None:
                self._reach("first read", traced.event)
        elif error is None and result not in (None, False):
            self._reach("authenticated", traced.event)
        else:
            refusal = json.dumps(result if error is None else error)
            self._reach("not authenticated", traced.event, refusal)

    def as_json(self) -> JsonObject:
        """Return the report with private data redacted."""
        sent = "\n".join(
            json.dumps(
                redact_message(self._redactor, message, label, keep_id=True),
                ensure_ascii=False,
            )
            for message, label in self._sent
        )
        attempt = self._attempt
        received = self._redactor.redact_json_text(self._last_received)
        stages = [*self._stages.values()]
        return {
            "started": attempt.started.isoformat(timespec="seconds"),
            "framing": attempt.opening.framing.value,
            "stages": self._redactor.redact_description(stages),
            "bytes_sent": attempt.sizes[TraceKind.SENT],
            "bytes_received": attempt.sizes[TraceKind.RECEIVED],
            "last_sent": sent[-_SHOWN:],
            "last_received": received[-_SHOWN:],
        }
