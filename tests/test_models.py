"""Every entity of every model, as Home Assistant shows it.

There is one line for the registry entry and one for the state of each entity.
"""

from enum import StrEnum
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.helpers import entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from .conftest import Home, SetUpProjector

MODELS = ["udx", "balder_cs", "hdr_cs", "minimal"]
AT_REST = {
    "udx": "ready",
    "balder_cs": "ready",
    "hdr_cs": "standby",
    "minimal": "standby",
}
LEFT_OUT = ("access_token", "entity_picture", "friendly_name")
"""Attributes that differ at every start, or that the registry contains."""


def line(*parts: object) -> str:
    """Join some parts into one line."""
    return " | ".join(str(part) for part in parts if part not in (None, ""))


def registered(home: Home) -> dict[str, str]:
    """Return the lines of the entity registry by entity id."""
    return {
        entity.entity_id: line(
            name,
            entity.original_name,
            entity.translation_key,
            entity.original_device_class,
            entity.unit_of_measurement,
            entity.entity_category and entity.entity_category.value,
            entity.disabled_by and "off by default",
        )
        for name, entity in sorted(home.entries().items())
    }


def plain(value: Any) -> Any:
    """Convert an attribute as for the frontend."""
    if isinstance(value, StrEnum):
        return value.value
    return [*map(plain, value)] if isinstance(value, list | tuple) else value


def state_lines(home: Home) -> dict[str, str]:
    """Return the lines of the states by name."""
    lines = {}
    for name in sorted(home.entries()):
        state = home.state(name)
        assert state is not None
        is_moment = state.attributes.get("device_class") in ("timestamp", "uptime")
        is_known = state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        lines[name] = line(
            "a moment" if is_moment and is_known else state.state,
            *(
                f"{key}={plain(value)}"
                for key, value in sorted(state.attributes.items())
                if key not in LEFT_OUT
            ),
        )
    return lines


@pytest.mark.parametrize("model", MODELS)
async def test_registered(
    setup_projector: SetUpProjector, snapshot: SnapshotAssertion, model: str
) -> None:
    """List the entities of a new projector, and which are enabled by default."""
    home = await setup_projector(model, state="on")

    assert registered(home) == snapshot
    assert {entity.disabled_by for entity in home.entries().values()} <= {
        None,
        er.RegistryEntryDisabler.INTEGRATION,
    }


async def test_number_of_entities(setup_projector: SetUpProjector) -> None:
    """Enable a limited number of entities by default."""
    home = await setup_projector("balder_cs", state="on")

    entries = home.entries().values()
    assert len(entries) <= 100
    assert sum(entity.disabled_by is None for entity in entries) <= 24


@pytest.mark.parametrize("model", MODELS)
async def test_states_while_on(
    setup_projector: SetUpProjector, snapshot: SnapshotAssertion, model: str
) -> None:
    """List the states with every entity enabled."""
    home = await setup_projector(model, state="on", speed=1)
    await home.enable()

    assert state_lines(home) == snapshot


@pytest.mark.parametrize("model", MODELS)
async def test_states_while_asleep(
    setup_projector: SetUpProjector, snapshot: SnapshotAssertion, model: str
) -> None:
    """List the states after a restart while the projector is asleep."""
    home = await setup_projector(model, state="on", speed=1)
    await home.enable()
    await home.unload()
    home.projector.change("system.state", AT_REST[model])
    await home.load()

    assert state_lines(home) == snapshot
