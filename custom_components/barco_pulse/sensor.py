"""What can be read."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    Platform,
    UnitOfDataRate,
    UnitOfFrequency,
    UnitOfRatio,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import readings
from .bounds import one_line
from .catalogue import (
    MOTORS,
    NOTIFICATIONS,
    OFF_AT,
    PENDING,
    PENDING_KINDS,
    PHASE,
    READY_AT,
    READY_DURATION,
    READY_TIMER,
    SIGNAL,
    STATE,
    TARGET_STATE,
)
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_rows
from .introspection import as_number
from .meters import blocks, counters
from .phase import PHASES
from .readings import PulseSensorDescription, diagnostic
from .snapshot import Snapshot

PARALLEL_UPDATES = 0  # read-only


_measured = {"state_class": SensorStateClass.MEASUREMENT}
_rare = partial(diagnostic, entity_registry_enabled_default=False)
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
        asleep=True,
    ),
    PulseSensorDescription(
        key="pending_command",
        names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        options=[*readings.PENDING_COMMANDS],
        attributes=tuple((kind, PENDING + kind) for kind in PENDING_KINDS),
        state_fn=readings.pending_command,
        asleep=True,
    ),
    *(
        PulseSensorDescription(
            key=key,
            names=(PHASE,),
            also=(time, *timers),
            device_class=SensorDeviceClass.TIMESTAMP,
            state_fn=partial(readings.moment, time),
            asleep=True,
        )
        for key, time, timers in (
            ("ready_at", READY_AT, ()),
            ("off_at", OFF_AT, (READY_TIMER, READY_DURATION)),
        )
    ),
    PulseSensorDescription(
        key="state",
        names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        kept=True,
        asleep_value="eco",
    ),
    diagnostic(
        key="health",
        names=("system.health", "environment.alarmstate"),
        device_class=SensorDeviceClass.ENUM,
    ),
    PulseSensorDescription(
        key="signal", names=(SIGNAL,), value_fn=readings.signal_name
    ),
    diagnostic(key="resolution", names=(SIGNAL,), value_fn=readings.resolution),
    _frequency(key="refresh_rate", names=(SIGNAL,), member="vertical_frequency"),
    *(
        _signal(
            key=key,
            member=member,
            exists_fn=partial(readings.tells, member),
            value_fn=readings.word,
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
            exists_fn=partial(readings.tells, member),
            value_fn=readings.known,
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
            exists_fn=partial(readings.tells, member),
            value_fn=readings.not_negative,
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
    diagnostic(
        key="notifications",
        names=(NOTIFICATIONS,),
        state_fn=lambda snapshot: len(snapshot.warnings),
        attributes_fn=lambda snapshot: {
            "notifications": [*map(readings.told, snapshot.warnings[:10])]
        },
    ),
    diagnostic(
        key="latest_message",
        names=(NOTIFICATIONS,),
        state_fn=readings.latest_message,
        attributes_fn=readings.about_latest_message,
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
        value_fn=readings.first_name,
    ),
    _rare(
        key="license_time_left",
        names=("system.license.register.remaining",),
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=0,
    ),
    _rare(
        key="firmware",
        names=("system.firmwareversion", "firmware.firmwareversion"),
        kept=True,
    ),
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


def rows(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return the table, and a row for whatever the projector counts and measures."""
    yield from SENSORS
    yield from counters(snapshot)
    yield from blocks(snapshot)


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
        states = filter(None, map(readings.state, self.kind.options))
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
            state = readings.state(value)
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
