"""What a bug report needs, and nothing that is nobody's business.

`python -m simulator --from-diagnostics FILE` becomes the projector that it describes.
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
    Snapshot,
)
from .redaction import Privacy

_DERIVED: Final = (ACTIVE_CONNECTOR, "power.", PENDING)
_PATIENCE: Final = 30  # seconds for reading all that the projector has


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PulseConfigEntry
) -> dict[str, Any]:
    """Return all that is known of the projector, but what is private.

    Names of sections and members are read by the simulator.
    """
    entered = {"title": entry.title, **entry.data}
    if pin := entry.data.get(CONF_PIN):
        entered["pin on the wire"] = str(int(pin))
    if entry.state is not ConfigEntryState.LOADED:
        privacy = Privacy(None, entered)
        return {
            "entry": privacy.redacted(entered),
            "errors": [privacy.cleaned(entry.reason)],
        }
    coordinator = entry.runtime_data
    projector = coordinator.projector
    survey, surveyed = await _survey(projector)
    snapshot = projector.snapshot
    identity = coordinator.identity
    sections: dict[str, dict[str, JsonValue]] = {
        "entry": entered,
        "identity": {name: getattr(identity, name) for name in identity.__slots__},
        "values": dict(_real({**snapshot.values, **surveyed})),
        "remembered": dict(snapshot.remembered),
    }
    privacy = Privacy(identity.model, *sections.values())
    report: dict[str, Any] = {
        name: privacy.redacted(values) for name, values in sections.items()
    }
    report["connection"] = privacy.cleaned(_connection(projector, snapshot, survey))
    report["refusals"] = privacy.cleaned([*coordinator.refusals])
    report["errors"] = privacy.cleaned([" ".join(error) for error in projector.errors])
    return (
        report | _description(snapshot) | {"subscribed": sorted(projector.subscribed)}
    )


async def _survey(projector: Projector) -> tuple[str, dict[str, JsonValue]]:
    """Read what no entity shows, too; return also how that went."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return "complete", await projector.survey()
    except (PulseError, TimeoutError) as error:
        return repr(error), {}


def _connection(projector: Projector, snapshot: Snapshot, survey: str) -> JsonObject:
    return {
        "reachable": snapshot.reachable,
        "error": repr(snapshot.error) if snapshot.error else None,
        "framing": projector.framing,
        "counters": dict(projector.counters),
        "dropped": projector.dropped,
        "survey": survey,
        "asleep": snapshot.asleep,
        "pin_refused": snapshot.pin_refused,
        "control_refused": snapshot.control_refused,
        "phase": snapshot.phase,
    }


def _description(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "state": snapshot.state,
        "objects": sorted(snapshot.objects),
        "properties": {n: kind.as_json() for n, kind in _real(snapshot.properties)},
        "methods": {
            method: {name: kind.as_json() for name, kind in parameters.items()}
            for method, parameters in _real(snapshot.methods)
        },
    }


def _real[T](named: Mapping[str, T]) -> Iterable[tuple[str, T]]:
    """Leave out what the projector itself does not know."""
    return (
        (name, thing) for name, thing in named.items() if not name.startswith(_DERIVED)
    )
