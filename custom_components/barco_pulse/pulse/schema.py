"""Types of properties and descriptions of objects.

`schema_parser.py` makes them from what a projector answers to `introspect`.
"""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from sys import intern
from typing import Self

from .json_types import JsonObject, JsonValue, as_number
from .sanitize import MAX_OPTIONS, is_valid_name
from .shared import shared_mapping, shared_set


@dataclass(frozen=True, slots=True)
class PropertyType:
    """The type of a property or parameter; unknown members are None or ()."""

    base: str = "string"
    """bool, int, float, string, enum, object, or one of these as array ("enum[]")."""
    writable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None
    """In the projector's spelling: hours, percent, degC, RPM."""
    quantity: str | None = None
    """What a control block measures, in the projector's spelling: Temperature, Speed."""

    def with_fallback(self, other: PropertyType | None) -> PropertyType:
        """Return this type with unknown members taken from `other`."""
        if other is None:
            return self
        completed = replace(
            self,
            minimum=other.minimum if self.minimum is None else self.minimum,
            maximum=other.maximum if self.maximum is None else self.maximum,
            step=other.step if self.step is None else self.step,
            options=self.options or other.options,
            unit=self.unit or other.unit,
            quantity=self.quantity or other.quantity,
        )
        return shared_type(completed)

    def as_json(self) -> JsonObject:
        """Return the known members as a JSON object."""
        members = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in members.items()
            if value is not None and value is not False and value != ()
        }

    @classmethod
    def from_json(cls, members: JsonValue) -> Self:
        """Create a type from `as_json`; missing and invalid members are unknown."""
        if not isinstance(members, Mapping):
            return cls()
        base, unit = members.get("base"), members.get("unit")
        quantity = members.get("quantity")
        return cls(
            base=intern(base) if isinstance(base, str) else "string",
            writable=members.get("writable") is True,
            minimum=as_number(members.get("minimum")),
            maximum=as_number(members.get("maximum")),
            step=as_number(members.get("step")),
            options=parse_options(members),
            unit=unit if isinstance(unit, str) else None,
            quantity=quantity if isinstance(quantity, str) else None,
        )


type Parameters = Mapping[str, PropertyType]
"""The parameters of a method, by name."""


# Hundreds of properties share a few types, in all projectors of a model.
@lru_cache(maxsize=4096)
def shared_type(property_type: PropertyType) -> PropertyType:
    """Return the shared type that equals this one."""
    return property_type


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """The description of an object and everything below it, by full name."""

    properties: Mapping[str, PropertyType] = field(default_factory=dict)
    methods: Mapping[str, Parameters] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()
    """The objects directly below."""
    undescribed_objects: frozenset[str] = frozenset()
    """Objects below it that are named without a description."""
    dropped: int = 0
    """Number of properties and methods omitted because there are too many."""

    @property
    def whole(self) -> bool:
        """Return True if the description is complete."""
        return not self.undescribed_objects and not self.dropped

    def limited(self, max_names: int, keep_names: AbstractSet[str]) -> Self:
        """Limit the number of properties and methods, but keep all of `keep_names`."""
        excess = len(self.properties) + len(self.methods) - max_names
        if excess <= 0:
            return self
        others = [n for n in (*self.properties, *self.methods) if n not in keep_names]
        left_out = {*others[max(len(others) - excess, 0) :]}
        return replace(
            self,
            properties=_without(self.properties, left_out),
            methods=_without(self.methods, left_out),
            dropped=self.dropped + len(left_out),
        )

    def merged(self, other: Self) -> Self:
        """Return the union of both; `other` takes precedence."""
        return replace(
            other,
            properties=shared_mapping({**self.properties, **other.properties}),
            methods=shared_mapping({**self.methods, **other.methods}),
            objects=shared_set(self.objects | other.objects),
            dropped=max(self.dropped, other.dropped),
        )

    def as_json(self) -> JsonObject:
        """Return properties and methods with their types as a JSON object."""
        return {
            "properties": {
                n: property_type.as_json()
                for n, property_type in self.properties.items()
            },
            "methods": {
                method: {
                    name: property_type.as_json()
                    for name, property_type in parameters.items()
                }
                for method, parameters in self.methods.items()
            },
        }

    @classmethod
    def from_json(cls, description: JsonValue) -> Self:
        """Create a schema from `as_json`."""

        def member(of: JsonValue, name: str) -> JsonObject:
            value = of.get(name) if isinstance(of, Mapping) else None
            return value if isinstance(value, dict) else {}

        methods = member(description, "methods")
        return cls(
            properties=_restored(member(description, "properties")),
            methods=shared_mapping(
                {
                    intern(method): _restored(member(methods, method))
                    for method in methods
                }
            ),
        )


def _restored(types: JsonObject) -> Mapping[str, PropertyType]:
    """Restore the stored types of properties or parameters."""
    return shared_mapping(
        {
            intern(name): shared_type(PropertyType.from_json(property_type))
            for name, property_type in types.items()
        }
    )


def _without[T](named: Mapping[str, T], names: AbstractSet[str]) -> Mapping[str, T]:
    return shared_mapping(
        {name: thing for name, thing in named.items() if name not in names}
    )


def parse_options(details: JsonObject) -> tuple[str, ...]:
    """Return the valid options of a type, in any known spelling."""
    names = dict.fromkeys(filter(is_valid_name, _raw_options(details)))
    return tuple(islice(names, MAX_OPTIONS))


def _raw_options(details: JsonObject) -> Iterable[str]:
    for member in ("values", "enum", "items", "options"):
        match details.get(member):
            case Mapping() as entries:
                if all(as_number(number) is not None for number in entries.values()):
                    return entries.keys()
            case str():
                continue
            case [*entries]:
                return map(_option, entries)
    return ()


def _option(entry: JsonValue) -> str:
    if isinstance(entry, Mapping):
        entry = entry.get("name", entry.get("value"))
    return entry if isinstance(entry, str) else ""
