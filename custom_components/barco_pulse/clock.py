"""Floor 3: measure durations, and say when something is for people."""

import asyncio
import time


class Clock:
    """Convert between monotonic time, which waits use, and Unix time.

    Somebody may set the clock of the machine at any moment, so no duration may depend
    on it. All times are in seconds.
    """

    def now(self) -> float:
        """Return the monotonic time; needs a running event loop."""
        return asyncio.get_running_loop().time()

    def unix(self, moment: float) -> float:
        """Return the Unix time of a monotonic time."""
        return time.time() + (moment - self.now())

    def moment(self, unix: float) -> float:
        """Return the monotonic time of a Unix time."""
        return self.now() + (unix - time.time())
