"""Keep the log of the connections of an entry until it is set up, for diagnostics."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .pulse import ConnectionLog

_LOGS: Final[HassKey[dict[str, ConnectionLog]]] = HassKey(f"{DOMAIN}_connection_logs")


@callback
def async_get_connection_log(hass: HomeAssistant, entry_id: str) -> ConnectionLog:
    """Return the log of an entry. It continues with each attempt to set up the entry."""
    return hass.data.setdefault(_LOGS, {}).setdefault(entry_id, ConnectionLog())


@callback
def async_delete_connection_log(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the log of an entry that is set up, or removed."""
    hass.data.get(_LOGS, {}).pop(entry_id, None)
