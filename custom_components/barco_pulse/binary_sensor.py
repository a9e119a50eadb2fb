"""What is so or not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import sensor_values
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription
from .pulse import NOTIFICATIONS, SIGNAL, JsonValue, Snapshot

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseBinarySensorDescription(
    PulseEntityDescription, BinarySensorEntityDescription
):
    """A row of the table below."""

    on: tuple[JsonValue, ...] = (True,)
    off: tuple[JsonValue, ...] = (False,)
    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value
    on_fn: Callable[[Snapshot], bool] = lambda snapshot: False
    """Whether it is on, whatever the value is."""


_diagnostic = partial(
    PulseBinarySensorDescription, entity_category=EntityCategory.DIAGNOSTIC
)
_rare = partial(_diagnostic, entity_registry_enabled_default=False)

BINARY_SENSORS = (
    _rare(key="illumination", names=("illumination.state",), on=("On",), off=("Off",)),
    PulseBinarySensorDescription(
        key="signal",
        names=("image.window.main.activesignal", SIGNAL),
        member="active",
    ),
    PulseBinarySensorDescription(
        key="hdr", names=(SIGNAL,), value_fn=sensor_values.is_hdr
    ),
    _diagnostic(
        key="problem",
        names=("system.health", "environment.alarmstate"),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on=("Warning", "Alert", "Error", "Fatal"),
        off=("Normal", "Ok"),
        also=(NOTIFICATIONS,),
        on_fn=lambda snapshot: bool(snapshot.errors),
    ),
    _rare(
        key="laser_limited",
        names=("illumination.sources.laser.ispowerlimited",),
        device_class=BinarySensorDeviceClass.PROBLEM,
    ),
    _rare(
        key="dmx",
        names=("dmx.monitor.connectionstate.active",),
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
    ),
    _rare(
        key="license",
        names=("system.license.register.valid",),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on=(False,),
        off=(True,),
    ),
)


def rows(snapshot: Snapshot) -> Iterable[PulseBinarySensorDescription]:
    """Return the table."""
    return BINARY_SENSORS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    async_add_rows(
        entry, Platform.BINARY_SENSOR, rows, PulseBinarySensor, async_add_entities
    )


class PulseBinarySensor(PulseEntity, BinarySensorEntity):
    """Yes or no."""

    entity_description: PulseBinarySensorDescription
    shows = ("is_on",)

    @property
    @override
    def available(self) -> bool:
        """Available also where it is on without a value."""
        snapshot = self.snapshot
        return super().available or (
            snapshot.reachable and self.entity_description.on_fn(snapshot)
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it is so; None where the projector says something else."""
        description = self.entity_description
        value = description.value_fn(self.reading)
        if description.on_fn(self.snapshot) or value in description.on:
            return True
        return False if value in description.off else None
