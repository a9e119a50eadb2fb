"""Describe sensors for the counters and control blocks that a projector lists."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
import re

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

from .entity_description import humanize, to_state_key
from .pulse import ENVIRONMENT, PropertyType, Snapshot, parse_block_name
from .sensor_values import PulseSensorDescription, diagnostic

MAX_BLOCKS = 200

_COUNTER_UNITS = {
    "hours": UnitOfTime.HOURS,
    "minutes": UnitOfTime.MINUTES,
    "seconds": UnitOfTime.SECONDS,
}
_COUNTERS = {
    "laserruntime": "laser_hours",
    "operating.laseron": "laser_hours",
    "laser runtime": "laser_hours",
    "projectorruntime": "projector_hours",
    "projector": "projector_hours",
    "laserstrikes": "laser_strikes",
}
"""Keys of the counters, by the names that the models use."""
_DEFAULT_COUNTERS = ("laser_hours", "projector_hours")
_UPTIME = "statistics.uptime.value"


def counter_descriptions(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Yield a description for each counter that the projector has."""
    for counter, key in _COUNTERS.items():
        name = f"statistics.{counter}.value"
        if name not in snapshot.properties:
            continue
        unit = _COUNTER_UNITS.get(snapshot.property_type(name).unit or "")
        yield diagnostic(
            key=key,
            property_names=(name,),
            kept=True,
            device_class=SensorDeviceClass.DURATION if unit else None,
            state_class=SensorStateClass.TOTAL_INCREASING,
            native_unit_of_measurement=unit,
            suggested_unit_of_measurement=UnitOfTime.HOURS if unit else None,
            suggested_display_precision=0,
            entity_registry_enabled_default=key in _DEFAULT_COUNTERS,
        )
    if _UPTIME in snapshot.properties:
        yield diagnostic(
            key="uptime",
            property_names=(_UPTIME,),
            device_class=SensorDeviceClass.UPTIME,
            counts=-1,
            entity_registry_enabled_default=False,
        )


_QUANTITIES: Mapping[str, tuple[str, str]] = {
    "Temperature": ("temperature", "degC"),
    "Speed": ("speed", "RPM"),
    "Humidity": ("humidity", "percentage"),
    "Pressure": ("pressure", "hectopascal"),
    "Voltage": ("voltage", "volt"),
    "Current": ("current", "ampere"),
    "Power": ("power", "watt"),
    "Angle": ("angle", "degArc"),
    "Resistance": ("resistance", "ohm"),
}
"""Key and default unit of a block, by the quantity that it measures."""

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
"""Unit, device class and number of digits, by the projector's name of the unit."""
_ENABLED = ("inlet_temperature", "outlet_temperature")
"""Keys of the blocks that are enabled by default."""
TRANSLATED = frozenset(
    (
        "ambient_humidity",
        "ambient_pressure",
        "ambient_temperature",
        "ar1_speed",
        "driver_speed",
        "inlet1_speed",
        "inlet_humidity",
        "inlet_temperature",
        "laser_board1_bank1_temperature",
        "laser_board1_heatsink1_temperature",
        "laser_current",
        "laser_power",
        "laser_resistance",
        "laser_speed",
        "laser_temperature",
        "laser_voltage",
        "mainboard_cpu_temperature",
        "mainboard_fan1_speed",
        "mainboard_temperature",
        "mainpower_temperature",
        "mains_voltage",
        "optics_speed",
        "outlet1_speed",
        "outlet_humidity",
        "outlet_temperature",
        "pcb_speed",
        "phosphorleft_speed",
        "phosphorright_speed",
        "pitch_angle",
        "psu_speed",
        "psu_temperature",
        "roll_angle",
        "scalerfpga_temperature",
    )
)
"""Keys of the blocks whose location is translated. 1 stands for any number."""


def _translation(key: str, quantity: str, block: str) -> tuple[str, dict[str, str]]:
    """Return the translation key of a block, and the placeholders of its name.

    A number fills the placeholder with the name of the word before it. A block at an
    unknown location keeps the words of the projector.
    """
    if (translation_key := re.sub(r"\d+", "1", key)) in TRANSLATED:
        return translation_key, dict(re.findall(r"([a-z]+)(\d+)", key))
    return f"block_{quantity}", {"block": humanize(block)}


def _unit(property_type: PropertyType, usual: str, location: str) -> _Unit:
    """Return the unit of a block, `usual` if the projector reports none."""
    unit, device_class, digits = _UNITS.get(
        property_type.unit or usual, (None, None, None)
    )
    if property_type.quantity == "Humidity" and unit == UnitOfRatio.PERCENTAGE:
        device_class = SensorDeviceClass.HUMIDITY
    if device_class is SensorDeviceClass.PRESSURE and location == "ambient":
        device_class = SensorDeviceClass.ATMOSPHERIC_PRESSURE
    return unit, device_class, digits


def _measuring_blocks(snapshot: Snapshot) -> Iterable[tuple[str, PropertyType]]:
    """Return the control blocks that have a value, at most `MAX_BLOCKS`."""
    return islice(
        (
            (name, property_type)
            for name, property_type in snapshot.properties.items()
            if name.startswith(ENVIRONMENT) and name.endswith(".value")
        ),
        MAX_BLOCKS,
    )


def control_block_descriptions(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return a description for each control block that measures a known quantity."""
    descriptions: dict[str, PulseSensorDescription] = {}
    for name, property_type in _measuring_blocks(snapshot):
        if (quantity := _QUANTITIES.get(property_type.quantity or "")) is None:
            continue
        key, usual_unit = quantity
        _, location = parse_block_name(name)
        if key == "angle" and location.startswith("image"):
            continue  # almost equal to the angle of the projector
        block = location or name.removesuffix(".value").rpartition(".")[2]
        description_key = f"{to_state_key(location)}_{key}" if location else key
        if description_key in descriptions:  # the same block under its other name
            description = descriptions[description_key]
            descriptions[description_key] = replace(
                description, property_names=(*description.property_names, name)
            )
            continue
        unit, device_class, digits = _unit(property_type, usual_unit, location)
        translation_key, placeholders = _translation(description_key, key, block)
        descriptions[description_key] = diagnostic(
            key=description_key,
            translation_key=translation_key,
            translation_placeholders=placeholders,
            property_names=(name,),
            device_class=device_class,
            state_class=SensorStateClass.MEASUREMENT_ANGLE
            if unit == DEGREE
            else SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=unit,
            suggested_display_precision=digits,
            entity_registry_enabled_default=description_key in _ENABLED,
        )
    return descriptions.values()
