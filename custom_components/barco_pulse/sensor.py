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
from homeassistant.const import Platform, UnitOfFrequency, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import sensor_values
from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_rows
from .pulse import (
    NOTIFICATIONS,
    OFF_AT,
    PENDING,
    PENDING_KINDS,
    PHASE,
    PHASES,
    READY_AT,
    READY_DURATION,
    READY_TIMER,
    SIGNAL,
    STATE,
    Snapshot,
    as_number,
    one_line,
)
from .sensor_descriptions import blocks, counters
from .sensor_values import PulseSensorDescription, diagnostic

PARALLEL_UPDATES = 0  # read-only


_measured = {"state_class": SensorStateClass.MEASUREMENT}
_rare = partial(diagnostic, entity_registry_enabled_default=False)
_enum = partial(_rare, device_class=SensorDeviceClass.ENUM)
_signal = partial(_rare, names=(SIGNAL,))
_moment = partial(_rare, device_class=SensorDeviceClass.TIMESTAMP)

SENSORS = (
    PulseSensorDescription(
        key="phase",
        names=(PHASE,),
        device_class=SensorDeviceClass.ENUM,
        also=(STATE,),
        options=[*PHASES],
        attributes_fn=sensor_values.about_phase,
        asleep=True,
    ),
    PulseSensorDescription(
        key="pending_command",
        names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        options=[*sensor_values.PENDING_COMMANDS],
        attributes=tuple((kind, PENDING + kind) for kind in PENDING_KINDS),
        state_fn=sensor_values.pending_command,
        asleep=True,
    ),
    *(
        PulseSensorDescription(
            key=key,
            names=(PHASE,),
            also=(time, *timers),
            device_class=SensorDeviceClass.TIMESTAMP,
            state_fn=partial(sensor_values.moment, time),
            asleep=True,
        )
        for key, time, timers in (
            ("ready_at", READY_AT, ()),
            ("off_at", OFF_AT, (READY_TIMER, READY_DURATION)),
        )
    ),
    _rare(
        key="state",
        names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        kept=True,
        asleep_value="eco",
    ),
    _enum(key="health", names=("system.health", "environment.alarmstate")),
    PulseSensorDescription(
        key="signal",
        names=(SIGNAL,),
        value_fn=sensor_values.signal_name,
        attributes_fn=sensor_values.about_signal,
    ),
    PulseSensorDescription(
        key="resolution",
        names=(SIGNAL,),
        value_fn=sensor_values.resolution,
        entity_registry_enabled_default=False,
    ),
    _signal(
        key="refresh_rate",
        member="vertical_frequency",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
        suggested_display_precision=2,
        **_measured,
    ),
    *(
        _signal(
            key=key,
            member=member,
            exists_fn=partial(sensor_values.tells, member),
            value_fn=sensor_values.word,
        )
        for key, member in (
            ("color_space", "color_space"),
            ("signal_range", "signal_range"),
            ("signal_gamma", "gamma_type"),
            ("color_primaries", "color_primaries"),
            ("stereo_mode", "stereo_mode"),
        )
    ),
    *(
        _signal(
            key=key,
            member=member,
            exists_fn=partial(sensor_values.tells, member),
            value_fn=sensor_values.known,
        )
        for key, member in (
            ("chroma_sampling", "chroma_sampling"),
            ("aspect_ratio", "content_aspect_ratio"),
        )
    ),
    _signal(
        key="bit_depth", member="bits_per_component", suggested_display_precision=0
    ),
    *(
        _signal(
            key=member,
            member=member,
            exists_fn=partial(sensor_values.tells, member),
            value_fn=sensor_values.not_negative,
            native_unit_of_measurement="cd/m²",
        )
        for member in ("mastering_luminance", "max_cll")
    ),
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
    *(
        _moment(
            key=f"{state}_time_left",
            names=(f"system.{state}.timeout.remaining",),
            also=(f"system.{state}.timeout.duration",),
            counts=1,
            unit="seconds",
        )
        for state in ("on", "standby")
    ),
    _rare(
        key="notifications",
        names=(NOTIFICATIONS,),
        state_fn=lambda snapshot: len(snapshot.warnings),
    ),
    diagnostic(
        key="latest_message",
        names=(NOTIFICATIONS,),
        state_fn=sensor_values.latest_message,
        attributes_fn=sensor_values.about_latest_message,
    ),
    _moment(
        key="license_time_left",
        names=("system.license.register.remaining",),
        counts=1,
        unit="minutes",
    ),
    _enum(key="update_status", names=("firmware.status",)),
)


def rows(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Return the table, and a row for each counter and each control block."""
    yield from SENSORS
    yield from counters(snapshot)
    yield from blocks(snapshot)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""

    def make(coordinator: PulseCoordinator, row: PulseSensorDescription) -> PulseSensor:
        return (PulseMoment if row.counts else PulseSensor)(coordinator, row)

    async_add_rows(entry, Platform.SENSOR, rows, make, async_add_entities)


class PulseSensor(PulseEntity, SensorEntity):
    """A reading."""

    entity_description: PulseSensorDescription
    shows = ("native_value", "options")

    @property
    @override
    def options(self) -> list[str] | None:
        """The values of an enumeration, as the translations name them."""
        if self.entity_description.device_class is not SensorDeviceClass.ENUM:
            return None
        if self.entity_description.options:
            return self.entity_description.options
        states = filter(None, map(sensor_values.state, self.kind.options))
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
            state = sensor_values.state(value)
            return state if state in options else None
        if self._is_number:
            return as_number(value)
        return one_line(value) or None if isinstance(value, str) else None

    @property
    def _is_number(self) -> bool:
        """Tell whether the row describes a number, which can go without a unit."""
        digits = self.entity_description.suggested_display_precision
        unit = self.native_unit_of_measurement
        return bool(unit or self.state_class) or digits is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What the row adds."""
        if (attributes_fn := self.entity_description.attributes_fn) is not None:
            return attributes_fn(self.snapshot)
        return super().extra_state_attributes


class PulseMoment(PulseSensor):
    """A reading that is the time left until a moment, or the time since one.

    The moment stays as it is while later readings agree with it.
    """

    _counted: tuple[object, ...] = ()
    _moment: datetime | None = None

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the moment, None while the projector counts nothing."""
        row, values = self.entity_description, self.snapshot.values
        unit = sensor_values.SECONDS.get(self.kind.unit or row.unit)
        whole = values.get(row.also[0]) if row.also else None
        if (counted := (self.reading, whole, unit)) != self._counted:
            self._counted = counted
            moment = sensor_values.counted(row.counts, *counted)
            if not sensor_values.agree(moment, self._moment, unit):
                self._moment = moment
        return self._moment
