"""The Barco Pulse integration."""

import asyncio

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_loaded_integration

from .attempts import async_delete_connection_log
from .const import DOMAIN
from .coordinator import PulseConfigEntry, PulseCoordinator
from .discovery import async_discover_peers
from .entity_description import DescriptionTables
from .handover import async_cancel, async_setup_handover
from .issues import (
    async_delete_issues,
    async_report_issues,
    async_report_other_projector,
)
from .migration import async_migrate_entry, is_own
from .services import async_setup_services
from .storage import ProjectorStore

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
    """Register the actions, and prepare to keep pending commands over reloads."""
    async_setup_handover(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Set up a projector from a config entry."""
    store = await ProjectorStore.async_load(hass, entry.entry_id)
    coordinator = PulseCoordinator(hass, entry, await _load_tables(hass), store)

    async def disconnect(event: Event) -> None:
        await coordinator.async_shutdown()

    entry.async_on_unload(
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, disconnect)
    )
    try:
        await coordinator.async_config_entry_first_refresh()
    except ConfigEntryNotReady as error:
        async_report_other_projector(hass, entry, error)
        raise
    coordinator.projector.stop_trace()
    async_delete_connection_log(hass, entry.entry_id)
    entry.runtime_data = coordinator
    coordinator.entity_loader.async_remove_stale(coordinator.data)
    async_report_issues(hass, entry)
    async_discover_peers(entry)
    for platform in PLATFORMS:
        # One platform at a time, because all at once block the event loop for twice as
        # long: 36 to 69 ms instead of 17 to 37 ms of CPU time, in 16 set-ups of a
        # Balder CS on a busy machine. `scripts/bench many` measures this (part f, bar
        # 20 ms).
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)
    coordinator.async_watch()
    return True


async def _load_tables(hass: HomeAssistant) -> DescriptionTables:
    """Return the entity descriptions of all platforms.

    They are needed before the platforms are set up, because the first request reads
    all properties that their entities will show.
    """
    integration = async_get_loaded_integration(hass, DOMAIN)
    modules = await integration.async_get_platforms(PLATFORMS)
    return {platform: modules[platform].get_descriptions for platform in PLATFORMS}


async def async_unload_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Unload the platforms. The coordinator then closes the connection itself."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PulseConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Return True if the device may be deleted: any but the projector itself."""
    return not is_own(entry, device)


async def async_remove_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Cancel pending commands, and delete the repair issues and all data."""
    async_delete_connection_log(hass, entry.entry_id)
    async_cancel(hass, entry.entry_id, "unloaded")
    async_delete_issues(hass, entry.entry_id)
    await ProjectorStore(hass, entry.entry_id).async_remove()
