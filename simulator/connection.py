"""One client: its bytes in, its replies out, its faults."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from random import Random
from typing import cast, override

from . import corrupt
from .access import LOGINS, controls
from .delivery import Outbox, OutgoingChunk, send_reset
from .device import Device
from .dispatch import answer
from .faults import NO_FAULTS, Faults
from .jsontypes import JsonObject
from .network import Network
from .rpc import (
    BUSY,
    PARSE_ERROR,
    RpcError,
    encode,
    error_reply,
    notification,
    parse_request,
)
from .session import Session
from .wire import Packet, RequestReader, TooLongError

_TERMINATORS = {"none": b"", "newline": b"\n", "crlf": b"\r\n", "nul": b"\0"}
_HTTP_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)
_BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)
_BUSY_TEXT = "Ignored event, busy"


class Connection(asyncio.Protocol):
    """One client of the simulator, from accepting it to losing it."""

    transport: asyncio.Transport
    _outbox: Outbox

    def __init__(
        self, device: Device, network: Network, number: int, seed: int
    ) -> None:
        """Wait for a connection; `number` counts them from 0."""
        self.number = number
        self.faults = Faults(on_change=self.faults_changed)
        self.session = Session(self._send_notification)
        self.lost = asyncio.get_running_loop().create_future()
        self._device = device
        self._network = network
        self._style = device.style
        self._random = Random(seed + number)
        self._reader = RequestReader()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._held: list[OutgoingChunk] = []
        self._idle: asyncio.TimerHandle | None = None
        self._fin_sent = False
        self._partitioned = False
        self._answered_last = False  # reads no further request

    # What asyncio tells

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._outbox = Outbox(self.transport, self._write, self._spawn)
        if not self._network.admit(self):
            self.drop()
            return
        if self._partitioned:
            return
        self._device.sessions.add(self.session)
        self._restart_idle_timer()
        self.faults_changed()

    @override
    def data_received(self, data: bytes) -> None:
        self._network.received(self, data)
        if self._partitioned:
            return
        self._restart_idle_timer()
        if self._effective().half_open or self._fin_sent:
            return
        try:
            packets = self._reader.feed(data)
        except TooLongError:
            self.drop()
            return
        for packet in packets:
            self._handle(packet)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_what_takes_time()
        self._device.sessions.discard(self.session)
        self._network.forget(self)
        self.lost.set_result(None)

    @override
    def pause_writing(self) -> None:
        self._outbox.pause()

    @override
    def resume_writing(self) -> None:
        self._outbox.resume()

    # What the simulator asks

    def drop(self, *, reset: bool = False) -> None:
        """Close the connection; with RST if asked."""
        if reset:
            send_reset(self.transport)
        else:
            self.transport.close()

    def abort(self) -> None:
        """Close the connection without waiting for the client to read."""
        self.transport.abort()

    def partition(self) -> None:
        """Lose the way to the client: neither end learns of it."""
        self._partitioned = True
        self._device.sessions.discard(self.session)
        self._forget_what_takes_time()

    async def finish(self) -> None:
        """Wait until the connection and everything it started is over."""
        await self.lost
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def faults_changed(self) -> None:
        """Take over the faults that must not wait for the next request."""
        if self._partitioned or self.transport.is_closing():
            return
        faults = self._effective()
        if faults.half_open == "fin" and not self._fin_sent:
            self._fin_sent = True
            self.transport.write_eof()
        if faults.stop_reading:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    # Requests

    def _effective(self) -> Faults:
        """Return this connection's faults, or the projector's if it has none."""
        return self.faults if self.faults.active() else self._network.effective()

    def _faults_for(self, method: str) -> Faults:
        faults = self._effective()
        return faults if faults.concern(method) else NO_FAULTS

    def _handle(self, packet: Packet) -> None:
        if self._answered_last:
            return
        if self._style.framing == ("raw-only" if packet.http else "http-only"):
            self._reject(packet.http)
            return
        self._answered_last = packet.http and self._style.http_close
        try:
            request = parse_request(packet.data)
        except RpcError as error:
            self._reply("", error_reply(None, error, self._style), packet.http)
            return
        method = str(request["method"])
        anonymous = self._device.protected and not self.session.authenticated
        self._network.requested(method, anonymous=anonymous and method not in LOGINS)
        message = self._answer(method, request)
        if message is not None:
            self._reply(method, message, packet.http)

    def _reject(self, http: bool) -> None:
        """Answer a request in a framing that this projector does not understand."""
        kind = self._style.wrong_framing
        if kind == "silence" or self._effective().silence:
            return
        if kind == "parse-error":
            error = RpcError(PARSE_ERROR, "Parse error")
            self._reply("", error_reply(None, error, self._style), http)
            return
        self._answered_last = True
        words = _BAD_REQUEST if kind == "http-400" else corrupt.GARBAGE
        self._outbox.put(OutgoingChunk(words, last=True))

    def _answer(self, method: str, request: JsonObject) -> JsonObject | None:
        faults = self._faults_for(method)
        if faults.silence or (faults.auth_hang and method in LOGINS):
            faults.use_up()
            return None
        if faults.error:
            refusal = RpcError(faults.error, "Not now")
            return error_reply(request.get("id"), refusal, self._style)
        if faults.busy and controls(method):
            error = RpcError(BUSY, _BUSY_TEXT)
            return error_reply(request.get("id"), error, self._style)
        return answer(self._device, self.session, request)

    # Replies and notifications

    def _reply(self, method: str, message: JsonObject, http: bool) -> None:
        faults = self._faults_for(method)
        style = self._style
        data = corrupt.message_bytes(message, faults, style)
        data += _TERMINATORS[style.terminator]
        if http and style.http_reply == "head":
            data = _HTTP_HEAD % len(data) + data
        note = self._note() if faults.interleave else b""
        chunk = corrupt.outgoing_chunk(data, faults, self._random, note)
        if self._answered_last:
            chunk = replace(chunk, last=True)
        self._network.counters.replies += 1
        delay = faults.delay
        if self._device.power.busy:
            delay += style.transition_delay / self._device.clock.speed
        if faults.reorder:
            self._hold(chunk, faults.reorder)
        elif delay:
            self._later(delay, partial(self._outbox.put, chunk))
        else:
            self._outbox.put(chunk)
        faults.use_up()

    def _hold(self, chunk: OutgoingChunk, seconds: float) -> None:
        """Keep a chunk back; the first one kept decides when all are let go."""
        self._held.append(chunk)
        if len(self._held) == 1:
            self._later(seconds, self._release)

    def _release(self) -> None:
        held, self._held = self._held, []
        for chunk in reversed(held):
            self._outbox.put(chunk)

    def _send_notification(self, message: JsonObject) -> None:
        faults = self._faults_for(str(message["method"]))
        if faults.silence:
            return
        if not faults.methods:
            faults = faults.of_the_line()
        data = encode(message, self._style) + _TERMINATORS[self._style.terminator]
        self._network.counters.notifications += 1
        self._outbox.put(corrupt.outgoing_chunk(data, faults, self._random, b""))

    def _note(self) -> bytes:
        """Return the notification that interleaving puts around a reply."""
        state = self._device.power.state
        params: JsonObject = {"property": [{"system.state": state}]}
        return encode(notification("property.changed", params), self._style)

    def _write(self, data: bytes) -> None:
        if not (self.transport.is_closing() or self._effective().half_open):
            self._network.sent(self, data)
            self.transport.write(data)

    # Time

    def _forget_what_takes_time(self) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._idle is not None:
            self._idle.cancel()
        for task in self._tasks:
            task.cancel()

    def _later(self, seconds: float, callback: Callable[[], None]) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            callback()

        timer = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(timer)

    def _restart_idle_timer(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._style.idle_drop:
            seconds = self._style.idle_drop / self._device.clock.speed
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(seconds, self.drop)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
