"""Short disconnects, and commands during them."""

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
"""Timings with an unavailable delay that is longer than a test."""
SHORT_DELAY = replace(FAST_TIMINGS, unavailable_delay=0.1)


def always_reachable(projector: RunningProjector) -> bool:
    """Return whether no snapshot was unreachable."""
    return all(snapshot.reachable for snapshot in projector.listener.snapshots)


async def cut(simulator: Simulator) -> None:
    """Close the connection, and refuse others until faults are cleared."""
    simulator.faults.refuse = True
    simulator.drop()
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_short_disconnect_is_not_published(
    start_projector: StartProjector,
) -> None:
    """Read what changed, and record the loss in the diagnostics."""
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


async def test_repeated_short_disconnects(start_projector: StartProjector) -> None:
    """Start the unavailable delay again with each disconnect."""
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


async def test_long_disconnect_is_published_once(
    start_projector: StartProjector,
) -> None:
    """Publish the reason after the unavailable delay."""
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
        assert projector.snapshot.state == "on", "the last values are kept"
        simulator.faults.clear()
        await projector.until_reachable()
        published = [snapshot.reachable for snapshot in projector.listener.snapshots]
        assert published.count(False) == 1


async def test_failed_attempts_do_not_extend_the_delay(
    start_projector: StartProjector,
) -> None:
    """Count several failed attempts as one disconnect."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        async with asyncio.timeout(10 * SHORT_DELAY.unavailable_delay):
            await projector.until_reachable(False)
        assert simulator.counters.connections_opened > 2


async def test_command_waits_for_the_reconnect(
    start_projector: StartProjector,
) -> None:
    """Send the command once after the reconnect."""
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


async def test_command_waits_at_most_the_response_timeout(
    start_projector: StartProjector,
) -> None:
    """Raise an error at the response timeout during a longer delay."""
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


async def test_end_of_the_unavailable_delay_fails_commands(
    start_projector: StartProjector,
) -> None:
    """Raise an error once when the projector becomes unavailable."""
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


async def test_pause_includes_the_duration_of_the_attempt(
    start_projector: StartProjector,
) -> None:
    """Start the next attempt at once after a long one."""
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
        # Without a known framing, an attempt takes two connections.
        await simulator.wait_until(lambda: len(times["opened"]) == 3)
    assert times["opened"][2] - times["closed"][1] < 0.5


@pytest.mark.parametrize("fault", ["close_mid_reply", "reset_mid_reply"])
async def test_interrupted_get_and_set_are_repeated_once(
    start_projector: StartProjector, fault: str
) -> None:
    """Repeat an interrupted read or set of a property."""
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


async def test_interrupted_read_returns_the_value(
    start_projector: StartProjector,
) -> None:
    """Return the value after the reconnect."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.faults.methods = ("property.get",)
        simulator.faults.count = 1
        simulator.faults.close_mid_reply = True
        assert await projector.get_property(SOURCE) == simulator.get(SOURCE)
        assert simulator.counters.connections_opened == 2


async def test_interrupted_method_is_not_repeated(
    start_projector: StartProjector,
) -> None:
    """Raise an error, because the method may have been called."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.faults.methods = ("system.gotoready",)
        simulator.faults.close_mid_reply = True
        with pytest.raises(PulseConnectionError):
            await projector.command("system.gotoready")
        await projector.until(lambda: projector.snapshot.state != "on")
        assert simulator.counters.requests["system.gotoready"] == 1
        assert always_reachable(projector)


async def test_command_without_the_background_task(
    start_projector: StartProjector,
) -> None:
    """Fail at once if no task reconnects."""
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


async def test_task_ends_during_a_disconnect(start_projector: StartProjector) -> None:
    """Raise an error to waiting callers."""
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
    published = len(projector.listener.snapshots)
    await asyncio.sleep(0)
    assert len(projector.listener.snapshots) == published


async def test_wrong_pin_is_published_at_once(start_projector: StartProjector) -> None:
    """Publish a wrong PIN without the unavailable delay."""
    simulator = await start_projector(state="on", quirks={"without_pin": "none"})
    async with running_projector(simulator, timings=LONG_DELAY) as projector:
        simulator.pin = "99999"
        simulator.drop()
        async with asyncio.timeout(1):
            await projector.until_reachable(False)
            with pytest.raises(PulseAuthenticationError):
                await projector.set_property(LASER_POWER, 50)


@pytest.mark.parametrize("fault", ["accept_then_close", "connection_limit"])
async def test_connection_limit(start_projector: StartProjector, fault: str) -> None:
    """Publish the connection limit after the delay, as long as it lasts."""
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


async def test_closed_port_is_no_connection_limit(
    start_projector: StartProjector,
) -> None:
    """Do not report the connection limit for a closed port."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=SHORT_DELAY) as projector:
        await cut(simulator)
        await projector.until_reachable(False)
        assert not projector.snapshot.connection_limit_reached
