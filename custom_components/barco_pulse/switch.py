"""Switches of the projector."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, PulsePowerEntity, async_add_described_entities
from .entity_description import PulseEntityDescription, PulsePowerDescription
from .pulse import JsonValue, Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseSwitchDescription(PulseEntityDescription, SwitchEntityDescription):
    """Describe a switch."""

    on_value: JsonValue = True
    off_value: JsonValue = False
    write_name: str | None = None
    """The property to set, if it is not the one shown."""


@dataclass(frozen=True, kw_only=True)
class PulsePowerSwitchDescription(PulsePowerDescription, SwitchEntityDescription):
    """Describe the power switch."""


_disabled_config = partial(
    PulseSwitchDescription,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)


def _power_state_switch(state: str) -> PulseSwitchDescription:
    """Describe a switch that allows a power state that not every model has."""
    available = f"system.{state}.available"
    return _disabled_config(
        key=f"{state}_enabled",
        property_names=(f"system.{state}.enable",),
        exists_names=(available,),
        exists_fn=lambda snapshot: snapshot.values.get(available) is not False,
    )


POWER_SWITCH = PulsePowerSwitchDescription(key="power")
SWITCHES = (
    PulseSwitchDescription(
        key="shutter",
        property_names=("optics.shutter.position",),
        write_name="optics.shutter.target",
        on_value="Closed",
        off_value="Open",
    ),
    _power_state_switch("eco"),
    _power_state_switch("standby"),
    *(
        _disabled_config(
            key=f"{state}_timer", property_names=(f"system.{state}.timeout.enable",)
        )
        for state in ("on", "ready", "standby")
    ),
    _disabled_config(key="warp", property_names=("image.processing.warp.enable",)),
    _disabled_config(key="test_pattern", property_names=("image.testpattern.show",)),
    _disabled_config(key="clo", property_names=("illumination.clo.enable",)),
    _disabled_config(key="scheduler_pause", property_names=("scheduler.pause",)),
    _disabled_config(key="osd", property_names=("ui.osd",)),
    _disabled_config(key="source_signal", property_names=("ui.sourcesignal",)),
    _disabled_config(key="blank", property_names=("ui.layer.blank.enable",)),
)


type _SwitchDescription = PulseSwitchDescription | PulsePowerSwitchDescription


def get_descriptions(snapshot: Snapshot) -> Iterable[_SwitchDescription]:
    """Return the descriptions of all switches."""
    return POWER_SWITCH, *SWITCHES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches."""
    async_add_described_entities(
        entry, Platform.SWITCH, get_descriptions, _create_entity, async_add_entities
    )


class PulseSwitch(PulseEntity, SwitchEntity):
    """A property with two values."""

    entity_description: PulseSwitchDescription
    state_properties = ("is_on",)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True or False, None for other values such as a moving shutter."""
        description = self.entity_description
        if self.current_value == description.on_value:
            return True
        return False if self.current_value == description.off_value else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Set the value for on."""
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Set the value for off."""
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        description = self.entity_description
        name = description.write_name or self.property_name
        value = description.on_value if on else description.off_value
        await self.async_run_command(
            self.coordinator.projector.set_property(name, value)
        )


class PulsePowerSwitch(PulsePowerEntity, SwitchEntity):
    """The power of the projector."""

    entity_description: PulsePowerSwitchDescription
    state_properties = ("is_on",)


def _create_entity(
    coordinator: PulseCoordinator, description: _SwitchDescription
) -> PulseEntity:
    """Return the entity of a description."""
    if isinstance(description, PulsePowerSwitchDescription):
        return PulsePowerSwitch(coordinator, description)
    return PulseSwitch(coordinator, description)
