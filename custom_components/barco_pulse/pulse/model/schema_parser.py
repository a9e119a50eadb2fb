"""Parse the descriptions of objects, properties and methods.

The guides show only an example of the format, so the parser accepts all known and
likely spellings (specs/PROTOCOL.md, "Introspection").
"""

from collections.abc import Iterable, Mapping, Set as AbstractSet
import logging
from sys import intern
from typing import Any

from ..json_types import JsonObject, JsonValue, as_list, as_number
from ..sanitize import (
    MAX_DEPTH,
    MAX_INTROSPECTION_CHARS,
    MAX_INTROSPECTION_ITEMS,
    MAX_INTROSPECTION_NAMES,
    Budget,
    is_valid_name,
    is_within_limits,
)
from ..schema import ObjectSchema, Parameters, PropertyType, parse_options, shared_type
from ..shared import shared_mapping, shared_set

_LOGGER = logging.getLogger(__name__)


def parse_object(
    name: str, description: JsonValue, keep_names: AbstractSet[str] = frozenset()
) -> ObjectSchema:
    """Parse the response to `introspect` of object `name`.

    Invalid members are ignored, so that they do not hide the others. A description that
    is too large keeps `keep_names` and as many other names as the limits allow.
    """
    if is_within_limits(description, MAX_INTROSPECTION_ITEMS, MAX_INTROSPECTION_CHARS):
        return _SchemaParser(name, description).schema()
    schema = _SchemaParser(name, description, keep_names).schema()
    _LOGGER.debug(
        "Introspection of %r exceeds limits: %d names are ignored", name, schema.dropped
    )
    return schema


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
        self._examined = 0
        self._dropped = 0
        self._properties: dict[str, PropertyType] = {}
        self._methods: dict[str, Parameters] = {}
        self._undescribed: set[str] = set()
        self._stack: list[tuple[str, JsonValue, int]] = []
        self._children = shared_set(self._read(name, description, 0))
        while self._stack:
            self._read(*self._stack.pop())

    def schema(self) -> ObjectSchema:
        """Return the parsed schema."""
        return ObjectSchema(
            shared_mapping(self._properties),
            shared_mapping(self._methods),
            self._children,
            shared_set(self._undescribed),
            self._dropped,
        )

    def _read(self, name: str, description: JsonValue, depth: int) -> Iterable[str]:
        prefix = f"{name}." if name else ""
        for key, entry in _iter_entries(description, "properties"):
            if self._take(full_name := prefix + key, entry):
                self._properties[intern(full_name)] = _parse_type(entry)
        for key, entry in _iter_entries(description, "methods"):
            if self._take(full_name := prefix + key, entry):
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
            if self._examine(
                full_name := child if child.startswith(prefix) else prefix + child
            )
        }
        for child, entry in children.items():
            if not entry.keys() & {"properties", "methods", "objects"}:
                self._undescribed.add(child)
            elif depth < MAX_DEPTH:
                self._stack.append((child, entry, depth + 1))
        return children

    def _examine(self, name: str) -> bool:
        """Count a name; return True if it is valid, and not above the limit."""
        self._examined += 1
        return self._examined <= MAX_INTROSPECTION_NAMES and is_valid_name(name)

    def _take(self, name: str, entry: JsonObject) -> bool:
        """Return True if an entry is to be parsed; count it as dropped otherwise."""
        if not self._examine(name):
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
            options=parse_options(details) or parse_options(entry),
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
