"""The five bugs that this project was founded on must never come back."""

import asyncio
from collections.abc import Callable
import logging
from typing import Literal

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseInvalidStateError,
    PulseProtocolError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.protocol import Framing
from simulator import Simulator

from .common import (
    SHORT_TIMEOUTS,
    TEST_TIMEOUT,
    Line,
    client_of,
    connected,
    open_sockets,
    serve,
)
from .conftest import StartProjector


@pytest.mark.parametrize("half_open", [False, True, "fin"])
async def test_founding_bug_1_stale_connection_is_closed_before_the_next(
    start_projector: StartProjector, half_open: bool | Literal["fin"]
) -> None:
    """Whatever became of the old connection, it is gone before there is a new one."""
    projector = await start_projector()
    async with connected(projector) as client:
        sockets = open_sockets()
        for number in range(1, 4):
            projector.connections[0].faults.half_open = half_open
            await client.connect()
            assert await client.request("system.activity") is None
            assert projector.counters.connections_opened == number + 1
            assert projector.counters.connections_open == 1
            assert open_sockets() == sockets
    assert projector.counters.connections_most == 1


async def test_founding_bug_2_deadlines_do_not_add_up(
    start_projector: StartProjector,
) -> None:
    """Byte after byte just in time: the whole answer has its own deadline.

    Each chunk comes after 0.9 of the time allowed between two chunks; all of them
    would take 46 seconds.
    """
    projector = await start_projector(values={"system.name": "x" * 256})
    timeouts = Timeouts(first_byte=0.2, between_chunks=0.2, response=0.6)
    async with connected(projector, timeouts=timeouts) as client:
        projector.faults.drip = 0.18
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.timeout(TEST_TIMEOUT):
            with pytest.raises(PulseTimeoutError):
                await client.request("property.get", {"property": "system.name"})
        assert loop.time() - begun < 1
        assert not client.connected


@pytest.mark.parametrize("code", [-32009, -32000])
async def test_founding_bug_3_busy_is_a_state(
    start_projector: StartProjector, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    """A busy projector says so once: no reconnect, no retry, no line in the log."""
    projector = await start_projector(
        state="on", speed=1.0, personality={"power_busy_code": code}
    )
    lost: list[PulseError] = []
    async with connected(projector, on_disconnect=lost.append) as client:
        await client.request("system.poweroff")
        with pytest.raises(PulseInvalidStateError, match="busy") as busy:
            await client.request("system.poweron")
        assert busy.value.code == code
        assert not busy.value.not_found
        assert client.connected
        assert await client.request("system.activity") is None
        assert projector.counters.requests["system.poweron"] == 1
        assert projector.counters.connections_opened == 1
        assert lost == []
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert [r for r in ours if r.levelno > logging.DEBUG] == []


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"", PulseTimeoutError),
        (b'{"jsonrpc":"2.0","id":2,"result":"ol', PulseTimeoutError),
        (b'{"jsonrpc":"2.0","id":2,"result":old}', PulseProtocolError),
        (b'{"id":2,"result":' + b"[" * 2000 + b"]" * 2000 + b"}", PulseProtocolError),
        (b'{"id":2,"result":"' + b"x" * 9_000_000, PulseProtocolError),
    ],
    ids=["silent", "half", "broken", "deep", "large"],
)
async def test_founding_bug_4_broken_stream_is_never_used_again(
    beginning: bytes, kind: type[PulseError]
) -> None:
    """After a deadline or a broken message the next request runs on a new connection.

    What the old one still says (the rest of the answer, the late answer) is heard by
    nobody, though the ids are the same.
    """
    lines: list[Line] = []

    async def talk(line: Line) -> None:
        lines.append(line)
        await line.answer()
        request = await line.read()
        if len(lines) == 1:
            line.write(beginning)
            await line.closed()
            return
        lines[0].write(b'd"}', {"id": request["id"], "result": "old"})
        line.write({"id": request["id"], "result": "new"})
        await line.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, timeouts=SHORT_TIMEOUTS)
        await client.connect()
        with pytest.raises(kind):
            await client.request("m")
        assert not client.connected
        with pytest.raises(PulseConnectionError):
            await client.request("m")
        await client.connect()
        assert await client.request("m") == "new"
        await client.disconnect()
    assert len(lines) == 2


async def test_founding_bug_4_late_answer_is_dropped(
    start_projector: StartProjector,
) -> None:
    """The answer that comes after its deadline is not the next request's answer."""
    projector = await start_projector()
    async with connected(projector, timeouts=SHORT_TIMEOUTS) as client:
        projector.faults.delay = 0.3
        projector.faults.count = 1
        name, state = {"property": "system.name"}, {"property": "system.state"}
        with pytest.raises(PulseTimeoutError):
            await client.request("property.get", name)
        await client.connect()
        assert await client.request("property.get", state) == "ready"
        assert projector.counters.connections_opened == 2
        assert projector.counters.connections_most == 1


def refused(projector: Simulator) -> None:
    """Let the PIN be wrong."""
    projector.pin = "54321"


def hung(projector: Simulator) -> None:
    """Let authentication, and all else, have no end."""
    projector.faults.silence = True


def garbled(projector: Simulator) -> None:
    """Let the answer to it be no JSON."""
    projector.faults.garbage = b'{"jsonrpc":garbled}'


def halved(projector: Simulator) -> None:
    """Let the answer to it stop in the middle."""
    projector.faults.drip = 10.0


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (refused, PulseAuthenticationError),
        (hung, PulseTimeoutError),
        (halved, PulseTimeoutError),
        (garbled, PulseProtocolError),
    ],
)
async def test_founding_bug_5_failed_authentication_leaves_no_socket(
    start_projector: StartProjector,
    spoil: Callable[[Simulator], None],
    kind: type[PulseError],
) -> None:
    """Seen by the projector and by this process."""
    projector = await start_projector()
    before = open_sockets()
    options = {"pin": projector.pin, "framing": Framing.RAW, "timeouts": SHORT_TIMEOUTS}
    spoil(projector)
    for tries in range(1, 4):
        client = client_of(projector, **options)
        with pytest.raises(kind):
            await client.connect()
        assert not client.connected
        await projector.wait_until(lambda: projector.counters.connections_open == 0)
        assert open_sockets() == before
        assert projector.counters.requests["authenticate"] >= tries


async def test_founding_bug_5_cancelled_authentication_leaves_no_socket(
    start_projector: StartProjector,
) -> None:
    """Home Assistant may lose patience at any moment."""
    projector = await start_projector()
    before = open_sockets()
    projector.faults.auth_hang = True
    client = client_of(projector)
    connecting = asyncio.create_task(client.connect())
    requests = projector.counters.requests
    await projector.wait_until(lambda: requests["authenticate"] == 1)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert not client.connected
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before


async def test_founding_bug_5_connecting_may_be_cancelled_at_any_moment(
    start_projector: StartProjector,
) -> None:
    """Step by step through the event loop: no moment at which a socket is left."""
    projector = await start_projector()
    before = open_sockets()
    client = client_of(projector)
    for steps in range(100):
        connecting = asyncio.create_task(client.connect())
        for _ in range(steps):
            await asyncio.sleep(0)
        if connecting.done():
            break
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        assert not client.connected
        await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert connecting.done()
    assert steps > 3
    await client.disconnect()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before
