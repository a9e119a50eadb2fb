"""Which rows there are, and of which there are entities."""

from collections.abc import Iterator, Mapping

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription

from .const import DOMAIN
from .entity_description import Tables
from .pulse import NOTHING, PEERS, SIGNAL, Snapshot, shared_set


class Roster:
    """The rows of one projector, held against the entity registry."""

    def __init__(
        self,
        registry: er.EntityRegistry,
        tables: Tables,
        *,
        entry_id: str,
        serial_number: str | None,
    ) -> None:
        """`tables` tell what there is to show."""
        self._registry = registry
        self._tables = tables
        self._entry_id = entry_id
        self._serial_number = serial_number
        static = [row for rows in tables.values() for row in rows(Snapshot())]
        self._asks = sorted({name for row in static for name in row.asks})
        self.names = shared_set(
            (PEERS, *(n for row in static for n in (*row.names, *row.shown, *row.asks)))
        )
        """What somebody could want to know, whatever the projector lists."""
        self._shape: tuple[object, ...] = ()
        self.version = 0
        """Another one whenever there may be other rows than before."""

    def unique_id(self, row: EntityDescription) -> str:
        """Return the id that is never to change once it was released."""
        return f"{self._serial_number}_{row.key}"

    def is_known(self, platform: Platform, row: EntityDescription) -> bool:
        """Tell whether the registry has the entity of a row."""
        return self._entity_id(platform, row) is not None

    def _entity_id(self, platform: Platform, row: EntityDescription) -> str | None:
        return self._registry.async_get_entity_id(platform, DOMAIN, self.unique_id(row))

    def interest(self, snapshot: Snapshot) -> Iterator[str]:
        """Name what the entities that will be enabled are going to show."""
        yield PEERS
        for platform, rows in self._tables.items():
            for row in rows(snapshot):
                yield from row.asks
                entity_id = self._entity_id(platform, row)
                entry = self._registry.async_get(entity_id) if entity_id else None
                if not entry.disabled if entry else row.entity_registry_enabled_default:
                    yield from row.shown

    def note_shape(self, snapshot: Snapshot) -> bool:
        """Rows come and go with what there is: tell whether that is another."""
        signal = snapshot.values.get(SIGNAL)
        members = signal.keys() if isinstance(signal, Mapping) else NOTHING.keys()
        about = [snapshot.known(name) for name in self._asks]
        names = snapshot.values.keys()
        shape = (snapshot.properties, snapshot.methods, names, members, about)
        if shape == self._shape:
            return False
        # The views would keep all the values.
        self._shape = (*shape[:2], shared_set(names), shared_set(members), about)
        self.version += 1
        return True

    @callback
    def async_remove_stale(self, snapshot: Snapshot) -> None:
        """Remove the entities of what the projector's firmware has no more."""
        if not snapshot.complete:
            return
        known = {
            (platform, self.unique_id(row))
            for platform, rows in self._tables.items()
            for row in rows(snapshot)
            if row.known(snapshot)
        }
        for entry in er.async_entries_for_config_entry(self._registry, self._entry_id):
            if (entry.domain, entry.unique_id) not in known:
                self._registry.async_remove(entry.entity_id)
