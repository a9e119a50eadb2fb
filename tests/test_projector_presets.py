"""Presets and profiles, and which was activated last."""

from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_PROFILE,
    LASER_POWER,
    LAST_PRESET,
    STATE,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseError,
    PulsePendingTimeoutError,
    PulseRpcError,
)

from .common import FAST_TIMINGS, RunningProjector, asked_again, running_projector, sent
from .conftest import StartProjector

ACTIVATED = {LAST_PRESET, ACTIVE_PROFILE}


async def test_last_activated_preset_or_profile(
    start_projector: StartProjector,
) -> None:
    """Show the last accepted activation."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        assert not ACTIVATED & projector.values.keys()
        assert projector.snapshot.presets["5: Gaming"] == 5
        await projector.activate_preset("5: Gaming")
        assert projector.values[LAST_PRESET] == "5: Gaming"
        assert projector.values[ACTIVE_PROFILE] == "Gaming", "the profile of the preset"
        await projector.until_value(LASER_POWER, 80)

        await projector.activate_profile("SDR Cinema")
        assert projector.values[ACTIVE_PROFILE] == "SDR Cinema"
        assert LAST_PRESET not in projector.values
        assert sent(simulator, "profile.activatepreset") == [5]
        assert sent(simulator, "profile.activateprofile") == ["SDR Cinema"]


async def test_refused_activation_changes_nothing(
    start_projector: StartProjector,
) -> None:
    """Keep the last activation if a new one is refused."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, pending_timeout=0.1)
    ) as projector:
        await projector.activate_profile("Café")
        with pytest.raises(PulseError):
            await projector.activate_profile("no such profile")
        with pytest.raises(PulseRpcError):
            await projector.activate_preset("7: no such preset")
        assert "profile.activatepreset" not in simulator.counters.requests
        simulator.faults.busy = True
        with pytest.raises(PulsePendingTimeoutError):
            await projector.activate_preset("5: Gaming")
        assert projector.values[ACTIVE_PROFILE] == "Café"
        assert LAST_PRESET not in projector.values


@pytest.mark.parametrize("quirks", [{}, {"model_signal": "none"}], ids=str)
async def test_activation_is_lost_when_turned_off(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Clear the activation when the projector turns off."""
    simulator = await start_projector("hdr_cs", state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        await projector.activate_profile("Café")
        await projector.power_off()
        await projector.until_value(STATE, "deconditioning")
        assert ACTIVE_PROFILE not in projector.values
        assert projector.snapshot.get_texts("profile.profiles"), "the lists are kept"
        await projector.until_value(STATE, "standby")
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert ACTIVE_PROFILE not in projector.values


async def test_activation_while_cooling_down(start_projector: StartProjector) -> None:
    """Keep an activation until the projector has cooled down."""
    simulator = await start_projector("hdr_cs", state="on", speed=1.0)
    async with running_projector(simulator) as projector:
        await projector.activate_profile("Café")
        simulator.device.power.start("deconditioning")
        await projector.until_value(STATE, "deconditioning")
        assert not ACTIVATED & projector.values.keys()
        await projector.activate_preset("5: Gaming")
        projector.refresh()
        simulator.device.put(LASER_POWER, 66)
        await projector.until_value(LASER_POWER, 66)
        assert projector.values[LAST_PRESET] == "5: Gaming"
        stored = json.loads(json.dumps(projector.to_storage()))
    serial = str(simulator.get("system.serialnumber"))
    async with running_projector(
        simulator, stored=stored, serial_number=serial
    ) as projector:
        assert projector.values[LAST_PRESET] == "5: Gaming"
        for state in ("ready", "on"):
            simulator.device.power.start(state)
            await projector.until_value(STATE, state)
            assert projector.values[LAST_PRESET] == "5: Gaming"
        simulator.device.power.start("standby")
        await projector.until_value(STATE, "standby")
        assert not ACTIVATED & projector.values.keys()


async def test_activation_is_kept_after_a_disconnect(
    start_projector: StartProjector,
) -> None:
    """Keep the activation after a reconnect."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        await projector.activate_preset("5: Gaming")
        simulator.drop()
        await projector.until_reachable(False)
        assert projector.values[LAST_PRESET] == "5: Gaming"
        await projector.until_reachable()
        assert projector.values[LAST_PRESET] == "5: Gaming"


@pytest.mark.parametrize("state", ["standby", "deconditioning"])
async def test_activation_is_lost_with_an_unseen_power_cycle(
    start_projector: StartProjector, state: str
) -> None:
    """Clear the activation if the projector is found off."""
    simulator = await start_projector("hdr_cs", state="on", speed=1.0)
    async with running_projector(simulator) as projector:
        await projector.activate_preset("5: Gaming")
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until_reachable(False)
        simulator.device.power.start(state)
        simulator.faults.clear()
        await projector.until_reachable()
        assert projector.snapshot.state == state
        assert not ACTIVATED & projector.values.keys()


@pytest.mark.parametrize(("state", "kept"), [("on", True), ("standby", False)])
async def test_activation_is_kept_over_a_restart(
    start_projector: StartProjector, state: str, kept: bool
) -> None:
    """Restore the activation while the projector is on."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        version = projector.storage_version
        await projector.activate_preset("5: Gaming")
        assert projector.storage_version != version
        stored = json.loads(json.dumps(projector.to_storage()))
    simulator.device.power.start(state)
    async with running_projector(simulator, stored=stored) as projector:
        assert (projector.values.get(LAST_PRESET) == "5: Gaming") is kept


@pytest.mark.parametrize("quirks", [{}, {"absent_methods": ["property.subscribe"]}])
async def test_assign_preset(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Assign another profile to a preset, or none."""
    simulator = await start_projector("hdr_cs", state="on", quirks=quirks)
    timings = replace(FAST_TIMINGS, poll_on=3600)
    async with running_projector(simulator, timings=timings) as projector:
        await projector.assign_preset(7, "Café")
        await projector.until(lambda: projector.snapshot.presets.get("7: Café") == 7)
        await projector.activate_preset("7: Café")
        assert projector.values[LAST_PRESET] == "7: Café"
        await projector.assign_preset(7, "")
        await projector.until(lambda: "7: Café" not in projector.snapshot.presets)
        assert sent(simulator, "profile.assignpreset") == [
            {"preset": 7, "profile": "Café"},
            {"preset": 7, "profile": ""},
        ]


async def test_assign_unknown_profile(start_projector: StartProjector) -> None:
    """Raise the refusal of the projector."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        presets = projector.snapshot.presets
        for slot, profile in ((7, "no such profile"), (99, "Café")):
            with pytest.raises(PulseRpcError):
                await projector.assign_preset(slot, profile)
        assert projector.snapshot.presets == presets


async def test_lists_are_stored_for_standby(
    start_projector: StartProjector,
) -> None:
    """Restore the presets and profiles in standby, also after a restart."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        presets = projector.snapshot.presets
        simulator.power_off()
        await projector.until_value(STATE, "standby")
        await projector.until(lambda: "profile.profiles" not in projector.values)
        assert projector.snapshot.presets == presets
        stored = json.loads(json.dumps(projector.to_storage()))

    other = RunningProjector(simulator, stored=stored)
    assert other.snapshot.presets == presets, "before connecting"
    await other.connect()
    refused = asked_again(simulator, "profile.activatepreset")
    with pytest.raises(PulseError):
        await other.activate_preset("5: Gaming")
    assert refused()
    assert not ACTIVATED & other.values.keys()
    await other.disconnect()
