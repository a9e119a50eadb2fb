"""What can be read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    DEGREE,
    REVOLUTIONS_PER_MINUTE,
    EntityCategory,
    Platform,
    UnitOfDataRate,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfFrequency,
    UnitOfLength,
    UnitOfPower,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .bounds import one_line, shown
from .catalogue import (
    MOTORS,
    NOTIFICATIONS,
    OFF_AT,
    PHASE,
    POWER,
    READY_AT,
    READY_DURATION,
    READY_TIMER,
    SIGNAL,
    STATE,
    TARGET_STATE,
    WISH,
)
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_rows
from .introspection import PropertyType, as_number
from .phase import PHASES
from .protocol import JsonObject, JsonValue
from .rows import PulseEntityDescription, slug, words
from .snapshot import Snapshot

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseSensorDescription(PulseEntityDescription, SensorEntityDescription):
    """A row of the table below."""

    state_fn: Callable[[Snapshot], StateType | datetime] | None = None
    """For what takes more than one value to tell."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value


def _tells(member: str, snapshot: Snapshot) -> bool:
    """Not every model tells all of a signal."""
    signal = snapshot.values.get(SIGNAL)
    return isinstance(signal, Mapping) and member in signal


def _signal_name(signal: JsonValue) -> JsonValue:
    if not isinstance(signal, Mapping):
        return None
    return signal.get("name") or None if signal.get("active") else "no_signal"


def _resolution(signal: JsonValue) -> JsonValue:
    if not isinstance(signal, Mapping) or not signal.get("active"):
        return None
    sides = (
        shown(signal.get(f"{side}_resolution")) for side in ("horizontal", "vertical")
    )
    return "x".join(map(str, sides))


def _state(word: JsonValue) -> str | None:
    """Return a projector's word as a state that Home Assistant does not take for its own."""
    state = slug(str(word))
    return {"unknown": None, "unavailable": "not_available"}.get(state, state)


def _word(word: JsonValue) -> JsonValue:
    """Return one of many words, of which nobody tells all."""
    return _state(word) if isinstance(word, str) and word else None


def _told(notification: JsonObject) -> JsonObject:
    """Return what a notification says, and no more of it than can be shown."""
    members = islice(notification.items(), 20)
    return {one_line(name, 50): shown(value) for name, value in members}


def _moment(name: str, snapshot: Snapshot) -> datetime | None:
    time = as_number(snapshot.values.get(name))
    return None if time is None else dt_util.utc_from_timestamp(time)


def _known(text: JsonValue) -> JsonValue:
    return None if text == "Unknown" else text


def _not_negative(number: JsonValue) -> JsonValue:
    """A signal that does not tell its luminance tells -1."""
    value = as_number(number)
    return None if value is None or value < 0 else value


def _first_name(actions: JsonValue) -> JsonValue:
    match actions:
        case [{"Name": name}, *_]:
            return name
    return None


_measured = {"state_class": SensorStateClass.MEASUREMENT}
_diagnostic = partial(PulseSensorDescription, entity_category=EntityCategory.DIAGNOSTIC)
_rare = partial(_diagnostic, entity_registry_enabled_default=False)
_enum = partial(_rare, device_class=SensorDeviceClass.ENUM)
_signal = partial(_rare, names=(SIGNAL,))
_frequency = partial(
    _rare,
    device_class=SensorDeviceClass.FREQUENCY,
    native_unit_of_measurement=UnitOfFrequency.HERTZ,
    suggested_display_precision=2,
    **_measured,
)

SENSORS = (
    PulseSensorDescription(
        key="phase",
        names=(PHASE,),
        device_class=SensorDeviceClass.ENUM,
        options=[*PHASES],
        attributes=(("pending", WISH + POWER),),
        asleep=True,
    ),
    *(
        PulseSensorDescription(
            key=key,
            names=(PHASE,),
            also=(time, *timers),
            device_class=SensorDeviceClass.TIMESTAMP,
            state_fn=partial(_moment, time),
            asleep=True,
        )
        for key, time, timers in (
            ("ready_at", READY_AT, ()),
            ("off_at", OFF_AT, (READY_TIMER, READY_DURATION)),
        )
    ),
    PulseSensorDescription(
        key="state", names=(STATE,), device_class=SensorDeviceClass.ENUM
    ),
    _diagnostic(
        key="health",
        names=("system.health", "environment.alarmstate"),
        device_class=SensorDeviceClass.ENUM,
    ),
    PulseSensorDescription(key="signal", names=(SIGNAL,), value_fn=_signal_name),
    _diagnostic(key="resolution", names=(SIGNAL,), value_fn=_resolution),
    _frequency(key="refresh_rate", names=(SIGNAL,), member="vertical_frequency"),
    *(
        _signal(
            key=key,
            member=member,
            exists_fn=partial(_tells, member),
            value_fn=_word,
        )
        for key, member in (
            ("color_space", "color_space"),
            ("signal_range", "signal_range"),
            ("scan", "scan"),
            ("signal_gamma", "gamma_type"),
            ("color_primaries", "color_primaries"),
            ("stereo_mode", "stereo_mode"),
        )
    ),
    *(
        _signal(
            key=key,
            member=member,
            exists_fn=partial(_tells, member),
            value_fn=_known,
        )
        for key, member in (
            ("chroma_sampling", "chroma_sampling"),
            ("aspect_ratio", "content_aspect_ratio"),
        )
    ),
    _signal(key="bit_depth", member="bits_per_component", **_measured),
    *(
        _signal(
            key=member,
            member=member,
            exists_fn=partial(_tells, member),
            value_fn=_not_negative,
            native_unit_of_measurement="cd/m²",
            **_measured,
        )
        for member in ("mastering_luminance", "max_cll", "max_fall")
    ),
    _frequency(key="display_frequency", names=("image.display.frequency",)),
    _rare(
        key="actual_laser_power",
        names=("illumination.sources.laser.actualpower",),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=1,
        **_measured,
    ),
    _rare(
        key="light_output",
        names=("lightmeasurement.getlightoutput",),
        native_unit_of_measurement="lm",
        **_measured,
    ),
    _enum(key="clo_state", names=("illumination.clo.state",)),
    _enum(key="clo_availability", names=("illumination.clo.availability",)),
    *(
        _enum(key=f"{key}_{what}", names=(f"{motor}.{name}",))
        for key, motor in MOTORS.items()
        for what, name in (("state", "state"), ("calibration", "calibrationstate"))
    ),
    _rare(key="lens", names=("optics.lens", "optics.lens.lens"), member="Name"),
    _enum(key="target_state", names=(TARGET_STATE,)),
    *(
        _rare(
            key=f"{state}_time_left",
            names=(f"system.{state}.timeout.remaining",),
            device_class=SensorDeviceClass.DURATION,
            native_unit_of_measurement=UnitOfTime.SECONDS,
            suggested_display_precision=0,
        )
        for state in ("on", "ready", "standby")
    ),
    _diagnostic(
        key="notifications",
        names=(NOTIFICATIONS,),
        state_class=SensorStateClass.MEASUREMENT,
        state_fn=lambda snapshot: len(snapshot.warnings),
        attributes_fn=lambda snapshot: {
            "notifications": [*map(_told, snapshot.warnings[:10])]
        },
    ),
    _rare(key="ip_address", names=("network.device.lan.ip4config",), member="Address"),
    _rare(
        key="network_speed",
        names=("network.device.lan.speed",),
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=0,
    ),
    _enum(key="cloud", names=("iot.cloudservices.connectionstate",)),
    _rare(
        key="next_action",
        names=("scheduler.nextscheduledaction",),
        value_fn=_first_name,
    ),
    _rare(
        key="license_time_left",
        names=("system.license.register.remaining",),
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=0,
    ),
    _rare(key="firmware", names=("system.firmwareversion", "firmware.firmwareversion")),
    _enum(key="update_status", names=("firmware.status",)),
    _rare(
        key="update_progress",
        names=("firmware.progress",),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    ),
    _rare(
        key="language",
        names=("ui.language",),
        exists_fn=lambda snapshot: not snapshot.kind("ui.language").options,
    ),
)

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


def _counters(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    for name, kind in _some(snapshot, "statistics.", MAX_COUNTERS):
        counter = name.removeprefix("statistics.").removesuffix(".value")
        if f"statistics.{counter}.value" != name or counter in _COUNTERS_WITHOUT_USE:
            continue
        key = _COUNTERS.get(counter)
        is_duration = kind.unit in ("hours", "minutes", "seconds")
        yield _diagnostic(
            key=key or f"counter_{slug(counter)}",
            translation_key=key or "counter",
            translation_placeholders={"counter": words(counter)},
            names=(name,),
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
MAX_COUNTERS = 100
MAX_BLOCKS = 200
_MAX_THRESHOLDS = 10
_PLACES = ("inlet", "outlet", "mainboard")
"""Whose temperatures everybody wants to know."""


def _blocks(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
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
        yield _diagnostic(
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


def rows(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return the table, and a row for whatever the projector counts and measures."""
    yield from SENSORS
    yield from _counters(snapshot)
    yield from _blocks(snapshot)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_rows(entry, Platform.SENSOR, rows, PulseSensor, async_add_entities)


class PulseSensor(PulseEntity, SensorEntity):
    """A reading."""

    entity_description: PulseSensorDescription
    shows = ("native_value", "options")
    _unrecorded_attributes = frozenset({"notifications"})

    @property
    @override
    def options(self) -> list[str] | None:
        """The values of an enumeration, as the translations name them."""
        if self.entity_description.device_class is not SensorDeviceClass.ENUM:
            return None
        if self.entity_description.options:
            return self.entity_description.options
        states = filter(None, map(_state, self.kind.options))
        return [*states] or None

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        """An enumeration of which nobody tells the values is just a text."""
        device_class = self.entity_description.device_class
        if device_class is SensorDeviceClass.ENUM and not self.options:
            return None
        return device_class

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The present value; unknown where it is none that this sensor can show."""
        if (state_fn := self.entity_description.state_fn) is not None:
            return state_fn(self.snapshot)
        value = self.entity_description.value_fn(self.reading)
        if (options := self.options) is not None:
            state = _state(value)
            return state if state in options else None
        if self.native_unit_of_measurement or self.state_class:
            return as_number(value)
        return one_line(value) or None if isinstance(value, str) else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What the row adds."""
        if (attributes_fn := self.entity_description.attributes_fn) is not None:
            return attributes_fn(self.snapshot)
        return super().extra_state_attributes
