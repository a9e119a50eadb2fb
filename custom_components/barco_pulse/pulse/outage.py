"""Record how long a projector cannot be used, and decide when to report that."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
import math
from typing import Final

from .exceptions import PulseConnectionError, PulseError
from .sleep import SleepMonitor, accepts_connections
from .timing import Timings

_ERRORS_KEPT: Final = 10


class Outage:
    """The time without a connection, from its loss until everything is read again.

    A short one is not reported.
    """

    def __init__(self, timings: Timings, sleep: SleepMonitor) -> None:
        """Start unreported. `sleep` knows which errors only the user can solve."""
        self._timings = timings
        self._sleep = sleep
        self.on_report: Callable[[], None] = lambda: None
        """Called when the outage is reported, also for each further error then."""
        self.error: PulseError | None = PulseConnectionError("Not connected")
        """Why the projector is unavailable, as reported; None while it is not."""
        self.errors: deque[tuple[str, str]] = deque(maxlen=_ERRORS_KEPT)
        """Time and text of the last errors. A repeated error counts once."""
        self.began_at: float | None = None
        """When the connection was lost, in the loop's time; None while there is one."""
        self._reason: PulseError = PulseConnectionError("Not connected")
        self._unexpected_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def duration(self) -> float:
        """Seconds since the connection was lost; 0 while there is one."""
        if self.began_at is None:
            return 0
        return asyncio.get_running_loop().time() - self.began_at

    @property
    def has_unexpected_answers(self) -> bool:
        """True while something accepts connections, but gives no valid answer."""
        return self._unexpected_since is not None

    @property
    def unexpected_for(self) -> float:
        """Seconds since `has_unexpected_answers`; infinite while it is False."""
        if self._unexpected_since is None:
            return math.inf
        return asyncio.get_running_loop().time() - self._unexpected_since

    @property
    def needs_user(self) -> bool:
        """True if only the user can solve the reported error."""
        return self.error is not None and self._is_final(self.error)

    def on_failure(self, error: PulseError) -> None:
        """Handle a failed connection: report it now, or after `unavailable_delay`."""
        if not accepts_connections(error):
            self._unexpected_since = None
        elif self._unexpected_since is None:
            self._unexpected_since = asyncio.get_running_loop().time()
        self._record(error)
        reported = self.error is not None or not self._timings.unavailable_delay
        if reported or self._is_final(error):
            self.report()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._timings.unavailable_delay, self.report)

    def report(self, error: PulseError | None = None) -> None:
        """Report that the projector is unavailable, by default for the last reason."""
        if error is not None:
            self._record(error)
        self.cancel_report()
        self.error = self._reason
        self.on_report()

    def cancel_report(self) -> None:
        """Do not report the outage after `unavailable_delay`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """Record that there is a connection, and that all was read over it."""
        self.cancel_report()
        self._unexpected_since = self.began_at = self.error = None

    def _is_final(self, error: PulseError) -> bool:
        return self._sleep.is_final(error, self.unexpected_for)

    def _record(self, error: PulseError) -> None:
        if self.began_at is None:
            self.began_at = asyncio.get_running_loop().time()
        elif repr(self._reason) == repr(error):
            return
        self._reason = error
        self.errors.append((datetime.now(UTC).isoformat("T", "seconds"), repr(error)))
