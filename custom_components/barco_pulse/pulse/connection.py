"""One connection: requests, answers, deadlines, and its end.

A connection that anything went wrong with is closed. Whatever waits here has one
deadline that nothing prolongs.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
import json
import logging
import re
import socket
import threading
from typing import override

from .decoder import MessageDecoder
from .exceptions import (
    PulseConnectionError,
    PulseCrowdedError,
    PulseError,
    PulseFramingError,
    PulseProtocolError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .protocol import Framing, Notification, Reply, encode_request, parse_message

_LOGGER = logging.getLogger(__name__)

MAX_IN_FLIGHT = 4

READ_AT_ONCE = 32 * 1024
"""Bytes: whatever is in them, to take them in holds up the event loop for a moment only."""

# Not every platform has every option.
KEEP_ALIVE = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}
"""A host that vanished silently is noticed after 4 + 3 x 2 s.

While a request waits for its acknowledgement the kernel does not probe: a read in the
last of these seconds takes 9.5 s more, until its own deadline.
"""

_HTTP_ERROR = re.compile(rb"HTTP/\d(?:\.\d)? [45]\d\d")
_HTTP_ERROR_SIZE = len("HTTP/1.1 400")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long to wait, in seconds.

    A projector that changes its power state was seen to take 6 to 9 s to answer.
    """

    connect: float = 5.0
    first_byte: float = 9.5
    """From a request to any byte at all."""
    between_chunks: float = 1.0
    """Between two pieces of a message that has begun."""
    answer: float = 10.0
    """From a request to its whole answer, whatever trickles in meanwhile."""


class _Incoming(threading.local):
    """What all connections of an event loop read into; each copies it at once."""

    def __init__(self) -> None:
        """Make one for this thread: no two event loops share a thread."""
        self.buffer = bytearray(READ_AT_ONCE)


_incoming = _Incoming()


class SilenceError(PulseTimeoutError):
    """No reply has begun on this connection."""


@dataclass(frozen=True, slots=True)
class _Pending:
    method: str
    sent: float
    answer: asyncio.Future[JsonValue]


class Connection(asyncio.BufferedProtocol):
    """One socket, from the first byte to the end. Not used again after that."""

    def __init__(
        self,
        framing: Framing,
        deadlines: Deadlines,
        on_notification: Callable[[Notification], None],
        secrets: Iterable[str] = (),
    ) -> None:
        """Make one to give to `create_connection`; no log and no error has `secrets`."""
        self._secrets = _spellings(secrets)
        self.framing = framing
        self._deadlines = deadlines
        self._on_notification = on_notification
        self.on_lost: Callable[[PulseError], None] = lambda error: None
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._decoder = MessageDecoder(self._receive)
        self._turns = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._pending: dict[int, _Pending] = {}
        self._last_id = 0
        self._heard: float | None = None  # when the last byte came
        self._answered: float | None = None  # when the last request was answered
        self._messages = 0
        self._beginning = b""  # the first bytes, to recognize an HTTP error
        self._noise = False  # something came that is neither answer nor notification
        self._doubted: float | None = None  # since when it seems to misunderstand
        self._began: float | None = None  # when the unfinished message began
        self.understood = False
        """True once a reply showed that the projector had parsed our request."""
        self._watchdog: asyncio.TimerHandle | None = None
        self.error: PulseError | None = None  # why it ended

    @property
    def heard(self) -> bool:
        """True once the projector has said anything."""
        return self._heard is not None

    @property
    def _ended(self) -> bool:
        return self.error is not None

    @property
    def torn(self) -> bool:
        """True if it ended in the middle of a message."""
        return self.error is not None and self._decoder.mid_message

    async def until_closed(self) -> None:
        """Wait until the socket is gone."""
        await asyncio.shield(self._gone)

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its result."""
        await self._wait_for_turn(method)
        self._last_id += 1
        request_id = self._last_id
        try:
            if self.error is not None or self._transport is None:
                raise PulseConnectionError(str(self.error or "Not connected"))
            pending = _Pending(method, self._loop.time(), self._loop.create_future())
            self._pending[request_id] = pending
            if method != "authenticate":
                _LOGGER.debug("> %s %s %s", request_id, method, params)
            self._transport.write(
                encode_request(request_id, method, params, self.framing)
            )
            self._watch()
            return await pending.answer
        finally:
            # An answer that still comes is for nobody.
            self._pending.pop(request_id, None)
            self._turns.release()

    async def _wait_for_turn(self, method: str) -> None:
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout(self._deadlines.answer):
                await self._turns.acquire()
        except TimeoutError:
            raise PulseTimeoutError(
                f"{method} was not sent: the projector is still busy with"
                f" {MAX_IN_FLIGHT} other requests"
            ) from None

    async def close(self) -> None:
        """End it now; return when the socket is gone."""
        self._end(PulseConnectionError("Disconnected"))
        if self._transport is not None:
            await asyncio.shield(self._gone)

    def _end(self, error: PulseError) -> None:
        if self.error is not None:
            return
        whole = not self._decoder.mid_message
        if self._noise and not self.understood and whole:
            error = PulseFramingError(f"What answers is no Pulse projector: {error}")
        self.error = error
        if self._watchdog is not None:
            self._watchdog.cancel()
        if self._transport is not None:
            self._transport.abort()
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(type(error)(str(error)))

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock: socket.socket = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEP_ALIVE.items():
            if (option := getattr(socket, name, None)) is not None:
                sock.setsockopt(socket.IPPROTO_TCP, option, value)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end(self._gone_error(f"The connection was lost: {exc}"))
        self._gone.set_result(None)
        assert self.error is not None
        self.on_lost(self.error)

    @override
    def eof_received(self) -> None:
        self._end(self._gone_error("The projector closed the connection"))

    def _gone_error(self, why: str) -> PulseConnectionError:
        return PulseConnectionError(why) if self.heard else PulseCrowdedError(why)

    @override
    def get_buffer(self, sizehint: int) -> bytearray:
        return _incoming.buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        self._heard = self._loop.time()
        chunk = bytes(memoryview(_incoming.buffer)[:nbytes])
        messages = self._messages
        try:
            self._decoder.feed(chunk)
        except PulseProtocolError as error:
            self._end(error)
            return
        if not self.understood:
            self._note_noise(chunk, messages)
        if self._decoder.mid_message:
            if self._began is None:
                self._began = self._heard
            self._watch()

    def _note_noise(self, chunk: bytes, messages: int) -> None:
        """Note what is no message, and most of all an HTTP error."""
        if self._messages == messages and not self._decoder.mid_message:
            self._noise = True
        if len(self._beginning) < _HTTP_ERROR_SIZE:
            self._beginning = (self._beginning + chunk)[:_HTTP_ERROR_SIZE]
            if _HTTP_ERROR.match(self._beginning):
                self._doubt()

    def _doubt(self) -> None:
        """Wait for a real answer, but not long: the request was not understood."""
        self._noise = True
        if self._doubted is None:
            self._doubted = self._heard
            self._watch()

    def _receive(self, message: JsonObject) -> None:
        if self.error is not None:
            return
        self._began = None
        self._messages += 1
        parsed = parse_message(message)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            self._log(parsed)
        if isinstance(parsed, Notification):
            self._noise |= "id" in message  # an echo
            self._on_notification(parsed)
            return
        pending = self._asked_by(parsed, anonymous=message.get("id") is None)
        if self._ended:
            return
        if 0 < (parsed.request_id or 0) <= self._last_id:
            # A web server that complains may quote our request: only a reply counts.
            self.understood |= "result" in message or "error" in message
        if pending is not None:
            self._answered = self._heard
        if pending is None or pending.answer.done():
            _LOGGER.debug("Dropped an answer to nobody: id %.99r", message.get("id"))
        elif parsed.error is not None:
            error = parsed.error
            pending.answer.set_exception(
                type(error)(self._redacted(str(error)), error.code)
            )
        else:
            pending.answer.set_result(parsed.result)

    def _asked_by(self, reply: Reply, *, anonymous: bool) -> _Pending | None:
        """Return the request that a reply answers; end where none can be understood."""
        pending = self._pending.get(reply.request_id or 0)
        if not reply.not_understood:
            if pending is None and not self.understood:
                self._doubt()
            return pending
        if self.understood:
            if anonymous and len(self._pending) == 1:
                return next(iter(self._pending.values()))
            if anonymous and self._pending:
                self._end(PulseProtocolError(f"A request was refused: {reply.error}"))
            return pending
        if self._pending:
            self._noise = True
            self._end(PulseFramingError(self._redacted(str(reply.error))))
        return None

    def _log(self, message: Reply | Notification) -> None:
        pending = self._pending.get(getattr(message, "request_id", None) or 0)
        if pending is None or pending.method != "authenticate":
            _LOGGER.debug("< %.1000s", self._redacted(str(message)))

    def _redacted(self, text: str) -> str:
        """Hide PIN and password: the projector may repeat them."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _due(self) -> tuple[float, str] | None:
        """Return the nearest deadline and what it is for."""
        limits = self._deadlines
        heard = self._heard or 0.0
        deadlines = []
        if self._doubted is not None and not self.understood:
            deadlines.append((self._doubted + limits.between_chunks, "a real answer"))
        if self._began is not None:
            deadlines += [
                (heard + limits.between_chunks, "the rest of a message"),
                (self._began + limits.answer, "the end of a message"),
            ]
        requests = iter(self._pending.values())  # the oldest is the first
        if (oldest := next(requests, None)) is not None:
            deadlines.append(
                (oldest.sent + limits.answer, f"the answer to {oldest.method}")
            )
            unheard = (p for p in (oldest, *requests) if p.sent >= heard)
            if (silent := next(unheard, None)) is not None:
                deadlines.append(
                    (silent.sent + limits.first_byte, f"any answer to {silent.method}")
                )
        return min(deadlines, default=None)

    def _watch(self) -> None:
        """See to it that the nearest deadline is looked at when it is due."""
        if (due := self._due()) is None or self.error is not None:
            return
        if self._watchdog is not None:
            if self._watchdog.when() <= due[0]:
                return
            self._watchdog.cancel()
        self._watchdog = self._loop.call_at(due[0], self._on_watchdog)

    def _on_watchdog(self) -> None:
        self._watchdog = None
        due = self._due()
        if due is None or due[0] > self._loop.time():
            self._watch()
            return
        oldest = next(iter(self._pending), None)
        if oldest is not None and self._is_late_alone(self._pending[oldest]):
            late = self._pending.pop(oldest)
            if not late.answer.done():
                late.answer.set_exception(
                    PulseTimeoutError(f"No answer to {late.method}")
                )
            self._watch()
            return
        answered = self.understood or self._decoder.mid_message
        kind = PulseTimeoutError if answered else SilenceError
        self._end(kind(f"Waited in vain for {due[1]}"))

    def _is_late_alone(self, request: _Pending) -> bool:
        """Tell whether the answer limit passed while other requests were answered."""
        limit = request.sent + self._deadlines.answer
        answered = self._answered is not None and self._answered > request.sent
        return answered and self._loop.time() >= limit


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every spelling in which a secret could appear in a log, longest first."""
    spellings = {
        spelling
        for secret in secrets
        for spelling in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1])
        if spelling
    }
    return tuple(sorted(spellings, key=len, reverse=True))
