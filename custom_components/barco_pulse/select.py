"""What can be selected."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .catalogue import ACTIVE_PRESET, ACTIVE_PROFILE, PRESETS, PROFILES, SOURCE, SOURCES
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, PulseEntityDescription, async_add_rows
from .projector import Projector
from .snapshot import Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseSelectDescription(PulseEntityDescription, SelectEntityDescription):
    """A row of the table below."""

    current: str
    """Name of the value that tells the current option."""
    options_fn: Callable[[Snapshot], list[str]]
    select_fn: Callable[[Projector, str], Awaitable[None]]


SELECTS = (
    PulseSelectDescription(
        key="source",
        names=(SOURCE,),
        also=(SOURCES,),
        current=SOURCE,
        options_fn=lambda snapshot: snapshot.texts(SOURCES),
        select_fn=lambda projector, name: projector.set_property(SOURCE, name),
    ),
    PulseSelectDescription(
        key="preset",
        names=(PRESETS,),
        also=(ACTIVE_PRESET,),
        current=ACTIVE_PRESET,
        options_fn=lambda snapshot: [*snapshot.presets],
        select_fn=Projector.activate_preset,
    ),
    PulseSelectDescription(
        key="profile",
        names=(PROFILES,),
        also=(ACTIVE_PROFILE,),
        current=ACTIVE_PROFILE,
        options_fn=lambda snapshot: snapshot.texts(PROFILES),
        select_fn=Projector.activate_profile,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects."""
    async_add_rows(entry, Platform.SELECT, SELECTS, PulseSelect, async_add_entities)


class PulseSelect(PulseEntity, SelectEntity):
    """One of several options that the projector itself lists."""

    entity_description: PulseSelectDescription
    shows = ("current_option", "options")

    @property
    @override
    def available(self) -> bool:
        """Unavailable while there is nothing to select from."""
        return super().available and bool(self.options)

    @property
    @override
    def options(self) -> list[str]:
        """What the projector offers."""
        return self.entity_description.options_fn(self.snapshot)

    @property
    @override
    def current_option(self) -> str | None:
        """What is selected, unknown where the projector cannot tell."""
        return self.snapshot.text(self.entity_description.current)

    @override
    async def async_select_option(self, option: str) -> None:
        """Select another."""
        description = self.entity_description
        await self.command(description.select_fn(self.coordinator.projector, option))
