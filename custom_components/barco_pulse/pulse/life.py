"""A projector that sleeps, warms up and cools down, and what waits for that."""

from abc import abstractmethod
import asyncio
from collections.abc import Iterable
import math
from typing import override

from .api import DEFAULT_PORT
from .const import POWER, READY_REMAINING, STATE, TARGET_STATE, is_on
from .exceptions import (
    PulseAccessError,
    PulseConnectionError,
    PulseCrowdedError,
    PulseError,
    PulseStateError,
    PulseStrangerError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .options import Settings
from .pending import PendingCommand, PendingCommands
from .phase import Phase
from .power import NEVER_ASLEEP, PowerControl
from .snapshot import Snapshot
from .upkeep import Upkeep


class Life(Upkeep):
    """Know its phase, wake it, and do what was asked for as soon as it can be done."""

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        settings: Settings = Settings(),
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        super().__init__(host, port, pin, settings)
        self._mac = settings.mac
        self._phase = Phase(self._pace)
        self._pending = PendingCommands(
            self._pace.pending, self._attempt, self._on_pending, settings.on_command
        )
        self._power = PowerControl(
            self, self._pending, self._phase, self._pace, settings.waker
        )
        self._control_refused = False
        self._there: tuple[object, ...] = ()
        self._odd_since: float | None = None
        """Since when something accepts connections, but gives no sensible answer."""
        if isinstance(settings.memory, dict):
            self._phase.restore(settings.memory.get("power"))

    @property
    def mac(self) -> str | None:
        """The hardware address to wake it by, if any."""
        return self._mac or (self.identity.mac if self.identity else None)

    @property
    def connected(self) -> bool:
        """True while there is a connection."""
        return self._client.connected

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._hurry.set()

    @property
    @override
    def memory_version(self) -> int:
        return super().memory_version + self._phase.version

    @override
    def memory(self) -> JsonObject:
        return {**super().memory(), "power": self._phase.memory()}

    def sleeps(self, error: PulseError) -> bool:
        """Tell whether a projector that could not be reached may be asleep.

        That takes a known projector that can be woken. `run` then waits for it.
        """
        self._phase.lost()
        if self.identity is None:
            return False
        if self._power.can_wake and not _accepts(error):
            self._phase.assume_asleep()
        if not self._sleeps(error):
            return False
        self._publisher.note(error)
        self._give_up()
        return True

    def note_waker(self) -> None:
        """Note that there may be another way to wake the projector, or none now."""
        if not self.snapshot.reachable:
            self._give_up()

    def _sleeps(self, error: PulseError | None) -> bool:
        """Tell whether an error is what a sleeping or booting projector may cause."""
        if not (self._phase.asleep and self._power.can_wake):
            return False
        if error is None or isinstance(error, NEVER_ASLEEP):
            return False
        silent = not _accepts(error) or isinstance(error, PulseTimeoutError)
        return silent or self._power.rises or self._odd_for < self._pace.crowded

    @property
    @override
    def _is_odd_for_now(self) -> bool:
        return self._power.rises

    @property
    def _odd_for(self) -> float:
        """Return for how many seconds answers have been odd, without end at set-up."""
        if self._odd_since is None:
            return math.inf
        return asyncio.get_running_loop().time() - self._odd_since

    @property
    def _coming_up(self) -> bool:
        """Tell whether it is on its way to a picture, or will be."""
        values = self._replica.values.current
        comes = self._phase.phase in ("starting", "warming")
        if comes and is_on(values.get(STATE), values.get(TARGET_STATE)):
            return True
        # Where commands were refused so far, this one will hardly warm it up.
        return self._pending.wants(POWER, "on") and not self._control_refused

    async def stop(self) -> None:
        """Cancel the pending commands and close the connection."""
        for command in await self.suspend():
            command.withdraw("unloaded")

    async def suspend(self) -> list[PendingCommand]:
        """Close the connection; return the pending commands for another one to resume.

        Their callers go on waiting.
        """
        commands = await self._pending.suspend()
        await self.disconnect()
        return commands

    def resume(self, commands: Iterable[PendingCommand]) -> None:
        """Go on with commands that another one suspended."""
        self._pending.resume(commands)

    @override
    def _snapshot(self, error: PulseError | None) -> Snapshot:
        return self._replica.snapshot(
            error,
            self._phase.values | self._pending.waiting,
            asleep=self._sleeps(error),
            pin_refused=self._client.pin_refused
            and not (
                self._hidden and self._client.pin_questionable and self._power.rises
            ),
            control_refused=self._control_refused,
            assumed=self._phase.assumed,
            crowded=isinstance(error, PulseCrowdedError)
            and self._odd_for >= self._pace.crowded
            and not self._power.rises,
            stranger=getattr(error, "identity", None),
        )

    @override
    def _note_state(self) -> None:
        super()._note_state()
        if self._in_step:  # what is asleep stays so until it can be shown awake
            self._note_phase()
        values = self._replica.values.current
        self._power.note(on=is_on(values.get(STATE), values.get(TARGET_STATE)))
        self._nudge()

    @override
    def _on_changed(self, changed: set[str]) -> None:
        if self._in_step and self._phase.phase == "cooling":
            self._note_phase()  # its end may only be estimated
        super()._on_changed(changed)

    @override
    def _in_reach(self) -> None:
        self._odd_since = None
        self._note_phase()
        super()._in_reach()
        self._nudge()

    def _nudge(self) -> None:
        """What waits may be possible where another state, or other objects, are."""
        objects = self._replica.discovery.objects
        there = (self.snapshot.reachable, self.snapshot.asleep, self._state, objects)
        if there != self._there:
            self._there = there
            self._pending.nudge()

    def _note_phase(self) -> None:
        self._phase.note(self._replica.values.current)
        cools = self._phase.phase == "cooling"
        self._replica.also = frozenset({READY_REMAINING} if cools else ())

    def _on_pending(self) -> None:
        """Publish what is pending."""
        self._publisher.again()

    @override
    def _on_lost(self, error: PulseError) -> None:
        if not self._released:
            self._phase.cut()
        super()._on_lost(error)

    @override
    def _is_final(self, error: PulseError) -> bool:
        odd = not isinstance(error, NEVER_ASLEEP)
        boots = odd and (self._power.rises or self._sleeps(error))
        return super()._is_final(error) and not boots

    @override
    def _out_of_reach(self, error: PulseError) -> None:
        if not _accepts(error):
            self._odd_since = None
        else:
            if self._odd_since is None:
                self._odd_since = asyncio.get_running_loop().time()
            self._phase.answers()
        super()._out_of_reach(error)

    @override
    def _give_up(self) -> None:
        self._phase.lost()
        if self._odd_since is None and self._power.can_wake and self._long_away:
            self._phase.assume_asleep()
        super()._give_up()
        self._nudge()

    @property
    def _long_away(self) -> bool:
        since = self._publisher.away_since
        if since is None:
            return False
        now = asyncio.get_running_loop().time()
        return now >= since + self._pace.assume_asleep

    async def read_power(self) -> tuple[JsonValue, JsonValue]:
        """Return the power state and where it is heading; None: not told.

        Where it is not pushed, what is known of it may be seconds old: then it is
        asked for. Raises PulseError.
        """
        replica = self._replica
        names = [STATE]
        if TARGET_STATE in replica.discovery.properties:
            names.append(TARGET_STATE)
        pushed = STATE in replica.values.subscribed and not replica.values.silent
        if not (pushed and self._in_step):
            await replica.values.look(self.command, names)
            self._note_state()
            self._publish_pushed()
        current = replica.values.current
        return current.get(STATE), current.get(TARGET_STATE)

    async def power_on(self) -> None:
        """Switch it on, as `PowerControl.turn_on` does."""
        await self._power.turn_on()

    async def power_off(self) -> None:
        """Switch it off, as `PowerControl.turn_off` does."""
        await self._power.turn_off()

    async def _attempt(self, command: PendingCommand) -> float | None:
        if command.kind != POWER:
            return await self._try_to_choose(command)
        return await self._power.attempt(command)

    async def command_power(self, method: str) -> None:
        """Send a power command; where nothing is pushed, see its effect soon."""
        await self._control(method)
        if STATE not in self._replica.values.subscribed:
            now = asyncio.get_running_loop().time()
            self._expectant_until = now + self._pace.expectant
            self.refresh()

    @abstractmethod
    async def _choose(self, kind: str, value: str) -> None:
        """Send a choice of one of `PENDING_KINDS` but power. Raises PulseError."""

    async def _try_to_choose(self, command: PendingCommand) -> float | None:
        try:
            await self._choose(command.kind, str(command.value))
        except PulseStateError as error:
            absent = error.absent and not command.waits
            if not self._may_be_chosen_soon(command, absent=absent):
                raise
        except PulseConnectionError, PulseTimeoutError:
            if not self._coming_up:
                raise
        else:
            return None
        return self._pace.busy

    def _may_be_chosen_soon(self, command: PendingCommand, *, absent: bool) -> bool:
        """Tell whether to wait with a choice that is not possible now."""
        if self._phase.phase != "on":
            return self._coming_up
        # Objects come a moment after the state, and nothing is busy for ever.
        if absent:
            return self._phase.age < self._pace.settle
        waited = asyncio.get_running_loop().time() - command.begun
        return min(waited, self._phase.age) < self._pace.expectant

    async def _control(self, method: str, params: JsonValue = None) -> None:
        """Command what may take a PIN."""
        try:
            await self.command(method, params)
        except PulseAccessError:
            self._note_control(
                refused=not self._client.has_pin or self._client.pin_used_up
            )
            raise
        self._note_control(refused=False)

    def _note_control(self, *, refused: bool) -> None:
        if refused != self._control_refused:
            self._control_refused = refused
            self._publisher.again()


def _accepts(error: PulseError) -> bool:
    """Tell whether something accepts connections, if only to fail then."""
    return not isinstance(error, PulseConnectionError) or isinstance(
        error, PulseCrowdedError | PulseStrangerError
    )
