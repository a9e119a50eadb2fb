"""On and off, as people mean them, on a ladder that moves as it likes."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import math

from .const import is_on
from .exceptions import PulseStateError
from .json_types import JsonValue
from .timing import Pace

_LOGGER = logging.getLogger(__name__)

type Look = Callable[[], Awaitable[tuple[JsonValue, JsonValue]]]
"""Returns the power state as it is now, and where it is heading; None: not told."""


class Power:
    """The attempts (`pending.Attempt`) to switch a projector on, and off.

    Each looks at the projector anew and does what can be done now. `wanted` is what
    is wanted, "on" or "off": an attempt for the other does nothing any more.
    """

    def __init__(
        self, look: Look, command: Callable[[str], Awaitable[None]], pace: Pace
    ) -> None:
        """Ask by `look()` and `command(method)`, which raise PulseError."""
        self._look = look
        self._command = command
        self._pace = pace
        self.wanted: str | None = None
        self._asked_at = -math.inf  # to switch on, and that was accepted
        self._stepped_at = -math.inf  # down
        self._packet_at = -math.inf
        self._woke = False  # and had no rest yet
        self._rested_at = -math.inf

    def wake_in(self) -> float:
        """Return the seconds until another magic packet may help; 0 or less: now."""
        return self._packet_at + self._pace.wake - asyncio.get_running_loop().time()

    def woken(self) -> float:
        """It was sent a magic packet; return the seconds until the next one."""
        self._woke = True
        self._packet_at = asyncio.get_running_loop().time()
        return self._pace.wake

    def note(self, *, on: bool) -> None:
        """The power state is another."""
        if on:
            self._asked_at = -math.inf
        else:
            self._stepped_at = -math.inf

    async def try_on(self) -> float | None:
        """Ask for a picture, unless that was done or would be refused."""
        state, target = await self._look()
        if is_on(state, target) or self.wanted != "on":
            return None
        if state in ("error", "service"):
            raise PulseStateError(f"It cannot be switched on in state {state}")
        now = asyncio.get_running_loop().time()
        if state == "boot":
            self._woke = True
        if state not in (None, "boot", "eco", "deconditioning"):
            if self._woke:
                self._woke, self._rested_at = False, now + self._pace.rest
            until = max(self._rested_at, self._asked_at + self._pace.busy)
            if until > now:
                return until - now
            if await self._accepts("system.poweron"):
                self._asked_at = now
        return self._pace.busy

    async def try_off(self) -> float | None:
        """Step down once, and never again for the same command: below is no network."""
        state, target = await self._look()
        if self.wanted != "off":
            return None
        if state is not None and not is_on(state, target):
            return None
        now = asyncio.get_running_loop().time()
        if now < self._stepped_at + self._pace.expectant:
            return None  # done; that is just not to be seen yet
        if state == "on" and await self._accepts("system.poweroff"):
            self._stepped_at = now
            return None
        return self._pace.busy

    async def _accepts(self, method: str) -> bool:
        """Send a power command; return False if the projector is too busy for it."""
        try:
            await self._command(method)
        except PulseStateError as error:
            if error.absent:
                raise
            _LOGGER.debug("%s has to wait: %s", method, error)
            return False
        return True
