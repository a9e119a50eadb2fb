"""Coming back to a projector that slept when we left, or sleeps now."""

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


async def memory_of(simulator: Simulator, *, asleep: bool = True) -> JsonValue:
    """Return what is kept of a projector, which sleeps then."""
    async with running_projector(simulator, waker=Waker(simulator)) as projector:
        if asleep:
            await fall_asleep(projector)
        stored: JsonValue = json.loads(json.dumps(projector.to_storage()))
        return stored


def again(simulator: Simulator, stored: JsonValue, **options: Any) -> RunningProjector:
    """Return the projector as it is known after a restart."""
    given = {
        "stored": stored,
        "serial_number": str(simulator.device.store.kept("system.serialnumber")),
        "waker": Waker(simulator),
    }
    return RunningProjector(simulator, **(given | options))


def sleeps(projector: RunningProjector, error: PulseError) -> bool:
    """Let the projector be out of reach at the start; return whether it is asleep."""
    projector.note_unreachable(error)
    return projector.sleeps(error)


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs"])
async def test_a_start_while_it_sleeps(
    start_projector: StartProjector, model: str
) -> None:
    """It is known who it is and that it sleeps; it can be woken then."""
    simulator = await start_projector(model, state="ready", speed=200.0)
    projector = again(simulator, await memory_of(simulator))
    assert projector.identity is not None
    assert projector.mac == simulator.model.mac
    with pytest.raises(PulseConnectionError) as away:
        await projector.connect()
    assert sleeps(projector, away.value)
    assert projector.snapshot.asleep
    assert projector.snapshot.is_on is False
    assert projector.values[PHASE] == "off"
    async with running(projector):
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        await turning
        await projector.until_value(STATE, "on")
        assert projector.snapshot.reachable


async def test_it_fell_asleep_while_nobody_looked(
    start_projector: StartProjector,
) -> None:
    """It was last seen where it leaves the network from."""
    simulator = await start_projector("hdr_cs", state="standby")
    stored = await memory_of(simulator, asleep=False)
    projector = again(simulator, stored)
    assert sleeps(projector, AWAY)


@pytest.mark.parametrize("state", ["on", "deconditioning"])
async def test_it_was_not_asleep(start_projector: StartProjector, state: str) -> None:
    """It may have been switched off by hand since: it can be woken then."""
    simulator = await start_projector("hdr_cs", state=state, speed=200.0)
    stored = await memory_of(simulator, asleep=False)
    simulator.device.power.start("eco")
    await simulator.wait_until(lambda: not simulator.network.present)
    projector = again(simulator, stored)
    with pytest.raises(PulseConnectionError) as away:
        await projector.connect()
    assert sleeps(projector, away.value)
    assert projector.snapshot.assumed
    # It may not have cooled down yet.
    cools = state == "deconditioning"
    assert projector.values[PHASE] == ("cooling" if cools else "off")
    async with running(projector):
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert not projector.snapshot.assumed


async def test_it_was_on_all_the_time(start_projector: StartProjector) -> None:
    """Only the network was away."""
    simulator = await start_projector("hdr_cs", state="on")
    projector = again(simulator, await memory_of(simulator, asleep=False))
    assert sleeps(projector, AWAY)
    assert projector.snapshot.is_on is False
    async with running(projector):
        await projector.until_value(PHASE, "on")
        assert projector.snapshot.reachable
        assert not projector.snapshot.assumed


async def test_it_answers_oddly(start_projector: StartProjector) -> None:
    """Whatever accepts connections is not assumed to sleep."""
    simulator = await start_projector("hdr_cs", state="on")
    stored = await memory_of(simulator, asleep=False)
    for error in (PulseTimeoutError("no reply"), PulseConnectionLimitError("closed")):
        assert not sleeps(again(simulator, stored), error)


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
async def test_what_says_that_it_sleeps(
    start_projector: StartProjector, error: PulseError, asleep: bool
) -> None:
    """Whatever answers does not sleep."""
    simulator = await start_projector("hdr_cs", state="ready")
    projector = again(simulator, await memory_of(simulator))
    assert sleeps(projector, error) is asleep


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
async def test_what_it_takes_to_sleep(
    start_projector: StartProjector, options: dict[str, Any]
) -> None:
    """To be known, and to have somebody who can wake it."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await memory_of(simulator)
    assert sleeps(again(simulator, stored), AWAY)
    projector = again(simulator, **({"stored": stored} | options))
    assert not sleeps(projector, AWAY)
    assert not projector.snapshot.asleep


async def test_the_memory_of_who_slept(start_projector: StartProjector) -> None:
    """It survives a start that did not find it."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await memory_of(simulator)
    projector = again(simulator, stored)
    assert sleeps(projector, AWAY)
    version = projector.storage_version
    assert sleeps(
        again(simulator, json.loads(json.dumps(projector.to_storage()))), AWAY
    )
    assert projector.storage_version == version


async def test_found_awake(start_projector: StartProjector) -> None:
    """What is told now counts more than what was."""
    simulator = await start_projector("hdr_cs", state="ready")
    stored = await memory_of(simulator)
    simulator.device.power.start("on")
    projector = again(simulator, stored)
    await projector.connect()
    async with running(projector):
        assert projector.snapshot.reachable
        assert not projector.snapshot.asleep
        assert projector.snapshot.phase == "on"
