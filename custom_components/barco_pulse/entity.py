"""What all entities have in common."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, override

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity_description import PulseEntityDescription
from .pulse import JsonValue, PropertyType, Snapshot, shown


class PulseEntity(CoordinatorEntity[PulseCoordinator]):
    """Shows a value of the snapshot, and is written only when that changes."""

    _attr_has_entity_name = True
    entity_description: PulseEntityDescription
    shows: tuple[str, ...] = ()
    """The attributes of the entity that go into its state."""

    def __init__(
        self, coordinator: PulseCoordinator, description: PulseEntityDescription
    ) -> None:
        """Make the entity of one row."""
        super().__init__(coordinator, context=description.shown)
        self.entity_description = description
        self._shown = self._to_show()

    # The following are properties and not `_attr_` attributes: each of those is stored
    # twice, and the dictionary of an object with more than 42 attributes has twice the
    # size. A sensor would have 47.

    @property
    @override
    def translation_key(self) -> str:
        """The key of the row, unless the row has another one for it."""
        return self.entity_description.translation_key or self.entity_description.key

    @property
    @override
    def unique_id(self) -> str:
        """The id that is never to change once it was released."""
        return self.coordinator.roster.unique_id(self.entity_description)

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """What the device page shows."""
        return self.coordinator.device_info

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the projector."""
        return self.coordinator.data

    @property
    def property_name(self) -> str:
        """The one of the row's names that this projector uses."""
        names = self.entity_description.names
        if len(names) == 1:
            return names[0]
        for known in (self.snapshot.values, self.snapshot.properties):
            for name in names:
                if name in known:
                    return name
        return names[0]

    @property
    def told(self) -> JsonValue:
        """What the projector reports, or its last report where that stays true."""
        row, snapshot = self.entity_description, self.snapshot
        if snapshot.asleep and row.asleep_value is not None:
            return row.asleep_value
        if row.kept:
            return snapshot.known(self.property_name)
        return snapshot.values.get(self.property_name)

    @property
    def reading(self) -> JsonValue:
        """The value shown: of an object the row's member."""
        member, told = self.entity_description.member, self.told
        if member is None or not isinstance(told, Mapping):
            return told
        return told.get(member)

    @property
    def kind(self) -> PropertyType:
        """What values it takes; empty while the projector does not say."""
        return self.snapshot.kind(self.property_name)

    @property
    @override
    def available(self) -> bool:
        """Unavailable while what it shows does not exist."""
        row, snapshot = self.entity_description, self.snapshot
        if not snapshot.reachable:
            # A projector that is only assumed to sleep need not be in ECO.
            assumed_eco = snapshot.assumed and row.asleep_value is not None
            kept = row.kept and not assumed_eco and self.told is not None
            return snapshot.asleep and (row.asleep or kept)
        return self.told is not None

    @property
    @override
    def assumed_state(self) -> bool:
        """Tell whether the projector is only assumed to sleep."""
        return self.snapshot.assumed

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What the row adds."""
        values = self.snapshot.values
        return {
            attribute: shown(values[name])
            for attribute, name in self.entity_description.attributes
            if name in values
        } or None

    def _to_show(self) -> tuple[object, ...]:
        """Return all that the entity's state and attributes are made of."""
        own = (getattr(self, name) for name in self.shows)
        return self.available, self.assumed_state, self.extra_state_attributes, *own

    @override
    async def async_added_to_hass(self) -> None:
        """Home Assistant is about to write what is there to show by now."""
        await super().async_added_to_hass()
        self._shown = self._to_show()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if (to_show := self._to_show()) != self._shown:
            self._shown = to_show
            self.async_write_ha_state()

    async def command[T](self, command: Awaitable[T]) -> T:
        """Await a command to the projector; say in the user's words why it failed."""
        return await self.coordinator.command(command)


class PulsePowerEntity(PulseEntity):
    """Switches the projector on and off."""

    @property
    def is_on(self) -> bool | None:
        """Return what a pending command will lead to, else the projector's own state."""
        return self.snapshot.shows_on

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the projector on."""
        await self.command(self.coordinator.projector.power_on())

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the projector off."""
        await self.command(self.coordinator.projector.power_off())


@callback
def async_add_rows[RowT: PulseEntityDescription](
    entry: PulseConfigEntry,
    platform: Platform,
    rows: Callable[[Snapshot], Iterable[RowT]],
    make: Callable[[PulseCoordinator, RowT], PulseEntity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the entities of the rows that the projector has, now or later.

    Also of those it once had: asleep, it cannot tell what it will have when awake.
    Out of reach, it tells nothing of what it has no use for: nothing new then.
    """
    coordinator = entry.runtime_data
    roster = coordinator.roster
    added: set[str] = set()
    seen: tuple[int, bool] | None = None  # the shape for which all was added

    @callback
    def add() -> None:
        nonlocal seen
        snapshot = coordinator.data
        shape = (roster.version, snapshot.reachable)
        if seen == shape:
            return
        seen = shape
        new = []
        for row in rows(snapshot):
            exists = snapshot.reachable and row.exists(snapshot)
            if row.key not in added and (exists or roster.is_known(platform, row)):
                added.add(row.key)  # two names may come to one key
                new.append(row)
        if new:
            async_add_entities(make(coordinator, row) for row in new)

    add()
    asks = tuple(name for row in rows(coordinator.data) for name in row.asks)
    entry.async_on_unload(coordinator.async_add_listener(add, asks))
