"""Limits and sanitizing for data received from the projector.

The limits are far above the data of known projectors. They keep a faulty or hostile
device from filling the memory, blocking the event loop, or writing arbitrary text into
logs and user interfaces.
"""

from itertools import takewhile
import re
from typing import Any, Final

MAX_STATE_LENGTH: Final = 255
"""Characters of a name, an option or a state: Home Assistant's limit for states."""

MAX_ABS_NUMBER: Final = 1e12
"""Largest absolute value of a number; a counter of seconds takes 30,000 years."""

MAX_VALUE_ITEMS: Final = 5_000
"""Items in one value of a property, or in the result of one method."""
MAX_VALUE_CHARS: Final = 256 * 1024
"""Characters in that value or result."""

MAX_DEPTH: Final = 50
"""Levels of nested lists and objects. Known projectors have 10; Home Assistant cannot
store 255."""

MAX_INTROSPECTION_ITEMS: Final = 25_000
"""Items in one response to `introspect`; the largest known one has 5,000."""
MAX_INTROSPECTION_CHARS: Final = 1024 * 1024
"""Characters in that response; the largest known one has 68,000."""
MAX_INTROSPECTION_NAMES: Final = 100_000
"""Names in one response to `introspect` that are examined."""

MAX_NAMES: Final = 10_000
"""Properties and methods of a projector; known ones have about 900."""
MAX_NAMES_PER_OBJECT: Final = 1_000
"""Properties and methods that each top-level object may have in any case."""
MAX_OPTIONS: Final = 256
"""Options of an enumeration or a list."""
MAX_READINGS: Final = 500
"""Listed counters and control blocks; known projectors have 100."""
MAX_NOTIFICATIONS: Final = 100
"""Notifications to keep, the newest ones."""

# Control characters, line ends, changes of the writing direction, and surrogates.
_UNPRINTABLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)

_MARKUP = re.compile(r"[<>`]|(?<=\])(?=[(\[])")


def is_displayable(text: str) -> bool:
    """Return True if a text is short, on one line and printable."""
    return len(text) <= MAX_STATE_LENGTH and not _UNPRINTABLE.search(text)


def is_valid_name(value: object) -> bool:
    """Return True if the value can be a name."""
    return isinstance(value, str) and value != "" and is_displayable(value)


def to_single_line(text: str, max_length: int = MAX_STATE_LENGTH) -> str:
    """Return a text on one line, without unprintable characters."""
    return " ".join(_UNPRINTABLE.sub(" ", text[: 4 * max_length]).split())[:max_length]


def strip_markup(text: str, max_length: int = 100) -> str:
    """Return a text on one line, without HTML and Markdown markup."""
    return to_single_line(_MARKUP.sub(" ", text[: 4 * max_length]), max_length)


def to_attribute_value(value: Any, max_length: int = MAX_STATE_LENGTH) -> Any:
    """Return a value that fits into an attribute; None for lists and objects."""
    if isinstance(value, str):
        return to_single_line(value, max_length)
    return value if isinstance(value, bool | int | float) else None


def is_within_limits(
    value: Any, items: int = MAX_VALUE_ITEMS, text: int = MAX_VALUE_CHARS
) -> bool:
    """Return True if a value, with everything in it, is within the limits."""
    return Budget(items, text).spend(value)


def limit_size(value: Any) -> Any:
    """Return a value without the members that exceed the limits.

    Return None for a single value that exceeds them.
    """
    if is_within_limits(value):
        return value
    budget = Budget(MAX_VALUE_ITEMS, MAX_VALUE_CHARS)
    if isinstance(value, list):
        return [*takewhile(lambda item: budget.spend([item]), value)]
    if isinstance(value, dict):
        fits = takewhile(lambda item: budget.spend(dict([item])), value.items())
        return dict(fits)
    return None


class Budget:
    """Count the items and characters of values against a limit."""

    def __init__(self, items: int, text: int) -> None:
        """Set the limits: items inside lists and objects, and characters."""
        self._items = items
        self._text = text

    def spend(self, value: Any) -> bool:
        """Count a value and return True, or return False if that exceeds a limit."""
        if not isinstance(value, str | list | dict):
            return True
        items, text = self._items, self._text
        level = [value]
        for _ in range(MAX_DEPTH):
            below: list[Any] = []
            for thing in level:
                if isinstance(thing, str):
                    text -= len(thing)
                elif isinstance(thing, dict):
                    text -= sum(map(len, thing))
                    items -= len(thing)
                    below += thing.values() if items >= 0 else ()
                elif isinstance(thing, list):
                    items -= len(thing)
                    below += thing if items >= 0 else ()
                if items < 0 or text < 0:
                    return False
            if not below:
                self._items, self._text = items, text
                return True
            level = below
        return False
