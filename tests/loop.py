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
"""Marks a test that measures a duration."""

_FASTER: Final = 20
"""The speed of the clock while the loop waits for a timer."""
_LONGEST: Final = 0.25
"""The longest wait for a timer, in real seconds."""


_STEP: Final = 1e-4
"""Seconds per step of the loop, so that endless work does not stop the clock."""
_LATE: Final = 1e-6
"""Seconds after a timer is due, so that rounding errors do not make it early."""


class LoopClock:
    """A clock of an event loop, in which every step takes the same time.

    It advances to the next timer when all tasks wait for one. It waits for data between the
    sockets of this process, and for jobs in other threads. A busy machine makes a test
    slow, but it changes neither the order of events nor any deadline.
    // It does not know other processes and the kernel: tests that wait for those are marked
    `real_clock`.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Replace the clock of a loop."""
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
        """Call back with the seconds of each advance."""
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
        """Run a job in another thread, and wait for its end."""
        future = self._run_in_executor(executor, func, *args)
        self._jobs += 1
        future.add_done_callback(self._forget_job)
        return future

    def _forget_job(self, future: asyncio.Future[Any]) -> None:
        self._jobs -= 1
