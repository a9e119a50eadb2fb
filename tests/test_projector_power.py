"""Turn on and off in each power state."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseInvalidStateError,
    PulsePermissionError,
)
from simulator import Simulator

from .common import FAST_TIMINGS, TEST_TIMEOUT, RunningProjector, running_projector
from .conftest import StartProjector

MODELS = ["hdr_cs", "balder_cs", "udx"]
ON = "system.poweron"
OFF = "system.poweroff"
PENDING = "pending.power"
NO_PUSH = {"absent_methods": ["property.subscribe"]}


def power_requests(simulator: Simulator) -> tuple[int, int]:
    """Return how often the projector was asked to turn on, and off."""
    return simulator.counters.requests[ON], simulator.counters.requests[OFF]


async def waiting_for_on(projector: RunningProjector) -> asyncio.Task[None]:
    """Turn on where the command must wait."""
    task = asyncio.create_task(projector.power_on())
    await projector.until_value(PENDING, "on")
    return task


@pytest.mark.parametrize(
    ("model", "state", "quirks"),
    [
        ("hdr_cs", "standby", {}),
        ("balder_cs", "ready", {}),
        ("udx", "standby", NO_PUSH),
    ],
)
async def test_on(
    start_projector: StartProjector,
    model: str,
    state: str,
    quirks: dict[str, Any],
) -> None:
    """Send one request, and return when the projector is warming up."""
    simulator = await start_projector(model, state=state, speed=20.0, quirks=quirks)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, retry_busy=5)
    ) as projector:
        async with asyncio.timeout(TEST_TIMEOUT):
            await projector.power_on()
        assert simulator.state != state or simulator.device.power.target == "on"
        assert power_requests(simulator) == (1, 0)
        assert PENDING not in projector.values


@pytest.mark.parametrize(
    ("model", "state", "quirks"),
    [("hdr_cs", "on", {}), ("udx", "conditioning", NO_PUSH)],
)
async def test_on_while_on(
    start_projector: StartProjector,
    model: str,
    state: str,
    quirks: dict[str, Any],
) -> None:
    """Send no request if the projector is on."""
    simulator = await start_projector(model, state=state, quirks=quirks)
    async with running_projector(simulator) as projector:
        await projector.power_on()
        assert power_requests(simulator) == (0, 0)


async def test_on_after_an_unseen_change(start_projector: StartProjector) -> None:
    """Read the power state first if nothing is pushed."""
    simulator = await start_projector("hdr_cs", quirks=NO_PUSH)
    async with running_projector(simulator) as projector:
        simulator.device.power.start("on")
        assert projector.snapshot.state == "standby"
        await projector.power_on()
        assert power_requests(simulator) == (0, 0)
        await projector.power_off()
        assert power_requests(simulator) == (0, 1)


async def test_simultaneous_commands_to_turn_on(
    start_projector: StartProjector,
) -> None:
    """Send one request for several callers."""
    simulator = await start_projector("hdr_cs", speed=20.0)
    async with running_projector(simulator) as projector:
        await asyncio.gather(*(projector.power_on() for _ in range(5)))
        assert power_requests(simulator) == (1, 0)


@pytest.mark.parametrize("model", MODELS)
async def test_on_while_cooling_down(
    start_projector: StartProjector, model: str
) -> None:
    """Show the command as pending, and send it when it is accepted."""
    simulator = await start_projector(model, state="deconditioning", speed=20.0)
    timings = replace(FAST_TIMINGS, retry_busy=30, introspection_interval=30)
    async with running_projector(simulator, timings=timings) as projector:
        assert projector.snapshot.phase == "cooling"
        turning = await waiting_for_on(projector)
        assert projector.snapshot.phase == "cooling", (
            "the state is that of the projector"
        )
        assert projector.snapshot.is_on is False
        assert projector.snapshot.shows_on is True
        assert power_requests(simulator) == (0, 0)
        simulator.device.power.start("ready")
        await turning
        assert power_requests(simulator) == (1, 0)
        await projector.until_value(STATE, "on")
        assert projector.snapshot.phase == "on"
        phases = [s.phase for s in projector.listener.snapshots]
        assert phases.index("cooling") < phases.index("warming") < phases.index("on")
        shown = [s.shows_on for s in projector.listener.snapshots]
        assert False not in shown[shown.index(True) :], (
            "on is shown without interruption"
        )


async def test_on_in_ready_while_cooling_down(start_projector: StartProjector) -> None:
    """Send the request at once in ready."""
    simulator = await start_projector("hdr_cs", state="on", speed=20.0)
    async with running_projector(simulator) as projector:
        simulator.device.power.start("ready")
        await projector.until(lambda: projector.snapshot.phase == "cooling")
        await projector.power_on()
        assert power_requests(simulator) == (1, 0)


async def test_on_after_boot(start_projector: StartProjector) -> None:
    """Wait some time after booting before the request."""
    simulator = await start_projector("balder_cs", state="boot", speed=20.0)
    loop = asyncio.get_running_loop()
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, delay_after_wake=0.2)
    ) as projector:
        turning = await waiting_for_on(projector)
        simulator.device.power.start("ready")
        begun = loop.time()
        await turning
        assert 0.19 <= loop.time() - begun < 2
        assert power_requests(simulator) == (1, 0)


@pytest.mark.parametrize(
    "quirks",
    [
        {"power_busy_code": -32009},
        {"power_busy_code": -32000},
        {"power_in_transition": "null"},
    ],
    ids=str,
)
async def test_on_while_busy(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Retry slowly if the projector refuses or ignores the request."""
    simulator = await start_projector("hdr_cs", speed=5.0, quirks=quirks)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, retry_busy=0.1)
    ) as projector:
        simulator.device.power.go_to_ready()  # takes 0.4 s
        await projector.power_on()
        await simulator.wait_for_state("on")
        assert 2 <= power_requests(simulator)[0] <= 7


async def test_error_while_pending(start_projector: StartProjector) -> None:
    """Raise an error to the waiting caller at once."""
    simulator = await start_projector("hdr_cs", state="deconditioning")
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, retry_busy=30)
    ) as projector:
        turning = await waiting_for_on(projector)
        simulator.device.power.start("error")
        with pytest.raises(PulseInvalidStateError):
            await turning
        assert projector.snapshot.phase == "error"


async def test_on_while_unreachable(start_projector: StartProjector) -> None:
    """Fail at once if the projector was on before it became unreachable."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.refuse = True
        simulator.drop()
        await projector.until_reachable(False)
        assert not projector.snapshot.asleep
        async with asyncio.timeout(1):
            with pytest.raises(PulseConnectionError):
                await projector.power_on()
            with pytest.raises(PulseConnectionError):
                await projector.power_off()


async def test_on_without_pin(start_projector: StartProjector) -> None:
    """Fail at once without the PIN."""
    simulator = await start_projector("balder_cs")
    async with running_projector(simulator, pin=None) as projector:
        with pytest.raises(PulsePermissionError) as refused:
            await projector.power_on()
        assert refused.value.code == -32001
        assert PENDING not in projector.values


async def test_response_to_on_is_lost(start_projector: StartProjector) -> None:
    """Read the power state instead of sending the request again."""
    simulator = await start_projector("hdr_cs", state="ready", speed=20.0)
    timings = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT, retry_busy=0.1)
    async with running_projector(simulator, timings=timings) as projector:
        simulator.faults.methods = (ON,)
        simulator.faults.close_mid_reply = True
        await projector.power_on()
        assert power_requests(simulator) == (1, 0)
        await projector.until_value(STATE, "on")
