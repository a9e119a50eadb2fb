"""Helpers for tests of the client: raw peers and running projectors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.deadlines import Timeouts
from custom_components.barco_pulse.pulse.exceptions import PulseError
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.options import ProjectorOptions
from custom_components.barco_pulse.pulse.projector import Projector
from custom_components.barco_pulse.pulse.snapshot import Changes, Snapshot
from custom_components.barco_pulse.pulse.timing import Timings
from simulator import Simulator

INLET = "environment.temperature.inlet.value"
"""A read-only property that is pushed and exists while powered on."""

TEST_TIMEOUT = 5.0
"""Real seconds until a missing event fails the test."""

SHORT_TIMEOUTS = Timeouts(first_byte=0.2, between_chunks=0.2, response=0.4)
"""Short timeouts for tests of deadlines."""

FAST_TIMINGS = Timings(
    introspection_interval=0.0,
    retry_incomplete=0.01,
    unavailable_delay=0.0,
    connection_limit_delay=0.0,
    retry_busy=0.02,
    packet_interval=0.05,
    delay_after_wake=0.01,
    reconnect_min=0.001,
    retry_denied=0.001,
    reconnect_max=0.02,
)
"""No pauses; the resync stays too slow to affect the tests."""


def open_sockets() -> int:
    """Return the number of open sockets of this process."""
    count = 0
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(link.readlink()).startswith("socket:")
    return count


def asked_again(
    simulator: Simulator, method: str, times: int = 1
) -> Callable[[], bool]:
    """Return a condition: the projector got this number of new requests."""
    requests = simulator.counters.requests
    limit = requests[method] + times
    return lambda: requests[method] >= limit


def sent(simulator: Simulator, method: str) -> list[Any]:
    """Return the params of all requests of a method, in the order of arrival."""
    text = simulator.network.log.joined("in").decode()
    params = []
    while text:
        request, end = json.JSONDecoder().raw_decode(text)
        text = text[end:]
        if request["method"] == method:
            params.append(request.get("params"))
    return params


def introspected(simulator: Simulator) -> list[str]:
    """Return the objects that were introspected; "" is the root."""
    return [str(params["object"]) for params in sent(simulator, "introspect")]


def subscribed(simulator: Simulator) -> set[str]:
    """Return the subscriptions of the one connection."""
    [connection] = simulator.connections
    return connection.session.properties


def reply(request: JsonObject, result: JsonValue) -> JsonObject:
    """Return the response to a request."""
    return {"jsonrpc": "2.0", "id": request["id"], "result": result}


def refusal(request: JsonObject, error: JsonValue) -> JsonObject:
    """Return the error response to a request."""
    return {"jsonrpc": "2.0", "id": request["id"], "error": error}


def changed_properties(params: JsonObject) -> JsonObject:
    """Return a property.changed notification."""
    return {"jsonrpc": "2.0", "method": "property.changed", "params": params}


class RawPeer:
    """The projector's end of one connection; a test writes every byte."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Initialize with an accepted connection."""
        self._reader = reader
        self._writer = writer
        self.unread = ""
        """What has come beyond the requests that were read."""

    async def read(self) -> dict[str, Any]:
        """Return the next raw or HTTP request."""
        while True:
            begin = max(self.unread.find("{"), 0)
            with contextlib.suppress(ValueError):
                request, end = json.JSONDecoder().raw_decode(self.unread, begin)
                self.unread = self.unread[end:]
                return dict(request)
            if not (data := await self._reader.read(65536)):
                raise ConnectionError
            self.unread += data.decode()

    def write(self, *messages: bytes | JsonObject) -> None:
        """Write messages in one segment, objects as compact JSON."""
        self._writer.write(
            b"".join(
                m if isinstance(m, bytes) else json.dumps(m).encode() for m in messages
            )
        )

    async def answer(self, result: JsonValue = "on") -> dict[str, Any]:
        """Read a request, respond to it, and return it."""
        request = await self.read()
        self.write(reply(request, result))
        return request

    async def refuse(self, error: JsonValue) -> None:
        """Read a request, and respond with an error."""
        self.write(refusal(await self.read(), error))

    async def closed(self) -> None:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(65536):
                pass

    def close(self) -> None:
        """Close this end."""
        self._writer.close()


type Talk = Callable[[RawPeer], Awaitable[None]]


@contextlib.asynccontextmanager
async def serve(talk: Talk) -> AsyncIterator[int]:
    """Listen on a free port, which is yielded; run `talk` for every connection."""
    tasks: set[asyncio.Task[Any]] = set()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if (task := asyncio.current_task()) is not None:
            tasks.add(task)
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            await talk(RawPeer(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def client_of(projector: Simulator, **options: Any) -> PulseClient:
    """Return a client that is not connected yet, by default with the right PIN."""
    options = {"pin": projector.pin} | options
    return PulseClient(projector.host, projector.port, **options)


@contextlib.asynccontextmanager
async def connected(projector: Simulator, **options: Any) -> AsyncIterator[PulseClient]:
    """Connect to a simulated projector."""
    client = client_of(projector, **options)
    await client.connect()
    try:
        yield client
    finally:
        await client.disconnect()


async def connect_failure(talk: Talk, pin: str | None = "12345") -> PulseError:
    """Return the error of connecting to a server, and check that no socket is left."""
    before = open_sockets()
    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, pin, timeouts=SHORT_TIMEOUTS)
        with pytest.raises(PulseError) as failed:
            await client.connect()
        assert not client.connected
    assert open_sockets() == before
    return failed.value


class Listener:
    """Records snapshots, and checks that they are consistent."""

    def __init__(self) -> None:
        """Initialize without snapshots."""
        self.snapshots: list[Snapshot] = []
        self.changes: list[Changes] = []
        self._told = asyncio.Event()

    def __call__(self, snapshot: Snapshot, changes: Changes) -> None:
        """Record a snapshot, and check it."""
        self.changes.append(changes)
        self.snapshots.append(snapshot)
        self._told.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition, which is checked after every snapshot."""
        async with asyncio.timeout(TEST_TIMEOUT):
            while not condition():
                self._told.clear()
                await self._told.wait()


class RunningProjector(Projector):
    """A projector with its background task and a listener."""

    def __init__(self, simulator: Simulator, **options: Any) -> None:
        """Prepare to run a simulated projector, with its PIN."""
        self.listener = Listener()
        pin = options.pop("pin", simulator.pin)
        given: dict[str, Any] = {"timings": FAST_TIMINGS, "on_update": self.listener}
        super().__init__(
            simulator.host, simulator.port, pin, ProjectorOptions(**(given | options))
        )

    @property
    def values(self) -> Mapping[str, JsonValue]:
        """Return the current values."""
        return self.snapshot.values

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition, which is checked after every snapshot."""
        await self.listener.until(condition)

    async def until_value(self, name: str, value: JsonValue) -> None:
        """Wait until a property has a value."""
        await self.until(lambda: self.values.get(name) == value)

    async def until_reachable(self, reachable: bool = True) -> None:
        """Wait until the projector is reachable, or is not."""
        await self.until(lambda: self.snapshot.reachable is reachable)


@contextlib.asynccontextmanager
async def running_projector(
    simulator: Simulator, **options: Any
) -> AsyncIterator[RunningProjector]:
    """Connect to a projector and run it; check for leaks at the end."""
    projector = RunningProjector(simulator, **options)
    await projector.connect()
    async with running(projector):
        yield projector


@contextlib.asynccontextmanager
async def running(projector: Projector) -> AsyncIterator[asyncio.Task[None]]:
    """Run a projector while the context is entered."""
    task = asyncio.create_task(projector.run())
    await asyncio.sleep(0)  # a task that has not started cannot clean up
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
