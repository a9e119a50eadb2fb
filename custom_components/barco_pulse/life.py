"""Floor 3: a projector that sleeps, warms up and cools down, and what waits for that."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
import time
from typing import Final, override

from .api import DEFAULT_PORT
from .catalogue import POWER, READY_REMAINING, STATE, TARGET_STATE, WISH, is_on
from .phase import Phase
from .power import Power
from .protocol import (
    JsonObject,
    JsonValue,
    PulseAccessError,
    PulseConnectionError,
    PulseCrowdedError,
    PulseError,
    PulseStateError,
    PulseStrangerError,
    PulseTimeoutError,
)
from .settings import Settings
from .snapshot import Snapshot
from .upkeep import Upkeep
from .wishes import Attempt, Wishes

_CHOICES: Final = ("source", "preset", "profile")
"""What can be wanted before it is up."""


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
        self._wake = settings.wake
        self._mac = settings.mac
        self._phase = Phase(self._pace)
        self._wishes = Wishes(self._pace.wish, self._on_wish)
        self._power = Power(self._look, self._command_power, self._pace)
        self._control_refused = False
        self._there: tuple[object, ...] = ()
        if isinstance(settings.memory, dict):
            self._phase.restore(settings.memory.get("power"))

    @property
    def mac(self) -> str | None:
        """The hardware address to wake it by, if any."""
        return self._mac or (self.identity.mac if self.identity else None)

    @property
    @override
    def memory_version(self) -> int:
        return super().memory_version + self._phase.version

    @override
    def memory(self) -> JsonObject:
        return {**super().memory(), "power": self._phase.memory()}

    def sleeps(self, error: PulseError) -> bool:
        """It could not be reached; tell whether that is as it should be.

        If it is who it was and can be woken, and sleeps: then `run` waits for it.
        """
        self._phase.lost()
        if self.identity is None or not self._sleeps(error):
            return False
        self._publisher.note(error)
        self._give_up()
        return True

    def _sleeps(self, error: PulseError | None) -> bool:
        return (
            self._phase.asleep
            and self._wake is not None
            and self.mac is not None
            and isinstance(error, PulseConnectionError | PulseTimeoutError)
            and not isinstance(error, PulseCrowdedError | PulseStrangerError)
        )

    async def stop(self) -> None:
        """End it all: what was asked for and had to wait, and the connection."""
        await self._wishes.close()
        await self.disconnect()

    @override
    def _snapshot(self, error: PulseError | None) -> Snapshot:
        return replace(
            self._replica.snapshot(error, self._phase.values | self._wishes.waiting),
            asleep=self._sleeps(error),
            pin_refused=self._client.pin_refused,
            control_refused=self._control_refused,
            crowded=isinstance(error, PulseCrowdedError),
            stranger=getattr(error, "identity", None),
        )

    @override
    def _note_state(self) -> None:
        super()._note_state()
        self._note_phase()
        values = self._replica.values.current
        self._power.note(on=is_on(values.get(STATE), values.get(TARGET_STATE)))
        self._nudge()

    @override
    def _in_reach(self) -> None:
        super()._in_reach()
        self._nudge()

    def _nudge(self) -> None:
        """What waits may be possible where another state, or other objects, are."""
        there = (self.snapshot.reachable, self._state, self._replica.discovery.objects)
        if there != self._there:
            self._there = there
            self._wishes.nudge()

    def _note_phase(self) -> None:
        # Where commands were refused so far, this one will hardly warm it up.
        wanted = not self._control_refused and self._wishes.wants(POWER, "on")
        self._phase.note(self._replica.values.current, time.time(), wanted=wanted)
        cools = self._phase.phase == "cooling"
        self._replica.also = frozenset({READY_REMAINING} if cools else ())

    def _on_wish(self) -> None:
        """Something is wanted or has to wait, or is not and has not any more."""
        if self._in_step and not self._phase.asleep:
            self._note_phase()
        self._note_sleep()
        self._publisher.again()

    def _note_sleep(self) -> None:
        if self._phase.asleep:
            self._phase.want(time.time(), wanted=self._wishes.wants(POWER, "on"))

    @override
    def _give_up(self) -> None:
        self._phase.lost()
        self._note_sleep()
        super()._give_up()
        self._nudge()

    async def _look(self) -> tuple[JsonValue, JsonValue]:
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
        """Return when it is on its way to a picture, however long that takes.

        Wakes it first if it sleeps. Raises PulseError if it comes to nothing, as when
        `power_off` is called meanwhile.
        """
        self._power.wanted = "on"
        await self._wishes.grant(POWER, "on", self._try_on)

    async def power_off(self) -> None:
        """Step down once, if it is on; what else was wanted is dropped."""
        self._power.wanted = "off"
        for what in (*_CHOICES, *((POWER,) if self._wishes.wants(POWER, "on") else ())):
            self._wishes.withdraw(what, "switched_off")
        if not self.snapshot.asleep:
            await self._wishes.grant(POWER, "off", self._try_off)

    async def _try_on(self) -> float | None:
        asleep = self.snapshot.asleep and not self._client.connected
        if asleep or (self.snapshot.state == "eco" and self._wake and self.mac):
            return await self._send_wake()
        return await self._through_cuts(self._power.try_on)

    async def _try_off(self) -> float | None:
        return await self._through_cuts(self._power.try_off)

    async def _through_cuts(self, attempt: Attempt) -> float | None:
        """After a short cut the projector is looked at again: was it done or not?"""
        try:
            return await attempt()
        except PulseConnectionError, PulseTimeoutError:
            if self.snapshot.asleep or self.snapshot.reachable:
                return self._pace.busy
            raise

    async def _send_wake(self) -> float:
        assert self._wake is not None
        assert self.mac is not None
        if (wait := self._power.wake_in()) > 0:
            return wait
        self._hurry.set()
        await self._wake(self.mac)
        return self._power.woken()

    async def _command_power(self, method: str) -> None:
        await self._control(method)
        if STATE not in self._replica.values.subscribed:
            now = asyncio.get_running_loop().time()
            self._expectant_until = now + self._pace.expectant
            self.refresh()

    async def _choose(
        self, what: str, value: str, choose: Callable[[], Awaitable[None]]
    ) -> None:
        begun = time.time()

        async def attempt() -> float | None:
            try:
                await choose()
            except PulseStateError as error:
                absent = error.absent and WISH + what not in self._wishes.waiting
                if not self._comes_up(begun, absent=absent):
                    raise
            except PulseConnectionError, PulseTimeoutError:
                if self._phase.phase != "warming":
                    raise
            else:
                return None
            return self._pace.busy

        await self._wishes.grant(what, value, attempt)

    def _comes_up(self, begun: float, *, absent: bool) -> bool:
        """Tell whether what cannot be chosen now is about to be there."""
        if self._phase.phase != "on":
            return self._phase.phase == "warming"
        # Objects come a moment after the state, and nothing is busy for ever.
        since, now = self._phase.since, time.time()
        if absent:
            return now < since + self._pace.settle
        return now < max(begun, since) + self._pace.expectant

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
