"""Sensors of the projector."""

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
from .entity import PulseEntity, async_add_described_entities
from .pulse import (
    ACTIVE_SIGNAL,
    NOTIFICATIONS,
    OFF_AT,
    PENDING,
    PENDING_KINDS,
    PHASE,
    PHASES,
    READY_AT,
    READY_DURATION,
    READY_TIMER,
    STATE,
    Snapshot,
    as_number,
    to_single_line,
)
from .sensor_descriptions import control_block_descriptions, counter_descriptions
from .sensor_values import PulseSensorDescription, diagnostic

PARALLEL_UPDATES = 0  # read-only


_measured = {"state_class": SensorStateClass.MEASUREMENT}
_disabled_diagnostic = partial(diagnostic, entity_registry_enabled_default=False)
_disabled_enum = partial(_disabled_diagnostic, device_class=SensorDeviceClass.ENUM)
_signal_sensor = partial(_disabled_diagnostic, property_names=(ACTIVE_SIGNAL,))
_disabled_timestamp = partial(
    _disabled_diagnostic, device_class=SensorDeviceClass.TIMESTAMP
)

SENSORS = (
    PulseSensorDescription(
        key="phase",
        property_names=(PHASE,),
        device_class=SensorDeviceClass.ENUM,
        extra_names=(STATE,),
        options=[*PHASES],
        attributes_fn=sensor_values.phase_attributes,
        available_asleep=True,
    ),
    PulseSensorDescription(
        key="pending_command",
        property_names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        options=[*sensor_values.PENDING_COMMANDS],
        attributes=tuple((kind, PENDING + kind) for kind in PENDING_KINDS),
        state_fn=sensor_values.pending_command,
        available_asleep=True,
    ),
    *(
        PulseSensorDescription(
            key=key,
            property_names=(PHASE,),
            extra_names=(time, *timers),
            device_class=SensorDeviceClass.TIMESTAMP,
            state_fn=partial(sensor_values.to_datetime, time),
            available_asleep=True,
        )
        for key, time, timers in (
            ("ready_at", READY_AT, ()),
            ("off_at", OFF_AT, (READY_TIMER, READY_DURATION)),
        )
    ),
    _disabled_diagnostic(
        key="state",
        property_names=(STATE,),
        device_class=SensorDeviceClass.ENUM,
        kept=True,
        asleep_value="eco",
    ),
    _disabled_enum(
        key="health", property_names=("system.health", "environment.alarmstate")
    ),
    PulseSensorDescription(
        key="signal",
        property_names=(ACTIVE_SIGNAL,),
        value_fn=sensor_values.signal_name,
        attributes_fn=sensor_values.signal_attributes,
    ),
    PulseSensorDescription(
        key="resolution",
        property_names=(ACTIVE_SIGNAL,),
        value_fn=sensor_values.resolution,
        entity_registry_enabled_default=False,
    ),
    _signal_sensor(
        key="refresh_rate",
        member="vertical_frequency",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
        suggested_display_precision=2,
        **_measured,
    ),
    *(
        _signal_sensor(
            key=key,
            member=member,
            exists_fn=partial(sensor_values.signal_has, member),
            value_fn=value_fn,
        )
        for key, member, value_fn in (
            ("color_space", "color_space", sensor_values.to_state_or_none),
            ("signal_range", "signal_range", sensor_values.to_state_or_none),
            ("signal_gamma", "gamma_type", sensor_values.to_state_or_none),
            ("color_primaries", "color_primaries", sensor_values.to_state_or_none),
            ("stereo_mode", "stereo_mode", sensor_values.to_state_or_none),
            ("chroma_sampling", "chroma_sampling", sensor_values.none_if_unknown),
            ("aspect_ratio", "content_aspect_ratio", sensor_values.none_if_unknown),
        )
    ),
    _signal_sensor(
        key="bit_depth", member="bits_per_component", suggested_display_precision=0
    ),
    *(
        _signal_sensor(
            key=member,
            member=member,
            exists_fn=partial(sensor_values.signal_has, member),
            value_fn=sensor_values.none_if_negative,
            native_unit_of_measurement="cd/m²",
        )
        for member in ("mastering_luminance", "max_cll")
    ),
    _disabled_diagnostic(
        key="actual_laser_power",
        property_names=("illumination.sources.laser.actualpower",),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=1,
        **_measured,
    ),
    _disabled_diagnostic(
        key="light_output",
        property_names=("lightmeasurement.getlightoutput",),
        native_unit_of_measurement="lm",
        **_measured,
    ),
    _disabled_enum(key="clo_state", property_names=("illumination.clo.state",)),
    *(
        _disabled_timestamp(
            key=f"{state}_time_left",
            property_names=(f"system.{state}.timeout.remaining",),
            extra_names=(f"system.{state}.timeout.duration",),
            counts=1,
            unit="seconds",
        )
        for state in ("on", "standby")
    ),
    _disabled_diagnostic(
        key="notifications",
        property_names=(NOTIFICATIONS,),
        state_fn=lambda snapshot: len(snapshot.warnings),
    ),
    diagnostic(
        key="latest_message",
        property_names=(NOTIFICATIONS,),
        state_fn=sensor_values.latest_message,
        attributes_fn=sensor_values.message_attributes,
    ),
    _disabled_timestamp(
        key="license_time_left",
        property_names=("system.license.register.remaining",),
        counts=1,
        unit="minutes",
    ),
    _disabled_enum(key="update_status", property_names=("firmware.status",)),
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseSensorDescription]:
    """Yield the descriptions of all sensors, counters and control blocks."""
    yield from SENSORS
    yield from counter_descriptions(snapshot)
    yield from control_block_descriptions(snapshot)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""

    def entity_factory(
        coordinator: PulseCoordinator, description: PulseSensorDescription
    ) -> PulseSensor:
        return (PulseTimestampSensor if description.counts else PulseSensor)(
            coordinator, description
        )

    async_add_described_entities(
        entry, Platform.SENSOR, get_descriptions, entity_factory, async_add_entities
    )


class PulseSensor(PulseEntity, SensorEntity):
    """A value of the projector."""

    entity_description: PulseSensorDescription
    state_properties = ("native_value", "options")

    @property
    @override
    def options(self) -> list[str] | None:
        """Return the possible states of an enumeration, as translation keys."""
        if self.entity_description.device_class is not SensorDeviceClass.ENUM:
            return None
        if self.entity_description.options:
            return self.entity_description.options
        states = filter(None, map(sensor_values.to_state, self.property_type.options))
        return [*states] or None

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        """Return no device class for an enumeration without known states."""
        device_class = self.entity_description.device_class
        if device_class is SensorDeviceClass.ENUM and not self.options:
            return None
        return device_class

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value, None if this sensor cannot show it."""
        if (state_fn := self.entity_description.state_fn) is not None:
            return state_fn(self.snapshot)
        value = self.current_value
        if (value_fn := self.entity_description.value_fn) is not None:
            value = value_fn(value)
        if (options := self.options) is not None:
            state = sensor_values.to_state(value)
            return state if state in options else None
        if self._is_number:
            return as_number(value)
        return to_single_line(value) or None if isinstance(value, str) else None

    @property
    def _is_number(self) -> bool:
        """Return True if the description is of a number, with or without a unit."""
        digits = self.entity_description.suggested_display_precision
        unit = self.native_unit_of_measurement
        return bool(unit or self.state_class) or digits is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes of the description."""
        if (attributes_fn := self.entity_description.attributes_fn) is not None:
            return attributes_fn(self.snapshot)
        return super().extra_state_attributes


class PulseTimestampSensor(PulseSensor):
    """A point in time for a value that counts down to it, or up from it.

    The state does not change while later values lead to about the same time.
    """

    _counted: tuple[object, ...] = ()
    _timestamp: datetime | None = None

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the time, None while the projector does not count."""
        description, values = self.entity_description, self.snapshot.values
        unit = sensor_values.SECONDS.get(self.property_type.unit or description.unit)
        whole = (
            values.get(description.extra_names[0]) if description.extra_names else None
        )
        if (counted := (self.current_value, whole, unit)) != self._counted:
            self._counted = counted
            moment = sensor_values.to_moment(description.counts, *counted)
            if not sensor_values.is_same_moment(moment, self._timestamp, unit):
                self._timestamp = moment
        return self._timestamp
