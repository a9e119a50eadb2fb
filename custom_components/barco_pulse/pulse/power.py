"""Switch a projector on and off, and wake it."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import math
from typing import Final, Protocol

from .const import PENDING_KINDS, POWER, PowerState, is_on
from .exceptions import (
    PulseConnectionError,
    PulseError,
    PulseInvalidStateError,
    PulseTimeoutError,
)
from .json_types import JsonValue
from .pending import PendingCommand, PendingCommands
from .sleep import NEVER_ASLEEP, SleepMonitor
from .snapshot import Snapshot
from .timing import Timings

_LOGGER = logging.getLogger(__name__)

_CANNOT_TURN_ON: Final = (PowerState.ERROR, PowerState.SERVICE)
"""The states that only a person at the projector can end."""
_CANNOT_TURN_ON_YET: Final = (
    None,
    PowerState.BOOT,
    PowerState.ECO,
    PowerState.DECONDITIONING,
)
"""The states in which `system.poweron` has to wait; None: the state is unknown."""


class PowerTarget(Protocol):
    """The part of a projector that `PowerControl` uses."""

    @property
    def snapshot(self) -> Snapshot:
        """The state that was published last."""

    @property
    def connected(self) -> bool:
        """True while there is a connection."""

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
        sleep: SleepMonitor,
        timings: Timings,
    ) -> None:
        """Carry out the commands of the kind `POWER` in `pending`."""
        self._target = target
        self._pending = pending
        self._sleep = sleep
        self._timings = timings
        self._power_on_accepted_at = -math.inf
        self._power_off_accepted_at = -math.inf
        self._packet_sent_at = -math.inf
        self._needs_rest = False  # woke up, without `delay_after_wake` since
        self._rest_until = -math.inf
        pending.attempts[POWER] = self.attempt

    def on_power_state(self, *, is_on: bool) -> None:
        """Allow a new power command, because the power state may have changed."""
        if is_on:
            self._power_on_accepted_at = -math.inf
        else:
            self._power_off_accepted_at = -math.inf

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
                self._pending.cancel(kind, "switched_off")
        snapshot = self._target.snapshot
        if snapshot.asleep or (cancels and not snapshot.reachable):
            return  # it is off already
        await self._pending.request(POWER, "off")

    async def attempt(self, command: PendingCommand) -> float | None:
        """Carry out a command of the kind `POWER`, as far as that is possible now."""
        if command.value != "on":
            return await self._retry_after_disconnect(self.try_off, command)
        snapshot = self._target.snapshot
        asleep = snapshot.asleep and not self._target.connected
        in_eco = snapshot.reachable and snapshot.state == PowerState.ECO
        if asleep or (in_eco and self._sleep.can_wake):
            return await self._wake(command)
        return await self._retry_after_disconnect(self.try_on, command)

    async def _retry_after_disconnect(
        self,
        attempt: Callable[[PendingCommand], Awaitable[float | None]],
        command: PendingCommand,
    ) -> float | None:
        """Attempt; retry later after a short disconnect and during a boot."""
        try:
            return await attempt(command)
        except PulseError as error:
            if self._sleep.is_starting and not isinstance(error, NEVER_ASLEEP):
                return self._timings.retry_busy
            snapshot = self._target.snapshot
            cut = isinstance(error, PulseConnectionError | PulseTimeoutError)
            if cut and (snapshot.asleep or snapshot.reachable):
                return self._timings.retry_busy
            raise

    async def _wake(self, command: PendingCommand) -> float:
        if (wait := self.next_packet_in()) > 0:
            return wait
        self._target.reconnect_soon()
        again, command.woke = command.woke, True
        await self._sleep.wake(again=again)
        return self.on_packet_sent()

    def next_packet_in(self) -> float:
        """Return the seconds until the next magic packet; 0 or less means now."""
        return (
            self._packet_sent_at
            + self._timings.packet_interval
            - asyncio.get_running_loop().time()
        )

    def on_packet_sent(self) -> float:
        """Record a magic packet; return the seconds until the next one."""
        self._needs_rest = True
        self._packet_sent_at = asyncio.get_running_loop().time()
        return self._timings.packet_interval

    async def try_on(self, command: PendingCommand) -> float | None:
        """Send `system.poweron`, unless it was sent or would be refused.

        Return None if the projector is on, else the seconds until the next attempt.
        """
        state, target = await self._target.read_power()
        if is_on(state, target) or command.over:
            return None
        if state in _CANNOT_TURN_ON:
            raise PulseInvalidStateError(f"It cannot be switched on in state {state}")
        now = asyncio.get_running_loop().time()
        if state == PowerState.BOOT:
            self._needs_rest = True
        if state not in _CANNOT_TURN_ON_YET:
            if self._needs_rest:
                self._needs_rest, self._rest_until = (
                    False,
                    now + self._timings.delay_after_wake,
                )
            until = max(
                self._rest_until, self._power_on_accepted_at + self._timings.retry_busy
            )
            if until > now:
                return until - now
            if await self._send_unless_busy("system.poweron"):
                self._power_on_accepted_at = now
        return self._timings.retry_busy

    async def try_off(self, command: PendingCommand) -> float | None:
        """Send `system.poweroff` once: twice could end in ECO, without network.

        Return None if it was sent, else the seconds until the next attempt.
        """
        state, target = await self._target.read_power()
        if command.over:
            return None
        if state is not None and not is_on(state, target):
            return None
        now = asyncio.get_running_loop().time()
        if now < self._power_off_accepted_at + self._timings.fast_poll_after_power:
            return None  # it was sent, but the state has not changed yet
        if state == PowerState.ON and await self._send_unless_busy("system.poweroff"):
            self._power_off_accepted_at = now
            return None
        return self._timings.retry_busy

    async def _send_unless_busy(self, method: str) -> bool:
        """Send a power command; return False if the projector is too busy for it."""
        try:
            await self._target.command_power(method)
        except PulseInvalidStateError as error:
            if error.not_found:
                raise
            _LOGGER.debug("%s has to wait: %s", method, error)
            return False
        return True
