"""The projector in the device registry."""

from functools import lru_cache
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import (
    CONNECTION_NETWORK_MAC,
    DeviceInfo,
    format_mac,
)
from yarl import URL

from .const import DOMAIN, MANUFACTURER
from .pulse import Identity


@lru_cache(maxsize=1)  # Home Assistant reads it twice for each entity that it adds
def device_info(identity: Identity, host: str) -> DeviceInfo:
    """Return the device of a projector."""
    return DeviceInfo(
        identifiers={(DOMAIN, identity.serial_number)},
        connections=_connections(identity),
        manufacturer=MANUFACTURER,
        name=identity.device_name,
        model=identity.model,
        model_id=identity.article_number,
        serial_number=identity.serial_number,
        sw_version=identity.firmware,
        configuration_url=str(URL.build(scheme="http", host=host, path="/")),
    )


@callback
def async_update_device(
    hass: HomeAssistant, entry: ConfigEntry[Any], identity: Identity
) -> None:
    """Update name, firmware and MAC address in the device registry."""
    if (device := _device(hass, entry)) is not None:
        dr.async_get(hass).async_update_device(
            device.id,
            name=identity.device_name,
            sw_version=identity.firmware,
            new_connections=_connections(identity),
        )


@callback
def display_name(hass: HomeAssistant, entry: ConfigEntry[Any]) -> str:
    """Return the name that the user gave to a projector, or the title of its entry."""
    device = _device(hass, entry)
    return (device and device.name_by_user) or entry.title


def _connections(identity: Identity) -> set[tuple[str, str]]:
    """Return the MAC address that the projector reported, not one from the options."""
    mac = identity.mac
    return {(CONNECTION_NETWORK_MAC, format_mac(mac))} if mac else set()


def _device(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dr.DeviceEntry | None:
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(entry.unique_id)), entry.entry_id
    )
