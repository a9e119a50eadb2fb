"""The background task of a projector."""

import asyncio
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER
from custom_components.barco_pulse.pulse.exceptions import PulseConnectionError
from custom_components.barco_pulse.pulse.options import ProjectorOptions
from custom_components.barco_pulse.pulse.projector import Projector

from .common import (
    FAST_TIMINGS,
    INLET,
    SHORT_TIMEOUTS,
    RunningProjector,
    asked_again,
    open_sockets,
    running,
    running_projector,
)
from .conftest import StartProjector


async def test_run_connects_by_itself(start_projector: StartProjector) -> None:
    """Connect as soon as the projector is reachable."""
    simulator = await start_projector()
    simulator.faults.refuse = True
    projector = RunningProjector(simulator)
    async with running(projector):
        await projector.until(lambda: projector.snapshot.error)
        assert isinstance(projector.snapshot.error, PulseConnectionError)
        simulator.faults.refuse = False
        await projector.until_reachable()
        assert projector.identity is not None


@pytest.mark.parametrize("framing", ["both", "http-only"])
async def test_run_after_connect_keeps_the_connection(
    start_projector: StartProjector, framing: str
) -> None:
    """Keep a connection that was made before."""
    simulator = await start_projector(
        state="on", quirks={"framing": framing, "http_reply": "head"}
    )
    async with running_projector(simulator, timeouts=SHORT_TIMEOUTS) as projector:
        opened = simulator.counters.connections_opened
        simulator.change(INLET, 40)
        await projector.until_value(INLET, 40)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        assert simulator.counters.connections_opened == opened
        assert all(s.reachable for s in projector.listener.snapshots)


MOMENTS: dict[str, dict[str, Any]] = {
    "connected": {},
    "connecting": {"absent_connect": "hang"},
    "authenticating": {"methods": ("authenticate",)},
    "identifying": {"methods": ("property.get",)},
    "discovering": {"methods": ("introspect",)},
    "listing": {"methods": ("statistics.listcounters",)},
    "subscribing": {"methods": ("property.subscribe",)},
    "away": {"refuse": True},
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
async def test_cancelled_run_leaves_no_resources(
    start_projector: StartProjector, moment: dict[str, Any]
) -> None:
    """Leave no task, timer or socket after cancellation at any moment."""
    hanging = "absent_connect" in moment
    simulator = await start_projector(
        state="eco" if hanging else "on", quirks=moment if hanging else {}
    )
    if "methods" in moment:
        simulator.faults.methods = moment["methods"]
        simulator.faults.silence = True
    simulator.faults.refuse = moment.get("refuse", False)
    before, tasks = open_sockets(), asyncio.all_tasks()
    projector = RunningProjector(simulator)
    async with running(projector):
        if "methods" in moment:
            requests = simulator.counters.requests
            method = moment["methods"][0]
            await simulator.wait_until(lambda: requests[method] > 0)
        elif hanging:
            await asyncio.sleep(0.05)  # longer than the test
        else:
            await projector.until(lambda: projector.listener.snapshots)
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)
    assert open_sockets() == before
    assert asyncio.all_tasks() == tasks


async def test_run_can_run_again(start_projector: StartProjector) -> None:
    """Run again after an end."""
    simulator = await start_projector(state="on")
    projector = RunningProjector(simulator)
    for power in (30, 40):
        async with running(projector):
            simulator.device.put(LASER_POWER, power, tell=False)
            await projector.until_value(LASER_POWER, power)
        await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_failing_listener_is_logged(
    start_projector: StartProjector, caplog: pytest.LogCaptureFixture
) -> None:
    """Log the error of a listener, and go on."""
    simulator = await start_projector(state="on")
    listener = RunningProjector(simulator).listener
    faults = [RuntimeError("a bug above us")]

    def fail_once(snapshot: Any, changes: Any) -> None:
        listener(snapshot, changes)
        if faults:
            raise faults.pop()

    projector = Projector(
        simulator.host,
        simulator.port,
        simulator.pin,
        ProjectorOptions(timings=FAST_TIMINGS, on_update=fail_once),
    )
    async with running(projector):
        await listener.until(lambda: len(listener.snapshots) >= 3)
        assert projector.snapshot.reachable
    assert "a bug above us" in caplog.text
