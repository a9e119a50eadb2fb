"""What is so or not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .catalogue import NOTIFICATIONS, SIGNAL
from .coordinator import PulseConfigEntry
from .entity import PulseEntity, async_add_rows
from .protocol import JsonValue
from .rows import PulseEntityDescription
from .snapshot import Snapshot

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseBinarySensorDescription(
    PulseEntityDescription, BinarySensorEntityDescription
):
    """A row of the table below."""

    on: tuple[JsonValue, ...] = (True,)
    off: tuple[JsonValue, ...] | None = (False,)
    """None: whatever else the projector says."""
    any_of: bool = False
    """Whether one of the names is enough."""
    on_fn: Callable[[Snapshot], bool] = lambda snapshot: False
    """Whether it is on, whatever the value is."""


_diagnostic = partial(
    PulseBinarySensorDescription, entity_category=EntityCategory.DIAGNOSTIC
)
_rare = partial(_diagnostic, entity_registry_enabled_default=False)

_LASER = "illumination.sources.laser"

BINARY_SENSORS = (
    PulseBinarySensorDescription(
        key="illumination",
        names=("illumination.state",),
        device_class=BinarySensorDeviceClass.LIGHT,
        on=("On",),
        off=("Off",),
    ),
    PulseBinarySensorDescription(
        key="signal",
        names=("image.window.main.activesignal", SIGNAL),
        member="active",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
    ),
    PulseBinarySensorDescription(
        key="hdr", names=(SIGNAL,), member="gamma_type", on=("SMPTE_ST2084",), off=None
    ),
    _diagnostic(
        key="problem",
        names=("system.health", "environment.alarmstate"),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on=("Warning", "Alert", "Error", "Fatal"),
        off=("Normal", "Ok"),
        also=(NOTIFICATIONS,),
        on_fn=lambda snapshot: bool(snapshot.errors),
    ),
    _rare(
        key="laser_limited",
        names=(f"{_LASER}.ispowerlimited",),
        attributes=(("reason", f"{_LASER}.powerlimitreason"),),
        device_class=BinarySensorDeviceClass.PROBLEM,
    ),
    _rare(key="laser_clo", names=(f"{_LASER}.controlledbyclo",)),
    _rare(key="synchronous_lock", names=("image.display.synchronouslock",)),
    _rare(
        key="network",
        names=("network.device.lan.carrier",),
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
    ),
    _rare(key="pjlink", names=("protocols.pjlink.enable",)),
    _rare(
        key="dmx",
        names=("dmx.monitor.connectionstate.active",),
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
    ),
    _rare(
        key="license",
        names=("system.license.register.valid",),
        device_class=BinarySensorDeviceClass.PROBLEM,
        on=(False,),
        off=(True,),
    ),
)


def _firmware(snapshot: Snapshot) -> Iterable[PulseBinarySensorDescription]:
    """One for all components: whether any is of another release than the rest."""
    names = tuple(
        name
        for name in snapshot.properties
        if name.startswith("firmware.component.") and name.endswith(".mismatch")
    )
    if names:
        yield _rare(
            key="firmware_mismatch",
            names=names,
            any_of=True,
            device_class=BinarySensorDeviceClass.PROBLEM,
        )


def rows(snapshot: Snapshot) -> Iterable[PulseBinarySensorDescription]:
    """Return the table, and a row for the components of the firmware."""
    yield from BINARY_SENSORS
    yield from _firmware(snapshot)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    async_add_rows(
        entry, Platform.BINARY_SENSOR, rows, PulseBinarySensor, async_add_entities
    )


class PulseBinarySensor(PulseEntity, BinarySensorEntity):
    """Yes or no."""

    entity_description: PulseBinarySensorDescription
    shows = ("is_on",)

    @property
    @override
    def available(self) -> bool:
        """Available also where it is on without a value."""
        snapshot = self.snapshot
        return super().available or (
            snapshot.reachable and self.entity_description.on_fn(snapshot)
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it is so; None where the projector says something else."""
        description, reading = self.entity_description, self.reading
        if description.on_fn(self.snapshot):
            return True
        if description.any_of:
            values = self.snapshot.values
            return any(values.get(name) in description.on for name in description.names)
        if reading in description.on:
            return True
        if description.off is None:
            return None if reading is None else False
        return False if reading in description.off else None
