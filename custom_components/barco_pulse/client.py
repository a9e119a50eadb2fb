"""Create the client of a projector from its config entry."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    CONF_HOST,
    CONF_MAC,
    CONF_PASSWORD,
    CONF_PIN,
    CONF_PORT,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant

from .attempts import async_get_connection_log
from .const import CONF_CONNECTION, RELEASE, TIMEOUTS, TIMINGS
from .pulse import Login, Projector, ProjectorOptions


def create_projector(
    hass: HomeAssistant, entry: ConfigEntry[Any], options: ProjectorOptions
) -> Projector:
    """Return the client. Data and options of the entry replace those in `options`."""
    return Projector(
        entry.data[CONF_HOST],
        entry.data[CONF_PORT],
        entry.data.get(CONF_PIN),
        replace(
            options,
            serial_number=entry.unique_id,
            login=get_login(entry.data),
            timings=hass.data.get(TIMINGS),
            timeouts=hass.data.get(TIMEOUTS),
            trace=async_get_connection_log(hass, entry.entry_id),
            mac=entry.options.get(CONF_MAC),
            release_when_idle=entry.options.get(CONF_CONNECTION) == RELEASE,
        ),
    )


def get_login(data: Mapping[str, Any]) -> Login | None:
    """Return the user name and the password of an entry, if it has them."""
    if CONF_USERNAME not in data:
        return None
    return Login(data[CONF_USERNAME], data[CONF_PASSWORD])
