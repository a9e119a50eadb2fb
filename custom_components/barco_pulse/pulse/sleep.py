"""Wake the projector, and decide whether sleep or start-up explains an error."""

from typing import Final, Protocol

from .const import POWER
from .exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
    PulseTimeoutError,
)
from .pending import PendingCommands
from .phase import PowerPhaseTracker
from .state import ProjectorState
from .timing import Timings

NEVER_ASLEEP: Final = (PulseAuthenticationError, PulseDeviceMismatchError)
"""Errors that no projector causes while it sleeps or starts up."""


class Waker(Protocol):
    """Wakes a projector that sleeps. `mac` is its MAC address, None if unknown."""

    def can_wake(self, mac: str | None) -> bool:
        """Return True if there is a way to wake the projector now."""

    async def wake(self, mac: str | None, *, again: bool) -> None:
        """Wake the projector. `again`: it was woken for the same command before.

        Raises PulseError.
        """


class SleepMonitor:
    """Wakes a projector, and decides which errors are expected meanwhile."""

    def __init__(
        self,
        state: ProjectorState,
        phase: PowerPhaseTracker,
        pending: PendingCommands,
        timings: Timings,
        waker: Waker | None = None,
        mac: str | None = None,
    ) -> None:
        """Wake by `waker`; None: never. `mac` replaces the address that is reported."""
        self._state = state
        self._phase = phase
        self._pending = pending
        self._timings = timings
        self._waker = waker
        self._mac = mac

    @property
    def mac(self) -> str | None:
        """The MAC address to which magic packets are sent, None if unknown."""
        identity = self._state.identity
        return self._mac or (identity.mac if identity else None)

    @property
    def can_wake(self) -> bool:
        """True if there is a way to wake the projector now."""
        return self._waker is not None and self._waker.can_wake(self.mac)

    @property
    def is_starting(self) -> bool:
        """True while the projector is woken or boots: any answer is possible then."""
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

    def may_be_asleep(self, error: PulseError | None, unexpected_for: float) -> bool:
        """Return True if the projector may cause this error by sleep or start-up.

        `unexpected_for`: for how many seconds something accepted connections, but gave
        no valid answer.
        """
        if error is None or isinstance(error, NEVER_ASLEEP):
            return False
        if not (self._phase.asleep and self.can_wake):
            return False
        silent = not accepts_connections(error) or isinstance(error, PulseTimeoutError)
        return (
            silent
            or self.is_starting
            or unexpected_for < self._timings.connection_limit_delay
        )

    def is_connection_limit(
        self, error: PulseError | None, unexpected_for: float
    ) -> bool:
        """Return True if other controllers seem to use all connections."""
        return (
            isinstance(error, PulseConnectionLimitError)
            and unexpected_for >= self._timings.connection_limit_delay
            and not self.is_starting
        )

    def is_final(self, error: PulseError, unexpected_for: float) -> bool:
        """Return True if only the user can solve it, so that it is reported at once."""
        if not isinstance(error, PulseAuthenticationError | PulsePermissionError):
            return False
        if isinstance(error, NEVER_ASLEEP):
            return True
        return not (self.is_starting or self.may_be_asleep(error, unexpected_for))

    async def wake(self, *, again: bool) -> None:
        """Wake the projector. `again`: it was woken for the same command before.

        Raises PulseError, except if a packet cannot be sent while the projector may be
        waking after an earlier one.
        """
        assert self._waker is not None
        try:
            await self._waker.wake(self.mac, again=again)
        except PulseConnectionError:
            if not self._phase.is_waking:
                raise
        else:
            self._phase.on_packet_sent()


def accepts_connections(error: PulseError) -> bool:
    """Return True if something accepts connections, even if they fail then."""
    return not isinstance(error, PulseConnectionError) or isinstance(
        error, PulseConnectionLimitError | PulseDeviceMismatchError
    )
