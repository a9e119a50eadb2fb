"""Types and values in a diagnostics download."""

from collections.abc import Mapping
from math import isfinite
from zlib import crc32

from .jsontypes import JsonValue
from .values import BASES, Member, ValueType, clamp, fits_type

REDACTED = "**REDACTED**"


def type_of(description: JsonValue, value: JsonValue = None) -> ValueType | None:
    """Return the described type, or else that of the value, or None.

    A download has one step for precision and step, and no members of objects, which
    are derived from the value.
    """
    parts = description if isinstance(description, Mapping) else {}
    name = parts.get("base")
    if not isinstance(name, str) or name.removesuffix("[]") not in BASES:
        name = _base_of(value)
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


def value_of(value_type: ValueType, recorded: JsonValue) -> JsonValue:
    """Return the recorded value, even if it is not valid, or a default.

    A redacted value is text, and is replaced if the type is not a string.
    """
    hidden = isinstance(recorded, str) and REDACTED in recorded
    if recorded is None or (hidden and not fits_type(value_type, recorded)):
        return default(value_type)
    return recorded


def default(value_type: ValueType) -> JsonValue:
    """Return a default value of a type."""
    if value_type.array:
        return []
    if value_type.base == "bool":
        return False
    if value_type.base == "object":
        return {}
    if value_type.base in ("int", "float"):
        return clamp(value_type, 0)
    return value_type.values[0] if value_type.values else ""


def invented(seed: bytes) -> dict[str, JsonValue]:
    """Return invented values for the redacted serial number and MAC address."""
    number = crc32(seed)
    tail = number.to_bytes(4)[1:]
    return {
        "system.serialnumber": f"17{number % 10**8:08}",
        "network.device.lan.hwaddress": f"00:0D:0A:{tail.hex(':').upper()}",
    }


def cleaned(value: JsonValue) -> JsonValue:
    """Return a value without what JSON cannot contain: NaN, surrogates."""
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
    """Return the strings of a list, [] for other values."""
    parts = value if isinstance(value, list) else []
    return [part for part in parts if isinstance(part, str)]


def _base_of(value: JsonValue) -> str | None:
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
    types = {name: type_of(None, part) for name, part in parts.items()}
    return tuple(
        Member(name, value_type)
        for name, value_type in types.items()
        if value_type is not None
    )


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
