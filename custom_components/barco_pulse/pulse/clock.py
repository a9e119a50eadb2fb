"""Measure durations, and say when something is for people."""

import asyncio
import time
from typing import Final

_DRIFT: Final = 1.0
"""Seconds that the two clocks may drift apart before that counts."""


class Clock:
    """Convert between monotonic time, which waits use, and Unix time.

    Somebody may set the clock of the machine at any moment, so no duration may depend
    on it. All times are in seconds.
    """

    def __init__(self) -> None:
        """Read no clock yet."""
        self._ahead: float | None = None

    def now(self) -> float:
        """Return the monotonic time; needs a running event loop."""
        return asyncio.get_running_loop().time()

    def unix(self, moment: float) -> float:
        """Return the Unix time of a monotonic time, in whole milliseconds."""
        return round(moment + self._offset(), 3)

    def moment(self, unix: float) -> float:
        """Return the monotonic time of a Unix time."""
        return unix - self._offset()

    def _offset(self) -> float:
        """Return how far Unix time is ahead, the same until a clock was set."""
        ahead = time.time() - self.now()
        if self._ahead is None or abs(ahead - self._ahead) > _DRIFT:
            self._ahead = ahead
        return self._ahead
