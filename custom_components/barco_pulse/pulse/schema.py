"""Parse the descriptions of objects, properties and methods.

The guides show only an example of the format, so the parser accepts all known and
likely spellings (specs/PROTOCOL.md, "Introspection").
"""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
import logging
from sys import intern
from typing import Any, Self

from .json_types import JsonObject, JsonValue, as_list, as_number
from .sanitize import (
    MAX_DEPTH,
    MAX_INTROSPECTION_CHARS,
    MAX_INTROSPECTION_ITEMS,
    MAX_INTROSPECTION_NAMES,
    MAX_OPTIONS,
    Budget,
    is_valid_name,
    is_within_limits,
)
from .shared import shared_mapping, shared_set

_LOGGER = logging.getLogger(__name__)


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
            options=_options(members),
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


def parse_object(
    name: str, description: JsonValue, keep_names: AbstractSet[str] = frozenset()
) -> ObjectSchema:
    """Parse the response to `introspect` of object `name`.

    Invalid members are ignored, so that they do not hide the others. A description that
    is too large keeps `keep_names` and as many other names as the limits allow.
    """
    if is_within_limits(description, MAX_INTROSPECTION_ITEMS, MAX_INTROSPECTION_CHARS):
        return _SchemaParser(name, description).model()
    model = _SchemaParser(name, description, keep_names).model()
    _LOGGER.debug(
        "Introspection of %r exceeds limits: %d names are ignored", name, model.dropped
    )
    return model


class _SchemaParser:
    """Parse the description of an object and of everything below it."""

    def __init__(
        self,
        name: str,
        description: JsonValue,
        keep_names: AbstractSet[str] | None = None,
    ) -> None:
        """Parse; if `keep_names` is given, apply limits but keep these names."""
        self._keep_names = keep_names
        self._budget = Budget(MAX_INTROSPECTION_ITEMS, MAX_INTROSPECTION_CHARS)
        self._looked_at = 0
        self._dropped = 0
        self._properties: dict[str, PropertyType] = {}
        self._methods: dict[str, Parameters] = {}
        self._unexplained: set[str] = set()
        self._stack: list[tuple[str, JsonValue, int]] = []
        self._children = shared_set(self._read(name, description, 0))
        while self._stack:
            self._read(*self._stack.pop())

    def model(self) -> ObjectSchema:
        """Return the parsed schema."""
        return ObjectSchema(
            shared_mapping(self._properties),
            shared_mapping(self._methods),
            self._children,
            shared_set(self._unexplained),
            self._dropped,
        )

    def _read(self, name: str, description: JsonValue, depth: int) -> Iterable[str]:
        prefix = f"{name}." if name else ""
        for key, entry in _iter_entries(description, "properties"):
            if self._accepts(full_name := prefix + key, entry):
                self._properties[intern(full_name)] = _parse_type(entry)
        for key, entry in _iter_entries(description, "methods"):
            if self._accepts(full_name := prefix + key, entry):
                self._methods[intern(full_name)] = shared_mapping(
                    {
                        intern(parameter): _parse_type(details)
                        for parameter, details in _iter_entries(entry, "params")
                    }
                )
        # Children usually have their full name, but not always.
        children = {
            full_name: entry
            for child, entry in _iter_entries(description, "objects")
            if self._is_acceptable_name(
                full_name := child if child.startswith(prefix) else prefix + child
            )
        }
        for child, entry in children.items():
            if not entry.keys() & {"properties", "methods", "objects"}:
                self._unexplained.add(child)
            elif depth < MAX_DEPTH:
                self._stack.append((child, entry, depth + 1))
        return children

    def _is_acceptable_name(self, name: str) -> bool:
        """Return True for a valid name within the limit of names to examine."""
        self._looked_at += 1
        return self._looked_at <= MAX_INTROSPECTION_NAMES and is_valid_name(name)

    def _accepts(self, name: str, entry: JsonObject) -> bool:
        if not self._is_acceptable_name(name):
            return False
        if self._keep_names is None:
            return True
        if name in self._keep_names and is_within_limits(entry):
            return True
        if not self._dropped and self._budget.spend([entry]):
            return True
        self._dropped += 1
        return False


def _iter_entries(
    description: JsonValue, member: str
) -> Iterable[tuple[str, JsonObject]]:
    entries = description.get(member) if isinstance(description, Mapping) else None
    for entry in as_list(entries):
        name: JsonValue = entry
        if isinstance(entry, Mapping):
            name = entry.get("name") or entry.get("object")
        if isinstance(name, str) and is_valid_name(name):
            yield name, entry if isinstance(entry, Mapping) else {}


def _parse_type(entry: JsonObject) -> PropertyType:
    property_type = entry.get("type")
    details: JsonObject = (
        property_type if isinstance(property_type, dict) else {"base": property_type}
    )
    access = str(entry.get("access", "")).upper()
    base: Any = details.get("base")
    minimum, maximum = as_number(details.get("min")), as_number(details.get("max"))
    if minimum is not None and maximum is not None and minimum >= maximum:
        minimum = maximum = None  # not a range
    return shared_type(
        PropertyType(
            base=intern(base) if is_valid_name(base) else "string",
            writable="WRITE" in access or access == "RW",
            minimum=minimum,
            maximum=maximum,
            step=_step(details),
            options=_options(details) or _options(entry),
        )
    )


def _step(details: JsonObject) -> float | None:
    """Return the step: `step-size` is a factor on `precision`, but not in all data."""
    precision = as_number(details.get("precision"))
    factor = as_number(details.get("step-size", details.get("step")))
    if precision is not None:
        # Rounded because 0.1 x 3 is not exactly 0.3.
        factor = round(max(precision, precision * (factor or 1)), 9)
    return factor if factor and factor > 0 else None


def _options(details: JsonObject) -> tuple[str, ...]:
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
