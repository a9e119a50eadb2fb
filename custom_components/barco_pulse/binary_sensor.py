"""Binary sensors of the projector."""

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
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription
from .pulse import ACTIVE_SIGNAL, NOTIFICATIONS, JsonValue, Snapshot

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseBinarySensorDescription(
    PulseEntityDescription, BinarySensorEntityDescription
):
    """Describe a binary sensor."""

    on_values: tuple[JsonValue, ...] = (True,)
    off_values: tuple[JsonValue, ...] = (False,)
    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value
    on_fn: Callable[[Snapshot], bool] = lambda snapshot: False
    """Return True if the sensor is on regardless of its value."""


_diagnostic = partial(
    PulseBinarySensorDescription, entity_category=EntityCategory.DIAGNOSTIC
)
_disabled_diagnostic = partial(_diagnostic, entity_registry_enabled_default=False)

BINARY_SENSORS = (
    _disabled_diagnostic(
        key="illumination",
        property_names=("illumination.state",),
        on_values=("On",),
        off_values=("Off",),
    ),
    PulseBinarySensorDescription(
        key="signal",
        property_names=("image.window.main.activesignal", ACTIVE_SIGNAL),
        member="active",
    ),
    PulseBinarySensorDescription(
        key="hdr", property_names=(ACTIVE_SIGNAL,), value_fn=sensor_values.is_hdr
    ),
    _diagnostic(
        key="problem",
        property_names=("system.health", "environment.alarmstate"),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on_values=("Warning", "Alert", "Error", "Fatal"),
        off_values=("Normal", "Ok"),
        extra_names=(NOTIFICATIONS,),
        on_fn=lambda snapshot: bool(snapshot.errors),
    ),
    _disabled_diagnostic(
        key="laser_limited",
        property_names=("illumination.sources.laser.ispowerlimited",),
        device_class=BinarySensorDeviceClass.PROBLEM,
    ),
    _disabled_diagnostic(
        key="dmx",
        property_names=("dmx.monitor.connectionstate.active",),
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
    ),
    _disabled_diagnostic(
        key="license",
        property_names=("system.license.register.valid",),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on_values=(False,),
        off_values=(True,),
    ),
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseBinarySensorDescription]:
    """Return the descriptions of all binary sensors."""
    return BINARY_SENSORS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    async_add_described_entities(
        entry,
        Platform.BINARY_SENSOR,
        get_descriptions,
        PulseBinarySensor,
        async_add_entities,
    )


class PulseBinarySensor(PulseEntity, BinarySensorEntity):
    """A value that is on or off."""

    entity_description: PulseBinarySensorDescription
    state_properties = ("is_on",)

    @property
    @override
    def available(self) -> bool:
        """Return True if there is a value, or the sensor is on without one."""
        snapshot = self.snapshot
        return super().available or (
            snapshot.reachable and self.entity_description.on_fn(snapshot)
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True or False, or None for any other value."""
        description = self.entity_description
        value = description.value_fn(self.current_value)
        if description.on_fn(self.snapshot) or value in description.on_values:
            return True
        return False if value in description.off_values else None
