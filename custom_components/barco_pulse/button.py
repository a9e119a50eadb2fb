"""Buttons that call a method of the projector."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription
from .pulse import Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseButtonDescription(PulseEntityDescription, ButtonEntityDescription):
    """Describe a button. The property name is the name of a method."""

    @property
    @override
    def subscribed_names(self) -> tuple[str, ...]:
        """Return nothing, because a button has no state."""
        return ()


_disabled = partial(PulseButtonDescription, entity_registry_enabled_default=False)
_disabled_config = partial(_disabled, entity_category=EntityCategory.CONFIG)

BUTTONS = (
    _disabled(key="go_to_ready", property_names=("system.gotoready",)),
    _disabled(key="go_to_eco", property_names=("system.gotoeco",)),
    _disabled_config(key="activity", property_names=("system.activity",)),
    _disabled_config(key="lens_center", property_names=("optics.shifttocenter",)),
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseButtonDescription]:
    """Return the descriptions of all buttons."""
    return BUTTONS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_described_entities(
        entry, Platform.BUTTON, get_descriptions, PulseButton, async_add_entities
    )


class PulseButton(PulseEntity, ButtonEntity):
    """A method without a result."""

    entity_description: PulseButtonDescription

    @property
    @override
    def available(self) -> bool:
        """Return True if the object that has the method exists."""
        method = self.entity_description.property_names[0]
        return self.snapshot.reachable and self.snapshot.present(method)

    @override
    async def async_press(self) -> None:
        """Call the method."""
        method = self.entity_description.property_names[0]
        await self.async_run_command(self.coordinator.projector.command(method))
