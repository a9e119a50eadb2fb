"""The trace of connections: each event, with its bytes and its reason."""

import asyncio
import json

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
)
from custom_components.barco_pulse.pulse.options import ProjectorOptions
from custom_components.barco_pulse.pulse.projector import Projector
from custom_components.barco_pulse.pulse.protocol import Framing
from custom_components.barco_pulse.pulse.trace import TraceEvent, TraceKind

from .common import SHORT_TIMEOUTS, TEST_TIMEOUT, RawPeer, client_of, connected, serve
from .conftest import StartProjector

GET_STATE = {"property": "system.state"}


def kinds(events: list[TraceEvent], connection: int) -> list[str]:
    """Return the kinds of the events of one connection, in their order."""
    return [e.kind.name for e in events if e.connection == connection]


async def test_session(start_projector: StartProjector) -> None:
    """Report opening, the bytes in both directions, and the end."""
    projector = await start_projector(state="on", pin=None)
    events: list[TraceEvent] = []

    async with connected(projector, trace=events.append) as client:
        before = len(events)
        await client.request("property.get", GET_STATE)
        sent, received = events[before:]

    assert kinds(events[:2], 1) == ["OPENING", "OPENED"]
    assert (sent.kind, received.kind) == (TraceKind.SENT, TraceKind.RECEIVED)
    assert json.loads(sent.data)["params"] == GET_STATE
    assert json.loads(received.data)["result"] == "on"
    assert events[-1].kind is TraceKind.CLOSED
    assert str(events[-1].error) == "Disconnected"
    assert {event.framing for event in events} == {Framing.RAW}
    times = [event.time for event in events]
    assert times == sorted(times)


async def test_connections_have_numbers(start_projector: StartProjector) -> None:
    """Count the connections of a client, also those for one request."""
    one_shot = {"framing": "http-only", "wrong_framing": "http-400", "http_close": True}
    projector = await start_projector(state="on", pin=None, quirks=one_shot)
    events: list[TraceEvent] = []

    async with connected(projector, trace=events.append) as client:
        first = client.counters["connections"] + 1
        for _ in range(2):
            await client.request("property.get", GET_STATE)

    for number in (first, first + 1):
        assert kinds(events, number) == [
            "OPENING",
            "OPENED",
            "SENT",
            "RECEIVED",
            "CLOSED",
        ]
    assert events[-1].framing is Framing.HTTP
    assert events[0].framing is Framing.RAW


async def test_failing_trace(
    start_projector: StartProjector, caplog: pytest.LogCaptureFixture
) -> None:
    """Log the exception of a trace once, and keep the connection."""
    projector = await start_projector(state="on", pin=None)

    def fail(event: TraceEvent) -> None:
        if event.kind is TraceKind.RECEIVED:
            raise RuntimeError("no space left")

    async with connected(projector, trace=fail) as client:
        for _ in range(3):
            assert await client.request("property.get", GET_STATE) == "on"

    assert caplog.text.count("RuntimeError: no space left") == 1
    caplog.clear()


async def test_refused(start_projector: StartProjector) -> None:
    """Report why a connection could not be opened."""
    projector = await start_projector()
    projector.faults.refuse = True
    events: list[TraceEvent] = []

    with pytest.raises(PulseConnectionError) as refused:
        await client_of(projector, trace=events.append).connect()

    assert kinds(events, 1) == ["OPENING", "FAILED"]
    assert str(events[-1].error) == str(refused.value)


async def test_canceled(start_projector: StartProjector) -> None:
    """Report the end of a connection whose opening is canceled."""
    projector = await start_projector()
    events: list[TraceEvent] = []
    opening = asyncio.Event()

    def note(event: TraceEvent) -> None:
        events.append(event)
        opening.set()

    connecting = asyncio.create_task(client_of(projector, trace=note).connect())
    await opening.wait()
    connecting.cancel()
    await asyncio.wait([connecting])

    assert connecting.cancelled()
    assert kinds(events, 1) == ["OPENING", "FAILED"]


async def test_closed_by_the_projector() -> None:
    """Report what was received before the end, although it is no message."""

    async def talk(line: RawPeer) -> None:
        await line.read()
        line.write(b"go away")

    events: list[TraceEvent] = []
    async with serve(talk) as port:
        client = PulseClient(
            "127.0.0.1", port, timeouts=SHORT_TIMEOUTS, trace=events.append
        )
        with pytest.raises(PulseError):
            await client.connect()

    assert kinds(events, 1) == ["OPENING", "OPENED", "SENT", "RECEIVED", "CLOSED"]
    assert events[3].data == b"go away"
    assert "closed the connection" in str(events[4].error)


async def test_stop(start_projector: StartProjector) -> None:
    """Report nothing more once the trace is stopped, on any connection."""
    simulator = await start_projector(state="on", pin=None)
    events: list[TraceEvent] = []
    options = ProjectorOptions(trace=events.append)
    projector = Projector(simulator.host, simulator.port, None, options)
    async with asyncio.timeout(TEST_TIMEOUT):
        await projector.connect()
    assert events

    projector.stop_trace()
    events.clear()
    await projector.read_everything()
    await projector.stop()

    assert events == []
