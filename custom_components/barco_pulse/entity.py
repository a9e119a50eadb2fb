"""Floor 5: what all entities have in common."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PulseConfigEntry, PulseCoordinator, translated
from .introspection import PropertyType
from .protocol import JsonValue, PulseError
from .snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class PulseEntityDescription(EntityDescription):
    """One row of a platform's table."""

    names: tuple[str, ...]
    """The property shown; further names are what other models call it."""
    also: tuple[str, ...] = ()
    """Names of what else the state is made of."""


class PulseEntity(CoordinatorEntity[PulseCoordinator]):
    """Shows a value of the snapshot, and is written only when that changes."""

    _attr_has_entity_name = True
    entity_description: PulseEntityDescription
    shows: tuple[str, ...]
    """The attributes of the entity that go into its state."""

    def __init__(
        self, coordinator: PulseCoordinator, description: PulseEntityDescription
    ) -> None:
        """Make the entity of one row."""
        super().__init__(coordinator, context=description.names + description.also)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = unique_id(coordinator, description)
        self._attr_device_info = coordinator.device_info
        self._shown = self._to_show()

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the projector."""
        return self.coordinator.data

    @property
    def property_name(self) -> str:
        """The one of the row's names that this projector uses."""
        names = self.entity_description.names
        for known in (self.snapshot.values, self.snapshot.properties):
            for name in names:
                if name in known:
                    return name
        return names[0]

    @property
    def reading(self) -> JsonValue:
        """The value shown, None while there is none."""
        return self.snapshot.values.get(self.property_name)

    @property
    def kind(self) -> PropertyType:
        """What values it takes; empty while the projector does not say."""
        return self.snapshot.properties.get(self.property_name, PropertyType())

    @property
    @override
    def available(self) -> bool:
        """Unavailable while what it shows does not exist."""
        return super().available and self.reading is not None

    def _to_show(self) -> tuple[object, ...]:
        """Return all that the entity's state and attributes are made of."""
        return self.available, *(getattr(self, name) for name in self.shows)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if (to_show := self._to_show()) != self._shown:
            self._shown = to_show
            self.async_write_ha_state()

    async def command(self, command: Awaitable[None]) -> None:
        """Await a command to the projector; say in the user's words why it failed."""
        try:
            await command
        except PulseError as error:
            name = self.coordinator.name
            raise translated(HomeAssistantError, error, name) from error


def unique_id(coordinator: PulseCoordinator, description: EntityDescription) -> str:
    """Return the id that is never to change once it was released."""
    return f"{coordinator.identity.serial_number}_{description.key}"


@callback
def async_add_rows[RowT: PulseEntityDescription](
    entry: PulseConfigEntry,
    platform: str,
    rows: Iterable[RowT],
    make: Callable[[PulseCoordinator, RowT], PulseEntity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the entities of the rows that the projector has, now or later.

    Also of those it once had: asleep, it cannot tell what it will have when awake.
    """
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    waiting = list(rows)

    def exists(row: RowT) -> bool:
        snapshot = coordinator.data
        return any(
            name in snapshot.properties or name in snapshot.values for name in row.names
        ) or bool(
            registry.async_get_entity_id(platform, DOMAIN, unique_id(coordinator, row))
        )

    @callback
    def add() -> None:
        if found := [row for row in waiting if exists(row)]:
            waiting[:] = [row for row in waiting if row not in found]
            async_add_entities(make(coordinator, row) for row in found)

    add()
    entry.async_on_unload(coordinator.async_add_listener(add))
