"""Floor 5: rows for what a projector lists: what it counts, and what it measures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    DEGREE,
    REVOLUTIONS_PER_MINUTE,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfLength,
    UnitOfMass,
    UnitOfPower,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfSoundPressure,
    UnitOfTemperature,
    UnitOfTime,
)

from .blocks import parsed
from .catalogue import is_counter
from .introspection import PropertyType
from .readings import PulseSensorDescription, diagnostic
from .rows import slug, words
from .snapshot import Snapshot

MAX_COUNTERS = 100
MAX_BLOCKS = 200
_MAX_THRESHOLDS = 10

_COUNTER_UNITS = {
    "hours": UnitOfTime.HOURS,
    "minutes": UnitOfTime.MINUTES,
    "seconds": UnitOfTime.SECONDS,
    "percent": UnitOfRatio.PERCENTAGE,
}
_COUNTERS = {
    "laserruntime": "laser_hours",
    "operating.laseron": "laser_hours",
    "laser runtime": "laser_hours",
    "projectorruntime": "projector_hours",
    "projector": "projector_hours",
    "laserstrikes": "laser_strikes",
    "uptime": "uptime",
}
"""Counters with a name of ours, by what the models call them."""
_COUNTERS_WANTED = ("laser_hours", "projector_hours")
_COUNTERS_WITHOUT_USE = ("systemtime",)  # a clock


def _some(
    snapshot: Snapshot, prefix: str, most: int
) -> Iterable[tuple[str, PropertyType]]:
    """Return the first of what is below an object, and has a value."""
    return islice(
        (
            (name, kind)
            for name, kind in snapshot.properties.items()
            if name.startswith(prefix) and name.endswith(".value")
        ),
        most,
    )


def counters(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return a row for whatever the projector counts."""
    for name, kind in _some(snapshot, "statistics.", MAX_COUNTERS):
        counter = name.removeprefix("statistics.").removesuffix(".value")
        if f"statistics.{counter}.value" != name or counter in _COUNTERS_WITHOUT_USE:
            continue
        key = _COUNTERS.get(counter)
        is_duration = kind.unit in ("hours", "minutes", "seconds")
        yield diagnostic(
            key=key or f"counter_{slug(counter)}",
            translation_key=key or "counter",
            translation_placeholders={"counter": words(counter)},
            names=(name,),
            kept=is_counter(name),
            device_class=SensorDeviceClass.DURATION if is_duration else None,
            state_class=SensorStateClass.TOTAL_INCREASING,
            native_unit_of_measurement=_COUNTER_UNITS.get(kind.unit or ""),
            suggested_unit_of_measurement=UnitOfTime.HOURS if is_duration else None,
            suggested_display_precision=0,
            entity_registry_enabled_default=key in _COUNTERS_WANTED,
        )


_QUANTITIES: Mapping[str, tuple[str, str]] = {
    "Temperature": ("temperature", "degC"),
    "Speed": ("speed", "RPM"),
    "Humidity": ("humidity", "percentage"),
    "Pressure": ("pressure", "hectopascal"),
    "Voltage": ("voltage", "volt"),
    "Current": ("current", "ampere"),
    "Power": ("power", "watt"),
    "Altitude": ("altitude", "meter"),
    "Angle": ("angle", "degArc"),
    "Resistance": ("resistance", "ohm"),
}
"""What a block measures: its key, and the unit where the projector tells none."""

type _Unit = tuple[str | None, SensorDeviceClass | None, int | None]
_UNITS: Mapping[str, _Unit] = {
    "RPM": (REVOLUTIONS_PER_MINUTE, None, 0),
    "ampere": (UnitOfElectricCurrent.AMPERE, SensorDeviceClass.CURRENT, 2),
    "milliampere": (UnitOfElectricCurrent.MILLIAMPERE, SensorDeviceClass.CURRENT, 0),
    "bar": (UnitOfPressure.BAR, SensorDeviceClass.PRESSURE, 3),
    "decibel": (UnitOfSoundPressure.DECIBEL, SensorDeviceClass.SOUND_PRESSURE, 1),
    "degArc": (DEGREE, None, 1),
    "degC": (UnitOfTemperature.CELSIUS, SensorDeviceClass.TEMPERATURE, 1),
    "hectopascal": (UnitOfPressure.HPA, SensorDeviceClass.PRESSURE, 0),
    "kilogram": (UnitOfMass.KILOGRAMS, SensorDeviceClass.WEIGHT, 1),
    "lumens": ("lm", None, 0),
    "meter": (UnitOfLength.METERS, SensorDeviceClass.DISTANCE, 0),
    "ohm": ("Ω", None, 0),
    "percentage": (UnitOfRatio.PERCENTAGE, None, 0),
    "seconds": (UnitOfTime.SECONDS, SensorDeviceClass.DURATION, 0),
    "volt": (UnitOfElectricPotential.VOLT, SensorDeviceClass.VOLTAGE, 1),
    "watt": (UnitOfPower.WATT, SensorDeviceClass.POWER, 0),
}
"""A projector's word for a unit: Home Assistant's, device class, digits."""
_PLACES = ("inlet", "outlet", "mainboard")
"""Whose temperatures everybody wants to know."""


def _unit(kind: PropertyType, usual: str) -> _Unit:
    """Return the unit of a block; `usual`: the one where the projector tells none."""
    unit, device_class, digits = _UNITS.get(kind.unit or usual, (None, None, None))
    if kind.quantity == "Humidity" and unit == UnitOfRatio.PERCENTAGE:
        device_class = SensorDeviceClass.HUMIDITY
    return unit, device_class, digits


def blocks(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return a row for whatever it measures in its control blocks."""
    thresholds = defaultdict[str, list[tuple[str, str]]](list)
    for name in snapshot.properties:
        block, found, threshold = name.partition(".threshold.")
        if found and len(thresholds[block]) < _MAX_THRESHOLDS:
            thresholds[block].append((slug(threshold), name))
    rows: dict[str, PulseSensorDescription] = {}
    for name, kind in _some(snapshot, "environment.", MAX_BLOCKS):
        if (quantity := _QUANTITIES.get(kind.quantity or "")) is None:
            continue
        key, usual_unit = quantity
        _, place = parsed(name)
        path = name.removesuffix(".value")
        block = place or path.rpartition(".")[2]
        wanted = key == "temperature" and block in _PLACES
        row_key = f"{slug(place)}_{key}" if place else key
        if row_key in rows:  # the same block, with its name in the other style
            row = rows[row_key]
            limits = row.attributes or tuple(thresholds.get(path, ()))
            rows[row_key] = replace(row, names=(*row.names, name), attributes=limits)
            continue
        unit, device_class, digits = _unit(kind, usual_unit)
        rows[row_key] = diagnostic(
            key=row_key,
            translation_key=f"{block}_{key}" if wanted else f"block_{key}",
            translation_placeholders={"block": words(block)},
            names=(name,),
            attributes=tuple(thresholds.get(path, ())),
            device_class=device_class,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=unit,
            suggested_display_precision=digits,
            entity_registry_enabled_default=wanted,
        )
    return rows.values()
