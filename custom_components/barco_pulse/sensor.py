"""What can be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform, UnitOfTemperature, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .catalogue import SIGNAL, STATE
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, PulseEntityDescription, async_add_rows
from .introspection import as_number
from .protocol import JsonValue

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseSensorDescription(PulseEntityDescription, SensorEntityDescription):
    """A row of the table below."""

    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value


def _temperature(place: str) -> PulseSensorDescription:
    return PulseSensorDescription(
        key=f"{place}_temperature",
        names=(f"environment.temperature.{place}.value",),
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
    )


def _counter(key: str, *names: str) -> PulseSensorDescription:
    return PulseSensorDescription(
        key=key,
        names=tuple(f"statistics.{name}.value" for name in names),
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
    )


def _signal_name(signal: JsonValue) -> JsonValue:
    if not isinstance(signal, Mapping):
        return None
    return signal.get("name") or None if signal.get("active") else "no_signal"


_UNITS = {
    "hours": UnitOfTime.HOURS,
    "minutes": UnitOfTime.MINUTES,
    "seconds": UnitOfTime.SECONDS,
}

SENSORS = (
    PulseSensorDescription(
        key="state", names=(STATE,), device_class=SensorDeviceClass.ENUM
    ),
    PulseSensorDescription(
        key="health",
        names=("system.health", "environment.alarmstate"),
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    PulseSensorDescription(key="signal", names=(SIGNAL,), value_fn=_signal_name),
    _counter("laser_hours", "laserruntime", "operating.laseron", "laser runtime"),
    _counter("projector_hours", "projectorruntime", "projector"),
    _temperature("inlet"),
    _temperature("outlet"),
    _temperature("mainboard"),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_rows(entry, Platform.SENSOR, SENSORS, PulseSensor, async_add_entities)


class PulseSensor(PulseEntity, SensorEntity):
    """A reading."""

    entity_description: PulseSensorDescription
    shows = ("native_value", "options", "native_unit_of_measurement")

    @property
    @override
    def options(self) -> list[str] | None:
        """The values of an enumeration, as the translations name them."""
        if self.entity_description.device_class is not SensorDeviceClass.ENUM:
            return None
        return [option.lower() for option in self.kind.options]

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The unit of the row, or else the projector's own."""
        return self.entity_description.native_unit_of_measurement or _UNITS.get(
            self.kind.unit or ""
        )

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        """A duration in an unknown unit is just a number."""
        device_class = self.entity_description.device_class
        if device_class is SensorDeviceClass.DURATION and self.kind.unit not in _UNITS:
            return None
        return device_class

    @property
    @override
    def suggested_unit_of_measurement(self) -> str | None:
        """Hours for all durations."""
        unit = self.entity_description.suggested_unit_of_measurement
        return unit if self.kind.unit in _UNITS else None

    @property
    @override
    def native_value(self) -> StateType:
        """The present value; unknown where it is none that this sensor can show."""
        value = self.entity_description.value_fn(self.reading)
        if (options := self.options) is not None:
            value = str(value).lower()
            return value if value in options else None
        if self.entity_description.state_class is not None:
            return as_number(value)
        return value if isinstance(value, str) else None
