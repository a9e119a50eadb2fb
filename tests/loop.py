"""A clock for the event loops of tests that the load of the machine does not change."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from operator import attrgetter
import os
from typing import Any, Final

import pytest

REAL_TIME: Final = bool(os.environ.get("BARCO_PULSE_REAL_TIME"))
"""Whether to measure in real time, as scripts/faults and scripts/silence do."""

measured = pytest.mark.skipif(
    not REAL_TIME, reason="depends on the machine: scripts/faults"
)
"""For a test that limits the time that something takes."""

_FASTER: Final = 20
"""How much faster than real time the clock goes while the loop waits for a timer."""
_LONGEST: Final = 0.25
"""Seconds, real ones, that the loop waits for a timer at most."""


_STEP: Final = 1e-4
"""Seconds that a step of the loop takes: work without end must not stop the clock."""
_LATE: Final = 1e-6
"""Seconds after a timer is due: a real one never fires early, rounding errors included."""


class LoopClock:
    """The clock of an event loop in which every step takes the same time.

    The clock jumps to the next timer when all wait for one. It waits for data that are
    on their way between the sockets of this process, and for jobs in other threads. So
    a busy machine makes a test slow, but it neither changes the order of events nor
    makes a deadline expire.

    The clock does not know what other processes and the kernel do: tests that wait for
    those are marked `real_clock`.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the place of the clock of a loop."""
        self._now = loop.time()
        self._watchers: list[Callable[[float], object]] = []
        self._jobs = 0
        selector = attrgetter("_selector")(loop)
        self._select: Callable[[float | None], list[Any]] = selector.select
        self._run_in_executor = loop.run_in_executor
        for owner, name, method in (
            (selector, "select", self.select),
            (loop, "time", self.time),
            (loop, "run_in_executor", self.run_in_executor),
        ):
            setattr(owner, name, method)

    def time(self) -> float:
        """Return the time in seconds."""
        return self._now

    def watch(self, watcher: Callable[[float], object]) -> None:
        """Call back with the seconds by which the clock advances, each time."""
        self._watchers.append(watcher)

    def _advance(self, seconds: float) -> None:
        self._now += seconds
        for watcher in self._watchers:
            watcher(seconds)

    def select(self, timeout: float | None = None) -> list[Any]:
        """Wait for sockets; advance to the next timer if there is nothing to read."""
        if timeout is None:
            return self._select(None)
        if timeout <= 0:
            self._advance(_STEP)
            return self._select(0)
        real = timeout if self._jobs else min(timeout / _FASTER, _LONGEST)
        events = self._select(real)
        if not events:
            self._advance(timeout + _LATE)
        return events

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a job in another thread, and know of it until it ends."""
        future = self._run_in_executor(executor, func, *args)
        self._jobs += 1
        future.add_done_callback(self._forget_job)
        return future

    def _forget_job(self, future: asyncio.Future[Any]) -> None:
        self._jobs -= 1
