"""Every wait has one deadline, which nothing extends."""

import asyncio
from collections.abc import Iterator
import contextlib

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import MAX_IN_FLIGHT
from custom_components.barco_pulse.pulse.deadlines import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.json_types import JsonObject

from .common import RawPeer, Talk, changed_properties, reply, serve

NEVER = 60.0
NOTE = changed_properties({"property": []})
LATE = 0.1
"""Seconds by which a deadline may be late, because it is checked at intervals."""


@contextlib.contextmanager
def ends_after(seconds: float) -> Iterator[None]:
    """Assert that this ends at a deadline, neither earlier nor much later."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    with pytest.raises(PulseTimeoutError):
        yield
    assert seconds - 0.01 <= loop.time() - begun < seconds + LATE


async def request_of(talk: Talk, timeouts: Timeouts) -> None:
    """Respond to the first request, then send one whose response is `talk`."""

    async def greet_and_talk(peer: RawPeer) -> None:
        await peer.answer()
        await peer.read()
        await talk(peer)
        await peer.closed()

    async with serve(greet_and_talk) as port:
        client = PulseClient("127.0.0.1", port, timeouts=timeouts)
        await client.connect()
        try:
            await client.request("m")
        finally:
            assert not client.connected
            await client.disconnect()


async def trickle(peer: RawPeer, pause: float, *messages: bytes | JsonObject) -> None:
    """Write messages with a pause before each, until the peer disconnects."""
    for message in messages:
        await asyncio.sleep(pause)
        peer.write(message)


async def test_first_byte() -> None:
    """Stop waiting for the first byte before the deadline of a response."""
    with ends_after(0.1):
        await request_of(RawPeer.closed, Timeouts(first_byte=0.1, response=NEVER))


async def test_between_chunks() -> None:
    """Stop if a message is not continued."""

    async def talk(peer: RawPeer) -> None:
        peer.write(b'{"id":2,"res')

    timeouts = Timeouts(first_byte=NEVER, between_chunks=0.1, response=NEVER)
    with ends_after(0.1):
        await request_of(talk, timeouts)


async def test_complete_response() -> None:
    """Stop at the deadline of the response while chunks arrive in time."""

    async def talk(peer: RawPeer) -> None:
        peer.write(b'{"id":2,"result":"')
        await trickle(peer, 0.02, *[b"x"] * 100)

    timeouts = Timeouts(first_byte=NEVER, between_chunks=NEVER, response=0.2)
    with ends_after(0.2):
        await request_of(talk, timeouts)


async def test_notifications_do_not_extend_the_deadline() -> None:
    """Stop at the deadline while notifications arrive."""

    async def talk(peer: RawPeer) -> None:
        await trickle(peer, 0.02, *[NOTE] * 100)

    timeouts = Timeouts(first_byte=0.1, between_chunks=0.1, response=0.3)
    with ends_after(0.3):
        await request_of(talk, timeouts)


async def test_invalid_bytes_do_not_extend_the_deadline() -> None:
    """Stop at the deadline while bytes without messages arrive."""

    async def talk(peer: RawPeer) -> None:
        await trickle(peer, 0.02, *[b"\0\r\n"] * 100)

    timeouts = Timeouts(first_byte=0.1, between_chunks=0.1, response=0.3)
    with ends_after(0.3):
        await request_of(talk, timeouts)


async def test_queued_requests_share_the_deadline() -> None:
    """Fail twenty requests to a silent projector as fast as one."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        await peer.closed()

    async with serve(talk) as port:
        timeouts = Timeouts(first_byte=0.2, response=NEVER)
        client = PulseClient("127.0.0.1", port, timeouts=timeouts)
        await client.connect()
        with ends_after(0.2):
            answers = await asyncio.gather(
                *(client.request("m") for _ in range(20)), return_exceptions=True
            )
            kinds = {type(answer) for answer in answers}
            assert kinds <= {PulseTimeoutError, PulseConnectionError}
            raise next(a for a in answers if isinstance(a, PulseTimeoutError))


@pytest.mark.parametrize(
    "timeouts",
    [
        Timeouts(between_chunks=0.1),
        Timeouts(first_byte=NEVER, between_chunks=NEVER, response=0.2),
    ],
    ids=["stops", "trickles"],
)
async def test_endless_notification_closes_the_connection(timeouts: Timeouts) -> None:
    """Close the connection if a notification does not end."""
    lost = asyncio.Event()
    stops = timeouts.between_chunks < NEVER

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        peer.write(b'{"jsonrpc":"2.0","method":"property.cha')
        await trickle(peer, 0.02, *([] if stops else [b"x"] * 100))
        await peer.closed()

    async with serve(talk) as port:
        client = PulseClient(
            "127.0.0.1",
            port,
            timeouts=timeouts,
            on_disconnect=lambda error: lost.set(),
        )
        await client.connect()
        async with asyncio.timeout(0.2 + LATE):
            await lost.wait()
        assert not client.connected


async def test_slow_response_in_time() -> None:
    """Accept a response with pauses shorter than the deadlines."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        peer.write(NOTE)
        await peer.read()
        chunks = (b'{"id":2', b',"result"', b":1}")
        await trickle(peer, 0.05, *chunks)
        await peer.closed()

    async with serve(talk) as port:
        timeouts = Timeouts(first_byte=1, between_chunks=1, response=2)
        client = PulseClient("127.0.0.1", port, timeouts=timeouts)
        await client.connect()
        assert await client.request("m") == 1
        assert client.connected
        await client.disconnect()


async def test_idle_connection_has_no_deadline() -> None:
    """Keep a silent connection without requests."""

    async def talk(peer: RawPeer) -> None:
        request = await peer.read()
        peer.write(b'{"id":%d' % request["id"])
        await trickle(peer, 0.01, b',"result":"on"}')
        await peer.answer("still on")
        await peer.closed()

    async with serve(talk) as port:
        tight = Timeouts(first_byte=0.1, between_chunks=0.1, response=0.1)
        client = PulseClient("127.0.0.1", port, timeouts=tight)
        await client.connect()
        await asyncio.sleep(0.3)  # tests a duration
        assert client.connected
        assert await client.request("m") == "still on"
        await client.disconnect()


async def test_only_one_request_is_late() -> None:
    """Fail only the request without a response if a later one got its response."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        await peer.read()
        await peer.answer("second")
        await peer.answer("third")
        await peer.closed()

    async with serve(talk) as port:
        timeouts = Timeouts(first_byte=NEVER, response=0.4)
        client = PulseClient("127.0.0.1", port, timeouts=timeouts)
        await client.connect()
        first, second = (asyncio.create_task(client.request("m")) for _ in range(2))
        assert await second == "second"
        with pytest.raises(PulseTimeoutError):
            async with asyncio.timeout(NEVER):
                await first
        assert client.connected
        assert await client.request("m") == "third"
        await client.disconnect()


async def test_timeout_in_the_queue() -> None:
    """Fail a request that waits too long in the queue, and keep the connection."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        for _ in range(2):
            requests = [await peer.read() for _ in range(MAX_IN_FLIGHT)]
            await asyncio.sleep(0.3)
            peer.write(*(reply(request, None) for request in requests))
        await peer.answer("next")
        await peer.closed()

    async with serve(talk) as port:
        timeouts = Timeouts(first_byte=0.4, response=0.4)
        client = PulseClient("127.0.0.1", port, timeouts=timeouts)
        await client.connect()
        answers = await asyncio.gather(
            *(client.request("m") for _ in range(3 * MAX_IN_FLIGHT)),
            return_exceptions=True,
        )
        served, unserved = answers[: 2 * MAX_IN_FLIGHT], answers[2 * MAX_IN_FLIGHT :]
        assert set(served) == {None}
        assert {type(answer) for answer in unserved} == {PulseTimeoutError}
        assert await client.request("m") == "next"
        await client.disconnect()
