"""The types of JSON values, and how to read them without trust."""

from collections.abc import Mapping, Sequence

from .sanitize import MAX_NUMBER

type JsonValue = (
    str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None
)
type JsonObject = Mapping[str, JsonValue]


def as_list(value: JsonValue) -> Sequence[JsonValue]:
    """Return a list unchanged, and an empty one for any other value, also a string."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return value


def as_number(value: JsonValue) -> float | None:
    """Return a number unchanged, and None for any other value, also a boolean.

    Numbers too large to be a count or a measurement are None, too.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -MAX_NUMBER <= value <= MAX_NUMBER else None
