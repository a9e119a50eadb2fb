"""What can be set to a number."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    DEFAULT_MAX_VALUE,
    DEFAULT_MIN_VALUE,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import Platform, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .catalogue import LASER_MAXIMUM, LASER_MINIMUM, LASER_POWER
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, PulseEntityDescription, async_add_rows
from .introspection import as_number
from .protocol import JsonValue

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseNumberDescription(PulseEntityDescription, NumberEntityDescription):
    """A row of the table below."""

    limits: tuple[str, str] | None = None
    """Properties that hold minimum and maximum, where the projector moves them."""


NUMBERS = (
    PulseNumberDescription(
        key="laser_power",
        names=(LASER_POWER,),
        also=(LASER_MINIMUM, LASER_MAXIMUM),
        limits=(LASER_MINIMUM, LASER_MAXIMUM),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        mode=NumberMode.SLIDER,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    async_add_rows(entry, Platform.NUMBER, NUMBERS, PulseNumber, async_add_entities)


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
        return self._limit(0, self.kind.minimum, DEFAULT_MIN_VALUE)

    @property
    @override
    def native_max_value(self) -> float:
        """The most the projector takes now."""
        return self._limit(1, self.kind.maximum, DEFAULT_MAX_VALUE)

    @property
    @override
    def native_step(self) -> float | None:
        """The distance from one value to the next."""
        return self.kind.step

    def _limit(self, index: int, described: float | None, default: float) -> float:
        """Prefer the limit in force to the one described, and any to none."""
        if self.entity_description.limits:
            in_force = self.snapshot.number(self.entity_description.limits[index])
            if in_force is not None:
                return in_force
        return default if described is None else described

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it; while one is on its way only the last of those behind is sent."""
        number: JsonValue = int(value) if self.kind.base == "int" else value
        await self.command(
            self.coordinator.projector.set_property(self.property_name, number)
        )
