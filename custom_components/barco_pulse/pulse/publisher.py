"""Publish snapshots, and limit how often."""

import asyncio
from collections import deque
from collections.abc import Callable

from .snapshot import Changes, Snapshot
from .timing import RateLimiter, Timings


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
        self._throttle = RateLimiter(timings)
        self._urgent = RateLimiter(timings)
        self._held = False  # the timer is for an urgent change
        self._queue: deque[Snapshot] = deque()
        self._next_handle: asyncio.Handle | None = None  # set if one was published now
        self._timer: asyncio.TimerHandle | None = None
        self.snapshot = build()
        """The snapshot that was published last."""

    def publish_soon(self) -> None:
        """Publish soon: together what arrives together, and a flood at intervals."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = self._throttle.reserve(loop.time())
            self._timer = loop.call_later(wait, self.publish)

    def publish_urgent(self) -> None:
        """Publish a change that no listener may miss, in an iteration of its own.

        A flood of such changes is published at intervals, too.
        """
        if self._held:
            return
        loop = asyncio.get_running_loop()
        if wait := self._urgent.reserve(loop.time()):
            self.stop()
            self._held = True
            self._timer = loop.call_later(wait, self.publish)
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

    def stop(self) -> None:
        """Cancel what is scheduled, because it is out of date."""
        self._held = False
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def publish(self) -> None:
        """Publish the present snapshot if it differs from the previous one."""
        self.stop()
        self._emit(self._build())

    def _emit(self, snapshot: Snapshot) -> None:
        changes = snapshot.changed_names(self.snapshot)
        if changes is None or changes:
            self.snapshot = snapshot
            self._on_update(snapshot, changes)
