"""Start with a projector that was stored as asleep, or is asleep now."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import PHASE, STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseDeviceMismatchError,
    PulseError,
    PulseProtocolError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from simulator import Simulator

from .common import RunningProjector, running, running_projector
from .conftest import StartProjector
from .test_projector_sleep import PENDING, Waker, fall_asleep

AWAY = PulseConnectionError("no route")


async def stored_data(simulator: Simulator, *, asleep: bool = True) -> JsonValue:
    """Return the stored data of a projector, which is asleep then."""
    async with running_projector(simulator, waker=Waker(simulator)) as projector:
        if asleep:
            await fall_asleep(projector)
        stored: JsonValue = json.loads(json.dumps(projector.to_storage()))
        return stored


def restarted(
    simulator: Simulator, stored: JsonValue, **options: Any
) -> RunningProjector:
    """Return the projector after a restart."""
    given = {
        "stored": stored,
        "serial_number": str(simulator.device.store.kept("system.serialnumber")),
        "waker": Waker(simulator),
    }
    return RunningProjector(simulator, **(given | options))


def is_asleep_at_start(projector: RunningProjector, error: PulseError) -> bool:
    """Start while the projector is unreachable; return whether it is asleep."""
    projector.on_unreachable(error)
    return projector.sleeps(error)


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs"])
async def test_start_while_asleep(start_projector: StartProjector, model: str) -> None:
    """Restore identity and sleep, and wake the projector."""
    simulator = await start_projector(model, state="ready", speed=200.0)
    projector = restarted(simulator, await stored_data(simulator))
    assert projector.identity is not None
    assert projector.mac == simulator.model.mac
    with pytest.raises(PulseConnectionError) as away:
        await projector.connect()
    assert is_asleep_at_start(projector, away.value)
    assert projector.snapshot.asleep
    assert projector.snapshot.is_on is False
    assert projector.values[PHASE] == "off"
    async with running(projector):
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        await turning
        await projector.until_value(STATE, "on")
        assert projector.snapshot.reachable


async def test_fell_asleep_during_the_restart(
    start_projector: StartProjector,
) -> None:
    """Assume sleep after a state that leads to it."""
    simulator = await start_projector("hdr_cs", state="standby")
    stored = await stored_data(simulator, asleep=False)
    projector = restarted(simulator, stored)
    assert is_asleep_at_start(projector, AWAY)


@pytest.mark.parametrize("state", ["on", "deconditioning"])
async def test_on_before_the_restart(
    start_projector: StartProjector, state: str
) -> None:
    """Allow waking, because the projector may be switched off by hand."""
    simulator = await start_projector("hdr_cs", state=state, speed=200.0)
    stored = await stored_data(simulator, asleep=False)
    simulator.device.power.start("eco")
    await simulator.wait_until(lambda: not simulator.network.present)
    projector = restarted(simulator, stored)
    with pytest.raises(PulseConnectionError) as away:
        await projector.connect()
    assert is_asleep_at_start(projector, away.value)
    assert projector.snapshot.assumed_asleep
    # The projector may still be cooling down.
    cools = state == "deconditioning"
    assert projector.values[PHASE] == ("cooling" if cools else "off")
    async with running(projector):
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert not projector.snapshot.assumed_asleep


async def test_on_during_the_restart(start_projector: StartProjector) -> None:
    """Recover if only the network was down."""
    simulator = await start_projector("hdr_cs", state="on")
    projector = restarted(simulator, await stored_data(simulator, asleep=False))
    assert is_asleep_at_start(projector, AWAY)
    assert projector.snapshot.is_on is False
    async with running(projector):
        await projector.until_value(PHASE, "on")
        assert projector.snapshot.reachable
        assert not projector.snapshot.assumed_asleep


async def test_unexpected_responses_at_start(start_projector: StartProjector) -> None:
    """Do not assume sleep if connections are accepted."""
    simulator = await start_projector("hdr_cs", state="on")
    stored = await stored_data(simulator, asleep=False)
    for error in (PulseTimeoutError("no reply"), PulseConnectionLimitError("closed")):
        assert not is_asleep_at_start(restarted(simulator, stored), error)


@pytest.mark.parametrize(
    ("error", "asleep"),
    [
        (AWAY, True),
        (PulseTimeoutError("no reply"), True),
        (PulseConnectionLimitError("closed"), False),
        (PulseDeviceMismatchError("another"), False),
        (PulseProtocolError("no projector"), False),
        (PulseAuthenticationError("wrong PIN"), False),
    ],
    ids=repr,
)
async def test_which_errors_mean_asleep(
    start_projector: StartProjector, error: PulseError, asleep: bool
) -> None:
    """Do not assume sleep if anything responds."""
    simulator = await start_projector("hdr_cs", state="ready")
    projector = restarted(simulator, await stored_data(simulator))
    assert is_asleep_at_start(projector, error) is asleep


@pytest.mark.parametrize(
    "options",
    [
        {"waker": None},
        {"stored": None},
        {"serial_number": None},
        {"serial_number": "another"},
    ],
    ids=str,
)
async def test_sleep_needs_stored_data_and_a_waker(
    start_projector: StartProjector, options: dict[str, Any]
) -> None:
    """Assume sleep only with stored data and a way to wake."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await stored_data(simulator)
    assert is_asleep_at_start(restarted(simulator, stored), AWAY)
    projector = restarted(simulator, **({"stored": stored} | options))
    assert not is_asleep_at_start(projector, AWAY)
    assert not projector.snapshot.asleep


async def test_stored_sleep_survives_a_failed_start(
    start_projector: StartProjector,
) -> None:
    """Keep the stored data if the projector was not found."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await stored_data(simulator)
    projector = restarted(simulator, stored)
    assert is_asleep_at_start(projector, AWAY)
    version = projector.storage_version
    assert is_asleep_at_start(
        restarted(simulator, json.loads(json.dumps(projector.to_storage()))), AWAY
    )
    assert projector.storage_version == version


async def test_found_awake(start_projector: StartProjector) -> None:
    """Prefer current values to stored ones."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await stored_data(simulator)
    simulator.device.power.start("on")
    projector = restarted(simulator, stored)
    await projector.connect()
    async with running(projector):
        assert projector.snapshot.reachable
        assert not projector.snapshot.asleep
        assert projector.snapshot.phase == "on"
