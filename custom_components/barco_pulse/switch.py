"""What can be switched."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, PulsePowerEntity, async_add_rows
from .entity_description import PulseEntityDescription, PulsePowerDescription
from .pulse import JsonValue, Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseSwitchDescription(PulseEntityDescription, SwitchEntityDescription):
    """A row of the table below."""

    on: JsonValue = True
    off: JsonValue = False
    target: str | None = None
    """What to set, where it is not what is shown."""


@dataclass(frozen=True, kw_only=True)
class PulsePowerSwitchDescription(PulsePowerDescription, SwitchEntityDescription):
    """The row of the power switch."""


_rare = partial(
    PulseSwitchDescription,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)


def _rung(state: str) -> PulseSwitchDescription:
    """Whether the projector rests in a state that not every model has."""
    available = f"system.{state}.available"
    return _rare(
        key=f"{state}_enabled",
        names=(f"system.{state}.enable",),
        asks=(available,),
        exists_fn=lambda snapshot: snapshot.values.get(available) is not False,
    )


POWER_SWITCH = PulsePowerSwitchDescription(key="power")
SWITCHES = (
    PulseSwitchDescription(
        key="shutter",
        names=("optics.shutter.position",),
        target="optics.shutter.target",
        on="Closed",
        off="Open",
    ),
    _rung("eco"),
    _rung("standby"),
    *(
        _rare(key=f"{state}_timer", names=(f"system.{state}.timeout.enable",))
        for state in ("on", "ready", "standby")
    ),
    _rare(key="warp", names=("image.processing.warp.enable",)),
    _rare(key="test_pattern", names=("image.testpattern.show",)),
    _rare(key="clo", names=("illumination.clo.enable",)),
    _rare(key="scheduler_pause", names=("scheduler.pause",)),
    _rare(key="osd", names=("ui.osd",)),
    _rare(key="source_signal", names=("ui.sourcesignal",)),
    _rare(key="blank", names=("ui.layer.blank.enable",)),
)


type _Row = PulseSwitchDescription | PulsePowerSwitchDescription


def rows(snapshot: Snapshot) -> Iterable[_Row]:
    """Return the table, and the row of the power switch."""
    return POWER_SWITCH, *SWITCHES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches."""
    async_add_rows(entry, Platform.SWITCH, rows, _make, async_add_entities)


class PulseSwitch(PulseEntity, SwitchEntity):
    """A property with two values."""

    entity_description: PulseSwitchDescription
    shows = ("is_on",)

    @property
    @override
    def is_on(self) -> bool | None:
        """On or off; None for anything else, as a shutter that moves."""
        description = self.entity_description
        if self.reading == description.on:
            return True
        return False if self.reading == description.off else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        description = self.entity_description
        name = description.target or self.property_name
        value = description.on if on else description.off
        await self.command(self.coordinator.projector.set_property(name, value))


class PulsePowerSwitch(PulsePowerEntity, SwitchEntity):
    """The power of the projector as a switch."""

    entity_description: PulsePowerSwitchDescription
    shows = ("is_on",)


def _make(coordinator: PulseCoordinator, row: _Row) -> PulseEntity:
    """Return the entity of a row."""
    if isinstance(row, PulsePowerSwitchDescription):
        return PulsePowerSwitch(coordinator, row)
    return PulseSwitch(coordinator, row)
