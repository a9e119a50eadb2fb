"""Publish snapshots, and limit how often."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
import math

from .json_types import JsonValue
from .snapshot import Changes, Snapshot
from .timing import Timings


class RateLimiter:
    """Limit how often something happens, after an initial burst."""

    def __init__(self, timings: Timings) -> None:
        """Start with the full burst available."""
        self._timings = timings
        self._left = float(timings.publish_burst)
        self._at = -math.inf

    def reserve(self, now: float) -> float:
        """Reserve a turn; return the seconds to wait for it, 0 during a burst.

        The wait is at most one interval, because changes share the next turn.
        """
        gained = (now - self._at) / self._timings.publish_interval
        left = min(self._left + gained, self._timings.publish_burst) - 1
        self._left, self._at = max(left, -1), now
        return max(-self._left, 0) * self._timings.publish_interval


class SnapshotPublisher:
    """Pass each snapshot that differs from the previous one to the listener."""

    def __init__(
        self,
        build: Callable[[], Snapshot],
        on_update: Callable[[Snapshot, Changes], None],
        timings: Timings,
    ) -> None:
        """Call `on_update` with each snapshot that differs, and with what changed.

        `build()` returns the present snapshot.
        """
        self._build = build
        self._on_update = on_update
        self._normal_limiter = RateLimiter(timings)
        self._urgent_limiter = RateLimiter(timings)
        self._values: dict[str, JsonValue] | None = {}  # to publish; None: build
        self._queue: deque[Snapshot] = deque()
        self._next_handle: asyncio.Handle | None = None  # set if one was published now
        self._timer: asyncio.TimerHandle | None = None
        self.snapshot = build()
        """The snapshot that was published last."""

    def publish_values(self, values: Mapping[str, JsonValue]) -> None:
        """Publish soon that only these values changed, of names with a value."""
        if self._values is not None:
            self._values |= values
        self._publish_later(self._normal_limiter)

    def publish_soon(self) -> None:
        """Publish together what arrives together; during a flood, at intervals."""
        self._values = None
        self._publish_later(self._normal_limiter)

    def _publish_later(self, limiter: RateLimiter) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = limiter.reserve(loop.time())
            self._timer = loop.call_later(wait, self._publish_scheduled)

    def _publish_scheduled(self) -> None:
        if self._values is None or self._queue:
            self.publish()
            return
        self._timer, values, self._values = None, self._values, {}
        snapshot, changes = self.snapshot.with_values(values)
        if changes:
            self.snapshot = snapshot
            self._on_update(snapshot, changes)

    def publish_urgent(self) -> None:
        """Publish a change that no listener may miss; during a flood, at intervals.

        A flood of other changes does not delay it, so it has a limiter of its own. Each
        is published in an iteration of its own of the event loop, because an automation
        that waits for one state begins to wait for the next one in the next iteration.
        """
        loop = asyncio.get_running_loop()
        if wait := self._urgent_limiter.reserve(loop.time()):
            self._values = None
            if self._timer is None:
                self._timer = loop.call_later(wait, self._publish_scheduled)
        elif self._next_handle is not None:
            self._queue.append(self._build())
        else:
            self.publish()
            self._next_handle = loop.call_soon(self._next)

    def _next(self) -> None:
        self._next_handle = None
        if self._queue:
            self._emit(self._queue.popleft())
            self._next_handle = asyncio.get_running_loop().call_soon(self._next)

    def cancel(self) -> None:
        """Cancel what is scheduled, because it is out of date."""
        self._queue.clear()
        self._cancel_timer()

    def _cancel_timer(self) -> None:
        self._values = {}
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def publish(self) -> None:
        """Publish the present snapshot if it differs, after those in the queue."""
        self._cancel_timer()
        while self._queue:
            self._emit(self._queue.popleft())
        self._emit(self._build())

    def _emit(self, snapshot: Snapshot) -> None:
        changes = snapshot.changed_names(self.snapshot)
        is_stored = snapshot.storage_version == self.snapshot.storage_version
        if changes is None or changes or not is_stored:
            self.snapshot = snapshot
            self._on_update(snapshot, changes)
