"""What a projector says of its own objects.

The guides show only an example of the data format, so every spelling that is known
or likely is accepted (specs/PROTOCOL.md, "Introspection").
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
    MAX_DESCRIBED,
    MAX_DESCRIPTION_PARTS,
    MAX_DESCRIPTION_TEXT,
    MAX_OPTIONS,
    Budget,
    is_moderate,
    is_name,
)
from .shared import shared_mapping, shared_set

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PropertyType:
    """What values a property, or a parameter, takes. None and () where nobody says."""

    base: str = "string"
    """bool, int, float, string, enum, object, or one of these as array ("enum[]")."""
    writable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None
    """As the projector spells it: hours, percent, degC, RPM."""
    quantity: str | None = None
    """What a control block measures, as the projector spells it: Temperature, Speed."""

    def completed_by(self, other: PropertyType | None) -> PropertyType:
        """Fill what is unknown here from `other`."""
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
        """Return the members that say something."""
        members = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in members.items()
            if value is not None and value is not False and value != ()
        }

    @classmethod
    def from_json(cls, members: JsonValue) -> Self:
        """Read what `as_json` wrote; what is missing or odd is unknown."""
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


# Hundreds of properties share a few types, and projectors of a model share them all.
@lru_cache(maxsize=4096)
def shared_type(kind: PropertyType) -> PropertyType:
    """Return the one type that equals this one."""
    return kind


@dataclass(frozen=True, slots=True)
class ObjectModel:
    """An object and what is below it, everything by its full name."""

    properties: Mapping[str, PropertyType] = field(default_factory=dict)
    methods: Mapping[str, Parameters] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()
    """The objects directly below."""
    unexplained: frozenset[str] = frozenset()
    """Objects below that were only named."""
    dropped: int = 0
    """Properties and methods that were left out because there are too many."""

    @property
    def whole(self) -> bool:
        """Tell whether nothing is missing below it."""
        return not self.unexplained and not self.dropped

    def limited(self, most: int, wanted: AbstractSet[str]) -> Self:
        """Return at most so many properties and methods, but all that are wanted."""
        excess = len(self.properties) + len(self.methods) - most
        if excess <= 0:
            return self
        others = [n for n in (*self.properties, *self.methods) if n not in wanted]
        left_out = {*others[max(len(others) - excess, 0) :]}
        return replace(
            self,
            properties=_without(self.properties, left_out),
            methods=_without(self.methods, left_out),
            dropped=self.dropped + len(left_out),
        )

    def merged(self, other: Self) -> Self:
        """Return all of both; where they differ `other` is right."""
        return replace(
            other,
            properties=shared_mapping({**self.properties, **other.properties}),
            methods=shared_mapping({**self.methods, **other.methods}),
            objects=shared_set(self.objects | other.objects),
            dropped=max(self.dropped, other.dropped),
        )

    def as_json(self) -> JsonObject:
        """Return properties and methods with their types."""
        return {
            "properties": {n: kind.as_json() for n, kind in self.properties.items()},
            "methods": {
                method: {name: kind.as_json() for name, kind in parameters.items()}
                for method, parameters in self.methods.items()
            },
        }

    @classmethod
    def from_json(cls, description: JsonValue) -> Self:
        """Read what `as_json` wrote."""

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


def _restored(kinds: JsonObject) -> Mapping[str, PropertyType]:
    """Read the types that were kept of properties or parameters."""
    return shared_mapping(
        {
            intern(name): shared_type(PropertyType.from_json(kind))
            for name, kind in kinds.items()
        }
    )


def _without[T](named: Mapping[str, T], names: AbstractSet[str]) -> Mapping[str, T]:
    return shared_mapping(
        {name: thing for name, thing in named.items() if name not in names}
    )


def parse_object(
    name: str, description: JsonValue, wanted: AbstractSet[str] = frozenset()
) -> ObjectModel:
    """Read the answer to `introspect` of object `name`, with all that it tells of.

    What is not understood is left out: an odd member must not hide the others. Of a
    description that is too large the wanted names are kept, and of the others as many
    as the bounds allow.
    """
    if is_moderate(description, MAX_DESCRIPTION_PARTS, MAX_DESCRIPTION_TEXT):
        return _Parser(name, description).model()
    model = _Parser(name, description, wanted).model()
    _LOGGER.debug("%r tells too much: %d names are left out", name, model.dropped)
    return model


class _Parser:
    """Walk through the description of an object and of what is below it."""

    def __init__(
        self, name: str, description: JsonValue, wanted: AbstractSet[str] | None = None
    ) -> None:
        """Keep everything, or if `wanted` is given these names before all others."""
        self._wanted = wanted
        self._budget = Budget(MAX_DESCRIPTION_PARTS, MAX_DESCRIPTION_TEXT)
        self._looked_at = 0
        self._dropped = 0
        self._properties: dict[str, PropertyType] = {}
        self._methods: dict[str, Parameters] = {}
        self._unexplained: set[str] = set()
        self._waiting: list[tuple[str, JsonValue, int]] = []
        self._children = shared_set(self._read(name, description, 0))
        while self._waiting:
            self._read(*self._waiting.pop())

    def model(self) -> ObjectModel:
        """Return what was read."""
        return ObjectModel(
            shared_mapping(self._properties),
            shared_mapping(self._methods),
            self._children,
            shared_set(self._unexplained),
            self._dropped,
        )

    def _read(self, name: str, description: JsonValue, depth: int) -> Iterable[str]:
        prefix = f"{name}." if name else ""
        for key, entry in _named(description, "properties"):
            if self._takes(full := prefix + key, entry):
                self._properties[intern(full)] = _parse_type(entry)
        for key, entry in _named(description, "methods"):
            if self._takes(full := prefix + key, entry):
                self._methods[intern(full)] = shared_mapping(
                    {
                        intern(parameter): _parse_type(details)
                        for parameter, details in _named(entry, "params")
                    }
                )
        # Children are given by their full name, but do not count on it.
        below = {
            full: entry
            for child, entry in _named(description, "objects")
            if self._sees(full := child if child.startswith(prefix) else prefix + child)
        }
        for child, entry in below.items():
            if not entry.keys() & {"properties", "methods", "objects"}:
                self._unexplained.add(child)
            elif depth < MAX_DEPTH:
                self._waiting.append((child, entry, depth + 1))
        return below

    def _sees(self, name: str) -> bool:
        """Return whether this is a name, and not one too many to look at."""
        self._looked_at += 1
        return self._looked_at <= MAX_DESCRIBED and is_name(name)

    def _takes(self, name: str, entry: JsonObject) -> bool:
        if not self._sees(name):
            return False
        if self._wanted is None:
            return True
        if name in self._wanted and is_moderate(entry):
            return True
        if not self._dropped and self._budget.spend([entry]):
            return True
        self._dropped += 1
        return False


def _named(description: JsonValue, member: str) -> Iterable[tuple[str, JsonObject]]:
    entries = description.get(member) if isinstance(description, Mapping) else None
    for entry in as_list(entries):
        name: JsonValue = entry
        if isinstance(entry, Mapping):
            name = entry.get("name") or entry.get("object")
        if isinstance(name, str) and is_name(name):
            yield name, entry if isinstance(entry, Mapping) else {}


def _parse_type(entry: JsonObject) -> PropertyType:
    kind = entry.get("type")
    details: JsonObject = kind if isinstance(kind, dict) else {"base": kind}
    access = str(entry.get("access", "")).upper()
    base: Any = details.get("base")
    minimum, maximum = as_number(details.get("min")), as_number(details.get("max"))
    if minimum is not None and maximum is not None and minimum >= maximum:
        minimum = maximum = None  # no range at all
    return shared_type(
        PropertyType(
            base=intern(base) if is_name(base) else "string",
            writable="WRITE" in access or access == "RW",
            minimum=minimum,
            maximum=maximum,
            step=_step(details),
            options=_options(details) or _options(entry),
        )
    )


def _step(details: JsonObject) -> float | None:
    """`step-size` is a factor on `precision`, but the data do not keep to it."""
    precision = as_number(details.get("precision"))
    factor = as_number(details.get("step-size", details.get("step")))
    if precision is not None:
        # Rounded, for 0.1 x 3 is not 0.3.
        factor = round(max(precision, precision * (factor or 1)), 9)
    return factor if factor and factor > 0 else None


def _options(details: JsonObject) -> tuple[str, ...]:
    names = dict.fromkeys(filter(is_name, _listed_options(details)))
    return tuple(islice(names, MAX_OPTIONS))


def _listed_options(details: JsonObject) -> Iterable[str]:
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
