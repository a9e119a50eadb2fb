"""Lose the connection and reconnect."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from custom_components.barco_pulse.pulse import api
from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseError,
    PulsePermissionError,
)
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    INLET,
    SHORT_TIMEOUTS,
    RunningProjector,
    open_sockets,
    running,
    running_projector,
)
from .conftest import StartProjector


def dropped(simulator: Simulator) -> None:
    """Close the connection."""
    simulator.drop()


def reset(simulator: Simulator) -> None:
    """Reset the connection."""
    simulator.drop(reset=True)


def half_closed(simulator: Simulator) -> None:
    """Close one direction."""
    simulator.connections[0].faults.half_open = "fin"


def vanished(simulator: Simulator) -> None:
    """Drop the connection silently; only the resync detects it."""
    simulator.connections[0].faults.half_open = True


def silenced(simulator: Simulator) -> None:
    """Stop responding; only the resync detects it."""
    simulator.connections[0].faults.silence = True


def garbled(simulator: Simulator) -> None:
    """Respond with invalid JSON; only the resync detects it."""
    simulator.connections[0].faults.garbage = b'{"jsonrpc":garbled}'


def endless(simulator: Simulator) -> None:
    """Respond without an end; only the resync detects it."""
    simulator.connections[0].faults.endless = True


@pytest.mark.parametrize(
    ("lose", "resync"),
    [
        (dropped, 30),
        (reset, 30),
        (half_closed, 30),
        (vanished, 0.1),
        (silenced, 0.1),
        (garbled, 0.1),
        (endless, 0.1),
    ],
)
async def test_reconnect_after_each_kind_of_loss(
    start_projector: StartProjector, lose: Callable[[Simulator], None], resync: float
) -> None:
    """Report each kind of loss, and reconnect once."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, resync_interval=resync)
    async with running_projector(
        simulator, timeouts=SHORT_TIMEOUTS, timings=timings
    ) as projector:
        before = open_sockets()
        lose(simulator)
        simulator.device.put(LASER_POWER, 33, tell=False)
        await projector.until_reachable(False)
        error = projector.snapshot.error
        assert isinstance(error, PulseError)
        assert projector.snapshot.state == "on", "the last values are kept"
        await projector.until_reachable()
        assert projector.snapshot.error is None
        assert projector.values[LASER_POWER] == 33

        simulator.change(INLET, 40)
        await projector.until_value(INLET, 40)
        await simulator.wait_until(lambda: simulator.counters.connections_open == 1)
        assert open_sockets() == before
        assert simulator.counters.connections_opened == 2
        assert simulator.counters.connections_most == 1


async def test_attempts_back_off(
    start_projector: StartProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Increase the delay between attempts."""
    simulator = await start_projector()
    loop = asyncio.get_running_loop()
    times: list[float] = []
    monkeypatch.setattr(api, "_THOROUGH_EVERY", 1000)  # one connection per attempt
    simulator.watch(lambda r: times.append(loop.time()) if r.data == "opened" else None)
    timings = replace(
        FAST_TIMINGS, reconnect_min=0.01, reconnect_max=1, reconnect_factor=0.5
    )
    async with running_projector(simulator, timings=timings):
        simulator.faults.accept_then_close = True
        simulator.drop()
        await simulator.wait_until(lambda: len(times) == 10)
    gaps = [later - sooner for sooner, later in pairwise(times[1:])]
    assert min(gaps) >= 0.008
    assert sum(gaps[-2:]) > 4 * sum(gaps[:2])


async def test_delay_is_reset_after_a_reconnect(
    start_projector: StartProjector,
) -> None:
    """Start with the shortest delay after each reconnect."""
    simulator = await start_projector()
    loop = asyncio.get_running_loop()
    timings = replace(
        FAST_TIMINGS, reconnect_min=0.01, reconnect_max=5, reconnect_factor=0.5
    )
    async with running_projector(simulator, timings=timings) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until_reachable(False)
        began = loop.time()
        await simulator.wait_until(lambda: loop.time() > began + 1)
        simulator.faults.accept_then_close = False
        await projector.until_reachable()

        simulator.drop()
        await projector.until_reachable(False)
        began = loop.time()
        await projector.until_reachable()
        assert loop.time() - began < 0.3


async def test_repeated_failures_are_not_published(
    start_projector: StartProjector,
) -> None:
    """Publish nothing if attempts fail with the same error."""
    simulator = await start_projector()
    async with running_projector(simulator) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until_reachable(False)
        opened = simulator.counters.connections_opened
        await simulator.wait_until(
            lambda: simulator.counters.connections_opened > opened + 5
        )
        published = [s for s in projector.listener.snapshots if not s.reachable]
        assert len({repr(s.error) for s in published}) == len(published)


async def test_other_projector_at_the_address(
    start_projector: StartProjector,
) -> None:
    """Stay unavailable until the right projector is back."""
    simulator = await start_projector("minimal", state="on", pin=None)
    async with running_projector(simulator) as projector:
        ours = simulator.get("system.serialnumber")
        simulator.device.put("system.serialnumber", "0000000001", tell=False)
        simulator.change(STATE, "ready")
        simulator.drop()
        await projector.until_reachable(False)
        await simulator.wait_until(lambda: simulator.counters.connections_opened > 4)
        await projector.until(lambda: "nother" in str(projector.snapshot.error))
        assert projector.snapshot.state == "on", "no values of the other projector"

        simulator.device.put("system.serialnumber", ours, tell=False)
        await projector.until_reachable()
        assert projector.snapshot.state == "ready"


async def test_wrong_pin_at_run_time(start_projector: StartProjector) -> None:
    """Send a changed PIN once, and retry only reading."""
    simulator = await start_projector(state="on", quirks={"without_pin": "none"})
    projector = RunningProjector(simulator)
    await projector.connect()
    async with running(projector):
        simulator.pin = "99999"
        simulator.drop()
        await projector.until_reachable(False)
        opened = simulator.counters.connections_opened
        await simulator.wait_until(
            lambda: simulator.counters.connections_opened > opened + 3
        )
        assert not projector.snapshot.reachable
        assert isinstance(projector.snapshot.error, PulseAuthenticationError)
        assert projector.listener.snapshots[-1] is projector.snapshot
        assert simulator.counters.requests["authenticate"] == 2
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_reading_forbidden_at_run_time(start_projector: StartProjector) -> None:
    """Read again once the projector permits it without a PIN."""
    simulator = await start_projector(pin=None)
    projector = RunningProjector(simulator, pin=None)
    async with running(projector):
        await projector.until_reachable()
        simulator.pin = "12345"
        simulator.quirks.without_pin = "none"
        simulator.drop()
        await projector.until(
            lambda: isinstance(projector.snapshot.error, PulsePermissionError)
        )
        simulator.pin = None
        await projector.until_reachable()


async def test_recent_errors_are_recorded(
    start_projector: StartProjector,
) -> None:
    """Record recent losses with time and reason, without the PIN."""
    simulator = await start_projector()
    async with running_projector(simulator) as projector:
        assert not projector.errors
        for losses in range(1, 13):
            simulator.drop()
            await projector.until_reachable(False)
            await projector.until_reachable()
            assert len(projector.errors) == min(losses, 10)
        for time, error in projector.errors:
            assert datetime.fromisoformat(time).utcoffset() == timedelta(0)
            assert error.startswith("PulseConnectionError")
            assert str(simulator.pin) not in error
        assert projector.counters["connections"] == 13


async def test_a_command_ends_the_pause(start_projector: StartProjector) -> None:
    """Connect soon after a command, however long the pause would have lasted."""
    simulator = await start_projector(state="on")
    timings = replace(
        FAST_TIMINGS, unavailable_delay=0.5, reconnect_factor=1e6, reconnect_max=3600
    )
    async with running_projector(simulator, timings=timings) as projector:
        simulator.faults.refuse = True
        simulator.drop()
        await projector.until_reachable(False)
        simulator.faults.clear()
        with pytest.raises(PulseError):
            await projector.set_property(LASER_POWER, 50)
        await projector.until_reachable()
