"""What can be done at the press of a button."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription
from .pulse import Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseButtonDescription(PulseEntityDescription, ButtonEntityDescription):
    """A row of the table below; its name is a method."""

    @property
    @override
    def shown(self) -> tuple[str, ...]:
        """Nothing to keep true."""
        return ()


_rare = partial(PulseButtonDescription, entity_registry_enabled_default=False)
_setting = partial(_rare, entity_category=EntityCategory.CONFIG)

BUTTONS = (
    _rare(key="go_to_ready", names=("system.gotoready",)),
    _rare(key="go_to_eco", names=("system.gotoeco",)),
    _setting(key="activity", names=("system.activity",)),
    _setting(key="lens_center", names=("optics.shifttocenter",)),
)


def rows(snapshot: Snapshot) -> Iterable[PulseButtonDescription]:
    """Return the table."""
    return BUTTONS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_rows(entry, Platform.BUTTON, rows, PulseButton, async_add_entities)


class PulseButton(PulseEntity, ButtonEntity):
    """A method without a result."""

    entity_description: PulseButtonDescription

    @property
    @override
    def available(self) -> bool:
        """Available while the object that has the method is there."""
        method = self.entity_description.names[0]
        return self.snapshot.reachable and self.snapshot.present(method)

    @override
    async def async_press(self) -> None:
        """Call the method."""
        method = self.entity_description.names[0]
        await self.command(self.coordinator.projector.command(method))
