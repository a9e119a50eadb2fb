"""Floor 2: the life of one connection: connect, authenticate, talk, disconnect.

A connection that anything went wrong with is closed, never used again. Whatever
waits here has one deadline that nothing prolongs.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
import socket
from typing import override

from .protocol import (
    Framing,
    JsonObject,
    JsonValue,
    MessageDecoder,
    Notification,
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
    PulseTimeoutError,
    Reply,
    encode_request,
    parse_message,
)

_LOGGER = logging.getLogger(__name__)

DEFAULT_PORT = 9090
MAX_IN_FLIGHT = 4

# A host that vanished without a word is noticed after 8 + 3 x 3 s. Not every
# platform has every option.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 8, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long to wait, in seconds.

    A projector that changes its power state takes several seconds to answer.
    """

    connect: float = 5.0
    first_byte: float = 5.0
    """From a request to any byte at all."""
    between_chunks: float = 1.0
    """Between two pieces of a message that has begun."""
    answer: float = 10.0
    """From a request to its whole answer, whatever trickles in meanwhile."""


class _SilenceError(PulseTimeoutError):
    """Not one byte came on this connection."""


@dataclass(frozen=True, slots=True)
class _Pending:
    method: str
    sent: float
    answer: asyncio.Future[JsonValue]


class _Connection(asyncio.Protocol):
    """One socket, from the first byte to the end."""

    def __init__(
        self,
        framing: Framing,
        deadlines: Deadlines,
        on_notification: Callable[[Notification], None],
        pin: str | None,
    ) -> None:
        self._secret = pin and str(int(pin))
        self._framing = framing
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
        self._began: float | None = None  # when the unfinished message began
        self.understood = False
        """True once it answered anything."""
        self._watchdog: asyncio.TimerHandle | None = None
        self.error: PulseError | None = None  # why it ended

    @property
    def heard(self) -> bool:
        """True once the projector has said anything."""
        return self._heard is not None

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
                encode_request(request_id, method, params, self._framing)
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
        if self.heard and not self.understood and not self._decoder.mid_message:
            error = PulseProtocolError(f"What answers is no Pulse projector: {error}")
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
        for name, value in _KEEP_ALIVE.items():
            if (option := getattr(socket, name, None)) is not None:
                sock.setsockopt(socket.IPPROTO_TCP, option, value)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end(PulseConnectionError(f"The connection was lost: {exc}"))
        self._gone.set_result(None)
        assert self.error is not None
        self.on_lost(self.error)

    @override
    def eof_received(self) -> None:
        self._end(PulseConnectionError("The projector closed the connection"))

    @override
    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        try:
            self._decoder.feed(data)
        except PulseProtocolError as error:
            self._end(error)
            return
        if self._decoder.mid_message:
            if self._began is None:
                self._began = self._heard
            self._watch()

    def _receive(self, message: JsonObject) -> None:
        self._began = None
        parsed = parse_message(message)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            self._log(parsed)
        if isinstance(parsed, Notification):
            self._on_notification(parsed)
            return
        # A web server that complains may quote our request: only an answer counts.
        self.understood |= "result" in message or "error" in message
        pending = self._pending.get(parsed.request_id or 0)
        if pending is None or pending.answer.done():
            _LOGGER.debug("Dropped an answer to nobody: id %s", message.get("id"))
        elif parsed.error is not None:
            error = parsed.error
            pending.answer.set_exception(
                type(error)(self._redacted(str(error)), error.code)
            )
        else:
            pending.answer.set_result(parsed.result)

    def _log(self, message: Reply | Notification) -> None:
        pending = self._pending.get(getattr(message, "request_id", None) or 0)
        if pending is None or pending.method != "authenticate":
            _LOGGER.debug("< %.1000s", self._redacted(str(message)))

    def _redacted(self, text: str) -> str:
        """Nobody promises that the projector does not repeat the PIN."""
        return text.replace(self._secret, "***") if self._secret else text

    def _due(self) -> tuple[float, str] | None:
        """Return the nearest deadline and what it is for."""
        limits = self._deadlines
        heard = self._heard or 0.0
        deadlines = []
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
        kind = PulseTimeoutError if self.heard else _SilenceError
        self._end(kind(f"Waited in vain for {due[1]}"))


class PulseClient:
    """Talk to one projector over at most one socket.

    `framing` None finds out which form of request this projector understands; read it
    back after `connect` to spare the next client the search. `on_notification` and
    `on_lost` are called from the event loop; `on_lost` once for every connection that
    `connect` has opened, whoever ends it.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        *,
        framing: Framing | None = None,
        deadlines: Deadlines | None = None,
        on_notification: Callable[[Notification], None] = lambda notification: None,
        on_lost: Callable[[PulseError], None] = lambda error: None,
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        if pin is not None and not pin.isdecimal():
            raise ValueError("A PIN consists of digits")
        self.host = host
        self.port = port
        self.framing = framing
        self._pin = pin
        self._deadlines = deadlines or Deadlines()
        self._on_notification = on_notification
        self._on_lost = on_lost
        self._connection: _Connection | None = None

    @property
    def connected(self) -> bool:
        """True while there is an open connection."""
        return self._connection is not None and self._connection.error is None

    async def connect(self) -> None:
        """Connect and authenticate; what was open before is closed first.

        Raises PulseConnectionError, PulseTimeoutError, PulseProtocolError or
        PulseAuthenticationError, and leaves no socket open then.
        """
        remembered = self.framing
        try:
            await self._connect(remembered or Framing.BARE)
        except _SilenceError:
            if remembered is not None:
                self.framing = None  # find out anew next time
                raise
            _LOGGER.debug("No answer to bare JSON, trying the HTTP form")
            await self._connect(Framing.HTTP)

    async def disconnect(self) -> None:
        """Close the connection, if any, and wake whoever waits for an answer."""
        if (connection := self._connection) is not None:
            self._connection = None
            await connection.close()

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its `result`.

        Raises PulseRequestError (or what it specialises to) if the projector answers
        with an error; any other PulseError means that the connection is closed now.
        """
        if self._connection is None:
            raise PulseConnectionError("Not connected")
        return await self._connection.request(method, params)

    async def _connect(self, framing: Framing) -> None:
        await self.disconnect()
        connection = _Connection(
            framing, self._deadlines, self._on_notification, self._pin
        )
        try:
            await self._open(connection)
            await self._greet(connection)
        except BaseException:
            await connection.close()
            raise
        finally:
            if connection.understood:
                self.framing = framing
        connection.on_lost = self._on_lost
        self._connection = connection

    async def _open(self, connection: _Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadlines.connect):
                await loop.create_connection(lambda: connection, self.host, self.port)
        except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
            reason = str(error) or f"no reply within {self._deadlines.connect:g} s"
            raise PulseConnectionError(
                f"Cannot connect to {self.host} port {self.port}: {reason}"
            ) from error

    async def _greet(self, connection: _Connection) -> None:
        """Authenticate, or make sure that it answers at all."""
        if self._pin is None:
            try:
                await connection.request("property.get", {"property": "system.state"})
            except PulseRequestError as error:
                _LOGGER.debug("It answers, if only: %s", error)
            return
        try:
            result = await connection.request("authenticate", {"code": int(self._pin)})
        except PulseRequestError as error:
            if isinstance(error, PulseStateError) and not error.absent:
                raise
            raise PulseAuthenticationError(
                f"The projector refused the PIN: {error}"
            ) from error
        if result is not True and not (isinstance(result, str) and result):
            raise PulseAuthenticationError("The projector refused the PIN")
