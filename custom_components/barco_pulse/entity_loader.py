"""Compare the entity descriptions with the entity registry."""

from collections.abc import Iterator, Mapping

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription

from .const import DOMAIN
from .entity_description import DescriptionTables
from .pulse import ACTIVE_SIGNAL, EMPTY, PEERS, Snapshot, shared_set


class EntityLoader:
    """Decide which entities of one projector to add, to update and to remove."""

    def __init__(
        self,
        registry: er.EntityRegistry,
        tables: DescriptionTables,
        *,
        entry_id: str,
        serial_number: str | None,
    ) -> None:
        """Take the descriptions of all platforms as `tables`."""
        self._registry = registry
        self._tables = tables
        self._entry_id = entry_id
        self._serial_number = serial_number
        # An empty snapshot: the descriptions that do not depend on the projector.
        static = [
            description
            for get_descriptions in tables.values()
            for description in get_descriptions(Snapshot())
        ]
        self._exists_names = sorted(
            {name for description in static for name in description.exists_names}
        )
        self.signature_names = frozenset((ACTIVE_SIGNAL, *self._exists_names))
        """The names whose values decide which entities there are."""
        self.property_names = shared_set(
            (
                PEERS,
                *(
                    name
                    for description in static
                    for name in (
                        *description.property_names,
                        *description.subscribed_names,
                        *description.exists_names,
                    )
                ),
            )
        )
        """Properties that entities of any projector may need."""
        self._signature: tuple[object, ...] = ()
        self.version = 0
        """Counter of changes to what the projector has."""

    def unique_id(self, description: EntityDescription) -> str:
        """Return the unique ID. It must not change between releases."""
        return f"{self._serial_number}_{description.key}"

    def is_registered(self, platform: Platform, description: EntityDescription) -> bool:
        """Return True if the entity is in the entity registry."""
        return self._entity_id(platform, description) is not None

    def _entity_id(
        self, platform: Platform, description: EntityDescription
    ) -> str | None:
        unique_id = self.unique_id(description)
        return self._registry.async_get_entity_id(platform, DOMAIN, unique_id)

    def subscribed_names(self, snapshot: Snapshot) -> Iterator[str]:
        """Yield the properties that the entities need which will be enabled."""
        yield PEERS
        for platform, get_descriptions in self._tables.items():
            for description in get_descriptions(snapshot):
                yield from description.exists_names
                if self._is_enabled(platform, description):
                    yield from description.subscribed_names

    def _is_enabled(self, platform: Platform, description: EntityDescription) -> bool:
        entity_id = self._entity_id(platform, description)
        entry = self._registry.async_get(entity_id) if entity_id else None
        if entry is None:
            return description.entity_registry_enabled_default
        return not entry.disabled

    def update_signature(self, snapshot: Snapshot) -> bool:
        """Return True if the projector has more or less than in the last snapshot."""
        signal = snapshot.values.get(ACTIVE_SIGNAL)
        members = signal.keys() if isinstance(signal, Mapping) else EMPTY.keys()
        exists_values = [snapshot.last_value(name) for name in self._exists_names]
        names = snapshot.values.keys()
        signature = (
            snapshot.properties,
            snapshot.methods,
            names,
            members,
            exists_values,
        )
        if signature == self._signature:
            return False
        # A view of keys would keep the values in memory.
        self._signature = (
            *signature[:2],
            shared_set(names),
            shared_set(members),
            exists_values,
        )
        self.version += 1
        return True

    @callback
    def async_remove_stale(self, snapshot: Snapshot) -> None:
        """Remove entities that the firmware of the projector no longer supports."""
        if not snapshot.complete:
            return
        supported = {
            (platform, self.unique_id(description))
            for platform, get_descriptions in self._tables.items()
            for description in get_descriptions(snapshot)
            if description.is_supported(snapshot)
        }
        for entry in er.async_entries_for_config_entry(self._registry, self._entry_id):
            if (entry.domain, entry.unique_id) not in supported:
                self._registry.async_remove(entry.entity_id)
