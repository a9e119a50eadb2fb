"""Numbers of the projector."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.number import (
    DEFAULT_MAX_VALUE,
    DEFAULT_MIN_VALUE,
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, Platform, UnitOfRatio, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription
from .pulse import (
    LASER_MAXIMUM,
    LASER_MINIMUM,
    LASER_POWER,
    LENS_MOTORS,
    JsonValue,
    Snapshot,
    as_number,
)

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseNumberDescription(PulseEntityDescription, NumberEntityDescription):
    """Describe a number. Its range is for projectors that do not report one."""

    limit_names: tuple[str, str] | None = None
    """Properties with the present minimum and maximum, if they can change."""
    write_name: str | None = None
    """The property to set, if it is not the one shown."""


_config = partial(PulseNumberDescription, entity_category=EntityCategory.CONFIG)
_disabled_config = partial(_config, entity_registry_enabled_default=False)
_timeout = partial(
    _disabled_config,
    device_class=NumberDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    mode=NumberMode.BOX,
)

NUMBERS = (
    PulseNumberDescription(
        key="laser_power",
        property_names=(LASER_POWER,),
        extra_names=(LASER_MINIMUM, LASER_MAXIMUM),
        limit_names=(LASER_MINIMUM, LASER_MAXIMUM),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        mode=NumberMode.SLIDER,
    ),
    *(
        _config(
            key=key,
            property_names=(f"image.{key}",),
            native_min_value=low,
            native_max_value=high,
            native_step=step,
            entity_registry_enabled_default=enabled,
        )
        for key, low, high, step, enabled in (
            ("brightness", -1, 1, 0.01, True),
            ("contrast", 0, 2, 0.01, True),
            ("saturation", 0, 2, 0.01, False),
            ("gamma", 1, 3, 0.1, False),
            ("sharpness", -2, 8, 1, False),
            ("intensity", 0, 1, 0.1, False),
        )
    ),
    _disabled_config(
        key="hdr_boost",
        property_names=("screen.hdrboost",),
        native_min_value=0.8,
        native_max_value=1.2,
        native_step=0.1,
    ),
    _disabled_config(
        key="luminance",
        property_names=("screen.luminance",),
        native_min_value=50,
        native_max_value=10000,
        native_step=10,
        native_unit_of_measurement="cd/m²",
        mode=NumberMode.BOX,
    ),
    # Barco does not document the range.
    _disabled_config(
        key="clo_setpoint",
        property_names=("illumination.clo.setpoint",),
        native_min_value=0,
        native_max_value=100000,
        mode=NumberMode.BOX,
    ),
    *(
        _disabled_config(
            key=key,
            property_names=(f"{motor}.position",),
            write_name=f"{motor}.target",
            extra_names=(f"{motor}.minposition", f"{motor}.maxposition"),
            limit_names=(f"{motor}.minposition", f"{motor}.maxposition"),
            native_step=1,
            mode=NumberMode.BOX,
        )
        for key, motor in LENS_MOTORS.items()
    ),
    *(
        _timeout(
            key=f"{state}_timeout",
            property_names=(f"system.{state}.timeout.duration",),
            native_min_value=60,
            native_max_value=7200,
            native_step=30,
        )
        for state in ("on", "ready", "standby")
    ),
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseNumberDescription]:
    """Return the descriptions of all numbers."""
    return NUMBERS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    async_add_described_entities(
        entry, Platform.NUMBER, get_descriptions, PulseNumber, async_add_entities
    )


class PulseNumber(PulseEntity, NumberEntity):
    """A property with a range that the projector reports."""

    entity_description: PulseNumberDescription
    state_properties = (
        "native_value",
        "native_min_value",
        "native_max_value",
        "native_step",
    )

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value."""
        return as_number(self.current_value)

    @property
    @override
    def native_min_value(self) -> float:
        """Return the present minimum."""
        return self._range[0]

    @property
    @override
    def native_max_value(self) -> float:
        """Return the present maximum."""
        return self._range[1]

    @property
    @override
    def native_step(self) -> float | None:
        """Return the distance from one value to the next."""
        return self.property_type.step or self.entity_description.native_step

    @property
    def _range(self) -> tuple[float, float]:
        """Return the limits: present ones, else reported ones, else described ones."""
        limits, description = (
            self.entity_description.limit_names,
            self.entity_description,
        )
        in_force = [*map(self.snapshot.get_number, limits)] if limits else [None, None]
        described = (
            (
                in_force[0],
                self.property_type.minimum,
                description.native_min_value,
                DEFAULT_MIN_VALUE,
            ),
            (
                in_force[1],
                self.property_type.maximum,
                description.native_max_value,
                DEFAULT_MAX_VALUE,
            ),
        )
        low, high = (next(x for x in any_of if x is not None) for any_of in described)
        # If the limits have crossed, there is only one value to set.
        return (low, high) if low <= high else (low, low)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the value. While a request is under way, only the newest value waits."""
        number: JsonValue = round(value) if self.property_type.base == "int" else value
        name = self.entity_description.write_name or self.property_name
        await self.async_run_command(
            self.coordinator.projector.set_property(name, number)
        )
