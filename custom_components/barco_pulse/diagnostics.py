"""Diagnostics for bug reports, without private data.

`python -m simulator --from-diagnostics FILE` simulates the projector from such a file.
"""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PIN
from homeassistant.core import HomeAssistant

from .attempts import async_get_connection_log
from .coordinator import PulseConfigEntry
from .pulse import JsonValue, Redactor, build_report


def _failed_set_up(
    hass: HomeAssistant, entry: PulseConfigEntry, entered: dict[str, Any]
) -> dict[str, Any]:
    """Return what was tried to set up the entry, with private data redacted."""
    known = {"serial_number": entry.unique_id}
    redactor = Redactor(None, entered, entry.options, known)
    log = async_get_connection_log(hass, entry.entry_id)
    attempts = log.attempts(redactor)  # learns what is private in the messages
    return {
        "entry": redactor.redact_mapping(entered),
        "errors": [redactor.redact(entry.reason)],
        "attempts": attempts,
    }


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PulseConfigEntry
) -> dict[str, Any]:
    """Return everything about the projector, with private data redacted."""
    entered = {"title": entry.title, **entry.data}
    if pin := entry.data.get(CONF_PIN):
        entered["pin on the wire"] = str(int(pin))
    if entry.state is not ConfigEntryState.LOADED:
        return _failed_set_up(hass, entry, entered)
    coordinator = entry.runtime_data
    extra: dict[str, JsonValue] = {
        "entry": entered,
        "refusals": [*coordinator.refusals],
    }
    return await build_report(coordinator.projector, extra)
