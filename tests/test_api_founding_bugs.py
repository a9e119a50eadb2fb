"""The five bugs of earlier integrations, which must not come back."""

import asyncio
from collections.abc import Callable
import logging
from typing import Literal

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.deadlines import Timeouts
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
    RawPeer,
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
    """Close the old connection before the next one opens."""
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
    """Apply one deadline to a response that arrives byte by byte.

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
    """Raise the busy error without reconnect, retry or log message."""
    projector = await start_projector(
        state="on", speed=1.0, quirks={"power_busy_code": code}
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
    ("beginning", "error_class"),
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
    beginning: bytes, error_class: type[PulseError]
) -> None:
    """Send the next request on a new connection after a deadline or an invalid message.

    The rest of the old response, or a late one, is ignored although the ids are equal.
    """
    peers: list[RawPeer] = []

    async def talk(peer: RawPeer) -> None:
        peers.append(peer)
        await peer.answer()
        request = await peer.read()
        if len(peers) == 1:
            peer.write(beginning)
            await peer.closed()
            return
        peers[0].write(b'd"}', {"id": request["id"], "result": "old"})
        peer.write({"id": request["id"], "result": "new"})
        await peer.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, timeouts=SHORT_TIMEOUTS)
        await client.connect()
        with pytest.raises(error_class):
            await client.request("m")
        assert not client.connected
        with pytest.raises(PulseConnectionError):
            await client.request("m")
        await client.connect()
        assert await client.request("m") == "new"
        await client.disconnect()
    assert len(peers) == 2


async def test_founding_bug_4_late_response_is_dropped(
    start_projector: StartProjector,
) -> None:
    """Do not take a late response for that of the next request."""
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
    """Make the PIN wrong."""
    projector.pin = "54321"


def hung(projector: Simulator) -> None:
    """Send no responses at all."""
    projector.faults.silence = True


def garbled(projector: Simulator) -> None:
    """Respond to authentication with invalid JSON."""
    projector.faults.garbage = b'{"jsonrpc":garbled}'


def halved(projector: Simulator) -> None:
    """Stop in the middle of the response to authentication."""
    projector.faults.drip = 10.0


@pytest.mark.parametrize(
    ("spoil", "error_class"),
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
    error_class: type[PulseError],
) -> None:
    """Leave no socket, seen by the projector and by this process."""
    projector = await start_projector()
    before = open_sockets()
    options = {"pin": projector.pin, "framing": Framing.RAW, "timeouts": SHORT_TIMEOUTS}
    spoil(projector)
    for tries in range(1, 4):
        client = client_of(projector, **options)
        with pytest.raises(error_class):
            await client.connect()
        assert not client.connected
        await projector.wait_until(lambda: projector.counters.connections_open == 0)
        assert open_sockets() == before
        assert projector.counters.requests["authenticate"] >= tries


async def test_founding_bug_5_cancelled_authentication_leaves_no_socket(
    start_projector: StartProjector,
) -> None:
    """Leave no socket if Home Assistant cancels."""
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
    """Leave no socket after cancellation in any step of the event loop."""
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
