"""The base classes of all entities."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, override

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity_description import PulseEntityDescription
from .pulse import JsonValue, PropertyType, Snapshot, to_attribute_value


class PulseEntity(CoordinatorEntity[PulseCoordinator]):
    """Show a value of the snapshot. Write the state only when it changes."""

    _attr_has_entity_name = True
    entity_description: PulseEntityDescription
    state_properties: tuple[str, ...] = ()
    """Properties of the entity that its state consists of."""

    def __init__(
        self, coordinator: PulseCoordinator, description: PulseEntityDescription
    ) -> None:
        """Create the entity of a description."""
        super().__init__(coordinator, context=description.subscribed_names)
        self.entity_description = description
        self._last_fingerprint = self._fingerprint()

    # These are properties, not `_attr_` attributes, to save memory. Each `_attr_` is
    # stored twice, and a dictionary with more than 42 items takes twice the memory. A
    # sensor would have 47.

    @property
    @override
    def translation_key(self) -> str:
        """Return the translation key, by default the key of the description."""
        return self.entity_description.translation_key or self.entity_description.key

    @property
    @override
    def unique_id(self) -> str:
        """Return the unique ID."""
        return self.coordinator.entity_loader.unique_id(self.entity_description)

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """Return the projector as a device."""
        return self.coordinator.device_info

    @property
    def snapshot(self) -> Snapshot:
        """Return the latest snapshot of the projector."""
        return self.coordinator.data

    @property
    def property_name(self) -> str:
        """Return the property name that this projector uses."""
        names = self.entity_description.property_names
        if len(names) == 1:
            return names[0]
        for available in (self.snapshot.values, self.snapshot.properties):
            for name in names:
                if name in available:
                    return name
        return names[0]

    @property
    def raw_value(self) -> JsonValue:
        """Return the reported value, or the last one if the description keeps it."""
        description, snapshot = self.entity_description, self.snapshot
        if snapshot.asleep and description.asleep_value is not None:
            return description.asleep_value
        if description.kept:
            return snapshot.last_value(self.property_name)
        return snapshot.values.get(self.property_name)

    @property
    def current_value(self) -> JsonValue:
        """Return the value to show; if the value is an object, its member."""
        member, value = self.entity_description.member, self.raw_value
        if member is None or not isinstance(value, Mapping):
            return value
        return value.get(member)

    @property
    def property_type(self) -> PropertyType:
        """Return the type of the property, an empty one if it is not described."""
        return self.snapshot.property_type(self.property_name)

    @property
    @override
    def available(self) -> bool:
        """Return True if there is a value to show."""
        description, snapshot = self.entity_description, self.snapshot
        if not snapshot.reachable:
            # A projector that is only assumed to be asleep may not be in ECO.
            assumed_eco = (
                snapshot.assumed_asleep and description.asleep_value is not None
            )
            kept = description.kept and not assumed_eco and self.raw_value is not None
            return snapshot.asleep and (description.available_asleep or kept)
        return self.raw_value is not None

    @property
    @override
    def assumed_state(self) -> bool:
        """Return True if the projector is only assumed to be asleep."""
        return self.snapshot.assumed_asleep

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes of the description."""
        values = self.snapshot.values
        return {
            attribute: to_attribute_value(values[name])
            for attribute, name in self.entity_description.attributes
            if name in values
        } or None

    def _fingerprint(self) -> tuple[object, ...]:
        """Return all values that the state and the attributes consist of."""
        own = (getattr(self, name) for name in self.state_properties)
        return self.available, self.assumed_state, self.extra_state_attributes, *own

    @override
    async def async_added_to_hass(self) -> None:
        """Remember the state that Home Assistant writes after this."""
        await super().async_added_to_hass()
        self._last_fingerprint = self._fingerprint()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if (fingerprint := self._fingerprint()) != self._last_fingerprint:
            self._last_fingerprint = fingerprint
            self.async_write_ha_state()

    async def async_run_command[T](self, command: Awaitable[T]) -> T:
        """Await a command to the projector. Translate its error."""
        return await self.coordinator.async_run_command(command)


class PulsePowerEntity(PulseEntity):
    """Switch the projector on and off."""

    @property
    def is_on(self) -> bool | None:
        """Return the goal of a pending command, or the state of the projector."""
        return self.snapshot.shows_on

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the projector on."""
        await self.async_run_command(self.coordinator.projector.power_on())

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the projector off."""
        await self.async_run_command(self.coordinator.projector.power_off())


@callback
def async_add_described_entities[DescriptionT: PulseEntityDescription](
    entry: PulseConfigEntry,
    platform: Platform,
    get_descriptions: Callable[[Snapshot], Iterable[DescriptionT]],
    entity_factory: Callable[[PulseCoordinator, DescriptionT], PulseEntity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the entities that the projector supports, now and when it reports more.

    Entities in the registry are added even if the projector does not support them now,
    because it reports less while it is asleep. While the projector is unreachable,
    only entities in the registry are added.
    """
    coordinator = entry.runtime_data
    loader = coordinator.entity_loader
    added: set[str] = set()
    last_signature: tuple[int, bool] | None = None

    @callback
    def add() -> None:
        nonlocal last_signature
        snapshot = coordinator.data
        signature = (loader.version, snapshot.reachable)
        if signature == last_signature:
            return
        last_signature = signature
        new = []
        for description in get_descriptions(snapshot):
            exists = snapshot.reachable and description.exists(snapshot)
            # Two properties may lead to the same key.
            if description.key not in added and (
                exists or loader.is_registered(platform, description)
            ):
                added.add(description.key)
                new.append(description)
        if new:
            async_add_entities(entity_factory(coordinator, item) for item in new)

    add()
    names = tuple(
        name
        for description in get_descriptions(coordinator.data)
        for name in description.exists_names
    )
    entry.async_on_unload(coordinator.async_add_listener(add, names))
