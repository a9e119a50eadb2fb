"""Follow the projector's timer that ends the power state `ready`."""

from collections.abc import Mapping
from typing import Final

from .const import READY_DURATION, READY_REMAINING, READY_TIMER
from .json_types import JsonValue, as_number

TIMER_TOLERANCE: Final = 5.0
"""Seconds; the projector's timers have whole seconds, and responses take time."""
_MAX_TIMER: Final = 7 * 24 * 3600.0


class ReadyTimer:
    """The time at which `ready` ends, in seconds of monotonic time."""

    def __init__(self) -> None:
        """Start without a running timer."""
        self._remaining: float | None = None  # as last reported
        self.end: float | None = None
        """When the timer ends, None while it does not run."""

    def reset(self) -> None:
        """Forget the end, because the power state has changed."""
        self._remaining = self.end = None

    def restore(self, end: float) -> None:
        """Set an end that was stored."""
        self.end = end

    def update(
        self, values: Mapping[str, JsonValue], now: float, started_at: float | None
    ) -> None:
        """Update with the timer that the projector reports in `values`.

        `started_at` is the start of `ready`, None if it was not observed.
        """
        if values.get(READY_TIMER) is not True:
            self.reset()
            return
        end = None
        remaining = _duration(values.get(READY_REMAINING))
        duration = _duration(values.get(READY_DURATION))
        if remaining and remaining != self._remaining:
            end = now + remaining
        elif duration and self.end is None and started_at is not None:
            end = started_at + duration
        self._remaining = remaining
        if end and (self.end is None or abs(end - self.end) > TIMER_TOLERANCE):
            self.end = end


def _duration(value: JsonValue) -> float | None:
    """Return a valid duration of a timer, or None."""
    seconds = as_number(value)
    return seconds if seconds is not None and 0 <= seconds <= _MAX_TIMER else None
