"""Types and values as a diagnostics download has them."""

from collections.abc import Mapping
from math import isfinite
from zlib import crc32

from .jsontypes import JsonValue
from .values import BASES, Member, ValueType, clamp, fits_type

REDACTED = "**REDACTED**"


def kind_of(description: JsonValue, value: JsonValue = None) -> ValueType | None:
    """Return the type that a download describes, or else that of the value.

    None if neither tells. A download has one step, which is precision and step, and
    no members; those of an object are seen in its value.
    """
    parts = description if isinstance(description, Mapping) else {}
    name = parts.get("base")
    if not isinstance(name, str) or name.removesuffix("[]") not in BASES:
        name = _kind_of_value(value)
    if name is None:
        return None
    step = _number(parts.get("step"))
    options = parts.get("options")
    base = name.removesuffix("[]")
    return ValueType(
        base=base,
        array=base != name,
        values=tuple(texts(options)),
        minimum=_number(parts.get("minimum")),
        maximum=_number(parts.get("maximum")),
        precision=step,
        step=None if step is None else 1,
        members=_members(value) if name == "object" else (),
    )


def value_of(kind: ValueType, recorded: JsonValue) -> JsonValue:
    """Return what was recorded, even if it does not fit; if nothing was, a default.

    A redacted value is a text, which is no value where numbers belong.
    """
    hidden = isinstance(recorded, str) and REDACTED in recorded
    if recorded is None or (hidden and not fits_type(kind, recorded)):
        return default(kind)
    return recorded


def default(kind: ValueType) -> JsonValue:
    """Return a plausible value of a type."""
    if kind.array:
        return []
    if kind.base == "bool":
        return False
    if kind.base == "object":
        return {}
    if kind.base in ("int", "float"):
        return clamp(kind, 0)
    return kind.values[0] if kind.values else ""


def invented(seed: bytes) -> dict[str, JsonValue]:
    """Return values for what every projector has and every download hides."""
    number = crc32(seed)
    tail = number.to_bytes(4)[1:]
    return {
        "system.serialnumber": f"17{number % 10**8:08}",
        "network.device.lan.hwaddress": f"00:0D:0A:{tail.hex(':').upper()}",
    }


def cleaned(value: JsonValue) -> JsonValue:
    """Return a value without what no projector could send: NaN, half characters."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    if isinstance(value, dict):
        return {str(cleaned(name)): cleaned(part) for name, part in value.items()}
    return value


def texts(value: JsonValue) -> list[str]:
    """Return the strings of a list; of anything else nothing."""
    parts = value if isinstance(value, list) else []
    return [part for part in parts if isinstance(part, str)]


def _kind_of_value(value: JsonValue) -> str | None:
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
        case dict():
            return "object"
        case list():
            return "string[]" if texts(value) == value else "object[]"
    return None


def _members(value: JsonValue) -> tuple[Member, ...]:
    parts = value if isinstance(value, dict) else {}
    kinds = {name: kind_of(None, part) for name, part in parts.items()}
    return tuple(Member(name, kind) for name, kind in kinds.items() if kind is not None)


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
