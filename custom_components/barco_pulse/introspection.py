"""Floor 3: what a projector says of its own objects.

The guides show only an example of the data format, so every spelling that is known
or likely is accepted (specs/PROTOCOL.md, "Introspection").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from .protocol import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class PropertyType:
    """What values a property takes. None and () where nobody says."""

    base: str = "string"
    """bool, int, float, string, enum, object, or one of these as array."""
    writable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None
    """As the projector spells it: hours, minutes, seconds, number, percent."""

    def completed_by(self, other: Self | None) -> Self:
        """Fill what is unknown here from `other`."""
        if other is None:
            return self
        return replace(
            self,
            minimum=other.minimum if self.minimum is None else self.minimum,
            maximum=other.maximum if self.maximum is None else self.maximum,
            step=other.step if self.step is None else self.step,
            options=self.options or other.options,
            unit=self.unit or other.unit,
        )


@dataclass(frozen=True, slots=True)
class ObjectModel:
    """One object: its properties by full name, and its children by full name."""

    properties: Mapping[str, PropertyType] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()


def parse_object(name: str, description: JsonValue) -> ObjectModel:
    """Read the answer to a non-recursive `introspect` of object `name`.

    What is not understood is left out: an odd member must not hide the others.
    """
    prefix = f"{name}." if name else ""
    return ObjectModel(
        {
            prefix + key: _parse_property(entry)
            for key, entry in _named(description, "properties")
        },
        frozenset(
            # Children are given by their full name, but do not count on it.
            child if child.startswith(prefix) else prefix + child
            for child, _ in _named(description, "objects")
        ),
    )


def _named(description: JsonValue, member: str) -> list[tuple[str, JsonObject]]:
    entries = description.get(member) if isinstance(description, Mapping) else None
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return []
    named: list[tuple[str, JsonObject]] = []
    for entry in entries:
        if isinstance(entry, str):
            named.append((entry, {}))
        elif isinstance(entry, Mapping):
            name = entry.get("name") or entry.get("object")
            if isinstance(name, str):
                named.append((name, entry))
    return named


def _parse_property(entry: JsonObject) -> PropertyType:
    kind = entry.get("type")
    details: JsonObject = kind if isinstance(kind, Mapping) else {"base": kind}
    access = str(entry.get("access", "")).upper()
    base = details.get("base")
    return PropertyType(
        base=base if isinstance(base, str) else "string",
        writable="WRITE" in access or access == "RW",
        minimum=as_number(details.get("min")),
        maximum=as_number(details.get("max")),
        step=_step(details),
        options=_options(details) or _options(entry),
    )


def _step(details: JsonObject) -> float | None:
    """`step-size` is a factor on `precision`, but the data do not keep to it."""
    precision = as_number(details.get("precision"))
    factor = as_number(details.get("step-size", details.get("step")))
    if precision is None:
        return factor
    # Rounded, for 0.1 x 3 is not 0.3.
    return round(max(precision, precision * (factor or 1)), 9)


def _options(details: JsonObject) -> tuple[str, ...]:
    for member in ("values", "enum", "items", "options"):
        match details.get(member):
            case Mapping() as entries:
                if all(as_number(number) is not None for number in entries.values()):
                    return tuple(entries)
            case str():
                continue
            case [*entries]:
                names = (_option(entry) for entry in entries)
                return tuple(name for name in names if name)
    return ()


def _option(entry: JsonValue) -> str:
    if isinstance(entry, Mapping):
        entry = entry.get("name", entry.get("value"))
    return entry if isinstance(entry, str) else ""


def as_number(value: JsonValue) -> float | None:
    """Return a number as it is, anything else (a bool, too) as None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
