"""What a value must look like: base types, ranges, enumerations, structures."""

from dataclasses import dataclass

from .jsontypes import JsonValue

BASES = ("bool", "int", "float", "string", "enum", "object")


@dataclass(frozen=True, slots=True)
class Member:
    """One named part of a structured value, of a method call or of a signal."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a property, a parameter or a member.

    `base` is one of BASES or "any" (parameters that take several shapes). `step`
    counts in units of `precision`, as Barco's guides have it.
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
        """Return the name the guides print, such as "string[]"."""
        return f"{self.base}[]" if self.array else self.base


def fits_type(kind: ValueType, value: JsonValue) -> bool:
    """Tell whether a value has the right JSON type; enumerations are strings.

    A dictionary printed as an array of objects in the guides is a JSON object on the
    wire, so an array of objects accepts both.
    """
    if kind.base == "any":
        return True
    if kind.array:
        if isinstance(value, dict):
            return kind.base == "object"
        return isinstance(value, list) and (
            kind.base == "object" or all(_fits_base(kind.base, part) for part in value)
        )
    return _fits_base(kind.base, value)


def fits_range(kind: ValueType, value: JsonValue) -> bool:
    """Tell whether a value of the right type is inside its range or enumeration."""
    if isinstance(value, list):
        return all(fits_range(kind, part) for part in value)
    if kind.base == "enum" and kind.values:
        return value in kind.values
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low = kind.minimum is None or value >= kind.minimum
    high = kind.maximum is None or value <= kind.maximum
    return low and high


def clamp(kind: ValueType, value: float) -> float:
    """Return the number moved into its range."""
    if kind.minimum is not None:
        value = max(value, kind.minimum)
    if kind.maximum is not None:
        value = min(value, kind.maximum)
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
