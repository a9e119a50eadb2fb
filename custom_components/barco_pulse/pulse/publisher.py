"""Tell the listener what is new, and how often."""

import asyncio
from collections import deque
from collections.abc import Callable

from .snapshot import Changes, Snapshot
from .timing import RateLimiter, Timings


class Publisher:
    """Holds the latest snapshot. The listener hears of each that differs."""

    def __init__(
        self,
        make: Callable[[], Snapshot],
        on_update: Callable[[Snapshot, Changes], None],
        pace: Timings,
    ) -> None:
        """Call `on_update` with each snapshot that differs, and with what changed.

        `make()` returns what is known now.
        """
        self._make = make
        self._on_update = on_update
        self._throttle = RateLimiter(pace)
        self._urgent = RateLimiter(pace)
        self._held = False  # the timer is for what was urgent
        self._queue: deque[Snapshot] = deque()
        self._told: asyncio.Handle | None = None  # something, in this step of the loop
        self._timer: asyncio.TimerHandle | None = None
        self.snapshot = make()
        """What was told last."""

    def soon(self) -> None:
        """Tell of all that comes in one piece at once, of a flood not each drop."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = self._throttle.reserve(loop.time())
            self._timer = loop.call_later(wait, self.now)

    def at_once(self) -> None:
        """Tell what must not go unseen, one thing in each step of the event loop.

        Of a flood of it not each drop either.
        """
        if self._held:
            return
        loop = asyncio.get_running_loop()
        if wait := self._urgent.reserve(loop.time()):
            self.stop()
            self._held = True
            self._timer = loop.call_later(wait, self.now)
        elif self._told is not None:
            self._queue.append(self._make())
        else:
            self.now()
            self._told = loop.call_soon(self._next)

    def _next(self) -> None:
        self._told = None
        if self._queue:
            self._show(self._queue.popleft())
            self._told = asyncio.get_running_loop().call_soon(self._next)

    def stop(self) -> None:
        """What was to be told soon is not true any more."""
        self._held = False
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def now(self) -> None:
        """Tell, if there is anything new to tell."""
        self.stop()
        self._show(self._make())

    def _show(self, snapshot: Snapshot) -> None:
        changes = snapshot.changed_names(self.snapshot)
        if changes is None or changes:
            self.snapshot = snapshot
            self._on_update(snapshot, changes)
