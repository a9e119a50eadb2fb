"""Parse the types, properties, methods and blocks of a model file."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .jsontypes import JsonObject, JsonValue
from .model import Block, Method, ModelError, Property, check_initial
from .values import BASES, Member, ValueType

_PROPERTY_KEYS = (
    "type",
    "access",
    "values",
    "members",
    "min",
    "max",
    "precision",
    "step",
    "value",
    "unit",
    "bounds",
    "description",
)
_METHOD_KEYS = ("params", "returns", "result")


@dataclass(frozen=True, slots=True)
class Types:
    """Named enumerations and structures, for use in types."""

    enums: JsonObject
    structures: JsonObject

    def value_type(self, place: str, spec: JsonObject) -> ValueType:
        """Return the type for the keys type, values, members, min ..."""
        name = spec.get("type")
        base = name.removesuffix("[]") if isinstance(name, str) else ""
        if base not in (*BASES, "any"):
            raise ModelError(f"{place}: unknown type {name!r}")
        values = spec.get("values", [])
        if isinstance(values, str):
            values = self.enums.get(values)
        return ValueType(
            base=base,
            array=base != name,
            values=strings(f"{place}.values", values),
            minimum=optional_number(place, spec.get("min")),
            maximum=optional_number(place, spec.get("max")),
            precision=optional_number(place, spec.get("precision")),
            step=optional_number(place, spec.get("step")),
            members=self.members(f"{place}.members", spec.get("members", [])),
        )

    def members(self, place: str, spec: JsonValue) -> tuple[Member, ...]:
        """Return members, from a list or from the name of a structure."""
        if isinstance(spec, str):
            spec = self.structures.get(spec)
        if not isinstance(spec, list):
            raise ModelError(f"{place}: must be a list or the name of a structure")
        return tuple(self._member(place, part) for part in spec)

    def _member(self, place: str, spec: JsonValue) -> Member:
        part = mapping(place, spec)
        name = part.get("name")
        if not isinstance(name, str):
            raise ModelError(f"{place}: a member needs a name")
        return Member(name, self.value_type(f"{place}.{name}", part))


def read_property(name: str, spec: JsonValue, types: Types) -> Property:
    """Parse an entry of the section `properties`."""
    entry = mapping(name, spec, _PROPERTY_KEYS)
    if entry.get("access") not in ("r", "rw"):
        raise ModelError(f'{name}: access must be "r" or "rw"')
    if "value" not in entry:
        raise ModelError(f"{name}: has no value")
    prop = Property(
        name=name,
        type=types.value_type(name, entry),
        writable=entry["access"] == "rw",
        initial=entry["value"],
        unit=str(entry.get("unit", "")),
        bounds=strings(f"{name}.bounds", entry.get("bounds", [])),
        description=str(entry.get("description", "")),
    )
    if len(prop.bounds) not in (0, 2):
        raise ModelError(f"{name}: bounds are the names of two properties")
    check_initial(prop)
    return prop


def read_method(name: str, spec: JsonValue, types: Types) -> Method:
    """Parse an entry of the section `methods`."""
    entry = mapping(name, spec, _METHOD_KEYS)
    return Method(
        name=name,
        params=types.members(f"{name}.params", entry.get("params", [])),
        returns=str(entry.get("returns", "")),
        result=entry.get("result"),
    )


def read_block(name: str, spec: JsonValue) -> Block:
    """Parse an entry of the section `blocks`: type, value type, optional value."""
    if not isinstance(spec, list) or len(spec) not in (2, 3):
        raise ModelError(f"{name}: must be [type, value type] or with a value")
    block_type, value_type = strings(name, spec[:2])
    fixed = optional_number(name, spec[2]) if len(spec) > 2 else None
    return Block(block_type, value_type, fixed)


def mapping(place: str, spec: JsonValue, keys: Collection[str] = ()) -> JsonObject:
    """Return the spec as an object with only these keys; without `keys`, any."""
    if not isinstance(spec, dict):
        raise ModelError(f"{place}: must be an object")
    unknown = set(spec) - set(keys) if keys else set()
    if unknown:
        raise ModelError(f"{place}: unknown keys {sorted(unknown)}")
    return spec


def strings(
    place: str, spec: JsonValue, choices: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Return the spec as strings, all from `choices`."""
    if not isinstance(spec, list):
        raise ModelError(f"{place}: must be a list of strings")
    found = tuple(part for part in spec if isinstance(part, str))
    if len(found) != len(spec):
        raise ModelError(f"{place}: must be a list of strings")
    if choices is not None and not set(found) <= set(choices):
        raise ModelError(f"{place}: {found} are not all among {tuple(choices)}")
    return found


def optional_number(place: str, spec: JsonValue) -> float | None:
    """Return the spec as a number or None."""
    if isinstance(spec, bool) or not isinstance(spec, int | float | None):
        raise ModelError(f"{place}: {spec!r} is not a number")
    return spec
