"""Names of properties, methods and signals, and fallback property types.

The fallback types are for projectors that do not describe their properties; a
projector's own description takes precedence. Source: specs/PROTOCOL.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from .json_types import JsonValue
from .schema import PropertyType

STATE: Final = "system.state"
TARGET_STATE: Final = "system.targetstate"
READY_TIMER: Final = "system.ready.timeout.enable"
READY_DURATION: Final = "system.ready.timeout.duration"
READY_REMAINING: Final = "system.ready.timeout.remaining"
POWER_NAMES: Final = frozenset(
    (STATE, TARGET_STATE, READY_TIMER, READY_DURATION, READY_REMAINING)
)
"""The properties that the phase is derived from."""
SOURCE: Final = "image.window.main.source"
SOURCES: Final = "image.source.list"
PRESETS: Final = "profile.presetassignments"
PROFILES: Final = "profile.profiles"
LASER_POWER: Final = "illumination.sources.laser.power"
LASER_MINIMUM: Final = "illumination.sources.laser.minpower"
LASER_MAXIMUM: Final = "illumination.sources.laser.maxpower"
COUNTERS: Final = "statistics.listcounters"
ENVIRONMENT: Final = "environment."
CONTROL_BLOCKS: Final = "environment.getcontrolblocks"
NOTIFICATIONS: Final = "notification.list"
NOTIFICATION_COUNT: Final = "notification.count"
PEERS: Final = "network.linkedservices.availablepeers"

NOTIFICATION_EMITTED: Final = "notification.emitted"
NOTIFICATION_DISMISSED: Final = "notification.dismissed"
KEY_EVENT: Final = "keydispatcher.keyevent"
"""Signals."""

CONNECTORS: Final = "image.connector."
ACTIVE_CONNECTOR: Final = "connector."
"""Derived: `connector.x` is property x of the connector that feeds the active source."""
ACTIVE_SIGNAL: Final = "connector.detectedsignal"
LAST_PRESET: Final = "activated.preset"
ACTIVE_PROFILE: Final = "activated.profile"
"""Derived: what the client activated last; projectors do not report what is active."""

PHASE: Final = "power.phase"
READY_AT: Final = "power.ready_at"
OFF_AT: Final = "power.off_at"
"""Derived: see phase.py."""
PENDING: Final = "pending."
"""Derived: `pending.x` is the value that a pending command will give to x."""
POWER: Final = "power"
PENDING_KINDS: Final = (POWER, "source", "preset", "profile")
"""The kinds of pending commands; one of each kind can be pending."""
COMING_UP: Final = (PHASE, STATE, TARGET_STATE, PENDING + POWER)
"""The values that show whether the projector is about to show a picture."""


class PowerState(StrEnum):
    """The known values of `STATE` and `TARGET_STATE`.

    Values stay plain strings, which are equal to these, because a projector may report
    other states.
    """

    BOOT = "boot"
    ECO = "eco"
    STANDBY = "standby"
    READY = "ready"
    CONDITIONING = "conditioning"
    ON = "on"
    SERVICE = "service"
    DECONDITIONING = "deconditioning"
    ERROR = "error"


STABLE_STATES: Final = (
    PowerState.ECO,
    PowerState.STANDBY,
    PowerState.READY,
    PowerState.ON,
    PowerState.ERROR,
)
"""The states in which a projector stays."""
CHANGING_STATES: Final = (
    PowerState.BOOT,
    PowerState.CONDITIONING,
    PowerState.DECONDITIONING,
)
"""The states that end by themselves."""
LIT_STATES: Final = (PowerState.ON, PowerState.CONDITIONING)
"""The states in which the light source is on or is being switched on."""
SLEEP_STATES: Final = (PowerState.STANDBY, PowerState.ECO)
"""The states in which a projector may leave the network."""
STATES_WITHOUT_SOURCES: Final = (*SLEEP_STATES, PowerState.BOOT)
"""The states without sources and picture settings."""

LIST_METHODS: Final = frozenset({SOURCES, NOTIFICATIONS})
"""Methods whose result is kept like a property value, for projectors that do not
describe their methods."""

LISTED_IN: Final[Mapping[str, str]] = {
    SOURCE: SOURCES,
    LAST_PRESET: PRESETS,
    ACTIVE_PROFILE: PROFILES,
    "image.color.p7.custom.mode": "image.color.p7.custom.modes",
    "image.display.desireddisplaymode": "image.display.listdisplaymodes",
    "image.testpattern.selected": "image.testpattern.list",
    "system.operationalmodes.mode": "system.operationalmodes.availablemodes",
    f"{ACTIVE_CONNECTOR}edid.selected": f"{ACTIVE_CONNECTOR}edid.list",
}
"""Properties, and the lists that contain their possible values."""

LENS_MOTORS: Final = {
    "zoom": "optics.zoom",
    "focus": "optics.focus",
    "lens_shift_horizontal": "optics.lensshift.horizontal",
    "lens_shift_vertical": "optics.lensshift.vertical",
}

MEASURING_METHODS: Final = frozenset({"lightmeasurement.getlightoutput"})
"""Methods that return a measurement and are called regularly."""


def is_on(state: JsonValue, target: JsonValue) -> bool:
    """Return True if the projector shows a picture or is about to, not while cooling."""
    return state in LIT_STATES or target == PowerState.ON


def is_list_method(method: str) -> bool:
    """Return True if the method only lists something, so that it is safe to call."""
    return method.rpartition(".")[2].startswith("list")


@lru_cache(maxsize=4096)  # called with the same names at every push
def is_polled(name: str) -> bool:
    """Return True for values that change constantly and are polled, not subscribed."""
    return name.startswith("statistics.") or name.endswith(".remaining")


@lru_cache(maxsize=4096)
def is_counter(name: str) -> bool:
    """Return True for counters that do not change while the projector sleeps."""
    is_statistic = name.startswith("statistics.") and name.endswith(".value")
    return is_statistic and name not in _CLOCKS


_CLOCKS = ("statistics.uptime.value", "statistics.systemtime.value")


@lru_cache(maxsize=4096)
def is_persisted(name: str) -> bool:
    """Return True for values that stay valid while the projector sleeps.

    These are options, limits and counters.
    """
    return is_counter(name) or (
        name.endswith(_PERSISTED_SUFFIXES) and name != NOTIFICATIONS
    )


_PERSISTED_SUFFIXES = (
    ".list",
    "modes",
    "profiles",
    "presetassignments",
    "minpower",
    "maxpower",
    "minposition",
    "maxposition",
)

IDENTITY: Final = {
    "serial_number": "system.serialnumber",
    "model": "system.modelname",
    "family": "system.familyname",
    "article_number": "system.articlenumber",
    "firmware": "system.firmwareversion",
    "name": "system.name",
    "mac": "network.device.lan.hwaddress",
}

_STATE = PropertyType("enum", options=tuple(state.value for state in PowerState))
_TEMPERATURE = PropertyType("float", quantity="Temperature")
_COUNTER = PropertyType("int")

FALLBACK_PROPERTIES: Final[Mapping[str, PropertyType]] = {
    STATE: _STATE,
    TARGET_STATE: _STATE,
    "system.health": PropertyType("enum", options=("Normal", "Warning", "Error")),
    # The older name of system.health.
    "environment.alarmstate": PropertyType(
        "enum", options=("Ok", "Warning", "Alert", "Error", "Fatal")
    ),
    SOURCE: PropertyType("string", writable=True),
    PROFILES: PropertyType("string[]"),
    PRESETS: PropertyType("object[]"),
    LASER_POWER: PropertyType("float", writable=True, minimum=0, maximum=100, step=1),
    LASER_MINIMUM: PropertyType("float"),
    LASER_MAXIMUM: PropertyType("float"),
    NOTIFICATION_COUNT: PropertyType("int"),
    "environment.temperature.inlet.value": _TEMPERATURE,
    "environment.temperature.outlet.value": _TEMPERATURE,
    "environment.temperature.mainboard.value": _TEMPERATURE,
    "statistics.laserruntime.value": _COUNTER,
    "statistics.operating.laseron.value": _COUNTER,
    "statistics.laser runtime.value": _COUNTER,
    "statistics.projectorruntime.value": _COUNTER,
    "statistics.projector.value": _COUNTER,
}
