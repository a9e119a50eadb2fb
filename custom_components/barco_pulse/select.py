"""What can be selected."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription, slug
from .pulse import (
    ACTIVE_CONNECTOR,
    ACTIVE_PRESET,
    ACTIVE_PROFILE,
    COMING_UP,
    PENDING,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    JsonValue,
    Projector,
    Snapshot,
    match,
)

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseSelectDescription(PulseEntityDescription, SelectEntityDescription):
    """A row of the table below; its options, if any, are all that make sense."""

    listed: str | None = None
    """Name of the list of options; without one the property's type tells them."""
    offered_fn: Callable[[PulseCoordinator], list[str]] | None = None
    """The options, where the owner has a say in them."""
    remembered: str | None = None
    """Name of what was selected last from here, where no projector tells."""
    select_fn: Callable[[Projector, str], Awaitable[None]] | None = None
    pending: str | None = None
    """The kind of command that selects it while the projector powers up; None: it
    cannot be selected then."""

    @property
    @override
    def shown(self) -> tuple[str, ...]:
        """Names of all that goes into the state."""
        if self.pending is None:
            return super().shown
        return (*super().shown, *COMING_UP, PENDING + self.pending)


_rare = partial(
    PulseSelectDescription,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)

_POWER_MODES = "system.operationalmodes"
_COLOR_MODE = "image.color.p7.custom"

SELECTS = (
    PulseSelectDescription(
        key="source",
        names=(SOURCE,),
        also=(SOURCES,),
        pending="source",
        offered_fn=lambda coordinator: coordinator.sources,
        select_fn=Projector.select_source,
    ),
    PulseSelectDescription(
        key="preset",
        names=(PRESETS,),
        also=(ACTIVE_PRESET,),
        pending="preset",
        asks=(PRESETS,),
        exists_fn=lambda snapshot: bool(snapshot.presets),
        listed=PRESETS,
        remembered=ACTIVE_PRESET,
        select_fn=Projector.activate_preset,
    ),
    _rare(
        key="operational_mode",
        names=(f"{_POWER_MODES}.mode",),
        also=(f"{_POWER_MODES}.availablemodes",),
        asks=(f"{_POWER_MODES}.availablemodes",),
        exists_fn=lambda s: len(s.options(f"{_POWER_MODES}.availablemodes")) > 1,
        listed=f"{_POWER_MODES}.availablemodes",
    ),
    _rare(
        key="initial_state",
        names=("system.initialstate",),
        options=["eco", "standby", "ready", "on"],
    ),
    _rare(key="scaling_mode", names=("image.window.main.scalingmode",)),
    _rare(
        key="color_mode",
        names=(f"{_COLOR_MODE}.mode",),
        also=(f"{_COLOR_MODE}.modes",),
        asks=(f"{_COLOR_MODE}.modes",),
        exists_fn=lambda snapshot: bool(snapshot.options(f"{_COLOR_MODE}.modes")),
        listed=f"{_COLOR_MODE}.modes",
    ),
    _rare(
        key="display_mode",
        names=("image.display.desireddisplaymode",),
        also=("image.display.listdisplaymodes",),
        listed="image.display.listdisplaymodes",
    ),
    _rare(
        key="test_pattern",
        names=("image.testpattern.selected",),
        also=("image.testpattern.list",),
        listed="image.testpattern.list",
    ),
    _rare(
        key="edid",
        names=(f"{ACTIVE_CONNECTOR}edid.selected",),
        also=(f"{ACTIVE_CONNECTOR}edid.list",),
        listed=f"{ACTIVE_CONNECTOR}edid.list",
    ),
    _rare(key="input_color_space", names=(f"{ACTIVE_CONNECTOR}colorspace",)),
    _rare(key="input_signal_range", names=(f"{ACTIVE_CONNECTOR}signalrange",)),
    _rare(key="input_color_primaries", names=(f"{ACTIVE_CONNECTOR}colorprimaries",)),
)
# Where presets exist, the profile is a second way to the same.
PROFILE = PulseSelectDescription(
    key="profile",
    names=(PROFILES,),
    also=(ACTIVE_PROFILE,),
    pending="profile",
    asks=(PROFILES, PRESETS),
    # Both lists are read together: whether there are presets is then known.
    exists_fn=lambda snapshot: snapshot.known(PROFILES) is not None,
    listed=PROFILES,
    remembered=ACTIVE_PROFILE,
    select_fn=Projector.activate_profile,
)
RARE_PROFILE = replace(PROFILE, entity_registry_enabled_default=False)


def rows(snapshot: Snapshot) -> Iterable[PulseSelectDescription]:
    """Return the table; the profile is enabled by default only without presets."""
    return *SELECTS, RARE_PROFILE if snapshot.presets else PROFILE


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects."""
    async_add_rows(entry, Platform.SELECT, rows, PulseSelect, async_add_entities)


class PulseSelect(PulseEntity, SelectEntity):
    """One of several options that the projector itself lists."""

    entity_description: PulseSelectDescription
    shows = ("current_option", "options")

    @property
    @override
    def available(self) -> bool:
        """Unavailable while there is nothing to select from."""
        snapshot = self.snapshot
        comes = (
            self.entity_description.pending is not None
            and (snapshot.coming_up or snapshot.phase == "on")
            and (snapshot.reachable or snapshot.asleep)
        )
        return (super().available or comes) and bool(self.options)

    @property
    def _listed(self) -> dict[str, JsonValue]:
        """What the projector's list offers, and what the projector calls it."""
        row = self.entity_description
        if row.offered_fn is not None:
            return {option: option for option in row.offered_fn(self.coordinator)}
        return self.snapshot.options(row.listed) if row.listed is not None else {}

    @property
    def _choices(self) -> dict[str, JsonValue]:
        """What is offered, and what the projector calls it."""
        row, kind = self.entity_description, self.kind
        if listed := self._listed:
            selected = None if row.remembered else self._selected
            # The list may be older than what the projector reports as selected.
            if selected and _label(selected, listed) is None:
                listed = {**listed, selected: selected}
        choices = listed or {option: option for option in kind.options}
        if kind.base == "enum":
            choices = {slug(label): wire for label, wire in choices.items()}
        if (sensible := row.options) is not None:
            return {label: choices[label] for label in sensible if label in choices}
        return choices

    @property
    def _selected(self) -> str | None:
        """What is selected, as it is reported."""
        remembered = self.entity_description.remembered
        return self.snapshot.text(remembered or self.property_name)

    @property
    @override
    def options(self) -> list[str]:
        """What the projector offers, and what was chosen before it can tell."""
        choices = [*self._choices]
        if (pending := self._pending) is not None and pending not in choices:
            choices.append(pending)
        return choices

    @property
    def _pending(self) -> str | None:
        """The option that was chosen and waits for the projector."""
        kind = self.entity_description.pending
        return self.snapshot.text(PENDING + kind) if kind else None

    @property
    @override
    def current_option(self) -> str | None:
        """The option that waits, else the selected one; None while it is unknown."""
        if (pending := self._pending) is not None:
            return pending
        selected = self._selected
        return selected and _label(selected, self._choices)

    @property
    @override
    def assumed_state(self) -> bool:
        """Tell whether the selection is only remembered, or the projector's sleep assumed."""
        return self.entity_description.remembered is not None or super().assumed_state

    @override
    async def async_select_option(self, option: str) -> None:
        """Select another."""
        select_fn, projector = (
            self.entity_description.select_fn,
            self.coordinator.projector,
        )
        if select_fn is not None:
            await self.command(select_fn(projector, option))
            return
        wire = self._choices[option]
        await self.command(projector.set_property(self.property_name, wire))


def _label(selected: str, choices: Mapping[str, JsonValue]) -> str | None:
    """Return the choice that is selected, by what the projector or a person calls it."""
    wires = {wire: label for label, wire in choices.items() if isinstance(wire, str)}
    for names in (wires, {label: label for label in choices}):
        if len(found := match(selected, names)) == 1:
            return names[found[0]]
    return None
