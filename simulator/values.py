"""Types of values: base types, ranges, enumerations, structures."""

from dataclasses import dataclass

from .jsontypes import JsonValue

BASES = ("bool", "int", "float", "string", "enum", "object")


@dataclass(frozen=True, slots=True)
class Member:
    """A named member of a structure, of parameters or of a signal."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a property, a parameter or a member.

    `base` is one of BASES, or "any" for parameters of several types. `step` is a
    multiple of `precision`, as in Barco's guides.
    """

    base: str
    array: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    precision: float | None = None
    step: float | None = None
    members: tuple[Member, ...] = ()

    @property
    def name(self) -> str:
        """Return the name as in Barco's guides, such as "string[]"."""
        return f"{self.base}[]" if self.array else self.base


def fits_type(value_type: ValueType, value: JsonValue) -> bool:
    """Return whether a value has the right JSON type. Enumerations are strings.

    What the guides call an array of objects can be an object in messages, so that an
    array of objects accepts both.
    """
    if value_type.base == "any":
        return True
    if value_type.array:
        if isinstance(value, dict):
            return value_type.base == "object"
        return isinstance(value, list) and (
            value_type.base == "object"
            or all(_fits_base(value_type.base, part) for part in value)
        )
    return _fits_base(value_type.base, value)


def fits_range(value_type: ValueType, value: JsonValue) -> bool:
    """Return whether a value of the right type is in its range or enumeration."""
    if isinstance(value, list):
        return all(fits_range(value_type, part) for part in value)
    if value_type.base == "enum" and value_type.values:
        return value in value_type.values
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low = value_type.minimum is None or value >= value_type.minimum
    high = value_type.maximum is None or value <= value_type.maximum
    return low and high


def clamp(value_type: ValueType, value: float) -> float:
    """Return the number, limited to its range."""
    if value_type.minimum is not None:
        value = max(value, value_type.minimum)
    if value_type.maximum is not None:
        value = min(value, value_type.maximum)
    return value


def _fits_base(base: str, value: JsonValue) -> bool:
    if base == "bool":
        return isinstance(value, bool)
    if base in ("string", "enum"):
        return isinstance(value, str)
    if base == "object":
        return isinstance(value, dict)
    if isinstance(value, bool):
        return False
    return isinstance(value, int if base == "int" else int | float)
