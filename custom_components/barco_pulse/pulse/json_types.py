"""Types of JSON values, and functions that read them without trusting their type."""

from collections.abc import Mapping, Sequence

from .sanitize import MAX_ABS_NUMBER

type JsonValue = (
    str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None
)
type JsonObject = Mapping[str, JsonValue]


def as_list(value: JsonValue) -> Sequence[JsonValue]:
    """Return a list unchanged, and an empty one for any other value, strings included."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return value


def as_number(value: JsonValue) -> float | None:
    """Return a number unchanged, and None for any other value, booleans included.

    Numbers beyond `MAX_ABS_NUMBER` are no counts or measurements, so they are None too.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -MAX_ABS_NUMBER <= value <= MAX_ABS_NUMBER else None
