"""A connection that is cut for a moment, and who commands meanwhile."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, SOURCE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseTimeoutError,
)
from simulator import Simulator
from simulator.traffic import Record

from .common import (
    FAST_TIMINGS,
    SHORT_TIMEOUTS,
    TEST_TIMEOUT,
    RunningProjector,
    connected,
    running,
    running_projector,
)
from .conftest import StartProjector

LONG_DELAY = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT)
"""A cut that ends within a test is a short one."""
SHORT_DELAY = replace(FAST_TIMINGS, unavailable_delay=0.1)


def always_reachable(projector: RunningProjector) -> bool:
    """Tell whether nobody ever heard that it was out of reach."""
    return all(snapshot.reachable for snapshot in projector.listener.snapshots)


async def cut(simulator: Simulator) -> None:
    """Cut the connection, and let there be no other one until faults are cleared."""
    simulator.faults.refuse = True
    simulator.drop()
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_a_short_cut_is_not_told(start_projector: StartProjector) -> None:
    """What changed meanwhile is known afterwards, and the loss is in the report."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        await cut(simulator)
        simulator.device.put(LASER_POWER, 33, tell=False)
        simulator.faults.clear()
        await projector.until_value(LASER_POWER, 33)
        assert projector.snapshot.reachable
        assert always_reachable(projector)
        assert len(projector.errors) == 1
        assert simulator.counters.connections_opened == 2


async def test_cut_after_cut(start_projector: StartProjector) -> None:
    """Each has a grace of its own: short ones do not add up."""
    simulator = await start_projector(state="on")
    loop = asyncio.get_running_loop()
    timings = replace(
        FAST_TIMINGS, unavailable_delay=0.5, reconnect_min=0.04, reconnect_max=0.04
    )
    async with running_projector(simulator, timings=timings) as projector:
        begun = loop.time()
        number = 30
        while loop.time() - begun < 0.7:
            number += 1
            simulator.device.put(LASER_POWER, number, tell=False)
            simulator.drop()
            await projector.until_value(LASER_POWER, number)
        assert always_reachable(projector)


async def test_a_long_cut_is_told(start_projector: StartProjector) -> None:
    """After the grace, once, with why it is out of reach now."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        begun = asyncio.get_running_loop().time()
        await cut(simulator)
        assert projector.snapshot.reachable
        await projector.until_reachable(False)
        assert (
            asyncio.get_running_loop().time() - begun >= SHORT_DELAY.unavailable_delay
        )
        assert isinstance(projector.snapshot.error, PulseConnectionError)
        assert projector.snapshot.state == "on", "what was known stays"
        simulator.faults.clear()
        await projector.until_reachable()
        told = [snapshot.reachable for snapshot in projector.listener.snapshots]
        assert told.count(False) == 1


async def test_the_grace_does_not_begin_anew(start_projector: StartProjector) -> None:
    """Failing again and again is one absence."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        async with asyncio.timeout(10 * SHORT_DELAY.unavailable_delay):
            await projector.until_reachable(False)
        assert simulator.counters.connections_opened > 2


async def test_a_command_waits_for_the_end_of_a_cut(
    start_projector: StartProjector,
) -> None:
    """It is done once, and nobody hears of the cut."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        await cut(simulator)
        commands = [
            asyncio.create_task(projector.activate_profile("Café")),
            asyncio.create_task(projector.get_property(SOURCE)),
        ]
        _, pending = await asyncio.wait(commands, timeout=0.05)
        assert pending == set(commands)
        simulator.faults.clear()
        *_, source = await asyncio.gather(*commands)
        assert source == simulator.get(SOURCE)
        assert simulator.counters.requests["profile.activateprofile"] == 1
        assert always_reachable(projector)


async def test_a_command_does_not_wait_longer_than_for_an_answer(
    start_projector: StartProjector,
) -> None:
    """Whoever commands hears by then, though the grace goes on."""
    simulator = await start_projector(state="on")
    async with running_projector(
        simulator, timings=LONG_DELAY, timeouts=SHORT_TIMEOUTS
    ) as projector:
        await cut(simulator)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        with pytest.raises(PulseTimeoutError):
            await projector.set_property(LASER_POWER, 50)
        assert (
            SHORT_TIMEOUTS.response
            <= loop.time() - begun
            < SHORT_TIMEOUTS.response + 0.5
        )
        assert always_reachable(projector)
        simulator.faults.clear()
        await projector.set_property(LASER_POWER, 60)
        assert simulator.counters.requests["property.set"] == 1


async def test_the_end_of_the_grace_ends_the_wait(
    start_projector: StartProjector,
) -> None:
    """A command fails as soon as it is known to be in vain, and once."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        await cut(simulator)
        async with asyncio.timeout(TEST_TIMEOUT):
            with pytest.raises(PulseConnectionError):
                await projector.activate_profile("Café")
        assert not projector.snapshot.reachable
        simulator.faults.clear()
        await projector.until_reachable()
        assert "profile.activateprofile" not in simulator.counters.requests


async def test_a_long_attempt_is_part_of_the_pause(
    start_projector: StartProjector,
) -> None:
    """F1: after an attempt that took as long as the pause, the next follows at once."""
    simulator = await start_projector(state="on")
    timings = replace(LONG_DELAY, reconnect_min=1.0, reconnect_max=1.0)
    timeouts = replace(SHORT_TIMEOUTS, first_byte=0.8, response=0.9)
    simulator.faults.silence = True
    loop = asyncio.get_running_loop()
    times: dict[str, list[float]] = {"opened": [], "closed": []}

    def note(record: Record) -> None:
        times.get(str(record.data), []).append(loop.time())

    simulator.watch(note)
    projector = RunningProjector(simulator, timings=timings, timeouts=timeouts)
    async with running(projector):
        # No framing is known: an attempt takes two connections.
        await simulator.wait_until(lambda: len(times["opened"]) == 3)
    assert times["opened"][2] - times["closed"][1] < 0.5


@pytest.mark.parametrize("fault", ["close_mid_reply", "reset_mid_reply"])
async def test_what_does_no_harm_is_repeated_once(
    start_projector: StartProjector, fault: str
) -> None:
    """A property that was being read or set when the connection was cut."""
    simulator = await start_projector(state="on")
    requests = simulator.counters.requests
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.faults.methods = ("property.set",)
        simulator.faults.count = 1
        setattr(simulator.faults, fault, True)
        await projector.set_property(LASER_POWER, 50)
        assert requests["property.set"] == 2
        assert simulator.get(LASER_POWER) == 50

        simulator.faults.methods = ("property.set",)
        setattr(simulator.faults, fault, True)
        with pytest.raises(PulseConnectionError):
            await projector.set_property(LASER_POWER, 60)
        assert requests["property.set"] == 4


async def test_reading_is_repeated(start_projector: StartProjector) -> None:
    """The caller sees the value, not the cut."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.faults.methods = ("property.get",)
        simulator.faults.count = 1
        simulator.faults.close_mid_reply = True
        assert await projector.get_property(SOURCE) == simulator.get(SOURCE)
        assert simulator.counters.connections_opened == 2


async def test_what_may_do_harm_is_not_repeated(
    start_projector: StartProjector,
) -> None:
    """Nobody knows whether it was done; whoever asked may look."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.faults.methods = ("system.gotoready",)
        simulator.faults.close_mid_reply = True
        with pytest.raises(PulseConnectionError):
            await projector.command("system.gotoready")
        await projector.until(lambda: projector.snapshot.state != "on")
        assert simulator.counters.requests["system.gotoready"] == 1
        assert always_reachable(projector)


async def test_nobody_connects_again(start_projector: StartProjector) -> None:
    """Without a task that would, a command does not wait for it."""
    simulator = await start_projector(state="on")
    projector = RunningProjector(simulator, timings=LONG_DELAY)
    with pytest.raises(PulseConnectionError):
        await projector.set_property(LASER_POWER, 50)
    await projector.connect()
    await projector.set_property(LASER_POWER, 50)
    simulator.faults.methods = ("property.set",)
    simulator.faults.close_mid_reply = True
    async with asyncio.timeout(1):
        with pytest.raises(PulseConnectionError):
            await projector.set_property(LASER_POWER, 60)
        with pytest.raises(PulseConnectionError):
            await projector.set_property(LASER_POWER, 70)
    assert simulator.counters.requests["property.set"] == 2
    await projector.disconnect()


async def test_the_task_ends_amid_a_cut(start_projector: StartProjector) -> None:
    """Whoever waits for the connection is told."""
    simulator = await start_projector(state="on")
    projector = RunningProjector(simulator, timings=LONG_DELAY)
    await projector.connect()
    async with running(projector):
        await cut(simulator)
        waiting = asyncio.create_task(projector.set_property(LASER_POWER, 50))
        _, pending = await asyncio.wait([waiting], timeout=0.05)
        assert pending
    async with asyncio.timeout(1):
        with pytest.raises(PulseError):
            await waiting
    told = len(projector.listener.snapshots)
    await asyncio.sleep(0)
    assert len(projector.listener.snapshots) == told


async def test_what_is_definite_has_no_grace(start_projector: StartProjector) -> None:
    """A PIN that is wrong now will not be right in a moment."""
    simulator = await start_projector(state="on", personality={"without_pin": "none"})
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.pin = "99999"
        simulator.drop()
        async with asyncio.timeout(1):
            await projector.until_reachable(False)
            with pytest.raises(PulseAuthenticationError):
                await projector.set_property(LASER_POWER, 50)


@pytest.mark.parametrize("fault", ["accept_then_close", "connection_limit"])
async def test_crowded(start_projector: StartProjector, fault: str) -> None:
    """Others hold all the connections it has: told after the grace, as long as so."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        async with connected(simulator):
            setattr(simulator.faults, fault, 1)
            ours, _ = simulator.connections
            ours.drop()
            await projector.until_reachable(False)
            assert projector.snapshot.connection_limit_reached
            assert isinstance(projector.snapshot.error, PulseConnectionLimitError)
            simulator.faults.clear()
        await projector.until_reachable()
        assert not any(
            s.connection_limit_reached
            for s in projector.listener.snapshots
            if s.reachable
        )


async def test_merely_away_is_not_crowded(start_projector: StartProjector) -> None:
    """A closed port tells nothing of others."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        await cut(simulator)
        await projector.until_reachable(False)
        assert not projector.snapshot.connection_limit_reached
