"""Floor 3: what Pulse projectors are known to have.

One row a property: which objects to ask for, and the type where a projector does not
describe itself. What it does describe wins. Sources: specs/PROTOCOL.md.
"""

from collections.abc import Mapping
from typing import Final

from .introspection import PropertyType
from .protocol import JsonValue

STATE: Final = "system.state"
TARGET_STATE: Final = "system.targetstate"
SOURCE: Final = "image.window.main.source"
SOURCES: Final = "image.source.list"
PRESETS: Final = "profile.presetassignments"
PROFILES: Final = "profile.profiles"
LASER_POWER: Final = "illumination.sources.laser.power"
LASER_MINIMUM: Final = "illumination.sources.laser.minpower"
LASER_MAXIMUM: Final = "illumination.sources.laser.maxpower"
COUNTERS: Final = "statistics.listcounters"
BLOCKS: Final = "environment.getcontrolblocks"

SIGNAL: Final = "signal"
"""Derived: the detected signal of the active source, whichever connector feeds it."""
ACTIVE_PRESET: Final = "activated.preset"
ACTIVE_PROFILE: Final = "activated.profile"
"""Derived: what we activated last; no projector tells which is active."""

STATES: Final = (
    "boot",
    "eco",
    "standby",
    "ready",
    "conditioning",
    "on",
    "service",
    "deconditioning",
    "error",
)

LISTS: Final[Mapping[str, JsonValue]] = {
    SOURCES: None,
    COUNTERS: None,
    BLOCKS: {"type": "Sensor", "valuetype": "Temperature"},
}
"""Methods, and their parameters, whose result is kept like the value of a property."""

IDENTITY: Final = {
    "serial_number": "system.serialnumber",
    "model": "system.modelname",
    "family": "system.familyname",
    "article_number": "system.articlenumber",
    "firmware": "system.firmwareversion",
    "name": "system.name",
    "mac": "network.device.lan.hwaddress",
}

_STATE = PropertyType("enum", options=STATES)
_TEMPERATURE = PropertyType("float")
_COUNTER = PropertyType("int")

PROPERTIES: Final[Mapping[str, PropertyType]] = {
    STATE: _STATE,
    TARGET_STATE: _STATE,
    "system.health": PropertyType("enum", options=("Normal", "Warning", "Error")),
    # The older word for health.
    "environment.alarmstate": PropertyType(
        "enum", options=("Ok", "Warning", "Alert", "Error", "Fatal")
    ),
    SOURCE: PropertyType("string", writable=True),
    PROFILES: PropertyType("string[]"),
    PRESETS: PropertyType("object[]"),
    LASER_POWER: PropertyType("float", writable=True, minimum=0, maximum=100, step=1),
    LASER_MINIMUM: PropertyType("float"),
    LASER_MAXIMUM: PropertyType("float"),
    "environment.temperature.inlet.value": _TEMPERATURE,
    "environment.temperature.outlet.value": _TEMPERATURE,
    "environment.temperature.mainboard.value": _TEMPERATURE,
    "statistics.laserruntime.value": _COUNTER,
    "statistics.operating.laseron.value": _COUNTER,
    "statistics.laser runtime.value": _COUNTER,
    "statistics.projectorruntime.value": _COUNTER,
    "statistics.projector.value": _COUNTER,
}
