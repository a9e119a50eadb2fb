"""Pending commands while their entry is reloaded, disabled, removed or stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from homeassistant.config_entries import (
    RELOAD_AFTER_UPDATE_DELAY,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .common import sent
from .conftest import Home, SetUpProjector, change_timings, wait_until
from .packets import FakeMagicPackets
from .sleeping import fall_asleep
from .test_repairs import issues

PROJECTOR = "media_player.projector"
PENDING = "sensor.pending_command"

pytestmark = pytest.mark.usefixtures("fast_timings", "watched_sensors")


async def cool_down(setup_projector: SetUpProjector) -> tuple[Home, asyncio.Task[None]]:
    """Return a projector that is cooling down, and the action that turns it on."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    home.projector.change("system.state", "deconditioning")
    await home.until("sensor.phase", "cooling")
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await home.until(PENDING, "turn_on")
    return home, command


async def test_entity_is_enabled(setup_projector: SetUpProjector) -> None:
    """Continue pending commands after the reload, for the same callers."""
    home, command = await cool_down(setup_projector)
    home.projector.faults.busy = True
    choice = asyncio.create_task(
        home.act("select_option", "select.preset", option="5: Gaming")
    )
    await home.until("select.preset", "5: Gaming")
    entity_id = home.entity_id("sensor.resolution")
    assert entity_id is not None
    connections = home.projector.counters.connections_opened

    er.async_get(home.hass).async_update_entity(entity_id, disabled_by=None)
    async_fire_time_changed(
        home.hass, dt_util.utcnow() + timedelta(seconds=RELOAD_AFTER_UPDATE_DELAY + 1)
    )
    # Home Assistant 2026.11 shows it as unavailable before it reloads the entry.
    counters = home.projector.counters
    await wait_until(
        home.hass,
        lambda: (
            counters.connections_opened > connections
            and home.value(PENDING) == "turn_on"
        ),
        10,
    )

    assert home.value("sensor.resolution") is not None
    assert home.value(PROJECTOR) == "on"
    assert home.attribute(PROJECTOR, "pending") == "on"
    assert home.value(PENDING) == "turn_on"
    assert not command.done()
    home.projector.faults.clear()
    home.projector.change("system.state", "standby")
    await home.projector.wait_for_state("conditioning")
    home.projector.change("system.state", "on")
    await asyncio.gather(command, choice)
    await home.until(PENDING, "none")
    assert home.projector.counters.requests["system.poweron"] == 1
    assert sent(home.projector, "profile.activatepreset")[-1] == 5


async def test_reload_while_waking(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets
) -> None:
    """Continue to wake the projector, and then select the pending source."""
    home = await setup_projector("hdr_cs", state="on")
    await fall_asleep(home)
    home.projector.change("system.ready.timeout.enable", False)
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await home.until(PENDING, "turn_on")
    choice = asyncio.create_task(
        home.act("select_option", "select.source", option="DisplayPort 1")
    )
    await home.until("select.source", "DisplayPort 1")

    await home.hass.config_entries.async_reload(home.entry.entry_id)

    assert home.value(PROJECTOR) == "on"
    assert home.value("select.source") == "DisplayPort 1"
    magic_packets.wakes = home.projector
    await asyncio.gather(command, choice)
    await home.until("sensor.state", "on")
    await home.until("select.source", "DisplayPort 1")


async def disable(home: Home) -> None:
    """Disable the entry."""
    await home.hass.config_entries.async_set_disabled_by(
        home.entry.entry_id, ConfigEntryDisabler.USER
    )


async def remove(home: Home) -> None:
    """Remove the entry."""
    await home.hass.config_entries.async_remove(home.entry.entry_id)


async def stop(home: Home) -> None:
    """Send the events of a stop of Home Assistant."""
    home.hass.set_state(CoreState.stopping)
    home.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)


type End = Callable[[Home], Awaitable[None]]
ENDS = pytest.mark.parametrize(
    ("end", "reason"), [(disable, "unloaded"), (remove, "unloaded"), (stop, "stopped")]
)


@ENDS
async def test_cancel(setup_projector: SetUpProjector, end: End, reason: str) -> None:
    """Raise an error for the caller, without a repair issue."""
    home, command = await cool_down(setup_projector)

    await end(home)

    with pytest.raises(HomeAssistantError) as cancelled:
        await command
    assert cancelled.value.translation_key == f"cancelled_{reason}"
    assert not issues(home)


@ENDS
async def test_cancel_while_set_up_fails(
    setup_projector: SetUpProjector, end: End, reason: str
) -> None:
    """Cancel suspended commands."""
    home, command = await cool_down(setup_projector)
    home.projector.faults.accept_then_close = True
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.SETUP_RETRY
    assert not command.done()

    await end(home)

    with pytest.raises(HomeAssistantError) as cancelled:
        await command
    assert cancelled.value.translation_key == f"cancelled_{reason}"


async def test_timeout_while_set_up_fails(
    setup_projector: SetUpProjector, hass: HomeAssistant
) -> None:
    """Raise an error at the deadline, and create a repair issue."""
    change_timings(hass, pending_timeout=1)
    home, command = await cool_down(setup_projector)
    home.projector.faults.accept_then_close = True
    await home.hass.config_entries.async_reload(home.entry.entry_id)

    with pytest.raises(HomeAssistantError) as late:
        await command

    assert late.value.translation_key == "not_switched"
    assert set(issues(home)) == {"command_failed_turn_on"}
