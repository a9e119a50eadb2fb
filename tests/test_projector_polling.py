"""Poll a projector that does not push, and release its connection."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    LASER_POWER,
    SOURCE,
    SOURCES,
    STATE,
)
from custom_components.barco_pulse.pulse.deadlines import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.timing import Timings
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    TEST_TIMEOUT,
    RunningProjector,
    asked_again,
    running,
    running_projector,
)
from .conftest import StartProjector

NO_PUSH: Mapping[str, Any] = {
    "absent_methods": ("property.subscribe", "signal.subscribe")
}
FAST_POLLING = replace(FAST_TIMINGS, poll_on=0.02, poll_changing=0.02, poll_idle=0.05)
SLOW_IDLE_POLLING = replace(FAST_POLLING, poll_idle=30.0)


async def until_released(simulator: Simulator, projector: RunningProjector) -> None:
    """Wait until the connection is released after the next read."""

    def released() -> bool:
        projector.refresh()
        return simulator.counters.connections_open == 0

    await simulator.wait_until(released)


def opened_times(simulator: Simulator, times: int) -> Callable[[], bool]:
    """Return a condition: this number of connections was opened in total."""
    return lambda: simulator.counters.connections_opened == times


async def test_changes_are_found_by_polling(start_projector: StartProjector) -> None:
    """Read one batch per poll, and keep the connection while the projector is on."""
    simulator = await start_projector(state="on", quirks=NO_PUSH)
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        for power in (30, 40):
            simulator.change(LASER_POWER, power)
            await projector.until_value(LASER_POWER, power)
        requests = simulator.counters.requests
        before = requests.copy()
        await simulator.wait_until(asked_again(simulator, "property.get", 5))
        assert (requests - before).keys() == {"property.get"}
        assert simulator.counters.connections_opened == 1


async def test_poll_interval_follows_the_power_state(
    start_projector: StartProjector,
) -> None:
    """Poll fast while on, and slowly otherwise."""
    simulator = await start_projector("minimal", state="on")
    timings = replace(FAST_POLLING, poll_on=0.03, poll_idle=30)
    loop = asyncio.get_running_loop()
    async with running_projector(simulator, timings=timings) as projector:
        begun = loop.time()
        await simulator.wait_until(asked_again(simulator, "property.get", 10))
        assert 0.2 < loop.time() - begun < 2

        simulator.change(STATE, "standby")
        await projector.until_value(STATE, "standby")
        polled = asked_again(simulator, "property.get", 10)
        with pytest.raises(TimeoutError):
            await simulator.wait_until(polled, 0.6)


async def test_connection_is_released_between_slow_polls(
    start_projector: StartProjector,
) -> None:
    """Stay available while other controllers have the connection."""
    simulator = await start_projector("minimal")
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        for opened in range(2, 5):
            await until_released(simulator, projector)
            assert projector.snapshot.reachable
            await simulator.wait_until(opened_times(simulator, opened))
        simulator.change(STATE, "on")
        await projector.until_value(STATE, "on")
        opened = simulator.counters.connections_opened
        await simulator.wait_until(asked_again(simulator, "property.get", 5))
        assert simulator.counters.connections_opened == opened, "kept while on"
        assert simulator.counters.connections_most == 1
        assert all(s.reachable for s in projector.listener.snapshots)


async def test_command_reconnects_a_released_connection(
    start_projector: StartProjector,
) -> None:
    """Reconnect for a command without waiting for the next poll."""
    simulator = await start_projector("minimal")
    async with running_projector(
        simulator, timings=replace(SLOW_IDLE_POLLING, retry_busy=TEST_TIMEOUT)
    ) as projector:
        await until_released(simulator, projector)
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert simulator.counters.requests["system.poweron"] == 1
        assert simulator.counters.connections_opened == 2


async def test_no_release_during_a_command(start_projector: StartProjector) -> None:
    """Keep the connection until the command has its response."""
    simulator = await start_projector("minimal")
    async with running_projector(simulator, timings=SLOW_IDLE_POLLING) as projector:
        await until_released(simulator, projector)
        simulator.faults.methods = ("system.poweron",)
        simulator.faults.delay = 0.2
        sent = asked_again(simulator, "system.poweron")
        switching = asyncio.create_task(projector.power_on())
        await simulator.wait_until(sent)
        projector.refresh()
        await switching


async def test_refresh_reconnects_a_released_connection(
    start_projector: StartProjector,
) -> None:
    """Reconnect for a refresh."""
    simulator = await start_projector("minimal")
    async with running_projector(simulator, timings=SLOW_IDLE_POLLING) as projector:
        await until_released(simulator, projector)
        simulator.change(STATE, "ready")
        projector.refresh()
        await projector.until_value(STATE, "ready")


async def test_command_to_a_released_unreachable_projector(
    start_projector: StartProjector,
) -> None:
    """Raise the error to the caller, and recover afterwards."""
    simulator = await start_projector("minimal")
    timeouts = Timeouts(connect=0.2, first_byte=0.2, response=0.2)
    async with running_projector(
        simulator, timings=SLOW_IDLE_POLLING, timeouts=timeouts
    ) as projector:
        await until_released(simulator, projector)
        simulator.faults.refuse = True
        async with asyncio.timeout(1):
            with pytest.raises((PulseConnectionError, PulseTimeoutError)):
                await projector.power_on()
        await projector.until_reachable(False)

        opened = simulator.counters.connections_opened
        simulator.faults.refuse = False
        await projector.until_reachable()
        await until_released(simulator, projector)
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert simulator.counters.connections_opened == opened + 2


async def test_poll_of_an_unreachable_projector(
    start_projector: StartProjector,
) -> None:
    """Detect the loss at the next poll, and recover later."""
    simulator = await start_projector("minimal")
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        await until_released(simulator, projector)
        simulator.faults.refuse = True
        await projector.until_reachable(False)
        simulator.faults.refuse = False
        await projector.until_reachable()
        simulator.change(STATE, "on")
        await projector.until_value(STATE, "on")


async def test_other_projector_at_the_next_poll(
    start_projector: StartProjector,
) -> None:
    """Check the serial number on every new connection."""
    simulator = await start_projector("minimal")
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        await until_released(simulator, projector)
        simulator.device.put("system.serialnumber", "0000000001", tell=False)
        simulator.change(STATE, "on")
        await projector.until_reachable(False)
        assert projector.snapshot.state == "standby", "no values of the other projector"


async def test_wrong_pin_at_a_poll(start_projector: StartProjector) -> None:
    """Send a changed PIN once, and go on reading without it."""
    simulator = await start_projector(quirks=NO_PUSH)
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        await until_released(simulator, projector)
        tries = simulator.counters.requests["authenticate"]
        simulator.pin = "99999"
        await projector.until(lambda: projector.snapshot.pin_refused)
        simulator.change(STATE, "on")
        await projector.until_value(STATE, "on")
        assert projector.snapshot.reachable
        assert simulator.counters.requests["authenticate"] == tries + 1


async def test_wrong_pin_at_a_poll_and_nothing_to_read(
    start_projector: StartProjector,
) -> None:
    """Report the wrong PIN if reading needs it, and do not send it again."""
    locked = {**NO_PUSH, "without_pin": "none"}
    simulator = await start_projector(quirks=locked)
    projector = RunningProjector(simulator, timings=FAST_POLLING)
    await projector.connect()
    async with running(projector):
        await until_released(simulator, projector)
        tries = simulator.counters.requests["authenticate"]
        simulator.pin = "99999"
        await projector.until_reachable(False)
        opened = simulator.counters.connections_opened
        await simulator.wait_until(
            lambda: simulator.counters.connections_opened > opened + 3
        )
        assert isinstance(projector.snapshot.error, PulseAuthenticationError)
        assert simulator.counters.requests["authenticate"] == tries + 1


async def test_set_value_is_read_at_once(start_projector: StartProjector) -> None:
    """Read a value after setting it, and publish no empty source name."""
    simulator = await start_projector(state="on", speed=50.0, quirks=NO_PUSH)
    async with running_projector(simulator, timings=Timings(poll_on=0.5)) as projector:
        async with asyncio.timeout(0.4):
            await projector.set_property(LASER_POWER, 40)
            await projector.until_value(LASER_POWER, 40)
        await projector.set_property(SOURCE, "SDI")
        await projector.until_value(SOURCE, "SDI")
        sources = {s.values.get(SOURCE) for s in projector.listener.snapshots}
        assert sources == {"HDMI", "SDI"}


async def test_power_command_polls_fast(
    start_projector: StartProjector,
) -> None:
    """Poll fast after a power command until the state changes."""
    simulator = await start_projector("udx", quirks=NO_PUSH)
    async with running_projector(simulator, timings=SLOW_IDLE_POLLING) as projector:
        await projector.power_on()
        await projector.until_value(STATE, "on")
        await projector.power_off()
        await projector.until_value(STATE, "ready")


async def test_subscriptions_are_retried_after_a_reconnect(
    start_projector: StartProjector,
) -> None:
    """Subscribe again after a reconnect, because the firmware may be new."""
    simulator = await start_projector(state="on", quirks=NO_PUSH)
    async with running_projector(simulator, timings=FAST_POLLING) as projector:
        simulator.quirks.absent_methods = ()
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        await simulator.wait_until(
            lambda: any(c.session.properties for c in simulator.connections)
        )
        simulator.change(LASER_POWER, 44)
        await projector.until_value(LASER_POWER, 44)
        polled = asked_again(simulator, "property.get", 3)
        with pytest.raises(TimeoutError):
            await simulator.wait_until(polled, 0.2)


async def test_signals_missed_while_released(
    start_projector: StartProjector,
) -> None:
    """Introspect again, because signals may have been missed."""
    quirks = {"absent_methods": ("property.subscribe",)}
    simulator = await start_projector(quirks=quirks)
    async with running_projector(
        simulator, timings=replace(FAST_POLLING, resync_interval=0.1)
    ) as projector:
        assert SOURCES in projector.values
        await until_released(simulator, projector)
        simulator.quirks.absent_methods += ("image.source.list",)
        await projector.until(lambda: SOURCES not in projector.values)
        assert projector.snapshot.reachable
