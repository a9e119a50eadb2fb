"""Select a source, a preset or a profile, as soon as the projector can do it."""

import asyncio

from .commands import Commands
from .const import (
    ACTIVE_PROFILE,
    LAST_PRESET,
    POWER,
    SOURCE,
    STATE,
    TARGET_STATE,
    is_on,
)
from .exceptions import (
    PulseConnectionError,
    PulseInvalidStateError,
    PulsePresetNotFoundError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .pending import PendingCommand, PendingCommands
from .phase import PowerPhaseTracker
from .session import Session
from .state import ProjectorState
from .timing import Timings


class Selections:
    """Carries out the pending commands of the kinds source, preset and profile."""

    def __init__(
        self,
        commands: Commands,
        pending: PendingCommands,
        state: ProjectorState,
        session: Session,
        phase: PowerPhaseTracker,
        timings: Timings,
    ) -> None:
        """Send the commands by `commands`; they wait in `pending`."""
        self._commands = commands
        self._pending = pending
        self._state = state
        self._session = session
        self._phase = phase
        self._timings = timings
        pending.attempts |= dict.fromkeys(("source", "preset", "profile"), self.attempt)

    async def select_source(self, source: str) -> None:
        """Select a source; during start-up, as soon as possible."""
        await self._pending.request("source", source)

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`; during start-up, as soon as possible."""
        self._slot(option)
        await self._pending.request("preset", option)

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name; during start-up, as soon as possible."""
        await self._pending.request("profile", name)

    async def attempt(self, command: PendingCommand) -> float | None:
        """Carry out a command if that is possible now, as `pending.Attempt` says."""
        try:
            await self._select(command.kind, str(command.value))
        except PulseInvalidStateError as error:
            absent = error.not_found and not command.waits
            if not self._is_possible_soon(command, absent=absent):
                raise
        except PulseConnectionError, PulseTimeoutError:
            if not self._will_be_on:
                raise
        else:
            return None
        return self._timings.retry_busy

    @property
    def _will_be_on(self) -> bool:
        """True if the projector is warming up, or will be switched on."""
        values = self._state.cache.values
        starts = self._phase.phase in ("starting", "warming")
        if starts and is_on(values.get(STATE), values.get(TARGET_STATE)):
            return True
        # If commands are denied, the pending one cannot switch the projector on.
        return self._pending.wants(POWER, "on") and not self._session.control_denied

    def _is_possible_soon(self, command: PendingCommand, *, absent: bool) -> bool:
        """Return True if a command that is not possible now should wait.

        `absent`: the projector does not know the name.
        """
        if self._phase.phase != "on":
            return self._will_be_on
        # Objects appear shortly after the state. A projector is busy for seconds only.
        if absent:
            return self._phase.seconds_in_state < self._timings.retry_incomplete
        waited = asyncio.get_running_loop().time() - command.begun
        return (
            min(waited, self._phase.seconds_in_state)
            < self._timings.fast_poll_after_power
        )

    def _slot(self, option: str) -> JsonValue:
        """Return the number of a preset. Raises PulsePresetNotFoundError if absent."""
        slot = self._commands.snapshot.presets.get(option)
        if slot is None:
            raise PulsePresetNotFoundError(f"There is no preset {option}")
        return slot

    async def _select(self, kind: str, value: str) -> None:
        match kind:
            case "source":
                await self._commands.set_property(SOURCE, value)
            case "preset":
                slot = self._slot(value)
                _, _, profile = value.partition(": ")
                activated: JsonObject = {LAST_PRESET: value, ACTIVE_PROFILE: profile}
                await self._commands.activate("profile.activatepreset", slot, activated)
            case "profile":
                activated = {ACTIVE_PROFILE: value}
                await self._commands.activate(
                    "profile.activateprofile", value, activated
                )
