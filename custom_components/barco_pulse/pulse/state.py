"""The objects, properties and values of a projector."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from types import MappingProxyType
from typing import Any

from .const import FALLBACK_PROPERTIES, NOTIFICATION_COUNT, SOURCE
from .exceptions import PulseError
from .identity import Identity
from .introspection import Introspector
from .json_types import JsonObject, JsonValue
from .model.connectors import Connectors
from .model.last_known import LastKnownValues
from .model.lists import ProjectorLists
from .model.missing_names import MissingNames
from .model.optional_requests import Request
from .model.polled import PolledValues
from .model.property_cache import PropertyCache
from .model.readings import ListedReadings
from .model.watched_names import DefaultNames, WatchedNames
from .schema import PropertyType
from .shared import shared_mapping, shared_set
from .snapshot import EMPTY, Snapshot

_TRIGGER_NAMES = frozenset({SOURCE, NOTIFICATION_COUNT})


class ProjectorState:
    """The objects, properties and values of a projector."""

    def __init__(
        self,
        request: Request,
        names: Iterable[str] = FALLBACK_PROPERTIES,
        default_names: DefaultNames | None = None,
    ) -> None:
        """Send requests with `request(method, params)`, which raises PulseError.

        `names` are all names that can be watched, `default_names` those to watch until
        `watch` is called.
        """
        self.introspector = Introspector(request, names)
        self.requests = self.introspector.requests
        self.schema = self.introspector.schema
        self.missing = MissingNames()
        self.cache = PropertyCache(request, self.missing)
        self.connectors = Connectors()
        self.lists = ProjectorLists(
            self.requests, self.schema, self.cache, self.connectors
        )
        self.readings = ListedReadings(self.requests)
        self.polled = PolledValues(self.requests, self.schema, self.cache)
        self.last_activated: dict[str, JsonValue] = {}
        """What was last activated: `LAST_PRESET` and `ACTIVE_PROFILE`."""
        self.identity: Identity | None = None
        self.trigger_names: AbstractSet[str] = _TRIGGER_NAMES | self.lists.properties
        """The properties on which other values depend."""
        self._last_known = LastKnownValues()
        self._watched = WatchedNames(self.schema, self.connectors, default_names)
        self._properties: Mapping[str, PropertyType] = {}  # under all names
        self._methods: Mapping[str, Any] = {}  # under all names
        self._objects: frozenset[str] = frozenset()  # at the last `forget_appeared`
        self._firmware: JsonValue = None
        self._version = 0

    @property
    def storage_version(self) -> int:
        """Increased whenever the data to store change."""
        return self._version + self.missing.version + self._last_known.version

    @property
    def incomplete(self) -> bool:
        """True if the projector was too busy to answer everything."""
        return self.requests.incomplete or self.cache.incomplete

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these names up to date instead of the default ones."""
        self._watched.watch(names)

    def watch_extra(self, names: Iterable[str]) -> None:
        """Keep these names up to date, too, instead of the previous extra ones."""
        self._watched.watch_extra(names)

    def watched_names(self) -> frozenset[str]:
        """Return the names to keep up to date."""
        return self._watched.all(self.snapshot)

    def subscribable_names(self) -> frozenset[str]:
        """Return the watched properties that can be subscribed."""
        return self._watched.subscribable(self.watched_names())

    def update_dependent(self, changed: AbstractSet[str]) -> None:
        """Update what depends on pushed values, some of which are `trigger_names`."""
        if changed & self.connectors.signals:
            self.update_connector()
        self.lists.on_changed(changed, self.last_activated)

    def update_connector(self) -> None:
        """Update the active connector, and what depends on it, by the current values."""
        active = self.connectors.find_active(self.cache.values)
        if active != self.connectors.active:
            self.connectors.activate(active)
            self.rebuild()

    def forget_appeared(self) -> None:
        """Read missing names again whose objects or properties appeared meanwhile."""
        if appeared := self.schema.properties.keys() - self._properties.keys():
            self.missing.appeared(appeared)
        for top_object in self.schema.objects - self._objects:
            self.missing.forget(top_object)
        self._objects = self.schema.objects

    def update_last_known(self) -> None:
        """Remember the current values that stay valid while the projector sleeps."""
        self._last_known.update(
            {
                **self.readings.values,
                **self.polled.values,
                **self.cache.values,
                **self.lists.values,
            }
        )

    def identified(self, identity: Identity) -> None:
        """Set the identity; forget what introspection found after a firmware change."""
        self.identity = identity
        if identity.firmware == self._firmware:
            return
        if self._firmware is not None:
            self.introspector.reset()
            self.missing.clear()
            self.readings.reset()
            self._last_known.clear()
        self._firmware = identity.firmware

    def set_last_activated(self, values: dict[str, JsonValue]) -> None:
        """Set what was last activated: `LAST_PRESET` or `ACTIVE_PROFILE`."""
        if values != self.last_activated:
            self.last_activated = values
            self._version += 1

    def rebuild(self) -> None:
        """Combine all properties and methods, under all of their names."""
        self._version += 1
        properties = {**self.readings.types, **self.schema.properties}
        for name, property_type in self.readings.types.items():
            properties[name] = properties[name].with_fallback(property_type)
        with_aliases = self.connectors.with_aliases
        self._properties = shared_mapping(with_aliases(properties))
        self._methods = shared_mapping(with_aliases(self.schema.methods))
        self.lists.update_properties()
        self.trigger_names = shared_set(
            {*_TRIGGER_NAMES, *self.connectors.signals, *self.lists.properties}
        )

    def snapshot(
        self,
        error: PulseError | None = None,
        derived: JsonObject = EMPTY,
        **others: Any,
    ) -> Snapshot:
        """Return a snapshot; `error` is why the projector is not reachable.

        `derived`: further values by name; `others`: further fields of the snapshot.
        """
        values = {
            **self.readings.unsubscribed_values(self.schema.properties),
            **self.polled.values,
            **self.cache.values,
            **self.lists.values,
            **self.last_activated,
            **self.connectors.active_values(self.cache.values),
            **derived,
        }
        return Snapshot(
            reachable=error is None,
            error=error,
            properties=self._properties,
            methods=self._methods,
            objects=self.schema.objects,
            values=MappingProxyType(values),
            last_known=MappingProxyType(self._last_known.missing_from(values)),
            complete=self.introspector.complete,
            identity=self.identity,
            **others,
        )

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            "firmware": self._firmware,
            "discovery": self.introspector.to_storage(),
            "listed": self.readings.to_storage(),
            "kept": self._last_known.to_storage(),
            "activated": self.last_activated,
            "absent": self.missing.to_storage(),
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        if not isinstance(stored, dict):
            return
        self._firmware = stored.get("firmware")
        self.introspector.from_storage(stored.get("discovery"))
        self.readings.from_storage(stored.get("listed"))
        self.missing.from_storage(stored.get("absent"))
        self._last_known.from_storage(stored.get("kept"))
        if isinstance(activated := stored.get("activated"), dict):
            self.last_activated.update(activated)
        self.rebuild()
