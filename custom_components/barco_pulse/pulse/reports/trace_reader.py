"""Read messages from the bytes of a trace, and find the request of each response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import re
from typing import Final

from ..decoder import MessageDecoder
from ..exceptions import PulseProtocolError
from ..json_types import JsonObject, JsonValue
from ..trace import TraceEvent, TraceKind

_MAX_DEPTH: Final = 100
"""Levels of lists and objects in a message that are kept."""
_ID: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class TracedMessage:
    """One message of a connection."""

    event: TraceEvent
    """The event with the last bytes of the message."""
    message: JsonObject
    request: JsonObject | None
    """The request that a received message responds to, if any."""

    @property
    def is_sent(self) -> bool:
        """True for a request, False for what the projector sent."""
        return self.event.kind is TraceKind.SENT


class TraceReader:
    """Cuts the bytes of connections into messages, and text between messages."""

    def __init__(
        self,
        on_message: Callable[[TracedMessage], None],
        on_text: Callable[[TraceEvent, bytes], None],
    ) -> None:
        """Call `on_text` with received bytes that are not a message."""
        self._on_message = on_message
        self._on_text = on_text
        self._wires: dict[int, _Wire] = {}

    def feed(self, event: TraceEvent) -> None:
        """Read the bytes of an event. At the end of a connection, its rest is text."""
        wire = self._wires.get(event.connection)
        if wire is None:
            wire = _Wire(self._on_message, self._on_text)
            self._wires[event.connection] = wire
        wire.event = event
        if event.kind is TraceKind.SENT:
            wire.sent.feed(event.data)
        elif event.kind is TraceKind.RECEIVED:
            wire.receive(event.data)
        elif event.kind in (TraceKind.CLOSED, TraceKind.FAILED):
            wire.close()
            del self._wires[event.connection]


class _Wire:
    """Both directions of one connection."""

    event: TraceEvent

    def __init__(
        self,
        on_message: Callable[[TracedMessage], None],
        on_text: Callable[[TraceEvent, bytes], None],
    ) -> None:
        self._on_message = on_message
        self._on_text = on_text
        self._pending: dict[int, JsonObject] = {}
        self._broken = False
        self.sent = MessageDecoder(self._handle_request)
        self._received = MessageDecoder(self._handle_message, self._handle_noise)

    def receive(self, chunk: bytes) -> None:
        if self._broken:
            self._on_text(self.event, chunk)
            return
        try:
            self._received.feed(chunk)
        except PulseProtocolError:
            self._broken = True
            self._on_text(self.event, self._received.partial)

    def close(self) -> None:
        if not self._broken and (rest := self._received.partial):
            self._on_text(self.event, rest)

    def _handle_request(self, request: JsonObject) -> None:
        if isinstance(request_id := request.get("id"), int):
            self._pending[request_id] = request
        self._on_message(TracedMessage(self.event, request, None))

    def _handle_message(self, message: JsonObject) -> None:
        request = None
        if not isinstance(message.get("method"), str):
            request = self._pending.pop(_id_of(message), None)
        self._on_message(TracedMessage(self.event, message, request))

    def _handle_noise(self, noise: bytes) -> None:
        self._on_text(self.event, noise)


def _id_of(message: JsonObject) -> int:
    """Return the id of a response as a number, 0 if it is none."""
    request_id = message.get("id")
    if isinstance(request_id, float) and request_id.is_integer():
        return int(request_id)
    if isinstance(request_id, str) and _ID.fullmatch(request_id):
        return int(request_id)
    return request_id if type(request_id) is int else 0


def limit_depth(message: JsonObject) -> JsonObject:
    """Return a message with null in place of what is below 100 levels."""
    return {name: _limited(value, _MAX_DEPTH) for name, value in message.items()}


def _limited(value: JsonValue, depth: int) -> JsonValue:
    if isinstance(value, Mapping):
        members = value.items() if depth else ()
        return {name: _limited(item, depth - 1) for name, item in members}
    if isinstance(value, list):
        return [_limited(item, depth - 1) for item in value] if depth else None
    return value
