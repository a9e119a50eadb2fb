"""Barco Pulse projectors in Home Assistant."""

import asyncio
import logging

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import (
    binary_sensor,
    button,
    event,
    image,
    media_player,
    number,
    remote,
    select,
    sensor,
    switch,
)
from .const import DOMAIN, ENTRY_VERSION
from .coordinator import PulseConfigEntry, PulseCoordinator
from .issues import async_report_issues
from .memory import Memory
from .peers import async_offer_peers
from .rows import Tables
from .services import async_setup_services

_LOGGER = logging.getLogger(__name__)

TABLES: Tables = {
    Platform.BINARY_SENSOR: binary_sensor.rows,
    Platform.BUTTON: button.rows,
    Platform.EVENT: event.rows,
    Platform.IMAGE: image.rows,
    Platform.MEDIA_PLAYER: media_player.rows,
    Platform.NUMBER: number.rows,
    Platform.REMOTE: remote.rows,
    Platform.SELECT: select.rows,
    Platform.SENSOR: sensor.rows,
    Platform.SWITCH: switch.rows,
}
PLATFORMS = [*TABLES]
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Connect to one projector and add its entities."""
    memory = await Memory.load(hass, entry.entry_id)
    coordinator = PulseCoordinator(hass, entry, TABLES, memory)

    async def disconnect(event: Event) -> None:
        await coordinator.async_shutdown()

    entry.async_on_unload(
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, disconnect)
    )
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    coordinator.roster.async_remove_stale(coordinator.data)
    async_report_issues(entry)
    async_offer_peers(entry)
    for platform in PLATFORMS:
        # All in one step would hold the event loop for too long.
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)
    coordinator.async_watch()
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Refuse what a newer version of this integration has left.

    There is nothing older yet: what becomes of it goes here. Home Assistant refuses
    what is newer by itself, but not in every release.
    """
    if entry.version <= ENTRY_VERSION:
        return True
    _LOGGER.error(
        "%s was set up by a newer version of this integration, which this one cannot "
        "read (%s, not %s): update the integration, or remove the projector and add "
        "it again",
        entry.title,
        entry.version,
        ENTRY_VERSION,
    )
    return False


async def async_unload_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Remove the entities; the coordinator closes the connection by itself."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Forget what was learnt of the projector."""
    await Memory(hass, entry.entry_id).remove()
