"""Know which objects, properties and methods a projector has."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import replace
from itertools import islice
import re

from ..const import CONNECTORS, FALLBACK_PROPERTIES
from ..json_types import JsonObject, JsonValue
from ..sanitize import MAX_NAMES, MAX_NAMES_PER_OBJECT, MAX_OPTIONS
from ..schema import ObjectSchema, Parameters, PropertyType
from ..shared import shared_mapping, shared_set
from .schema_parser import parse_object

_UNKNOWN_TYPE = PropertyType("object")


def to_object_name(name: str) -> str:
    """Return the object name of a source or connector: "HDMI 1" -> "hdmi1"."""
    return re.sub(r"\W", "", name.lower())


def top_level_object(name: str) -> str:
    """Return the top-level object of `name`."""
    return name.partition(".")[0]


def parent_object(name: str) -> str:
    """Return the name of the object that a property or method belongs to."""
    return name.rpartition(".")[0]


class ProjectorSchema:
    """The descriptions of all objects that were introspected.

    The schema is what this firmware has in any power state, so it grows with each state
    that occurs. For an object without a description the fallback properties count, but
    only those that could be read.
    """

    def __init__(self, names: Iterable[str] = FALLBACK_PROPERTIES) -> None:
        """Keep `names` also of objects with too many properties and methods."""
        self._names = shared_set((*names, *FALLBACK_PROPERTIES))
        self._descriptions: dict[str, ObjectSchema] = {}  # by top-level object
        self._readable_names: set[str] = set()
        self.top_level = shared_set(
            top_level_object(parent_object(name)) for name in self._names
        )
        """The top-level objects that own any of the names."""
        self.dropped: Counter[str] = Counter()
        """Number of names beyond the limits, by top-level object."""
        self.objects: frozenset[str] = frozenset()
        """The top-level objects that exist now; empty if unknown."""
        self.properties: Mapping[str, PropertyType] = {}
        self.methods: Mapping[str, Parameters] = {}

    @property
    def described(self) -> AbstractSet[str]:
        """The top-level objects that the projector has described."""
        return self._descriptions.keys()

    @property
    def has_introspection(self) -> bool:
        """False while only the fallback properties are known."""
        return any(schema.properties for schema in self._descriptions.values())

    @property
    def is_empty(self) -> bool:
        """True until the first successful introspection, and after `clear`."""
        return not (self._descriptions or self._readable_names)

    def _describes(self, top_object: str) -> bool:
        """Return True if a top-level object is described with any member."""
        schema = self._descriptions.get(top_object)
        return schema is not None and bool(schema.properties or schema.methods)

    def undescribed_names(
        self, names: Iterable[str] = FALLBACK_PROPERTIES
    ) -> frozenset[str]:
        """Return the properties of existing objects that are not described."""
        return frozenset(
            name
            for name in names
            if self.is_present(name) and not self._describes(top_level_object(name))
        )

    def may_exist(self, method: str) -> bool:
        """Return True if a method exists, or may exist without a description.

        A projector that describes no method at all does have some.
        """
        if method in self.methods:
            return True
        is_described = self.methods and self._describes(top_level_object(method))
        return self.is_present(method) and not is_described

    def is_present(self, name: str) -> bool:
        """Return True if `name` may exist in the current power state."""
        return not self.objects or top_level_object(name) in self.objects

    def has_property(self, name: str) -> bool:
        """Return True if a property exists in the current power state."""
        return name in self.properties and self.is_present(name)

    def has_seen(self, name: str) -> bool:
        """Return True if object `name` has been introspected before."""
        prefix = f"{name}."
        return any(
            member.startswith(prefix) for member in (*self.properties, *self.methods)
        )

    def objects_below(self, top_object: str) -> list[str]:
        """Return the objects that own the names below a top-level object."""
        return sorted(
            {parent_object(n) for n in self._names if top_level_object(n) == top_object}
        )

    def set_objects(self, objects: frozenset[str]) -> None:
        """Set the top-level objects that exist now; empty if unknown."""
        self.objects = objects

    def parse(self, name: str, description: JsonValue) -> ObjectSchema:
        """Parse the response to `introspect` of object `name`."""
        return parse_object(name, description, self._names)

    def merge(self, top_object: str, description: ObjectSchema) -> None:
        """Merge a description into the schema, within the limits."""
        previous = self._descriptions.get(top_object, ObjectSchema())
        merged = replace(previous, dropped=0).merged(description)
        room = MAX_NAMES - sum(
            len(schema.properties) + len(schema.methods)
            for name, schema in self._descriptions.items()
            if name != top_object
        )
        if top_object in self.top_level:
            room = max(room, MAX_NAMES_PER_OBJECT)
        self._descriptions[top_object] = limited = merged.limited(room, self._names)
        if limited.dropped:
            self.dropped[top_object] = limited.dropped
        else:
            self.dropped.pop(top_object, None)

    def add_object(self, name: str, description: ObjectSchema) -> None:
        """Add an object whose name was not known in advance, and keep its names."""
        self._names = shared_set(
            (*self._names, *islice(description.properties, MAX_OPTIONS))
        )
        self.merge(top_level_object(name), description)
        self.rebuild()

    def add_readable(self, names: Iterable[str]) -> None:
        """Add properties that could be read, for projectors without introspection."""
        self._readable_names.update(names)
        self.rebuild()

    def clear(self) -> None:
        """Forget all descriptions; `properties` and `methods` stay until `rebuild`."""
        self._descriptions.clear()
        self._readable_names.clear()
        self.dropped.clear()

    def rebuild(self) -> None:
        """Update `properties` and `methods` from all descriptions."""
        methods: dict[str, Parameters] = {}
        properties: dict[str, PropertyType] = {}
        for schema in self._descriptions.values():
            methods |= schema.methods
            for name, property_type in schema.properties.items():
                properties[name] = property_type.with_fallback(
                    FALLBACK_PROPERTIES.get(name)
                )
        for name in self._readable_names:
            if (name in FALLBACK_PROPERTIES or name.startswith(CONNECTORS)) and (
                not self._describes(top_level_object(name))
            ):
                properties[name] = FALLBACK_PROPERTIES.get(name, _UNKNOWN_TYPE)
        self.methods = shared_mapping(methods)
        self.properties = shared_mapping(properties)

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            "models": {
                top_object: schema.as_json()
                for top_object, schema in self._descriptions.items()
            },
            "readable": sorted(self._readable_names),
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        match stored:
            case {"models": dict() as models}:
                self._descriptions = {
                    top_object: ObjectSchema.from_json(schema)
                    for top_object, schema in models.items()
                }
        match stored:
            case {"readable": list() as names}:
                self._readable_names = {name for name in names if isinstance(name, str)}
        self.rebuild()
