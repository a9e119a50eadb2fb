"""How much of what a projector says is taken at its word.

Every bound is far above what any projector was seen to say. Without them whoever
answers at the address could fill Home Assistant's memory, hold up its event loop, or
write into its log and its screens what is not its to write.
"""

from itertools import takewhile
import re
from typing import Any, Final

MAX_TEXT: Final = 255
"""Characters of a name, an option or a state: Home Assistant's own bound of a state."""

MAX_NUMBER: Final = 1e12
"""In size. A counter of seconds takes 30,000 years to get there."""

MAX_VALUE_PARTS: Final = 5_000
"""Values in one value of a property, or in the result of one method."""
MAX_VALUE_TEXT: Final = 256 * 1024
"""Characters of all of them."""

MAX_DEPTH: Final = 50
"""Of lists and objects in each other, objects of the projector among them. 10 are
known; Home Assistant could not store 255."""

MAX_DESCRIPTION_PARTS: Final = 25_000
"""Values in one answer to `introspect`; the largest that is known has 5,000."""
MAX_DESCRIPTION_TEXT: Final = 1024 * 1024
"""Characters of all of them; the largest that is known has 68,000."""
MAX_DESCRIBED: Final = 100_000
"""Names in one answer to `introspect` that are looked at."""

MAX_NAMES: Final = 10_000
"""Properties and methods of a projector, of which some 900 are known."""
MAX_OWN_NAMES: Final = 1_000
"""Of these, what each object may have whatever the others have."""
MAX_OPTIONS: Final = 256
"""Options of an enumeration, or what a list offers."""
MAX_LISTED: Final = 500
"""Counters and sensors that are listed. 100 are known."""
MAX_NOTIFICATIONS: Final = 100
"""The newest that a projector has to say."""

# Controls, line ends, what turns the direction of writing, and half characters.
_NOT_PLAIN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)

_MARKUP = re.compile(r"[<>`]|(?<=\])(?=[(\[])")


def is_plain(text: str) -> bool:
    """Tell whether a text can be shown as it is: short, and on one line."""
    return len(text) <= MAX_TEXT and not _NOT_PLAIN.search(text)


def is_name(thing: object) -> bool:
    """Tell whether it can be the name of anything."""
    return isinstance(thing, str) and thing != "" and is_plain(thing)


def one_line(text: str, most: int = MAX_TEXT) -> str:
    """Return a text as it may stand in a line, a log's for example."""
    return " ".join(_NOT_PLAIN.sub(" ", text[: 4 * most]).split())[:most]


def bare(text: str, most: int = 100) -> str:
    """Return a name as it may stand in a sentence that knows HTML and Markdown."""
    return one_line(_MARKUP.sub(" ", text[: 4 * most]), most)


def shown(value: Any, most: int = MAX_TEXT) -> Any:
    """Return a value as an attribute may hold it; lists and objects it may not."""
    if isinstance(value, str):
        return one_line(value, most)
    return value if isinstance(value, bool | int | float) else None


def is_moderate(
    value: Any, parts: int = MAX_VALUE_PARTS, text: int = MAX_VALUE_TEXT
) -> bool:
    """Tell whether a value, with all that is in it, keeps within these bounds."""
    return Budget(parts, text).spend(value)


def moderate(value: Any) -> Any:
    """Return a value, without those of its members that exceed the bounds.

    None stands for a single value that exceeds them by itself.
    """
    if is_moderate(value):
        return value
    budget = Budget(MAX_VALUE_PARTS, MAX_VALUE_TEXT)
    if isinstance(value, list):
        return [*takewhile(lambda item: budget.spend([item]), value)]
    if isinstance(value, dict):
        fits = takewhile(lambda item: budget.spend(dict([item])), value.items())
        return dict(fits)
    return None


class Budget:
    """Count parts and characters of values, until there are too many."""

    def __init__(self, parts: int, text: int) -> None:
        """Allow so many values inside lists and objects, and so many characters."""
        self._parts = parts
        self._text = text

    def spend(self, value: Any) -> bool:
        """Count a value and return True; return False and count nothing if it is too much."""
        if not isinstance(value, str | list | dict):
            return True
        parts, text = self._parts, self._text
        level = [value]
        for _ in range(MAX_DEPTH):
            below: list[Any] = []
            for thing in level:
                if isinstance(thing, str):
                    text -= len(thing)
                elif isinstance(thing, dict):
                    text -= sum(map(len, thing))
                    parts -= len(thing)
                    below += thing.values() if parts >= 0 else ()
                elif isinstance(thing, list):
                    parts -= len(thing)
                    below += thing if parts >= 0 else ()
                if parts < 0 or text < 0:
                    return False
            if not below:
                self._parts, self._text = parts, text
                return True
            level = below
        return False
