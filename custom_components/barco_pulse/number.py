"""What can be set to a number."""

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
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription
from .pulse import (
    LASER_MAXIMUM,
    LASER_MINIMUM,
    LASER_POWER,
    MOTORS,
    JsonValue,
    Snapshot,
    as_number,
)

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseNumberDescription(PulseEntityDescription, NumberEntityDescription):
    """A row of the table below; its range is for projectors that tell none."""

    limits: tuple[str, str] | None = None
    """Properties that hold minimum and maximum, where the projector moves them."""
    target: str | None = None
    """What to set, where it is not what is shown."""


_setting = partial(PulseNumberDescription, entity_category=EntityCategory.CONFIG)
_rare = partial(_setting, entity_registry_enabled_default=False)
_duration = partial(
    _rare,
    device_class=NumberDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    mode=NumberMode.BOX,
)

NUMBERS = (
    PulseNumberDescription(
        key="laser_power",
        names=(LASER_POWER,),
        also=(LASER_MINIMUM, LASER_MAXIMUM),
        limits=(LASER_MINIMUM, LASER_MAXIMUM),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        mode=NumberMode.SLIDER,
    ),
    *(
        _setting(
            key=key,
            names=(f"image.{key}",),
            native_min_value=low,
            native_max_value=high,
            native_step=step,
            entity_registry_enabled_default=wanted,
        )
        for key, low, high, step, wanted in (
            ("brightness", -1, 1, 0.01, True),
            ("contrast", 0, 2, 0.01, True),
            ("saturation", 0, 2, 0.01, False),
            ("gamma", 1, 3, 0.1, False),
            ("sharpness", -2, 8, 1, False),
            ("intensity", 0, 1, 0.1, False),
        )
    ),
    _rare(
        key="hdr_boost",
        names=("screen.hdrboost",),
        native_min_value=0.8,
        native_max_value=1.2,
        native_step=0.1,
    ),
    _rare(
        key="luminance",
        names=("screen.luminance",),
        native_min_value=50,
        native_max_value=10000,
        native_step=10,
        native_unit_of_measurement="cd/m²",
        mode=NumberMode.BOX,
    ),
    # No guide says what its range is.
    _rare(
        key="clo_setpoint",
        names=("illumination.clo.setpoint",),
        native_min_value=0,
        native_max_value=100000,
        mode=NumberMode.BOX,
    ),
    *(
        _rare(
            key=key,
            names=(f"{motor}.position",),
            target=f"{motor}.target",
            also=(f"{motor}.minposition", f"{motor}.maxposition"),
            limits=(f"{motor}.minposition", f"{motor}.maxposition"),
            native_step=1,
            mode=NumberMode.BOX,
        )
        for key, motor in MOTORS.items()
    ),
    *(
        _duration(
            key=f"{state}_timeout",
            names=(f"system.{state}.timeout.duration",),
            native_min_value=60,
            native_max_value=7200,
            native_step=30,
        )
        for state in ("on", "ready", "standby")
    ),
)


def rows(snapshot: Snapshot) -> Iterable[PulseNumberDescription]:
    """Return the table."""
    return NUMBERS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    async_add_rows(entry, Platform.NUMBER, rows, PulseNumber, async_add_entities)


class PulseNumber(PulseEntity, NumberEntity):
    """A number in a range that the projector tells."""

    entity_description: PulseNumberDescription
    shows = ("native_value", "native_min_value", "native_max_value", "native_step")

    @property
    @override
    def native_value(self) -> float | None:
        """The present value."""
        return as_number(self.reading)

    @property
    @override
    def native_min_value(self) -> float:
        """The least the projector takes now."""
        return self._range[0]

    @property
    @override
    def native_max_value(self) -> float:
        """The most the projector takes now."""
        return self._range[1]

    @property
    @override
    def native_step(self) -> float | None:
        """The distance from one value to the next."""
        return self.kind.step or self.entity_description.native_step

    @property
    def _range(self) -> tuple[float, float]:
        """Prefer the limits in force to those described, and any to none."""
        limits, row = self.entity_description.limits, self.entity_description
        in_force = [*map(self.snapshot.number, limits)] if limits else [None, None]
        described = (
            (in_force[0], self.kind.minimum, row.native_min_value, DEFAULT_MIN_VALUE),
            (in_force[1], self.kind.maximum, row.native_max_value, DEFAULT_MAX_VALUE),
        )
        low, high = (next(x for x in any_of if x is not None) for any_of in described)
        # Between two limits that crossed there is nothing to set.
        return (low, high) if low <= high else (low, low)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it; while one is on its way only the last of those behind is sent."""
        number: JsonValue = round(value) if self.kind.base == "int" else value
        name = self.entity_description.target or self.property_name
        await self.command(self.coordinator.projector.set_property(name, number))
