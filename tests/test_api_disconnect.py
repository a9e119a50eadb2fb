"""The end of a connection, and the next connection."""

import asyncio
from pathlib import Path

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import MAX_IN_FLIGHT
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
)

from .common import TEST_TIMEOUT, RawPeer, connected, open_sockets, serve
from .conftest import StartProjector


async def test_disconnect_ends_waiting_requests(
    start_projector: StartProjector,
) -> None:
    """Fail sent and queued requests, and leave no socket."""
    projector = await start_projector()
    before = open_sockets()
    lost: list[PulseError] = []
    async with connected(projector, on_disconnect=lost.append) as client:
        projector.faults.silence = True
        waiting = [
            asyncio.create_task(client.request("system.activity"))
            for _ in range(MAX_IN_FLIGHT + 2)
        ]
        requests = projector.counters.requests
        await projector.wait_until(
            lambda: requests["system.activity"] == MAX_IN_FLIGHT, 5
        )
        await client.disconnect()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(answer) for answer in answers} == {PulseConnectionError}
        await client.disconnect()
        assert not client.connected
        with pytest.raises(PulseConnectionError):
            await client.request("system.activity")
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before
    assert len(lost) == 1


async def test_disconnect_from_a_peer_that_does_not_read() -> None:
    """Close the socket although data cannot be sent."""
    before = open_sockets()
    done = asyncio.Event()

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        await done.wait()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port)
        await client.connect()
        waiting = asyncio.create_task(client.request("m", "x" * 16_000_000))
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            await client.disconnect()
        done.set()
        with pytest.raises(PulseConnectionError):
            await waiting
    assert open_sockets() == before


async def test_cancelled_disconnect(start_projector: StartProjector) -> None:
    """Close the socket although the caller was cancelled."""
    projector = await start_projector()
    before = open_sockets()
    lost = asyncio.Event()
    async with connected(projector, on_disconnect=lambda error: lost.set()) as client:
        disconnecting = asyncio.create_task(client.disconnect())
        await asyncio.sleep(0)
        disconnecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await disconnecting
        assert not client.connected
        async with asyncio.timeout(TEST_TIMEOUT):
            await lost.wait()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before


@pytest.mark.parametrize("reset", [False, True])
async def test_projector_disconnects(
    start_projector: StartProjector, reset: bool
) -> None:
    """Fail waiting requests, report the loss once, and leave no socket."""
    projector = await start_projector()
    before = open_sockets()
    lost: list[PulseError] = []
    async with connected(projector, on_disconnect=lost.append) as client:
        projector.faults.silence = True
        waiting = asyncio.create_task(client.request("system.activity"))
        await projector.wait_until(lambda: projector.counters.replies == 1)
        projector.drop(reset=reset)
        with pytest.raises(PulseConnectionError):
            await waiting
        assert not client.connected
        await projector.wait_until(lambda: projector.counters.connections_open == 0)
        assert [type(error) for error in lost] == [PulseConnectionError]
        assert open_sockets() == before


async def test_reconnect_after_disconnect(start_projector: StartProjector) -> None:
    """Use one client for several connections, one at a time."""
    projector = await start_projector()
    async with connected(projector) as client:
        for _ in range(3):
            await client.connect()
            assert await client.request("system.activity") is None
    assert projector.counters.connections_opened == 4
    assert projector.counters.connections_most == 1


async def test_never_connected() -> None:
    """Raise errors for requests without a connection; disconnect does nothing."""
    client = PulseClient("127.0.0.1", 9)
    await client.disconnect()
    assert not client.connected
    with pytest.raises(PulseConnectionError):
        await client.request("system.activity")


async def test_keep_alive(start_projector: StartProjector) -> None:
    """Set keep-alive, so that the kernel detects unreachable hosts."""
    projector = await start_projector(pin=None)
    async with connected(projector):
        peer = f"0100007F:{projector.port:04X}"
        rows = [r.split() for r in Path("/proc/net/tcp").read_text().splitlines()]
        [timer] = [row[5] for row in rows if row[2] == peer and row[3] == "01"]
    assert timer.startswith("02:")
