"""Keep pending commands while their entry is reloaded.

Enabling an entity or changing an option reloads the entry, which replaces the
`Projector`. The new one continues the pending commands.
"""

from collections.abc import Iterable

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .pulse import PendingCommand

_SUSPENDED: HassKey[dict[str, list[PendingCommand]]] = HassKey(f"{DOMAIN}_suspended")
"""Suspended commands by the ID of their entry."""


@callback
def async_setup_handover(hass: HomeAssistant) -> None:
    """Cancel suspended commands if their entry is disabled or Home Assistant stops."""
    hass.data[_SUSPENDED] = {}

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.disabled_by is not None:
            async_cancel(hass, entry.entry_id, "unloaded")

    @callback
    def stopping(event: Event) -> None:
        for entry_id in [*hass.data[_SUSPENDED]]:
            async_cancel(hass, entry_id, "stopped")

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stopping)


@callback
def async_suspend(
    hass: HomeAssistant, entry_id: str, commands: Iterable[PendingCommand]
) -> None:
    """Keep commands until the entry is set up again, or until they time out."""
    hass.data[_SUSPENDED].setdefault(entry_id, []).extend(commands)
    if hass.is_stopping:
        async_cancel(hass, entry_id, "stopped")


@callback
def async_resume(hass: HomeAssistant, entry_id: str) -> list[PendingCommand]:
    """Return the suspended commands of an entry, and forget them."""
    return hass.data[_SUSPENDED].pop(entry_id, [])


@callback
def async_cancel(hass: HomeAssistant, entry_id: str, reason: str) -> None:
    """Cancel the suspended commands of an entry. Their callers get `reason`."""
    for command in async_resume(hass, entry_id):
        command.cancel(reason)
