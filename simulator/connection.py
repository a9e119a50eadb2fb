"""A JSON-RPC connection: requests, responses and faults."""

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
    """A connection of a client."""

    transport: asyncio.Transport
    _outbox: Outbox

    def __init__(
        self, device: Device, network: Network, number: int, seed: int
    ) -> None:
        """Initialize the connection with this number, counted from 0."""
        self.number = number
        self.faults = Faults(on_change=self.faults_changed)
        self.session = Session(self._send_notification)
        self.lost = asyncio.get_running_loop().create_future()
        self._device = device
        self._network = network
        self._quirks = device.quirks
        self._random = Random(seed + number)
        self._reader = RequestReader()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._held: list[OutgoingChunk] = []
        self._idle: asyncio.TimerHandle | None = None
        self._fin_sent = False
        self._partitioned = False
        self._final_request_seen = False  # ignores all further requests

    # Callbacks of asyncio

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
        self._cancel_all()
        self._device.sessions.discard(self.session)
        self._network.forget(self)
        self.lost.set_result(None)

    @override
    def pause_writing(self) -> None:
        self._outbox.pause()

    @override
    def resume_writing(self) -> None:
        self._outbox.resume()

    # Methods for the network

    def drop(self, *, reset: bool = False) -> None:
        """Close the connection, with RST if `reset`."""
        if reset:
            send_reset(self.transport)
        else:
            self.transport.close()

    def abort(self) -> None:
        """Close the connection without waiting for the client to read."""
        self.transport.abort()

    def partition(self) -> None:
        """Stop sending and receiving without closing the connection."""
        self._partitioned = True
        self._device.sessions.discard(self.session)
        self._cancel_all()

    async def finish(self) -> None:
        """Wait until the connection and its tasks have ended."""
        await self.lost
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def faults_changed(self) -> None:
        """Apply faults that must not wait for the next request."""
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
        """Return the faults of this connection, or those of the projector."""
        return self.faults if self.faults.active() else self._network.effective()

    def _faults_for(self, method: str) -> Faults:
        faults = self._effective()
        return faults if faults.affects(method) else NO_FAULTS

    def _handle(self, packet: Packet) -> None:
        if self._final_request_seen:
            return
        if self._quirks.framing == ("raw-only" if packet.http else "http-only"):
            self._reject(packet.http)
            return
        self._final_request_seen = packet.http and self._quirks.http_close
        try:
            request = parse_request(packet.data)
        except RpcError as error:
            self._reply("", error_reply(None, error, self._quirks), packet.http)
            return
        method = str(request["method"])
        anonymous = self._device.protected and not self.session.authenticated
        self._network.requested(method, anonymous=anonymous and method not in LOGINS)
        message = self._answer(method, request)
        if message is not None:
            self._reply(method, message, packet.http)

    def _reject(self, http: bool) -> None:
        """Handle a request in a framing that this projector does not accept."""
        reaction = self._quirks.wrong_framing
        if reaction == "silence" or self._effective().silence:
            return
        if reaction == "parse-error":
            error = RpcError(PARSE_ERROR, "Parse error")
            self._reply("", error_reply(None, error, self._quirks), http)
            return
        self._final_request_seen = True
        data = _BAD_REQUEST if reaction == "http-400" else corrupt.GARBAGE
        self._outbox.put(OutgoingChunk(data, last=True))

    def _answer(self, method: str, request: JsonObject) -> JsonObject | None:
        faults = self._faults_for(method)
        if faults.silence or (faults.auth_hang and method in LOGINS):
            faults.count_reply()
            return None
        if faults.error:
            refusal = RpcError(faults.error, "Not now")
            return error_reply(request.get("id"), refusal, self._quirks)
        if faults.busy and controls(method):
            error = RpcError(BUSY, _BUSY_TEXT)
            return error_reply(request.get("id"), error, self._quirks)
        return answer(self._device, self.session, request)

    # Replies and notifications

    def _reply(self, method: str, message: JsonObject, http: bool) -> None:
        faults = self._faults_for(method)
        quirks = self._quirks
        data = corrupt.message_bytes(message, faults, quirks)
        data += _TERMINATORS[quirks.terminator]
        if http and quirks.http_reply == "head":
            data = _HTTP_HEAD % len(data) + data
        extra = self._interleaved() if faults.interleave else b""
        chunk = corrupt.outgoing_chunk(data, faults, self._random, extra)
        if self._final_request_seen:
            chunk = replace(chunk, last=True)
        self._network.counters.replies += 1
        delay = faults.delay
        if self._device.power.busy:
            delay += quirks.transition_delay / self._device.clock.speed
        if faults.reorder:
            self._hold(chunk, faults.reorder)
        elif delay:
            self._later(delay, partial(self._outbox.put, chunk))
        else:
            self._outbox.put(chunk)
        faults.count_reply()

    def _hold(self, chunk: OutgoingChunk, seconds: float) -> None:
        """Hold a chunk until `seconds` after the first held one."""
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
            faults = faults.delivery_only()
        data = encode(message, self._quirks) + _TERMINATORS[self._quirks.terminator]
        self._network.counters.notifications += 1
        self._outbox.put(corrupt.outgoing_chunk(data, faults, self._random, b""))

    def _interleaved(self) -> bytes:
        """Return the notification for interleaving."""
        state = self._device.power.state
        params: JsonObject = {"property": [{"system.state": state}]}
        return encode(notification("property.changed", params), self._quirks)

    def _write(self, data: bytes) -> None:
        if not (self.transport.is_closing() or self._effective().half_open):
            self._network.sent(self, data)
            self.transport.write(data)

    # Time

    def _cancel_all(self) -> None:
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
        if self._quirks.idle_drop:
            seconds = self._quirks.idle_drop / self._device.clock.speed
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(seconds, self.drop)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
