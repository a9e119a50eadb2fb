"""Entities subscribe to all properties that they read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import async_get_platforms
import pytest

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.entity import PulseEntity

from .conftest import SetUpProjector


class RecordingValues(dict[str, Any]):
    """Values that record which of them were read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Initialize without reads."""
        super().__init__(values)
        self.names: set[str] = set()

    @override
    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    @override
    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("model", ["udx", "balder_cs", "hdr_cs"])
async def test_entities_read_only_subscribed_names(
    hass: HomeAssistant, setup_projector: SetUpProjector, model: str
) -> None:
    """Read only the properties that the description names."""
    home = await setup_projector(model, state="on")
    coordinator = home.entry.runtime_data
    snapshot = coordinator.data
    looked = 0
    for platform in async_get_platforms(hass, DOMAIN):
        for entity in platform.entities.values():
            assert isinstance(entity, PulseEntity)
            values, remembered = (
                RecordingValues(snapshot.values),
                RecordingValues(snapshot.last_known),
            )
            coordinator.data = replace(snapshot, values=values, last_known=remembered)
            entity.async_write_ha_state()
            shown = set(entity.entity_description.subscribed_names)
            assert values.names | remembered.names <= shown, entity.entity_id
            looked += len(values.names)
    assert looked > 50
    coordinator.data = snapshot
