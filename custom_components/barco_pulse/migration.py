"""Migrate config entries of older versions and of other integrations.

Two other integrations use the same domain. Their entries have version 1, as our oldest
entries have. The tests contain examples.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
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

from .const import DOMAIN, ENTRY_MINOR_VERSION, ENTRY_VERSION
from .coordinator import PulseConfigEntry
from .helpers import normalize_mac
from .pulse import DEFAULT_PORT, is_valid_pin
from .storage import ProjectorStore
from .validation import async_validate_input, credentials, without_credentials

_LOGGER = logging.getLogger(__name__)

_PIN_KEYS: Final = (CONF_PIN, "pin_code", "auth_code")
_FRAMING: Final = "framing"
_ADVICE: Final = "Remove the projector and add it again"

REMOVED: Final[Mapping[int, tuple[str, ...]]] = {
    2: (
        "binary_sensor.firmware_mismatch",
        "binary_sensor.laser_clo",
        "binary_sensor.network",
        "binary_sensor.pjlink",
        "binary_sensor.synchronous_lock",
        "button.focus_*",
        "button.lens_shift_*",
        "button.zoom_*",
        "number.artnet_*",
        "number.backlight_timeout",
        "number.clo_scale",
        "number.dmx_*",
        "select.backlight",
        "select.color_channels",
        "select.dmx_mode",
        "select.language",
        "select.length_unit",
        "select.luminance_unit",
        "select.orientation",
        "select.stealth_mode",
        "select.temperature_unit",
        "select.theme",
        "sensor.*altitude",
        "sensor.cloud",
        "sensor.clo_availability",
        "sensor.counter_*",
        "sensor.display_frequency",
        "sensor.firmware",
        "sensor.focus_*",
        "sensor.image*_angle",
        "sensor.ip_address",
        "sensor.language",
        "sensor.lens*",
        "sensor.max_fall",
        "sensor.network_speed",
        "sensor.next_action",
        "sensor.ready_time_left",
        "sensor.scan",
        "sensor.target_state",
        "sensor.update_progress",
        "sensor.zoom_*",
        "switch.artnet",
        "switch.dmx_shutdown",
    ),
}
"""Entities that no longer exist, by the first minor version without them.

Platform and key; an asterisk stands for any text. To remove another entity: delete
its description, add it here under a new minor version, set `ENTRY_MINOR_VERSION` to
that version, and list it in CHANGELOG.md.
"""


async def async_migrate_entry(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Migrate an entry to the present version.

    Raises ConfigEntryNotReady if the serial number must be read from the projector and
    the projector does not answer.
    """
    if entry.version > ENTRY_VERSION:
        # Not every release of Home Assistant checks this itself.
        _LOGGER.error(
            "%s was set up by a newer version of this integration, which this one "
            "cannot read (%s, not %s). Update the integration, or remove the projector "
            "and add it again",
            entry.title,
            entry.version,
            ENTRY_VERSION,
        )
        return False
    if entry.version < ENTRY_VERSION and not await _migrate_version_1(hass, entry):
        return False
    _remove_entities(hass, entry)
    if entry.minor_version < 3:
        await _move_framing(hass, entry)
    if entry.minor_version < ENTRY_MINOR_VERSION:  # newer minor versions are compatible
        hass.config_entries.async_update_entry(entry, minor_version=ENTRY_MINOR_VERSION)
    return True


async def _migrate_version_1(hass: HomeAssistant, entry: PulseConfigEntry) -> bool:
    """Migrate an entry of version 1 to version 2. Log an error if that fails."""
    if (data := _read_data(entry.data)) is None:
        _LOGGER.error(
            "Could not read the entry of %s. %s",
            entry.title,
            _ADVICE,
        )
        return False
    serial_number = unique_id = str(entry.unique_id or "")
    if not unique_id or normalize_mac(unique_id):
        if (reported := await _async_read_serial_number(hass, entry, data)) is None:
            return False
        serial_number = reported
    if not await _is_free(hass, entry, serial_number):
        return False
    options = dict(entry.options)
    if mac := normalize_mac(str(entry.data.get(CONF_MAC, ""))) or normalize_mac(
        unique_id
    ):
        options.setdefault(CONF_MAC, mac)
    hass.config_entries.async_update_entry(
        entry,
        data=data,
        options=options,
        unique_id=serial_number,
        version=ENTRY_VERSION,
        minor_version=1,
    )
    _remove_foreign(hass, entry)
    return True


async def _is_free(
    hass: HomeAssistant, entry: PulseConfigEntry, serial_number: str
) -> bool:
    """Return True if no other entry has the serial number. Remove an ignored one."""
    existing = hass.config_entries.async_entry_for_domain_unique_id(
        DOMAIN, serial_number
    )
    if existing is None or existing is entry:
        return True
    if existing.source == SOURCE_IGNORE:
        await hass.config_entries.async_remove(existing.entry_id)
        return True
    _LOGGER.error(
        "The projector of %s is already set up as %s. Remove one of them",
        entry.title,
        existing.title,
    )
    return False


async def _move_framing(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Move the framing from the entry to the storage."""
    data = dict(entry.data)
    if (framing := data.pop(_FRAMING, None)) is not None:
        store = await ProjectorStore.async_load(hass, entry.entry_id)
        await store.async_save({**(store.data or {}), _FRAMING: framing})
    hass.config_entries.async_update_entry(entry, data=data)


def _read_data(stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the data to keep of an entry, None if the address is missing."""
    host = stored.get(CONF_HOST)
    if not isinstance(host, str) or not host.strip():
        return None
    try:
        port = cv.port(stored.get(CONF_PORT, DEFAULT_PORT))
    except vol.Invalid:
        return None
    texts = (str(stored.get(key) or "").strip() for key in _PIN_KEYS)
    pins = [*filter(is_valid_pin, texts)]
    return {
        CONF_HOST: host.strip(),
        CONF_PORT: port,
        CONF_PIN: pins[0] if pins else None,
    }


async def _async_read_serial_number(
    hass: HomeAssistant, entry: PulseConfigEntry, data: dict[str, Any]
) -> str | None:
    """Return the serial number of the projector at the address of an entry.

    Returns None if the address or the PIN is wrong.
    """
    errors: dict[str, str] = {}
    _, answer = await async_validate_input(hass, without_credentials(data), errors)
    if CONF_PIN in errors and credentials(data):
        errors.clear()
        _, answer = await async_validate_input(hass, data, errors)
    if answer is not None:
        return answer.identity.serial_number
    if "base" not in errors:  # the address or the PIN is wrong
        _LOGGER.error(
            "%s comes from another integration, and its address or PIN is wrong. %s",
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
def _remove_entities(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Remove entities that no longer exist from the entity registry."""
    registry = er.async_get(hass)
    prefix = f"{entry.unique_id}_"
    patterns = [
        pattern
        for minor_version, patterns in REMOVED.items()
        if minor_version > entry.minor_version
        for pattern in patterns
    ]
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        name = f"{entity.domain}.{entity.unique_id.removeprefix(prefix)}"
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            registry.async_remove(entity.entity_id)


@callback
def _remove_foreign(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Remove all devices but the projector, and their entities."""
    devices = dr.async_get(hass)
    entities = er.async_get(hass)
    existing = dr.async_entries_for_config_entry(devices, entry.entry_id)
    own = {device.id for device in existing if is_own(entry, device)}
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        if entity.device_id not in own:
            entities.async_remove(entity.entity_id)
    for device in existing:
        if device.id not in own:
            devices.async_remove_device(device.id)


def is_own(entry: PulseConfigEntry, device: dr.DeviceEntry) -> bool:
    """Return True if a device is the projector of an entry."""
    return (DOMAIN, str(entry.unique_id)) in device.identifiers
