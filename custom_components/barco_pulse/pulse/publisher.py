"""Tell the listener what is new, and how often."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from .exceptions import PulseConnectionError, PulseError
from .snapshot import Changes, Snapshot
from .timing import Pace, Throttle

_ERRORS_KEPT: Final = 10
_NEVER_MET: Final = PulseConnectionError("Not connected")


class Publisher:
    """Holds the latest snapshot. The listener hears of each that differs."""

    def __init__(
        self,
        make: Callable[[PulseError | None], Snapshot],
        on_update: Callable[[Snapshot, Changes], None],
        pace: Pace,
    ) -> None:
        """Call `on_update` with each snapshot that differs, and with what changed.

        `make(error)` returns what is known now; `error`: why it is out of reach.
        """
        self._make = make
        self._on_update = on_update
        self._throttle = Throttle(pace)
        self._urgent = Throttle(pace)
        self._held = False  # the timer is for what was urgent
        self._queue: deque[Snapshot] = deque()
        self._told: asyncio.Handle | None = None  # something, in this step of the loop
        self._timer: asyncio.TimerHandle | None = None
        self._error: PulseError = _NEVER_MET
        self._snapshot: Snapshot | None = None
        self.away_since: float | None = None
        """When the connection was lost, in the loop's time; None while it is not."""
        self.errors: deque[tuple[str, str]] = deque(maxlen=_ERRORS_KEPT)
        """When and why the connection was lost of late."""

    @property
    def snapshot(self) -> Snapshot:
        """What was told last."""
        if self._snapshot is None:
            self._snapshot = self._make(_NEVER_MET)
        return self._snapshot

    def soon(self) -> None:
        """Tell of all that comes in one piece at once, of a flood not each drop."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = self._throttle.wait(loop.time())
            self._timer = loop.call_later(wait, self.now)

    def at_once(self) -> None:
        """Tell what must not go unseen, one thing in each step of the event loop.

        Of a flood of it not each drop either.
        """
        if self._held:
            return
        loop = asyncio.get_running_loop()
        if wait := self._urgent.wait(loop.time()):
            self.stop()
            self._held = True
            self._timer = loop.call_later(wait, self.now)
        elif self._told is not None:
            self._queue.append(self._make(None))
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
        self.away_since = None
        self._tell(None)

    def note(self, error: PulseError) -> None:
        """The connection was lost; that is not to be told yet."""
        if self.away_since is None:
            self.away_since = asyncio.get_running_loop().time()
        elif repr(self._error) == repr(error):
            return
        self._error = error
        self.errors.append((datetime.now(UTC).isoformat("T", "seconds"), repr(error)))

    def out_of_reach(self) -> None:
        """Tell that it is, and why."""
        self._tell(self._error)

    def again(self) -> None:
        """Tell what is new though it may be out of reach."""
        self._tell(self.snapshot.error)

    def _tell(self, error: PulseError | None) -> None:
        self.stop()
        self._show(self._make(error))

    def _show(self, snapshot: Snapshot) -> None:
        changes = snapshot.changes(self.snapshot)
        if changes is None or changes:
            self._snapshot = snapshot
            self._on_update(snapshot, changes)
