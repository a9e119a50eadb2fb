"""Switch a projector on and off, and wake it."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import math
from typing import Final, Protocol

from .const import PENDING_KINDS, POWER, is_on
from .exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseDeviceMismatchError,
    PulseError,
    PulseInvalidStateError,
    PulseTimeoutError,
)
from .json_types import JsonValue
from .pending import PendingCommand, PendingCommands
from .phase import PowerPhaseTracker
from .snapshot import Snapshot
from .timing import Timings

_LOGGER = logging.getLogger(__name__)

NEVER_ASLEEP: Final = (PulseAuthenticationError, PulseDeviceMismatchError)
"""Errors that a projector does not cause while it sleeps or boots."""


class Waker(Protocol):
    """Wake a projector that sleeps; `mac` is its hardware address, if known."""

    def can_wake(self, mac: str | None) -> bool:
        """Return True if there is a way to wake the projector now."""

    async def wake(self, mac: str | None, *, again: bool) -> None:
        """Wake the projector. `again` is True after the first call for a command.

        Raises PulseError.
        """


class PowerTarget(Protocol):
    """The part of a projector that `PowerControl` uses."""

    @property
    def snapshot(self) -> Snapshot:
        """The present state of the projector."""

    @property
    def connected(self) -> bool:
        """True while there is a connection."""

    @property
    def mac(self) -> str | None:
        """The hardware address to wake it by, if any."""

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""

    async def read_power(self) -> tuple[JsonValue, JsonValue]:
        """Return the power state and the target state; None: not reported.

        Raises PulseError.
        """

    async def command_power(self, method: str) -> None:
        """Send a power command. Raises PulseError."""


class PowerControl:
    """Switch a projector on and off by pending commands of the kind `POWER`.

    Each attempt reads the power state, and does what is possible now. It returns the
    same as `pending.Attempt`.
    """

    def __init__(
        self,
        target: PowerTarget,
        pending: PendingCommands,
        phase: PowerPhaseTracker,
        timings: Timings,
        waker: Waker | None = None,
    ) -> None:
        """Without a `waker` the projector is never woken."""
        self._target = target
        self._pending = pending
        self._phase = phase
        self._timings = timings
        self._waker = waker
        self._asked_at = -math.inf  # time of the last accepted "system.poweron"
        self._stepped_at = -math.inf  # time of the last accepted "system.poweroff"
        self._packet_at = -math.inf
        self._woke = False  # it woke up, and the delay has not begun
        self._rested_at = -math.inf

    @property
    def can_wake(self) -> bool:
        """Return True if there is a way to wake the projector now."""
        return self._waker is not None and self._waker.can_wake(self._target.mac)

    @property
    def rises(self) -> bool:
        """Return True while the projector wakes up and may give invalid answers."""
        phase = self._phase
        if not self.can_wake:
            return False
        if phase.asleep or phase.phase == "starting":
            return phase.is_waking or self._pending.wants(POWER, "on")
        return (
            phase.is_waking
            and phase.seconds_in_state
            < self._timings.delay_after_wake + self._timings.retry_incomplete
        )

    def note(self, *, on: bool) -> None:
        """Allow a new power command, because the power state may have changed."""
        if on:
            self._asked_at = -math.inf
        else:
            self._stepped_at = -math.inf

    async def turn_on(self) -> None:
        """Switch the projector on; return when it is on or warming up.

        Wakes the projector first if it sleeps. Raises PulseError if this fails, and
        PulseCanceledError if `turn_off` is called meanwhile.
        """
        await self._pending.request(POWER, "on")

    async def turn_off(self) -> None:
        """Cancel other pending commands, and switch the projector off if it is on."""
        cancels = self._pending.wants(POWER, "on")
        for kind in PENDING_KINDS:
            if kind != POWER or cancels:
                self._pending.withdraw(kind, "switched_off")
        snapshot = self._target.snapshot
        if snapshot.asleep or (cancels and not snapshot.reachable):
            return  # it is off already
        await self._pending.request(POWER, "off")

    async def attempt(self, command: PendingCommand) -> float | None:
        """Carry out a command of the kind `POWER`, as far as that is possible now."""
        if command.value != "on":
            return await self._through_cuts(self.try_off, command)
        snapshot = self._target.snapshot
        asleep = snapshot.asleep and not self._target.connected
        in_eco = snapshot.reachable and snapshot.state == "eco"
        if asleep or (in_eco and self.can_wake):
            return await self._wake(command)
        return await self._through_cuts(self.try_on, command)

    async def _through_cuts(
        self,
        attempt: Callable[[PendingCommand], Awaitable[float | None]],
        command: PendingCommand,
    ) -> float | None:
        """Attempt; retry later after a short disconnect and during a boot."""
        try:
            return await attempt(command)
        except PulseError as error:
            if self.rises and not isinstance(error, NEVER_ASLEEP):
                return self._timings.retry_busy
            snapshot = self._target.snapshot
            cut = isinstance(error, PulseConnectionError | PulseTimeoutError)
            if cut and (snapshot.asleep or snapshot.reachable):
                return self._timings.retry_busy
            raise

    async def _wake(self, command: PendingCommand) -> float:
        assert self._waker is not None
        if (wait := self.wake_in()) > 0:
            return wait
        self._target.reconnect_soon()
        again, command.woke = command.woke, True
        try:
            await self._waker.wake(self._target.mac, again=again)
        except PulseConnectionError:
            # A packet that was sent before may have arrived.
            if not self._phase.is_waking:
                raise
        else:
            self._phase.on_packet_sent()
        return self.woken()

    def wake_in(self) -> float:
        """Return the seconds until the next magic packet; 0 or less means now."""
        return (
            self._packet_at
            + self._timings.packet_interval
            - asyncio.get_running_loop().time()
        )

    def woken(self) -> float:
        """Record a magic packet; return the seconds until the next one."""
        self._woke = True
        self._packet_at = asyncio.get_running_loop().time()
        return self._timings.packet_interval

    async def try_on(self, command: PendingCommand) -> float | None:
        """Send `system.poweron`, if it was not sent and would not be refused."""
        state, target = await self._target.read_power()
        if is_on(state, target) or command.over:
            return None
        if state in ("error", "service"):
            raise PulseInvalidStateError(f"It cannot be switched on in state {state}")
        now = asyncio.get_running_loop().time()
        if state == "boot":
            self._woke = True
        if state not in (None, "boot", "eco", "deconditioning"):
            if self._woke:
                self._woke, self._rested_at = (
                    False,
                    now + self._timings.delay_after_wake,
                )
            until = max(self._rested_at, self._asked_at + self._timings.retry_busy)
            if until > now:
                return until - now
            if await self._accepts("system.poweron"):
                self._asked_at = now
        return self._timings.retry_busy

    async def try_off(self, command: PendingCommand) -> float | None:
        """Send `system.poweroff` once: twice could end in ECO, without network."""
        state, target = await self._target.read_power()
        if command.over:
            return None
        if state is not None and not is_on(state, target):
            return None
        now = asyncio.get_running_loop().time()
        if now < self._stepped_at + self._timings.fast_poll_after_power:
            return None  # done; the state does not show it yet
        if state == "on" and await self._accepts("system.poweroff"):
            self._stepped_at = now
            return None
        return self._timings.retry_busy

    async def _accepts(self, method: str) -> bool:
        """Send a power command; return False if the projector is too busy for it."""
        try:
            await self._target.command_power(method)
        except PulseInvalidStateError as error:
            if error.not_found:
                raise
            _LOGGER.debug("%s has to wait: %s", method, error)
            return False
        return True
