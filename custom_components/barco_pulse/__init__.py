"""Barco Pulse projectors in Home Assistant."""

import asyncio

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN
from .coordinator import PulseConfigEntry, PulseCoordinator
from .discovery import async_offer_peers
from .entity_description import Tables
from .handover import async_cancel, async_setup_handover
from .issues import async_delete_issues, async_report_issues, async_report_stranger
from .migration import async_migrate_entry, is_own
from .services import async_setup_services
from .storage import Memory

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.REMOTE,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]
__all__ = ["async_migrate_entry"]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, and prepare for reloads."""
    async_setup_handover(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Connect to one projector and add its entities."""
    memory = await Memory.load(hass, entry.entry_id)
    coordinator = PulseCoordinator(hass, entry, await _load_tables(hass), memory)

    async def disconnect(event: Event) -> None:
        await coordinator.async_shutdown()

    entry.async_on_unload(
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, disconnect)
    )
    try:
        await coordinator.async_config_entry_first_refresh()
    except ConfigEntryNotReady as error:
        async_report_stranger(hass, entry, error)
        raise
    entry.runtime_data = coordinator
    coordinator.roster.async_remove_stale(coordinator.data)
    async_report_issues(hass, entry)
    async_offer_peers(entry)
    for platform in PLATFORMS:
        # In one step, they block the event loop for twice as long: 36 to 69 ms of CPU
        # time in 16 set-ups of a Balder CS on a busy machine, instead of 17 to 37.
        # `scripts/bench many` measures it (part f, bar 20 ms).
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)
    coordinator.async_watch()
    return True


async def _load_tables(hass: HomeAssistant) -> Tables:
    """Return the rows of all platforms, which Home Assistant loads by itself.

    They are wanted before the platforms are set up: the first request reads all that
    their entities will show.
    """
    integration = async_get_loaded_integration(hass, DOMAIN)
    modules = await integration.async_get_platforms(PLATFORMS)
    return {platform: modules[platform].rows for platform in PLATFORMS}


async def async_unload_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Remove the entities; the coordinator closes the connection by itself."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PulseConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Tell whether a device may be deleted: any but the projector itself."""
    return not is_own(entry, device)


async def async_remove_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Cancel what is pending; forget what was learned, and delete the repairs."""
    async_cancel(hass, entry.entry_id, "unloaded")
    async_delete_issues(hass, entry.entry_id)
    await Memory(hass, entry.entry_id).remove()
