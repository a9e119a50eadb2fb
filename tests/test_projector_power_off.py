"""Turn off by one step, and only while there is a picture."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import STATE

from .common import FAST_TIMINGS, TEST_TIMEOUT, running_projector
from .conftest import StartProjector
from .test_projector_power import NO_PUSH, OFF, PENDING, power_requests
from .test_session_reconnect import cut


@pytest.mark.parametrize(
    ("model", "quirks"), [("hdr_cs", {}), ("balder_cs", {}), ("udx", NO_PUSH)]
)
async def test_off(
    start_projector: StartProjector, model: str, quirks: dict[str, Any]
) -> None:
    """Send one request, and return when the state changes."""
    simulator = await start_projector(model, state="on", speed=100.0, quirks=quirks)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, poll_on=0.05)
    ) as projector:
        await projector.power_off()
        assert power_requests(simulator) == (0, 1)
        await projector.until(lambda: projector.snapshot.phase == "cooling")
        assert projector.snapshot.is_on is False


@pytest.mark.parametrize("state", ["ready", "deconditioning"])
async def test_off_while_off(start_projector: StartProjector, state: str) -> None:
    """Send no request, because a lower state may have no network."""
    simulator = await start_projector("hdr_cs", state=state)
    async with running_projector(simulator) as projector:
        await projector.power_off()
        assert power_requests(simulator) == (0, 0)
        assert simulator.state == state


async def test_off_while_warming_up(start_projector: StartProjector) -> None:
    """Show the command as pending until it is accepted."""
    simulator = await start_projector("hdr_cs", state="conditioning", speed=20.0)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, retry_busy=30)
    ) as projector:
        turning = asyncio.create_task(projector.power_off())
        await projector.until_value(PENDING, "off")
        assert projector.snapshot.phase == "warming"
        assert power_requests(simulator) == (0, 0)
        simulator.device.power.start("on")
        await turning
        assert PENDING not in projector.values
        assert power_requests(simulator) == (0, 1)
        await projector.until(lambda: projector.snapshot.phase == "cooling")


async def test_off_twice_before_the_state_changes(
    start_projector: StartProjector,
) -> None:
    """Send one request although the state has not changed yet."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        connection = simulator.connections[0]
        names = set(connection.session.properties)
        connection.session.properties.clear()  # no push arrives any more
        for _ in range(3):
            await projector.power_off()
        assert power_requests(simulator) == (0, 1)
        await simulator.wait_for_state("standby")
        connection.session.properties |= names
        simulator.change(STATE, "on")
        await simulator.wait_for_state("on")
        assert power_requests(simulator) == (0, 1)


async def test_off_and_on_and_off(start_projector: StartProjector) -> None:
    """Send a request again after the projector was on again."""
    simulator = await start_projector("hdr_cs", speed=1000.0)
    async with running_projector(simulator) as projector:
        for times in (1, 2):
            await projector.power_on()
            await projector.until_value(STATE, "on")
            await projector.power_off()
            await projector.until_value(STATE, "standby")
            assert power_requests(simulator) == (times, times)


@pytest.mark.parametrize(
    "quirks", [{"power_busy_code": -32009}, {"power_busy_code": -32000}], ids=str
)
async def test_off_while_busy(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Retry after each refusal."""
    simulator = await start_projector("hdr_cs", state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        simulator.faults.busy = True
        simulator.faults.methods = (OFF,)
        simulator.faults.count = 2
        await projector.power_off()
        assert power_requests(simulator) == (0, 3)
        await projector.until(lambda: projector.snapshot.is_on is False)


async def test_response_to_off_is_lost(start_projector: StartProjector) -> None:
    """Read the power state before sending the request again."""
    simulator = await start_projector("hdr_cs", state="on")
    timings = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT)
    async with running_projector(simulator, timings=timings) as projector:
        simulator.faults.methods = (OFF,)
        simulator.faults.close_mid_reply = True
        await projector.power_off()
        await projector.until_value(STATE, "standby")
        assert power_requests(simulator) == (0, 1)


async def test_off_during_a_short_disconnect(start_projector: StartProjector) -> None:
    """Wait for the reconnect, and send one request."""
    simulator = await start_projector("hdr_cs", state="on")
    timings = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT)
    async with running_projector(simulator, timings=timings) as projector:
        await cut(simulator)
        turning = asyncio.create_task(projector.power_off())
        _, pending = await asyncio.wait([turning], timeout=0.05)
        assert pending
        simulator.faults.clear()
        await turning
        assert power_requests(simulator) == (0, 1)
