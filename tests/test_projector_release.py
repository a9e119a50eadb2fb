"""A projector that is to be left to other controllers between two polls."""

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
"""Only what is asked for opens the connection."""


async def released(simulator: Simulator) -> None:
    """Wait until others can have the connection."""
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


def was_never_lost(projector: RunningProjector) -> bool:
    """Tell whether nobody ever heard of a loss."""
    return not projector.errors and all(
        snapshot.reachable for snapshot in projector.listener.snapshots
    )


@pytest.mark.parametrize("state", ["on"])
@pytest.mark.parametrize("model", MODELS)
async def test_polled(start_projector: StartProjector, model: str, state: str) -> None:
    """It reads all in one go, and leaves; nothing is ever to be pushed."""
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
    """However often it would be while it is on: others want to use it."""
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
    """Each opens the connection, is done, and what it changed is known soon."""
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
    """It looks at the projector as it is now, not as it was read."""
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


async def test_another_controller_has_it(start_projector: StartProjector) -> None:
    """Who has the connection meanwhile is not disturbed for as long as it needs."""
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


async def test_gone_between_two_polls(start_projector: StartProjector) -> None:
    """That is found out at the next poll, or by a command."""
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


async def test_what_comes_with_the_power(start_projector: StartProjector) -> None:
    """Objects that appear are found without being told."""
    simulator = await start_projector("hdr_cs", state="standby")
    async with running_projector(
        simulator, release_when_idle=True, timings=FREQUENT_POLLS
    ) as projector:
        assert SOURCE not in projector.values
        await released(simulator)
        simulator.device.power.start("on")
        await projector.until(lambda: SOURCE in projector.values)
        assert projector.snapshot.phase == "on"
