"""Select a source, a preset or a profile while the projector is not ready."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_PROFILE,
    LAST_PRESET,
    SOURCE,
    STATE,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseCanceledError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    TEST_TIMEOUT,
    RunningProjector,
    asked_again,
    running_projector,
    sent,
)
from .conftest import StartProjector
from .test_session_reconnect import cut

SLOW = 20.0
"""Speed at which a projector takes some 0.3 s to warm up."""

type Select = Callable[[RunningProjector], Coroutine[Any, Any, None]]

SELECTIONS: dict[str, tuple[Select, str, JsonValue, str]] = {
    "source": (lambda p: p.select_source("HDMI"), "property.set", "HDMI", SOURCE),
    "preset": (
        lambda p: p.activate_preset("5: Gaming"),
        "profile.activatepreset",
        "5: Gaming",
        LAST_PRESET,
    ),
    "profile": (
        lambda p: p.activate_profile("Café"),
        "profile.activateprofile",
        "Café",
        ACTIVE_PROFILE,
    ),
}
"""For each selection: the command, its method, the value, and the property that shows it."""


async def stored_projector(simulator: Simulator) -> JsonValue:
    """Return the stored data of a projector that was seen on."""
    before = simulator.state
    simulator.device.power.start("on")
    async with running_projector(simulator) as projector:
        await projector.until(lambda: projector.snapshot.presets)
        stored = projector.to_storage()
    simulator.device.power.start(before)
    return stored


def selected_sources(simulator: Simulator) -> list[Any]:
    """Return the sources that were sent, in order."""
    return [params["value"] for params in sent(simulator, "property.set")]


@pytest.mark.parametrize(
    ("selection", "incomplete"),
    [("source", -32000), ("preset", -32601), ("profile", -32000)],
)
async def test_selection_is_pending_while_warming_up(
    start_projector: StartProjector, selection: str, incomplete: int
) -> None:
    """Show a selection as pending, and send it when the projector is ready."""
    select, method, value, shows = SELECTIONS[selection]
    simulator = await start_projector(
        "hdr_cs", speed=SLOW, quirks={"unsettled_error": incomplete}
    )
    async with running_projector(
        simulator, stored=await stored_projector(simulator)
    ) as projector:
        await projector.power_on()
        selecting = asyncio.create_task(select(projector))
        await projector.until_value(f"pending.{selection}", value)
        assert projector.snapshot.phase == "warming"
        await selecting
        await projector.until_value(shows, value)
        assert f"pending.{selection}" not in projector.values
        assert simulator.counters.requests[method] <= 40, "sent once"


@pytest.mark.parametrize("model", ["hdr_cs", "udx"])
async def test_selection_after_turn_on_while_cooling_down(
    start_projector: StartProjector, model: str
) -> None:
    """Keep a selection that follows a command to turn on."""
    simulator = await start_projector(model, state="on", speed=SLOW)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, retry_busy=0.2)
    ) as projector:
        source = next(
            s for s in simulator.model.sources if s != projector.values[SOURCE]
        )
        simulator.device.power.start("deconditioning")
        await projector.until_value(STATE, "deconditioning")
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value("pending.power", "on")
        selecting = asyncio.create_task(projector.select_source(source))
        await projector.until(
            lambda: selecting.done() or "pending.source" in projector.values
        )
        simulator.device.power.start("standby")
        await projector.until_value(STATE, "standby")
        await asyncio.gather(turning, selecting)
        await projector.until_value(STATE, "on")
        assert simulator.get(SOURCE) == source


async def test_newest_selection_replaces_the_pending_one(
    start_projector: StartProjector,
) -> None:
    """Complete the older command, and send only the newest value."""
    simulator = await start_projector("hdr_cs", speed=1.0)
    timings = replace(FAST_TIMINGS, retry_busy=TEST_TIMEOUT / 10)
    async with running_projector(
        simulator, stored=await stored_projector(simulator), timings=timings
    ) as projector:
        await projector.power_on()
        names = ("HDMI", "DisplayPort 1", "DisplayPort 2")
        selecting = []
        for name in names:
            selecting.append(asyncio.create_task(projector.select_source(name)))
            await projector.until_value("pending.source", name)
        simulator.device.power.start("on")
        await asyncio.gather(*selecting)
        await projector.until_value(STATE, "on")
        await projector.until_value(SOURCE, names[-1])
        order = [names.index(source) for source in selected_sources(simulator)]
        assert order == sorted(order), "a replaced selection is not sent"


async def test_selections_of_different_kinds_are_independent(
    start_projector: StartProjector,
) -> None:
    """Keep one pending selection of each kind."""
    simulator = await start_projector("hdr_cs", speed=SLOW)
    async with running_projector(
        simulator, stored=await stored_projector(simulator)
    ) as projector:
        await projector.power_on()
        selecting = [
            asyncio.create_task(select(projector)) for select, *_ in SELECTIONS.values()
        ]
        await projector.until(
            lambda: (
                {f"pending.{selection}" for selection in SELECTIONS}
                <= projector.values.keys()
            )
        )
        await asyncio.gather(*selecting)
        assert sent(simulator, "profile.activatepreset")[-1] == 5
        assert sent(simulator, "profile.activateprofile")[-1] == "Café"
        assert selected_sources(simulator)[-1] == "HDMI"


@pytest.mark.parametrize("selection", ["preset"])
async def test_turn_off_cancels_selections(
    start_projector: StartProjector, selection: str
) -> None:
    """Cancel pending selections when the projector is turned off."""
    select, method, value, _ = SELECTIONS[selection]
    simulator = await start_projector("hdr_cs", state="standby")
    timings = replace(FAST_TIMINGS, retry_busy=TEST_TIMEOUT)
    async with running_projector(
        simulator, stored=await stored_projector(simulator), timings=timings
    ) as projector:
        simulator.device.power.start("deconditioning")
        await projector.until_value(STATE, "deconditioning")
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value("pending.power", "on")
        # Without a picture, nothing can be selected.
        simulator.device.power.start("boot")
        await projector.until_value(STATE, "boot")
        selecting = asyncio.create_task(select(projector))
        await projector.until_value(f"pending.{selection}", value)
        await projector.power_off()
        for task in (turning, selecting):
            with pytest.raises(PulseCanceledError):
                await task
        assert not [name for name in projector.values if name.startswith("pending.")]
        before = simulator.counters.requests[method]
        simulator.device.power.start("on")
        await projector.until(lambda: projector.snapshot.present(SOURCE))
        assert simulator.counters.requests[method] == before


@pytest.mark.parametrize("incomplete", [-32000, -32601])
async def test_selection_waits_for_objects_that_appear_after_on(
    start_projector: StartProjector, incomplete: int
) -> None:
    """Wait if the objects appear later than the power state."""
    simulator = await start_projector(
        "hdr_cs", speed=SLOW, quirks={"unsettled_error": incomplete}
    )
    async with running_projector(
        simulator, stored=await stored_projector(simulator)
    ) as projector:
        simulator.device.power.start("boot")
        await projector.until_value(STATE, "boot")
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value("pending.power", "on")
        selecting = asyncio.create_task(projector.activate_profile("Café"))
        await projector.until_value("pending.profile", "Café")
        simulator.device.power.start("on")
        await asyncio.gather(turning, selecting)
        assert projector.values[ACTIVE_PROFILE] == "Café"


@pytest.mark.parametrize(
    ("selection", "state"), [("source", "standby"), ("profile", "boot")]
)
async def test_selection_while_off_fails(
    start_projector: StartProjector, selection: str, state: str
) -> None:
    """Fail at once if the projector is off."""
    select, method, *_ = SELECTIONS[selection]
    simulator = await start_projector("hdr_cs", state=state)
    async with running_projector(
        simulator, stored=await stored_projector(simulator)
    ) as projector:
        asked = asked_again(simulator, method)
        async with asyncio.timeout(1):
            with pytest.raises(PulseInvalidStateError) as refused:
                await select(projector)
        assert refused.value.not_found
        assert asked()
        assert not [
            n
            for s in projector.listener.snapshots
            for n in s.values
            if n.startswith("pending.")
        ]


async def test_selection_fails_if_warming_up_fails(
    start_projector: StartProjector,
) -> None:
    """Fail the selection if the projector does not turn on."""
    simulator = await start_projector("hdr_cs", speed=SLOW)
    timings = replace(FAST_TIMINGS, retry_busy=0.05)
    async with running_projector(
        simulator, stored=await stored_projector(simulator), timings=timings
    ) as projector:
        await projector.power_on()
        selecting = asyncio.create_task(projector.select_source("HDMI"))
        await projector.until_value("pending.source", "HDMI")
        simulator.device.power.start("standby")
        with pytest.raises(PulseInvalidStateError):
            await selecting


async def test_selection_of_unknown_value_fails(
    start_projector: StartProjector,
) -> None:
    """Raise the refusal of the projector when it is ready."""
    simulator = await start_projector("hdr_cs", speed=SLOW)
    async with running_projector(
        simulator, stored=await stored_projector(simulator)
    ) as projector:
        await projector.power_on()
        with pytest.raises(PulseRpcError) as refused:
            await projector.select_source("no such source")
        assert not isinstance(refused.value, PulseInvalidStateError)
        assert refused.value.code is not None
        with pytest.raises(PulseRpcError):
            await projector.activate_preset("9: no such preset")
        assert 9 not in sent(simulator, "profile.activatepreset")


async def test_selection_without_pin_fails(start_projector: StartProjector) -> None:
    """Fail at once if the command needs a PIN."""
    simulator = await start_projector("balder_cs", state="conditioning")
    async with running_projector(simulator, pin=None) as projector:
        with pytest.raises(PulsePermissionError):
            await projector.select_source("HDMI")


async def test_disconnect_does_not_cancel_a_pending_selection(
    start_projector: StartProjector,
) -> None:
    """Keep the selection while the connection is lost."""
    simulator = await start_projector("hdr_cs", speed=SLOW)
    timings = replace(FAST_TIMINGS, unavailable_delay=TEST_TIMEOUT)
    async with running_projector(
        simulator, stored=await stored_projector(simulator), timings=timings
    ) as projector:
        await projector.power_on()
        selecting = asyncio.create_task(projector.select_source("HDMI"))
        await projector.until_value("pending.source", "HDMI")
        await cut(simulator)
        assert projector.values["pending.source"] == "HDMI"
        simulator.faults.clear()
        await selecting
        assert simulator.get(SOURCE) == "HDMI"
