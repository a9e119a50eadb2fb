"""A projector that answers as in a recording."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from itertools import count
import json
from pathlib import Path
from typing import Literal, Self, cast, override

from .access import LOGINS
from .changes import Changes
from .jsontypes import JsonObject, JsonValue
from .listener import Listener
from .player import Player, encode
from .recording import Recording
from .rpc import (
    NOT_FOUND,
    RpcError,
    method_not_found,
    parse_request,
    property_not_found,
)
from .timeline import Timeline
from .traffic import Log, Record
from .udp import Address, UdpPort
from .wake import woken
from .wire import Packet, RequestReader, TooLongError

MOST_UNRECORDED = 1000
"""Different unrecorded requests to keep; further ones are counted together."""

_OTHERS = "other requests"


class Replay:
    """A server on loopback that sends what a recording has, at the same pace.

    Example:
        async with Replay("recording.jsonl", speed=10.0) as replay:
            ...                      # connect to replay.host, replay.port
            await replay.wait_until(lambda: replay.finished)
            assert not replay.unrecorded

    Attributes:
        recording: The recording.
        unrecorded: How often each request (method, space, parameters) came that the
            recording does not have.
        composed: The same for requests that were answered from recorded values, because
            another client reads the same in another way.
        connections: The open connections, oldest first.
    """

    def __init__(
        self,
        recording: str | Path | Recording,
        *,
        speed: float = 1.0,
        unrecorded_error: int | None = NOT_FOUND,
        host: str = "127.0.0.1",
        port: int = 0,
        wake_port: int = 0,
    ) -> None:
        """Initialize the server. A port of 0 means a free one.

        Args:
            recording: A file, or what was read from it.
            speed: Divides all times of the recording.
            unrecorded_error: The error code of the reply to an unrecorded request;
                None for no reply.
            host: A loopback address.
            port: The JSON-RPC port.
            wake_port: The UDP port for magic packets.

        Raises:
            ValueError: An argument is not valid (RecordingError: the file).
        """
        if not isinstance(recording, Recording):
            recording = Recording.load(recording)
        self.recording = recording
        self.unrecorded: Counter[str] = Counter()
        self.composed: Counter[str] = Counter()
        self.connections: list[ReplayConnection] = []
        self._unrecorded_error = unrecorded_error
        self._player = Player(Timeline(recording), speed, self._accept)
        self._log = Log()
        self._changes = Changes()
        self._numbers = count(1)
        self._listener = Listener(host, port, self._connect)
        self._wake = UdpPort(host, wake_port, self._on_packet)

    async def __aenter__(self) -> Self:
        """Start. OSError if a port is in use."""
        try:
            self._listener.reserve()
            self._wake.open()
        except BaseException:
            await self.__aexit__()
            raise
        self._player.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, with all timers and sockets."""
        self._player.stop()
        self._listener.close()
        await self._listener.finish()
        self._wake.close()
        open_connections = [*self.connections]
        for connection in open_connections:
            connection.transport.abort()
        await asyncio.gather(*(connection.lost for connection in open_connections))

    @property
    def host(self) -> str:
        """Return the address to connect to."""
        return self._listener.host

    @property
    def port(self) -> int:
        """Return the port to connect to."""
        return self._listener.port

    @property
    def wake_port(self) -> int:
        """Return the UDP port for magic packets."""
        return self._wake.port

    @property
    def finished(self) -> bool:
        """Return whether everything was sent that needs no further request."""
        return self._player.finished

    @property
    def position(self) -> tuple[float, float]:
        """Return the time in the recording, and its length, in seconds."""
        events = self.recording.events
        return self._player.now, events[-1].at if events else 0.0

    @property
    def log(self) -> deque[Record]:
        """Return the last records of the traffic, oldest first."""
        return self._log.records

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""
        return self._log.watch(watcher)

    def wake(self) -> bool:
        """Accept connections again, as after a magic packet; return if they were refused."""
        return self._player.wake()

    async def wait_until(
        self, condition: Callable[[], bool], timeout: float = 5.0
    ) -> None:
        """Wait for a condition, checked after all traffic. TimeoutError after `timeout` s."""
        await self._changes.wait_until(condition, timeout)

    # For the connections

    def opened(self, connection: ReplayConnection) -> None:
        """Handle a new connection."""
        self.connections.append(connection)
        self.note("event", connection, "opened")
        self._player.connected(connection)

    def closed(self, connection: ReplayConnection) -> None:
        """Handle the end of a connection."""
        self.connections.remove(connection)
        self._player.disconnected(connection)
        self.note("event", connection, "closed")

    def requested(self, connection: ReplayConnection, request: JsonObject) -> None:
        """Reply to a request as recorded; a request without id gets no reply."""
        if self._player.answer(connection, request):
            return
        method, params = str(request["method"]), request.get("params")
        key = method
        if params is not None and method not in LOGINS:
            key += f" {json.dumps(params, ensure_ascii=False)}"
        composed = self._player.compose(request)
        counter = self.unrecorded if composed is None else self.composed
        if key not in counter and len(counter) >= MOST_UNRECORDED:
            key = _OTHERS
        counter[key] += 1
        if composed is not None:
            if "id" in request:
                connection.send(encode(composed | {"id": request["id"]}))
            return
        if self._unrecorded_error is not None and "id" in request:
            error = _unrecorded(self._unrecorded_error, method, params)
            connection.send(encode(_error_reply(request["id"], error)))

    def note(
        self,
        direction: Literal["in", "out", "event"],
        connection: ReplayConnection,
        data: bytes | str,
    ) -> None:
        """Log traffic, or an event of a connection."""
        self._log.add(direction, connection.number, data)
        self._changes.happened()

    def _accept(self, accept: bool) -> None:
        self._listener.switch("open" if accept else "closed")
        self._changes.happened()

    def _connect(self) -> ReplayConnection:
        return ReplayConnection(self, next(self._numbers))

    def _on_packet(self, data: bytes, _sender: Address) -> None:
        # A recording does not have the real MAC address.
        if woken(data) is not None:
            self.wake()


class ReplayConnection(asyncio.Protocol):
    """A connection of a client."""

    transport: asyncio.Transport

    def __init__(self, replay: Replay, number: int) -> None:
        """Initialize the connection with this number."""
        self.number = number
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._replay = replay
        self._reader = RequestReader()

    def send(self, data: bytes) -> None:
        """Send, unless the connection is closed."""
        if not self.transport.is_closing():
            self._replay.note("out", self, data)
            self.transport.write(data)

    def close(self) -> None:
        """Close the connection."""
        self.transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._replay.opened(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._replay.note("in", self, data)
        try:
            packets = self._reader.feed(data)
        except TooLongError:
            self.transport.close()
            return
        for packet in packets:
            self._handle(packet)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._replay.closed(self)
        self.lost.set_result(None)

    def _handle(self, packet: Packet) -> None:
        try:
            request = parse_request(packet.data)
        except RpcError as error:
            self.send(encode(_error_reply(None, error)))
            return
        self._replay.requested(self, request)


def _unrecorded(code: int, method: str, params: JsonValue) -> RpcError:
    """Return the error for an unrecorded request, with the documented message."""
    name = params.get("property") if isinstance(params, dict) else None
    if isinstance(name, list) and name:
        name = name[0]
    missing = (
        property_not_found(name)
        if method.startswith("property.") and isinstance(name, str)
        else method_not_found(method)
    )
    return RpcError(code, missing.message)


def _error_reply(request_id: JsonValue, error: RpcError) -> JsonObject:
    details: JsonObject = {"code": error.code, "message": error.message}
    return {"jsonrpc": "2.0", "id": request_id, "error": details}
