"""Floor 5: rows for what a projector lists: what it counts, and what it measures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    DEGREE,
    REVOLUTIONS_PER_MINUTE,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfLength,
    UnitOfPower,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
)

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


_BLOCK_KINDS: Mapping[str, tuple[str, SensorDeviceClass | None, str, int]] = {
    "Temperature": (
        "temperature",
        SensorDeviceClass.TEMPERATURE,
        UnitOfTemperature.CELSIUS,
        1,
    ),
    "Speed": ("speed", None, REVOLUTIONS_PER_MINUTE, 0),
    "Humidity": ("humidity", SensorDeviceClass.HUMIDITY, UnitOfRatio.PERCENTAGE, 0),
    "Pressure": ("pressure", SensorDeviceClass.PRESSURE, UnitOfPressure.HPA, 0),
    "Voltage": (
        "voltage",
        SensorDeviceClass.VOLTAGE,
        UnitOfElectricPotential.VOLT,
        1,
    ),
    "Current": (
        "current",
        SensorDeviceClass.CURRENT,
        UnitOfElectricCurrent.AMPERE,
        2,
    ),
    "Power": ("power", SensorDeviceClass.POWER, UnitOfPower.WATT, 0),
    "Altitude": ("altitude", SensorDeviceClass.DISTANCE, UnitOfLength.METERS, 0),
    "Angle": ("angle", None, DEGREE, 1),
}
"""Value type of a block: key, device class, unit, digits."""
_PLACES = ("inlet", "outlet", "mainboard")
"""Whose temperatures everybody wants to know."""


def blocks(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return a row for whatever it measures in its control blocks."""
    thresholds = defaultdict[str, list[tuple[str, str]]](list)
    for name in snapshot.properties:
        block, found, threshold = name.partition(".threshold.")
        if found and len(thresholds[block]) < _MAX_THRESHOLDS:
            thresholds[block].append((slug(threshold), name))
    for name, kind in _some(snapshot, "environment.", MAX_BLOCKS):
        block_kind = _BLOCK_KINDS.get(kind.unit or "")
        if block_kind is None:
            continue
        key, device_class, unit, digits = block_kind
        path = name.removeprefix("environment.").removesuffix(".value")
        word, _, place = path.partition(".")
        block = f"image.{place}" if word == "image-tilt" else place or word
        wanted = key == "temperature" and block in _PLACES
        yield diagnostic(
            key=f"{slug(block)}_{key}" if place else key,
            translation_key=f"{block}_{key}" if wanted else f"block_{key}",
            translation_placeholders={"block": words(block)},
            names=(name,),
            attributes=tuple(thresholds.get(f"environment.{path}", ())),
            device_class=device_class,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=unit,
            suggested_display_precision=digits,
            entity_registry_enabled_default=wanted,
        )
