"""Selects of the projector."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription, to_state_key
from .pulse import (
    ACTIVE_CONNECTOR,
    ACTIVE_PROFILE,
    COMING_UP,
    LAST_PRESET,
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
    """Describe a select. Its `options`, if any, limit what the projector offers."""

    options_name: str | None = None
    """The property with the options. None: the property type has them."""
    options_fn: Callable[[PulseCoordinator], list[str]] | None = None
    """Return the options, if the user can limit them."""
    last_selected_name: str | None = None
    """The name of the last selection, if the projector does not report it."""
    select_fn: Callable[[Projector, str], Awaitable[None]] | None = None
    pending_kind: str | None = None
    """The kind of pending command that selects an option while the projector starts.
    None: options cannot be selected then."""

    @property
    @override
    def subscribed_names(self) -> tuple[str, ...]:
        """Return all properties that the state depends on."""
        if self.pending_kind is None:
            return super().subscribed_names
        return (*super().subscribed_names, *COMING_UP, PENDING + self.pending_kind)


_disabled_config = partial(
    PulseSelectDescription,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)

_POWER_MODES = "system.operationalmodes"
_COLOR_MODE = "image.color.p7.custom"

SELECTS = (
    PulseSelectDescription(
        key="source",
        property_names=(SOURCE,),
        extra_names=(SOURCES,),
        pending_kind="source",
        options_fn=lambda coordinator: coordinator.sources,
        select_fn=Projector.select_source,
    ),
    PulseSelectDescription(
        key="preset",
        property_names=(PRESETS,),
        extra_names=(LAST_PRESET,),
        pending_kind="preset",
        exists_names=(PRESETS,),
        exists_fn=lambda snapshot: bool(snapshot.presets),
        options_name=PRESETS,
        last_selected_name=LAST_PRESET,
        select_fn=Projector.activate_preset,
    ),
    _disabled_config(
        key="operational_mode",
        property_names=(f"{_POWER_MODES}.mode",),
        extra_names=(f"{_POWER_MODES}.availablemodes",),
        exists_names=(f"{_POWER_MODES}.availablemodes",),
        exists_fn=lambda s: len(s.options(f"{_POWER_MODES}.availablemodes")) > 1,
        options_name=f"{_POWER_MODES}.availablemodes",
    ),
    _disabled_config(
        key="initial_state",
        property_names=("system.initialstate",),
        options=["eco", "standby", "ready", "on"],
    ),
    _disabled_config(
        key="scaling_mode", property_names=("image.window.main.scalingmode",)
    ),
    _disabled_config(
        key="color_mode",
        property_names=(f"{_COLOR_MODE}.mode",),
        extra_names=(f"{_COLOR_MODE}.modes",),
        exists_names=(f"{_COLOR_MODE}.modes",),
        exists_fn=lambda snapshot: bool(snapshot.options(f"{_COLOR_MODE}.modes")),
        options_name=f"{_COLOR_MODE}.modes",
    ),
    _disabled_config(
        key="display_mode",
        property_names=("image.display.desireddisplaymode",),
        extra_names=("image.display.listdisplaymodes",),
        options_name="image.display.listdisplaymodes",
    ),
    _disabled_config(
        key="test_pattern",
        property_names=("image.testpattern.selected",),
        extra_names=("image.testpattern.list",),
        options_name="image.testpattern.list",
    ),
    _disabled_config(
        key="edid",
        property_names=(f"{ACTIVE_CONNECTOR}edid.selected",),
        extra_names=(f"{ACTIVE_CONNECTOR}edid.list",),
        options_name=f"{ACTIVE_CONNECTOR}edid.list",
    ),
    _disabled_config(
        key="input_color_space", property_names=(f"{ACTIVE_CONNECTOR}colorspace",)
    ),
    _disabled_config(
        key="input_signal_range", property_names=(f"{ACTIVE_CONNECTOR}signalrange",)
    ),
    _disabled_config(
        key="input_color_primaries",
        property_names=(f"{ACTIVE_CONNECTOR}colorprimaries",),
    ),
)
# Disabled by default if there are presets, which activate the same profiles.
PROFILE = PulseSelectDescription(
    key="profile",
    property_names=(PROFILES,),
    extra_names=(ACTIVE_PROFILE,),
    pending_kind="profile",
    exists_names=(PROFILES, PRESETS),
    # Both lists are read together, so the presets are known then, too.
    exists_fn=lambda snapshot: snapshot.last_value(PROFILES) is not None,
    options_name=PROFILES,
    last_selected_name=ACTIVE_PROFILE,
    select_fn=Projector.activate_profile,
)
RARE_PROFILE = replace(PROFILE, entity_registry_enabled_default=False)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseSelectDescription]:
    """Return all descriptions. Profiles are enabled by default only without presets."""
    return *SELECTS, RARE_PROFILE if snapshot.presets else PROFILE


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects."""
    async_add_described_entities(
        entry, Platform.SELECT, get_descriptions, PulseSelect, async_add_entities
    )


class PulseSelect(PulseEntity, SelectEntity):
    """A property with several options."""

    entity_description: PulseSelectDescription
    state_properties = ("current_option", "options")

    @property
    @override
    def available(self) -> bool:
        """Return True if there are options, and a value or a projector that starts."""
        snapshot = self.snapshot
        will_be_available = (
            self.entity_description.pending_kind is not None
            and (snapshot.coming_up or snapshot.phase == "on")
            and (snapshot.reachable or snapshot.asleep)
        )
        return (super().available or will_be_available) and bool(self.options)

    @property
    def _listed_options(self) -> dict[str, JsonValue]:
        """Return the values in the projector's list by option."""
        description = self.entity_description
        if description.options_fn is not None:
            return {name: name for name in description.options_fn(self.coordinator)}
        if description.options_name is not None:
            return self.snapshot.options(description.options_name)
        return {}

    @property
    def _options(self) -> dict[str, JsonValue]:
        """Return the values of the projector by option."""
        description, property_type = self.entity_description, self.property_type
        if options := self._listed_options:
            selected = None if description.last_selected_name else self._selected
            # The list may be older than the selection.
            if selected and _label(selected, options) is None:
                options = {**options, selected: selected}
        else:
            options = {option: option for option in property_type.options}
        if property_type.base == "enum":
            options = {to_state_key(label): value for label, value in options.items()}
        if description.options is not None:
            return {
                name: options[name] for name in description.options if name in options
            }
        return options

    @property
    def _selected(self) -> str | None:
        """Return the selected value, as the projector reports it."""
        name = self.entity_description.last_selected_name
        return self.snapshot.get_text(name or self.property_name)

    @property
    @override
    def options(self) -> list[str]:
        """Return all options, including one that is pending but not listed yet."""
        options = [*self._options]
        if (pending := self._pending) is not None and pending not in options:
            options.append(pending)
        return options

    @property
    def _pending(self) -> str | None:
        """Return the option of a pending command, or None."""
        kind = self.entity_description.pending_kind
        return self.snapshot.get_text(PENDING + kind) if kind else None

    @property
    @override
    def current_option(self) -> str | None:
        """Return the pending option or the selected one, None if it is unknown."""
        if (pending := self._pending) is not None:
            return pending
        selected = self._selected
        return selected and _label(selected, self._options)

    @property
    @override
    def assumed_state(self) -> bool:
        """Return True if the selection is only remembered, or sleep is only assumed."""
        return (
            self.entity_description.last_selected_name is not None
            or super().assumed_state
        )

    @override
    async def async_select_option(self, option: str) -> None:
        """Select an option."""
        select_fn, projector = (
            self.entity_description.select_fn,
            self.coordinator.projector,
        )
        if select_fn is not None:
            await self.async_run_command(select_fn(projector, option))
            return
        value = self._options[option]
        await self.async_run_command(projector.set_property(self.property_name, value))


def _label(selected: str, options: Mapping[str, JsonValue]) -> str | None:
    """Return the option for a value, matched by value first and then by name."""
    labels = {
        value: label for label, value in options.items() if isinstance(value, str)
    }
    for names in (labels, {label: label for label in options}):
        if len(found := match(selected, names)) == 1:
            return names[found[0]]
    return None
