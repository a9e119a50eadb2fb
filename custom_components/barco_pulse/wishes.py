"""Floor 3: what was asked for and has to wait until it can be done."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from .catalogue import WISH
from .protocol import JsonValue, PulseError, PulseTooLateError, PulseWithdrawnError

_CLOSED: Final = "unloaded"

type Attempt = Callable[[], Awaitable[float | None]]
"""Does it if it can; returns None when done, else after how many seconds to try again
if nothing happens before. A PulseError ends it."""


@dataclass(eq=False)
class _Wish:
    value: JsonValue
    attempt: Attempt
    news: asyncio.Event = field(default_factory=asyncio.Event)
    waits: bool = False
    over: bool = False
    error: PulseError | None = None
    """Why it came to nothing."""


class Wishes:
    """Of each kind at most one, the newest; none lives longer than `limit` seconds."""

    def __init__(self, limit: float, on_change: Callable[[], None]) -> None:
        """Nothing is wanted. `on_change` is called when that or `waiting` changes."""
        self._limit = limit
        self._on_change = on_change
        self._wishes: dict[str, _Wish] = {}
        self._tasks: dict[_Wish, asyncio.Task[None]] = {}
        self._closed = False

    @property
    def waiting(self) -> dict[str, JsonValue]:
        """What has to wait: `catalogue.WISH` and its kind, and what is wanted."""
        return {
            WISH + what: wish.value for what, wish in self._wishes.items() if wish.waits
        }

    def wants(self, what: str, value: JsonValue) -> bool:
        """Tell whether this is wanted, whether or not it has to wait."""
        wish = self._wishes.get(what)
        return wish is not None and wish.value == value

    async def grant(self, what: str, value: JsonValue, attempt: Attempt) -> None:
        """Return when it is done, or when another value of this kind is wanted.

        Raises PulseError if it came to nothing. It goes on without whoever asked.
        """
        if self._closed:
            raise PulseWithdrawnError(_CLOSED)
        wish = self._wishes.get(what)
        if wish is None or wish.value != value:
            self.withdraw(what)
            wish = self._wishes[what] = _Wish(value, attempt)
            task = asyncio.create_task(self._pursue(what, wish), name=f"{what} {value}")
            self._tasks[wish] = task
            task.add_done_callback(lambda _: self._tasks.pop(wish))
            self._on_change()
        task = self._tasks[wish]
        await asyncio.wait([task])
        if wish.error is not None:
            raise copy(wish.error) from wish.error
        task.result()

    def withdraw(self, what: str, reason: str | None = None) -> None:
        """End a wish, if there is one; with a reason, whoever asked is told.

        What is under way is not torn off: its answer comes before the next request.
        """
        if (wish := self._wishes.pop(what, None)) is None:
            return
        wish.over = True
        wish.news.set()
        if reason is not None:
            wish.error = PulseWithdrawnError(reason)
        self._on_change()

    def nudge(self) -> None:
        """Something happened: what waits may be possible now."""
        for wish in self._wishes.values():
            wish.news.set()

    async def close(self) -> None:
        """End all; none is left afterwards, and none is taken any more."""
        self._closed = True
        tasks = [*self._tasks.values()]
        for what in [*self._wishes]:
            self.withdraw(what, _CLOSED)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _pursue(self, what: str, wish: _Wish) -> None:
        try:
            async with asyncio.timeout(self._limit):
                await self._keep_trying(wish)
        except TimeoutError:
            wish.error = PulseTooLateError(f"Not done within {self._limit:g} s", what)
        except PulseError as error:
            wish.error = wish.error or error
        finally:
            if self._wishes.get(what) is wish:
                del self._wishes[what]
                self._on_change()

    async def _keep_trying(self, wish: _Wish) -> None:
        while not wish.over:
            wish.news.clear()
            wait = await wish.attempt()
            if wait is None:
                return
            if not (wish.waits or wish.over):
                wish.waits = True
                self._on_change()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await wish.news.wait()
