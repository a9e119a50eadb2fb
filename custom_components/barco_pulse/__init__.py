"""Barco Pulse projectors in Home Assistant."""

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant

from .coordinator import PulseConfigEntry, PulseCoordinator

PLATFORMS = [
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Connect to one projector and add its entities."""
    coordinator = PulseCoordinator(hass, entry)

    async def disconnect(event: Event) -> None:
        await coordinator.async_shutdown()

    entry.async_on_unload(
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, disconnect)
    )
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_watch()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Remove the entities; the coordinator closes the connection by itself."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
