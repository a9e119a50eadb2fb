"""Projectors that close the connection after each HTTP response."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.protocol import Framing

from .common import (
    FAST_TIMINGS,
    SHORT_TIMEOUTS,
    TEST_TIMEOUT,
    client_of,
    connected,
    open_sockets,
    running_projector,
)
from .conftest import StartProjector

ONE_SHOT = {"framing": "http-only", "wrong_framing": "http-400", "http_close": True}


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize("reply", ["bare", "head"])
async def test_one_connection_per_request(
    start_projector: StartProjector, pin: str | None, reply: str
) -> None:
    """Send simultaneous requests one after the other, without losing any."""
    projector = await start_projector(
        state="on", pin=pin, quirks=ONE_SHOT | {"http_reply": reply}
    )
    before = open_sockets()
    lost: list[PulseError] = []
    async with connected(projector, on_disconnect=lost.append) as client:
        assert client.one_shot
        assert client.framing is Framing.HTTP
        name = {"property": "system.state"}
        opened = projector.counters.connections_opened
        requests = [client.request("property.get", name) for _ in range(6)]
        assert await asyncio.gather(*requests) == ["on"] * 6
        assert projector.counters.connections_opened == opened + 6
        assert projector.counters.connections_most == 1
        assert client.connected
        assert not lost
        if pin is None:
            assert await client.request("system.activity") is None
        else:
            with pytest.raises(PulsePermissionError):
                await client.request("system.activity")
        assert client.connected
        assert not client.pin_refused
    assert len(lost) == 1
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before


async def test_mode_ends_if_the_connection_stays_open(
    start_projector: StartProjector,
) -> None:
    """Keep the connection, and authenticate, once the projector keeps it open."""
    projector = await start_projector(state="on", quirks=ONE_SHOT)
    lost: list[PulseError] = []
    async with connected(projector, on_disconnect=lost.append) as client:
        projector.quirks.http_close = False
        assert await client.request("property.get", {"property": "system.state"})
        assert not client.connected
        assert len(lost) == 1
        await client.connect()
        assert not client.one_shot
        assert await client.request("system.activity") is None


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        ("silence", PulseTimeoutError),
        ("refuse", PulseConnectionError),
        ("accept_then_close", PulseConnectionError),
        ("close_mid_reply", PulseConnectionError),
    ],
)
async def test_failed_request_ends_the_connection(
    start_projector: StartProjector, fault: str, error_class: type[PulseError]
) -> None:
    """Fail the waiting request, and report the loss once."""
    projector = await start_projector(pin=None, quirks=ONE_SHOT)
    lost: list[PulseError] = []
    client = client_of(projector, timeouts=SHORT_TIMEOUTS, on_disconnect=lost.append)
    await client.connect()
    setattr(projector.faults, fault, True)
    before = open_sockets()
    name = {"property": "system.state"}
    answers = await asyncio.gather(
        *(client.request("property.get", name) for _ in range(3)),
        return_exceptions=True,
    )
    assert isinstance(answers[0], error_class)
    assert all(isinstance(answer, PulseError) for answer in answers)
    assert len(lost) == 1
    assert not client.connected
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before
    projector.faults.clear()
    await client.connect()
    assert await client.request("property.get", name) == "ready"
    await client.disconnect()


@pytest.mark.parametrize("hanging", ["answer", "connect"])
async def test_disconnect_during_a_request(
    start_projector: StartProjector, hanging: str
) -> None:
    """Fail the waiting request at once, and leave no socket."""
    projector = await start_projector(pin=None, quirks=ONE_SHOT)
    client = client_of(projector)
    await client.connect()
    if hanging == "answer":
        projector.faults.silence = True
    else:
        projector.quirks.absent_connect = "hang"
        projector.cut_mains()
    before = open_sockets()
    waiting = [asyncio.create_task(client.request("system.activity")) for _ in "abc"]
    await asyncio.sleep(0.05)  # no event shows that the request hangs
    async with asyncio.timeout(1):
        await client.disconnect()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {PulseConnectionError}
    assert open_sockets() == before


async def test_projector_is_polled(start_projector: StartProjector) -> None:
    """Poll without subscriptions, and send commands."""
    projector = await start_projector(state="on", pin=None, quirks=ONE_SHOT)
    timings = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT, poll_on=0.05)
    async with running_projector(projector, timings=timings) as followed:
        projector.change(LASER_POWER, 41)
        await followed.until_value(LASER_POWER, 41)
        await followed.set_property(LASER_POWER, 42)
        assert projector.get(LASER_POWER) == 42
        assert all(s.reachable for s in followed.listener.snapshots)

        projector.quirks.http_close = False
        await projector.wait_until(
            lambda: (
                bool(projector.connections)
                and bool(projector.connections[0].session.properties)
            )
        )
        projector.change(LASER_POWER, 43)
        await followed.until_value(LASER_POWER, 43)
    assert projector.counters.connections_most == 1


async def test_another_projector_is_noticed(start_projector: StartProjector) -> None:
    """Become unavailable if another projector answers, without a lost connection."""
    projector = await start_projector(state="on", pin=None, quirks=ONE_SHOT)
    timings = replace(FAST_TIMINGS, poll_on=0.05, slow_interval=0.1)
    async with running_projector(projector, timings=timings) as followed:
        serial_number = str(projector.get("system.serialnumber"))
        projector.change("system.serialnumber", "1999999999")
        await followed.until_reachable(False)
        assert isinstance(followed.snapshot.error, PulseDeviceMismatchError)
        projector.change("system.serialnumber", serial_number)
        await followed.until_reachable()
