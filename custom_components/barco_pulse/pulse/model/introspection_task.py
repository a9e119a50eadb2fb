"""Run introspection as a task, so that a read need not wait for its end."""

import asyncio
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import Any

from ..const import STATE
from ..introspection import Introspector
from .property_cache import PropertyCache


class Found(IntEnum):
    """What introspection has found."""

    NOTHING = 0
    SOME = 1
    """Some objects; it still runs."""
    ALL = 2
    """Everything; it has ended."""


class IntrospectionTask:
    """The one task that introspects the projector.

    Once `wait` has given up waiting, the task runs in the background: then it calls
    `on_found` after each object and at its end.
    """

    def __init__(self, introspector: Introspector, cache: PropertyCache) -> None:
        """Introspect with `introspector`, in the power state that is in `cache`."""
        self._introspector = introspector
        self._cache = cache
        self._task: asyncio.Task[None] | None = None
        self._again = False  # start over with the newest power state
        self._in_background = False  # no caller waits for it
        self._on_found: Callable[[], None] = lambda: None
        self._found = Found.NOTHING  # in the background, since `pop_found`

    @property
    def is_running(self) -> bool:
        """True while introspection runs."""
        return self._task is not None and not self._task.done()

    def start(self, on_found: Callable[[], None]) -> None:
        """Introspect what is new; start again if the task already runs."""
        if self.is_running:
            self._again = True
            self._introspector.interrupt()
        else:
            self._introspector.requests.restart()
            self._run(self._update(), on_found)

    def retry(self, on_found: Callable[[], None]) -> None:
        """Introspect in the background what was not described before."""
        if self._introspector.can_retry and not self.is_running:
            state = self._cache.values.get(STATE)
            self._run(
                self._introspector.retry_undescribed(state, self._on_described),
                on_found,
            )
            self._in_background = True

    def _run(
        self, introspection: Coroutine[Any, Any, None], on_found: Callable[[], None]
    ) -> None:
        self._on_found = on_found
        self._task = asyncio.create_task(introspection)
        self._task.add_done_callback(self._on_done)

    async def _update(self) -> None:
        while True:
            self._again = False
            state = self._cache.values.get(STATE)
            await self._introspector.update(state, self._on_described)
            if not self._again:
                break

    async def wait(self, patience: float | None) -> None:
        """Wait for the task, at most `patience` seconds; None means without limit.

        Raises PulseError if introspection has failed.
        """
        if (task := self._task) is None:
            return
        await asyncio.wait([task], timeout=patience)
        self._in_background = not task.done()
        if task.done():
            self._task = None
            await task  # raise what it raised

    def stop(self) -> None:
        """Cancel the task."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._in_background = False

    def pop_found(self) -> Found:
        """Return what was found in the background since the last call."""
        found, self._found = self._found, Found.NOTHING
        return found

    def _on_done(self, task: asyncio.Task[None]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if not failed and self._in_background and task is self._task:
            self._report(Found.ALL)

    def _on_described(self) -> None:
        if self._in_background:
            self._report(Found.SOME)

    def _report(self, found: Found) -> None:
        self._found = found
        self._introspector.schema.rebuild()
        self._on_found()
