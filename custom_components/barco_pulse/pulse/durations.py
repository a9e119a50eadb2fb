"""Learn how long warming up and cooling down take."""

from collections.abc import Mapping
from statistics import median, median_high
from typing import Final, NamedTuple

from .json_types import JsonObject, JsonValue, as_number

COOLING: Final = "cooling"
"""The name of the transition that cools down."""
MAX_TRANSITION: Final = 2 * 3600.0
"""Longest duration of a transition in seconds; a longer one was not observed."""
_MAX_DURATIONS: Final = 5
"""Number of durations to remember for each name."""


class Transition(NamedTuple):
    """A warm-up from the power state `name`, or a cool-down."""

    name: str
    started_at: float
    """Monotonic time in seconds."""
    complete: bool
    """True if its start was observed."""


class TransitionDurations:
    """The last durations of transitions in seconds, by name of the transition."""

    def __init__(self) -> None:
        """Start without durations."""
        self._by_name: dict[str, list[float]] = {}

    def add(self, name: str, duration: float) -> None:
        """Add the duration of a transition that was observed completely."""
        durations = self._by_name.setdefault(name, [])
        durations.append(duration)
        del durations[:-_MAX_DURATIONS]

    def expected(self, name: str) -> float | None:
        """Return the expected duration, or None without any earlier one.

        Use a median, so that one unusual duration has no effect. Of two durations, use
        the newer one for a warm-up, and the longer one for a cool-down, which must not
        seem to end early.
        """
        if not (durations := self._by_name.get(name)):
            return None
        if name == COOLING:
            return median_high(durations)
        return median(durations[(len(durations) + 1) % 2 :])

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {name: [*durations] for name, durations in self._by_name.items()}

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        if isinstance(stored, Mapping):
            self._by_name = {
                str(name): [
                    duration for entry in durations if (duration := as_number(entry))
                ]
                for name, durations in stored.items()
                if isinstance(durations, list)
            }
