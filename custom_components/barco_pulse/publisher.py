"""Floor 3: tell the listener what is new, and how often."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from .pace import Pace, Throttle
from .protocol import PulseConnectionError, PulseError
from .snapshot import Snapshot

_ERRORS_KEPT: Final = 10


class Publisher:
    """Holds the latest snapshot. The listener hears of each that differs."""

    def __init__(
        self,
        make: Callable[[PulseError | None], Snapshot],
        on_update: Callable[[Snapshot], None],
        pace: Pace,
    ) -> None:
        """`make(error)` returns what is known now; `error`: why it is out of reach."""
        self._make = make
        self._on_update = on_update
        self._throttle = Throttle(pace)
        self._timer: asyncio.TimerHandle | None = None
        self.snapshot = make(PulseConnectionError("Not connected"))
        self.away_since: float | None = None
        """When it went out of reach, in the loop's time; None while it is not."""
        self.errors: deque[tuple[str, str]] = deque(maxlen=_ERRORS_KEPT)
        """When and why it went out of reach of late."""

    def soon(self) -> None:
        """Tell of all that comes in one piece at once, of a flood not each drop."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = self._throttle.wait(loop.time())
            self._timer = loop.call_later(wait, self.now)

    def stop(self) -> None:
        """What was to be told soon is not true any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def now(self, error: PulseError | None = None) -> None:
        """Tell, if there is anything new to tell."""
        self.stop()
        if error is None:
            self.away_since = None
        else:
            error = self._noted(error)
        snapshot = self._make(error)
        if snapshot != self.snapshot:
            self.snapshot = snapshot
            self._on_update(snapshot)

    def _noted(self, error: PulseError) -> PulseError:
        """Return the same error for as long as it is nothing new."""
        if self.away_since is None:
            self.away_since = asyncio.get_running_loop().time()
        known = self.snapshot.error
        if known is not None and repr(known) == repr(error):
            return known
        self.errors.append((datetime.now(UTC).isoformat("T", "seconds"), repr(error)))
        return error
