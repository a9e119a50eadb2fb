"""Release the connection to other controllers between polls."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, SOURCE, STATE
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    SHORT_TIMEOUTS,
    RunningProjector,
    asked_again,
    running_projector,
)
from .conftest import StartProjector

HEALTH = "environment.alarmstate"
MODELS = ["hdr_cs", "balder_cs"]
FREQUENT_POLLS = replace(
    FAST_TIMINGS, poll_on=0.02, poll_changing=0.02, poll_idle=0.1, poll_released=0.1
)
RARE_POLLS = replace(FAST_TIMINGS, poll_on=0.02, poll_released=3600, poll_idle=3600)
"""Polls so rare that only commands open the connection."""


async def released(simulator: Simulator) -> None:
    """Wait until the connection is released."""
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


def was_never_lost(projector: RunningProjector) -> bool:
    """Return whether no loss was published."""
    return not projector.errors and all(
        snapshot.reachable for snapshot in projector.listener.snapshots
    )


@pytest.mark.parametrize("state", ["on"])
@pytest.mark.parametrize("model", MODELS)
async def test_polled(start_projector: StartProjector, model: str, state: str) -> None:
    """Read everything in one batch, release, and never subscribe."""
    simulator = await start_projector(model, state=state)
    async with running_projector(
        simulator, release_when_idle=True, timings=FREQUENT_POLLS
    ) as projector:
        for value in ("Warning", "Error", "Warning"):
            await released(simulator)
            assert projector.snapshot.reachable
            simulator.change(HEALTH, value)
            await projector.until_value(HEALTH, value)
        assert simulator.counters.connections_opened >= 3
        assert simulator.counters.connections_most == 1
        assert was_never_lost(projector)
        assert not projector.subscribed
    requests = simulator.counters.requests
    assert not {m for m in requests if m.endswith("subscribe")}


async def test_not_polled_too_often(start_projector: StartProjector) -> None:
    """Poll slowly while on, because other controllers need the connection."""
    simulator = await start_projector(state="on")
    loop = asyncio.get_running_loop()
    times: list[float] = []
    simulator.watch(lambda r: times.append(loop.time()) if r.data == "opened" else None)
    async with running_projector(
        simulator, release_when_idle=True, timings=FREQUENT_POLLS
    ):
        await simulator.wait_until(lambda: len(times) >= 5)
    assert times[4] - times[0] > 3.5 * FREQUENT_POLLS.poll_released


@pytest.mark.parametrize("model", MODELS)
async def test_commands(start_projector: StartProjector, model: str) -> None:
    """Connect for each command, and read its effect soon."""
    simulator = await start_projector(model, state="on")
    async with running_projector(
        simulator, release_when_idle=True, timings=RARE_POLLS
    ) as projector:
        source = next(
            s for s in simulator.model.sources if s != projector.values[SOURCE]
        )
        await released(simulator)
        await projector.select_source(source)
        await projector.until_value(SOURCE, source)
        await released(simulator)
        await projector.set_property(LASER_POWER, 55)
        await projector.until_value(LASER_POWER, 55)
        await released(simulator)
        assert await projector.get_property(STATE) == "on"
        await released(simulator)
        assert was_never_lost(projector)
        assert simulator.counters.connections_most == 1


async def test_power(start_projector: StartProjector) -> None:
    """Read the power state before a power command."""
    simulator = await start_projector("hdr_cs", speed=1000.0)
    async with running_projector(
        simulator, release_when_idle=True, timings=RARE_POLLS
    ) as projector:
        await released(simulator)
        simulator.device.power.start("on")
        await projector.power_on()
        assert simulator.counters.requests["system.poweron"] == 0
        await released(simulator)
        await projector.power_off()
        assert simulator.counters.requests["system.poweroff"] == 1
        await projector.until(lambda: projector.snapshot.is_on is False)


async def test_other_controller_holds_the_connection(
    start_projector: StartProjector,
) -> None:
    """Wait until the other controller disconnects."""
    simulator = await start_projector(state="on")
    simulator.faults.connection_limit = 1
    async with running_projector(
        simulator, release_when_idle=True, timings=RARE_POLLS
    ) as projector:
        await released(simulator)
        reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
        await simulator.wait_until(lambda: simulator.counters.connections_open == 1)
        assert projector.snapshot.reachable
        assert simulator.counters.connections_opened == 2
        assert not reader.at_eof()
        writer.close()
        await released(simulator)
        await projector.set_property(LASER_POWER, 44)
        assert simulator.get(LASER_POWER) == 44


async def test_unreachable_between_polls(start_projector: StartProjector) -> None:
    """Detect the loss at the next poll or command."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(
        simulator,
        release_when_idle=True,
        timings=FREQUENT_POLLS,
        timeouts=SHORT_TIMEOUTS,
    ) as projector:
        await released(simulator)
        simulator.faults.refuse = True
        await projector.until_reachable(False)
        simulator.faults.clear()
        await projector.until_reachable()
        await released(simulator)
        asked = asked_again(simulator, "property.get")
        await simulator.wait_until(asked)


async def test_objects_that_appear_when_turned_on(
    start_projector: StartProjector,
) -> None:
    """Find new objects without a signal."""
    simulator = await start_projector("hdr_cs", state="standby")
    async with running_projector(
        simulator, release_when_idle=True, timings=FREQUENT_POLLS
    ) as projector:
        assert SOURCE not in projector.values
        await released(simulator)
        simulator.device.power.start("on")
        await projector.until(lambda: SOURCE in projector.values)
        assert projector.snapshot.phase == "on"
