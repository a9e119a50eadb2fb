"""Names that automations and history use, which must not change.

`frozen.json` only grows: a new entity, command, action, trigger or condition is added,
and nothing is removed. An entity that is removed is listed in `migration.REMOVED`, and
its name is never used again.
"""

from fnmatch import fnmatchcase
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.barco_pulse.condition import CONDITIONS
from custom_components.barco_pulse.config_flow import PulseConfigFlow
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.migration import REMOVED
from custom_components.barco_pulse.trigger import TRIGGERS

from .conftest import SetUpProjector

FROZEN: dict[str, Any] = json.loads(
    Path(__file__).with_name("frozen.json").read_text(encoding="utf-8")
)
OLDER_UDX = {
    "extends": "udx",
    "blocks": {
        f"environment.{block}": ["Sensor", value_type, 30.0]
        for block, value_type in (
            ("temperature.dmd.red", "Temperature"),
            ("temperature.dmd.green", "Temperature"),
            ("temperature.dmd.blue", "Temperature"),
            ("fanspeed.inlet1", "Speed"),
            ("fanspeed.inlet2", "Speed"),
            ("fanspeed.exhaust", "Speed"),
        )
    },
}
"""A projector with the names of control blocks of other models."""
MODELS: dict[str, Any] = {
    "balder_cs": "balder_cs",
    "hdr_cs": "hdr_cs",
    "udx": OLDER_UDX,
}


def test_entry_version() -> None:
    """Keep entries readable for older versions."""
    version = [PulseConfigFlow.VERSION, PulseConfigFlow.MINOR_VERSION]
    assert version == FROZEN["entry version"]


def test_triggers_and_conditions() -> None:
    """Keep the keys of triggers and conditions."""
    assert set(FROZEN["triggers"]) <= TRIGGERS.keys()
    assert set(FROZEN["conditions"]) <= CONDITIONS.keys()


def is_removed(name: str) -> bool:
    """Return whether an entity was released and then removed."""
    patterns = (pattern for patterns in REMOVED.values() for pattern in patterns)
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@pytest.mark.parametrize("model", MODELS)
async def test_names(
    hass: HomeAssistant, setup_projector: SetUpProjector, model: str
) -> None:
    """Keep unique ids, commands of the remote, and actions."""
    home = await setup_projector(MODELS[model], state="on")
    entries = home.entries()
    released = set(FROZEN["unique ids"][model])
    removed = {name for name in released if is_removed(name)}
    assert released - entries.keys() == removed
    serial = home.projector.get("system.serialnumber")
    assert all(e.unique_id.startswith(f"{serial}_") for e in entries.values())
    commands = [*FROZEN["commands"][model], "no such command"]
    with pytest.raises(ServiceValidationError) as unknown:
        await home.act("send_command", "remote.remote", command=commands)
    placeholders = unknown.value.translation_placeholders
    assert placeholders is not None
    assert placeholders["command"] == "no such command"
    assert (
        set(FROZEN["actions"]) <= hass.services.async_services_for_domain(DOMAIN).keys()
    )
