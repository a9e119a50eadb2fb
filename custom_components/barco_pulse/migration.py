"""Side: read the config entries that another version or integration has left.

Two other integrations have the same domain, with entries of version 1 as ours were.
What they stored is in the tests.
"""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
import voluptuous as vol

from .api import DEFAULT_PORT
from .const import CONF_FRAMING, DOMAIN, ENTRY_MINOR_VERSION, ENTRY_VERSION
from .coordinator import PulseConfigEntry
from .known import mac_in
from .probe import credentials, probe, without_credentials
from .protocol import Framing

_LOGGER = logging.getLogger(__name__)

_PIN_KEYS: Final = (CONF_PIN, "pin_code", "auth_code")
_ADVICE: Final = "Remove the projector and add it again"


async def async_migrate_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Bring an entry to the present version.

    Raises ConfigEntryNotReady if the projector must tell its serial number and does
    not answer.
    """
    if entry.version > ENTRY_VERSION:
        # Home Assistant refuses this by itself, but not in every release.
        _LOGGER.error(
            "%s was set up by a newer version of this integration, which this one "
            "cannot read (%s, not %s). Update the integration, or remove the projector "
            "and add it again",
            entry.title,
            entry.version,
            ENTRY_VERSION,
        )
        return False
    if entry.version == ENTRY_VERSION:  # a newer minor version is compatible
        return True
    if (data := _read(entry.data)) is None:
        _LOGGER.error(
            "The entry of %s is not one that this integration can read. %s",
            entry.title,
            _ADVICE,
        )
        return False
    serial_number = unique_id = str(entry.unique_id or "")
    if not unique_id or mac_in(unique_id):
        if (told := await _ask(entry, data)) is None:
            return False
        serial_number = told
    known = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, serial_number)
    if known is not None and known.source == SOURCE_IGNORE:
        await hass.config_entries.async_remove(known.entry_id)
    elif known is not None and known is not entry:
        _LOGGER.error(
            "The projector of %s is already set up as %s. Remove one of them",
            entry.title,
            known.title,
        )
        return False
    options = dict(entry.options)
    if mac := mac_in(str(entry.data.get(CONF_MAC, ""))) or mac_in(unique_id):
        options.setdefault(CONF_MAC, mac)
    hass.config_entries.async_update_entry(
        entry,
        data=data,
        options=options,
        unique_id=serial_number,
        version=ENTRY_VERSION,
        minor_version=ENTRY_MINOR_VERSION,
    )
    _remove_foreign(hass, entry)
    return True


def _read(stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what we keep of an entry's data, None without an address."""
    host = stored.get(CONF_HOST)
    if not isinstance(host, str) or not host.strip():
        return None
    try:
        port = cv.port(stored.get(CONF_PORT, DEFAULT_PORT))
    except vol.Invalid:
        return None
    found = (str(stored.get(key) or "").strip() for key in _PIN_KEYS)
    pins = [pin for pin in found if pin.isascii() and pin.isdecimal()]
    framing = stored.get(CONF_FRAMING)
    return {
        CONF_HOST: host.strip(),
        CONF_PORT: port,
        CONF_PIN: pins[0] if pins else None,
        CONF_FRAMING: framing if framing in [*Framing] else None,
    }


async def _ask(entry: PulseConfigEntry, data: dict[str, Any]) -> str | None:
    """Return the serial number of the projector at the address of an entry.

    Returns None if the projector tells nothing with the PIN that there is.
    """
    errors: dict[str, str] = {}
    _, answer = await probe(without_credentials(data), errors)
    if CONF_PIN in errors and credentials(data):
        errors.clear()
        _, answer = await probe(data, errors)
    if answer is not None:
        return answer.identity.serial_number
    if "base" not in errors:  # the address or the PIN is wrong
        _LOGGER.error(
            "%s comes from another integration, and the projector does not answer "
            "with its address and PIN. %s",
            entry.title,
            _ADVICE,
        )
        return None
    raise ConfigEntryNotReady(
        translation_domain=DOMAIN,
        translation_key="migration_waits",
        translation_placeholders={"projector": entry.title},
    )


@callback
def _remove_foreign(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Remove devices that are not the projector's own, and entities without it."""
    devices = dr.async_get(hass)
    entities = er.async_get(hass)
    known = dr.async_entries_for_config_entry(devices, entry.entry_id)
    own = {device.id for device in known if is_own(entry, device)}
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        if entity.device_id not in own:
            entities.async_remove(entity.entity_id)
    for device in known:
        if device.id not in own:
            devices.async_remove_device(device.id)


def is_own(entry: PulseConfigEntry, device: dr.DeviceEntry) -> bool:
    """Tell whether a device is the projector of an entry."""
    return (DOMAIN, str(entry.unique_id)) in device.identifiers
