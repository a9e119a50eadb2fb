"""Diagnostics for bug reports, without private data.

`python -m simulator --from-diagnostics FILE` simulates the projector from such a file.
"""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PIN
from homeassistant.core import HomeAssistant

from .coordinator import PulseConfigEntry
from .pulse import JsonValue, Redactor, build_report


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PulseConfigEntry
) -> dict[str, Any]:
    """Return everything about the projector, with private data redacted."""
    entered = {"title": entry.title, **entry.data}
    if pin := entry.data.get(CONF_PIN):
        entered["pin on the wire"] = str(int(pin))
    if entry.state is not ConfigEntryState.LOADED:
        redactor = Redactor(None, entered)
        return {
            "entry": redactor.redact_mapping(entered),
            "errors": [redactor.redact(entry.reason)],
        }
    coordinator = entry.runtime_data
    extra: dict[str, JsonValue] = {
        "entry": entered,
        "refusals": [*coordinator.refusals],
    }
    return await build_report(coordinator.projector, extra)
