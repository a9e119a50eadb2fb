"""Diagnostics for bug reports, without private data.

`python -m simulator --from-diagnostics FILE` simulates the projector from such a file.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PIN
from homeassistant.core import HomeAssistant

from .coordinator import PulseConfigEntry
from .pulse import (
    ACTIVE_CONNECTOR,
    PENDING,
    JsonObject,
    JsonValue,
    Projector,
    PulseError,
    Redactor,
    Snapshot,
)

_DERIVED_PREFIXES: Final = (ACTIVE_CONNECTOR, "power.", PENDING)
_READ_TIMEOUT: Final = 30  # seconds


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PulseConfigEntry
) -> dict[str, Any]:
    """Return everything about the projector, with private data redacted.

    The simulator reads the sections and their members by these names.
    """
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
    projector = coordinator.projector
    outcome, current_values = await _read_everything(projector)
    snapshot = projector.snapshot
    identity = coordinator.identity
    sections: dict[str, dict[str, JsonValue]] = {
        "entry": entered,
        "identity": {name: getattr(identity, name) for name in identity.__slots__},
        "values": dict(_without_derived({**snapshot.values, **current_values})),
        "remembered": dict(snapshot.last_known),
    }
    redactor = Redactor(identity.model, *sections.values())
    report: dict[str, Any] = {
        name: redactor.redact_mapping(values) for name, values in sections.items()
    }
    report["connection"] = redactor.redact(_connection(projector, snapshot, outcome))
    report["refusals"] = redactor.redact([*coordinator.refusals])
    report["errors"] = redactor.redact([" ".join(error) for error in projector.errors])
    return (
        report | _description(snapshot) | {"subscribed": sorted(projector.subscribed)}
    )


async def _read_everything(projector: Projector) -> tuple[str, dict[str, JsonValue]]:
    """Read also what no entity shows. Return the outcome and the values."""
    try:
        async with asyncio.timeout(_READ_TIMEOUT):
            return "complete", await projector.read_everything()
    except (PulseError, TimeoutError) as error:
        return repr(error), {}


def _connection(projector: Projector, snapshot: Snapshot, outcome: str) -> JsonObject:
    return {
        "reachable": snapshot.reachable,
        "error": repr(snapshot.error) if snapshot.error else None,
        "framing": projector.framing,
        "counters": dict(projector.counters),
        "dropped": projector.dropped,
        "survey": outcome,
        "asleep": snapshot.asleep,
        "pin_refused": snapshot.pin_refused,
        "control_refused": snapshot.control_denied,
        "phase": snapshot.phase,
    }


def _description(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "state": snapshot.state,
        "objects": sorted(snapshot.objects),
        "properties": {
            n: property_type.as_json()
            for n, property_type in _without_derived(snapshot.properties)
        },
        "methods": {
            method: {
                name: property_type.as_json()
                for name, property_type in parameters.items()
            }
            for method, parameters in _without_derived(snapshot.methods)
        },
    }


def _without_derived[T](items: Mapping[str, T]) -> Iterable[tuple[str, T]]:
    """Leave out names that this integration made up."""
    return (
        (name, item)
        for name, item in items.items()
        if not name.startswith(_DERIVED_PREFIXES)
    )
