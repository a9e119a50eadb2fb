"""What can be switched."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .catalogue import STATE, TARGET_STATE
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, PulseEntityDescription, async_add_rows

PARALLEL_UPDATES = 0  # the connection has its own limit


class PulseSwitchDescription(PulseEntityDescription, SwitchEntityDescription):
    """A row of the table below."""


SWITCHES = (PulseSwitchDescription(key="power", names=(STATE,), also=(TARGET_STATE,)),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches."""
    async_add_rows(
        entry, Platform.SWITCH, SWITCHES, PulsePowerSwitch, async_add_entities
    )


class PulsePowerSwitch(PulseEntity, SwitchEntity):
    """Power, for those who look for a switch."""

    entity_description: PulseSwitchDescription
    shows = ("is_on",)

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it shows a picture or is about to."""
        return self.snapshot.is_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Ask for a picture."""
        await self.command(self.coordinator.projector.power_on())

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Step down once."""
        await self.command(self.coordinator.projector.power_off())
