"""What the tests of floors 1 to 3 share: the far end of a wire, and a listener."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import Timeouts
from custom_components.barco_pulse.pulse.exceptions import PulseError
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.options import ProjectorOptions
from custom_components.barco_pulse.pulse.projector import Projector
from custom_components.barco_pulse.pulse.snapshot import Changes, Snapshot
from custom_components.barco_pulse.pulse.timing import Timings
from simulator import Simulator

INLET = "environment.temperature.inlet.value"
"""A property that is read-only, pushed, and there when powered."""

TEST_TIMEOUT = 5.0
"""Seconds, real ones, until something that must happen has not happened."""

SHORT_TIMEOUTS = Timeouts(first_byte=0.2, between_chunks=0.2, response=0.4)
"""Short enough to wait for, where a deadline is the point."""

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
"""No pause where a pause is not the point; the resync stays too slow to help."""


def open_sockets() -> int:
    """Return how many sockets this process holds."""
    count = 0
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(link.readlink()).startswith("socket:")
    return count


def asked_again(
    simulator: Simulator, method: str, times: int = 1
) -> Callable[[], bool]:
    """Return a condition: from now on a projector was asked so many times for it."""
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
    """Return the objects that a projector was asked to describe; "" is the root."""
    return [str(params["object"]) for params in sent(simulator, "introspect")]


def subscribed(simulator: Simulator) -> set[str]:
    """Return what the one connection is subscribed to."""
    [connection] = simulator.connections
    return connection.session.properties


def reply(request: JsonObject, result: JsonValue) -> JsonObject:
    """Return the answer to a request."""
    return {"jsonrpc": "2.0", "id": request["id"], "result": result}


def refusal(request: JsonObject, error: JsonValue) -> JsonObject:
    """Return the answer to a request that is an error."""
    return {"jsonrpc": "2.0", "id": request["id"], "error": error}


def note(params: JsonObject) -> JsonObject:
    """Return a notification of changed properties."""
    return {"jsonrpc": "2.0", "method": "property.changed", "params": params}


class Line:
    """The projector's end of one connection, every byte of it written by a test."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take over an accepted connection."""
        self._reader = reader
        self._writer = writer
        self.unread = ""
        """What has come beyond the requests that were read."""

    async def read(self) -> dict[str, Any]:
        """Return the next request, bare JSON or behind an HTTP head."""
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
        """Read a request, answer it, return it."""
        request = await self.read()
        self.write(reply(request, result))
        return request

    async def refuse(self, error: JsonValue) -> None:
        """Read a request and answer it with an error."""
        self.write(refusal(await self.read(), error))

    async def closed(self) -> None:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(65536):
                pass

    def close(self) -> None:
        """Close this end."""
        self._writer.close()


type Talk = Callable[[Line], Awaitable[None]]


@contextlib.asynccontextmanager
async def serve(talk: Talk) -> AsyncIterator[int]:
    """Listen on a port of its own, yielded; do `talk` on every connection."""
    tasks: set[asyncio.Task[Any]] = set()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if (task := asyncio.current_task()) is not None:
            tasks.add(task)
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            await talk(Line(reader, writer))

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
    """Return a client that is not connected yet, with the right PIN if no other."""
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
    """Return how connecting to a server fails, having seen that it leaves no socket."""
    before = open_sockets()
    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, pin, timeouts=SHORT_TIMEOUTS)
        with pytest.raises(PulseError) as failed:
            await client.connect()
        assert not client.connected
    assert open_sockets() == before
    return failed.value


class Listener:
    """Everything that a projector told, and what it must never tell."""

    def __init__(self) -> None:
        """Begin before the first word."""
        self.snapshots: list[Snapshot] = []
        self.changes: list[Changes] = []
        self._told = asyncio.Event()

    def __call__(self, snapshot: Snapshot, changes: Changes) -> None:
        """Be told."""
        self.changes.append(changes)
        self.snapshots.append(snapshot)
        self._told.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds that is looked at after every snapshot."""
        async with asyncio.timeout(TEST_TIMEOUT):
            while not condition():
                self._told.clear()
                await self._told.wait()


class RunningProjector(Projector):
    """A projector that is run by its own task and listened to."""

    def __init__(self, simulator: Simulator, **options: Any) -> None:
        """Be ready for a simulated projector, with its PIN."""
        self.listener = Listener()
        pin = options.pop("pin", simulator.pin)
        given: dict[str, Any] = {"timings": FAST_TIMINGS, "on_update": self.listener}
        super().__init__(
            simulator.host, simulator.port, pin, ProjectorOptions(**(given | options))
        )

    @property
    def values(self) -> Mapping[str, JsonValue]:
        """What it says now."""
        return self.snapshot.values

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds that is looked at after every snapshot."""
        await self.listener.until(condition)

    async def until_value(self, name: str, value: JsonValue) -> None:
        """Wait until a property has a value."""
        await self.until(lambda: self.values.get(name) == value)

    async def until_reachable(self, reachable: bool = True) -> None:
        """Wait until it is reachable, or is not."""
        await self.until(lambda: self.snapshot.reachable is reachable)


@contextlib.asynccontextmanager
async def running_projector(
    simulator: Simulator, **options: Any
) -> AsyncIterator[RunningProjector]:
    """Connect to a projector and let it run; at the end nothing is left of it."""
    projector = RunningProjector(simulator, **options)
    await projector.connect()
    async with running(projector):
        yield projector


@contextlib.asynccontextmanager
async def running(projector: Projector) -> AsyncIterator[asyncio.Task[None]]:
    """Let a projector run as long as the context lasts."""
    task = asyncio.create_task(projector.run())
    await asyncio.sleep(0)  # what has not begun cannot clean up either
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
