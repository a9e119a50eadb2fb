"""One connection to the projector: requests, responses, timeouts and closing.

Any error closes the connection. Each wait has one deadline that is never extended.
"""

import asyncio
from collections.abc import Callable
import logging
import re
import socket
import threading
from typing import override

from .deadlines import Deadlines, PendingRequest, Timeouts
from .decoder import MessageDecoder
from .exceptions import (
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseFramingError,
    PulseNoResponseError,
    PulseProtocolError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .protocol import Framing, Notification, Response, encode_request, parse_message
from .trace import Trace, TraceEvent, TraceKind

_LOGGER = logging.getLogger(__name__)

MAX_IN_FLIGHT = 4

RECEIVE_BUFFER_SIZE = 32 * 1024
"""Receive buffer size in bytes, small enough to bound the time spent per read."""

_HTTP_ERROR = re.compile(rb"HTTP/\d(?:\.\d)? [45]\d\d")
_HTTP_ERROR_SIZE = len("HTTP/1.1 400")


class _ReceiveBuffer(threading.local):
    """The buffer that all connections of a thread share; each copies its data at once."""

    def __init__(self) -> None:
        """Create the buffer of this thread, which runs only one event loop."""
        self.buffer = bytearray(RECEIVE_BUFFER_SIZE)


_receive_buffer = _ReceiveBuffer()


class Connection(asyncio.BufferedProtocol):
    """One TCP connection; create a new object for each connection."""

    def __init__(
        self,
        framing: Framing,
        timeouts: Timeouts,
        on_notification: Callable[[Notification], None],
        redact: Callable[[str], str],
        *,
        number: int = 0,
        trace: Trace | None = None,
    ) -> None:
        """Initialize for `create_connection`.

        `redact` removes PIN and password from texts of logs and errors. `trace` gets the
        events of this connection, under this `number`.
        """
        self._redact = redact
        self._number = number
        self._trace = trace
        self.framing = framing
        self._timeouts = timeouts
        self._on_notification = on_notification
        self.on_disconnect: Callable[[PulseError], None] = lambda error: None
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._request_slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._pending: dict[int, PendingRequest] = {}
        self._deadlines = Deadlines(timeouts, self._pending)
        self._last_id = 0
        self._message_count = 0
        self._first_bytes = b""  # to recognize an HTTP error
        self._got_noise = False  # received data that are not a message
        self.got_response = False
        """True once a response shows that the projector understands requests."""
        self._timer: asyncio.TimerHandle | None = None
        self.error: PulseError | None = None
        """Why the connection ended."""
        # Last, because the decoder calls this object.
        self._decoder = MessageDecoder(self._handle_message)
        self._emit(TraceKind.OPENING)

    @property
    def has_received(self) -> bool:
        """True once any data were received."""
        return self._deadlines.received_at is not None

    @property
    def _has_ended(self) -> bool:
        return self.error is not None

    @property
    def ended_mid_message(self) -> bool:
        """True if the connection ended in the middle of a message."""
        return self.error is not None and self._decoder.has_partial_message

    async def until_closed(self) -> None:
        """Wait until the socket is closed."""
        await asyncio.shield(self._closed)

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its result."""
        await self._acquire_slot(method)
        self._last_id += 1
        request_id = self._last_id
        try:
            if self.error is not None or self._transport is None:
                raise PulseConnectionError(str(self.error or "Not connected"))
            pending = PendingRequest(
                method, self._loop.time(), self._loop.create_future()
            )
            self._pending[request_id] = pending
            if method != "authenticate" and _LOGGER.isEnabledFor(logging.DEBUG):
                # Names come from the projector, and may contain the PIN as well.
                asked = self._redact(f"{method} {params}")
                _LOGGER.debug("> %s %s", request_id, asked)
            data = encode_request(request_id, method, params, self.framing)
            if self._trace is not None:
                self._emit(TraceKind.SENT, data)
            self._transport.write(data)
            self._arm_timer()
            return await pending.future
        finally:
            # Ignore a response that arrives later.
            self._pending.pop(request_id, None)
            self._request_slots.release()

    async def _acquire_slot(self, method: str) -> None:
        if not self._request_slots.locked():
            await self._request_slots.acquire()
            return
        try:
            async with asyncio.timeout(self._timeouts.response):
                await self._request_slots.acquire()
        except TimeoutError:
            raise PulseTimeoutError(
                f"{method} was not sent: the projector is still busy with"
                f" {MAX_IN_FLIGHT} other requests"
            ) from None

    async def close(self) -> None:
        """Close the connection; return when the socket is closed."""
        self._close_with(PulseConnectionError("Disconnected"))
        if self._transport is not None:
            await asyncio.shield(self._closed)

    def fail(self, error: PulseError) -> None:
        """End a connection that could not be opened."""
        self._close_with(error)

    def stop_trace(self) -> None:
        """Report no more events."""
        self._trace = None

    def _emit(
        self, kind: TraceKind, data: bytes = b"", error: PulseError | None = None
    ) -> None:
        if self._trace is None:
            return
        now = self._loop.time()
        try:
            self._trace(TraceEvent(self._number, kind, now, self.framing, data, error))
        except Exception:
            self._trace = None  # a faulty trace must not end the connection
            _LOGGER.exception("The trace failed, and gets no more events")

    def _close_with(self, error: PulseError) -> None:
        if self.error is not None:
            return
        whole = not self._decoder.has_partial_message
        if self._got_noise and not self.got_response and whole:
            error = PulseFramingError(f"Not a Pulse projector: {error}")
        self.error = error
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        for pending in self._pending.values():
            if not pending.future.done():
                pending.future.set_exception(type(error)(str(error)))
        was_open = self._transport is not None
        self._emit(TraceKind.CLOSED if was_open else TraceKind.FAILED, error=error)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock: socket.socket = transport.get_extra_info("socket")
        _set_keep_alive(sock, self._timeouts)
        self._emit(TraceKind.OPENED)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._close_with(self._closed_error(f"The connection was lost: {exc}"))
        self._closed.set_result(None)
        assert self.error is not None
        self.on_disconnect(self.error)

    @override
    def eof_received(self) -> None:
        self._close_with(self._closed_error("The projector closed the connection"))

    def _closed_error(self, why: str) -> PulseConnectionError:
        return (
            PulseConnectionError(why)
            if self.has_received
            else PulseConnectionLimitError(why)
        )

    @override
    def get_buffer(self, sizehint: int) -> bytearray:
        return _receive_buffer.buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        deadlines = self._deadlines
        now = deadlines.received_at = self._loop.time()
        chunk = bytes(memoryview(_receive_buffer.buffer)[:nbytes])
        messages = self._message_count
        if self._trace is not None:
            self._emit(TraceKind.RECEIVED, chunk)
        try:
            self._decoder.feed(chunk)
        except PulseProtocolError as error:
            self._close_with(error)
            return
        if not self.got_response:
            self._check_for_noise(chunk, messages)
        if self._decoder.has_partial_message:
            if deadlines.message_started_at is None:
                deadlines.message_started_at = now
            self._arm_timer()

    def _check_for_noise(self, chunk: bytes, messages: int) -> None:
        """Detect data that are not a message, such as an HTTP error."""
        if self._message_count == messages and not self._decoder.has_partial_message:
            self._got_noise = True
        if len(self._first_bytes) < _HTTP_ERROR_SIZE:
            self._first_bytes = (self._first_bytes + chunk)[:_HTTP_ERROR_SIZE]
            if _HTTP_ERROR.match(self._first_bytes):
                self._suspect_misunderstanding()

    def _suspect_misunderstanding(self) -> None:
        """Wait a short time for a response: the request was probably not understood."""
        self._got_noise = True
        if self._deadlines.misunderstood_at is None:
            self._deadlines.misunderstood_at = self._deadlines.received_at
            self._arm_timer()

    def _handle_message(self, message: JsonObject) -> None:
        if self.error is not None:
            return
        self._deadlines.message_started_at = None
        self._message_count += 1
        parsed = parse_message(message)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            self._log_message(parsed)
        if isinstance(parsed, Notification):
            self._got_noise |= "id" in message  # an echo of the request
            self._on_notification(parsed)
            return
        pending = self._match_request(parsed, anonymous=message.get("id") is None)
        if self._has_ended:
            return
        if not self.got_response and 0 < (parsed.request_id or 0) <= self._last_id:
            # A web server may quote the request in its error: only a response counts.
            self.got_response = "result" in message or "error" in message
            if self.got_response:
                self._deadlines.misunderstood_at = None
        if pending is not None:
            self._deadlines.response_at = self._deadlines.received_at
        if pending is None or pending.future.done():
            unknown = self._redact(repr(message.get("id")))
            _LOGGER.debug("Ignoring response with unknown id %.99s", unknown)
        elif parsed.error is not None:
            error = parsed.error
            pending.future.set_exception(
                type(error)(self._redact(str(error)), error.code)
            )
        else:
            pending.future.set_result(parsed.result)

    def _match_request(
        self, response: Response, *, anonymous: bool
    ) -> PendingRequest | None:
        """Return the request of a response; close if requests are not understood."""
        pending = self._pending.get(response.request_id or 0)
        if not response.not_understood:
            if pending is None and not self.got_response:
                self._suspect_misunderstanding()
            return pending
        if self.got_response:
            if anonymous and len(self._pending) == 1:
                return next(iter(self._pending.values()))
            if anonymous and self._pending:
                self._close_with(
                    PulseProtocolError(f"A request was refused: {response.error}")
                )
            return pending
        if self._pending:
            self._got_noise = True
            self._close_with(PulseFramingError(self._redact(str(response.error))))
        return None

    def _log_message(self, message: Response | Notification) -> None:
        pending = self._pending.get(getattr(message, "request_id", None) or 0)
        if pending is None or pending.method != "authenticate":
            _LOGGER.debug("< %.1000s", self._redact(str(message)))

    def _arm_timer(self) -> None:
        """Start the timer for the next deadline, unless it fires earlier anyway."""
        if (due := self._deadlines.next()) is None or self.error is not None:
            return
        if self._timer is not None:
            if self._timer.when() <= due[0]:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due[0], self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        due, now = self._deadlines.next(), self._loop.time()
        if due is None or due[0] > now:
            self._arm_timer()
            return
        if (request_id := self._deadlines.only_late_request(now)) is not None:
            late = self._pending.pop(request_id)
            if not late.future.done():
                late.future.set_exception(
                    PulseTimeoutError(f"No response to {late.method}")
                )
            self._arm_timer()
            return
        has_started = self.got_response or self._decoder.has_partial_message
        error_class = PulseTimeoutError if has_started else PulseNoResponseError
        self._close_with(error_class(f"Timeout waiting for {due[1]}"))


def _set_keep_alive(sock: socket.socket, timeouts: Timeouts) -> None:
    """Let the kernel detect a host that no longer exists."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {
        "TCP_KEEPIDLE": timeouts.keep_alive_idle,
        "TCP_KEEPINTVL": timeouts.keep_alive_interval,
        "TCP_KEEPCNT": timeouts.keep_alive_probes,
    }
    for name, value in options.items():
        # Not every platform has all options.
        if (option := getattr(socket, name, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
