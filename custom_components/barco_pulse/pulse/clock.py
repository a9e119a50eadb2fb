"""Convert between monotonic time and Unix time."""

import asyncio
import time
from typing import Final

_DRIFT: Final = 1.0
"""Seconds of difference that count as a clock that was set."""


class Clock:
    """Convert between monotonic time and Unix time, in seconds.

    Durations use monotonic time because the system clock can be set at any time.
    """

    def __init__(self) -> None:
        """Start without a known offset."""
        self._ahead: float | None = None

    def now(self) -> float:
        """Return the monotonic time of the running event loop."""
        return asyncio.get_running_loop().time()

    def unix(self, moment: float) -> float:
        """Return the Unix time of a monotonic time, rounded to milliseconds."""
        return round(moment + self._offset(), 3)

    def moment(self, unix: float) -> float:
        """Return the monotonic time of a Unix time."""
        return unix - self._offset()

    def _offset(self) -> float:
        """Return Unix time minus monotonic time; keep it until the clock is set."""
        ahead = time.time() - self.now()
        if self._ahead is None or abs(ahead - self._ahead) > _DRIFT:
            self._ahead = ahead
        return self._ahead
