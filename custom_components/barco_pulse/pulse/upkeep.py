"""Keep what is known of a projector true, as long as it takes.

Values come by push; a slow read of everything is the safety net; a projector that does
not push is polled.
"""

import asyncio
from collections.abc import Iterable
import contextlib
import math
from typing import override

from .api import DEFAULT_PORT
from .const import (
    DISMISSED,
    EMITTED,
    IDENTITY,
    KEY_EVENT,
    NOTIFICATION_COUNT,
    POWER_NAMES,
    SOURCE,
    STATE,
    TARGET_STATE,
)
from .exceptions import (
    PulseAuthenticationError,
    PulseError,
    PulseLateError,
    PulseRequestError,
    PulseStateError,
    PulseStrangerError,
    PulseTimeoutError,
)
from .identity import Identity, identity_of
from .introspection import top_of
from .json_types import JsonObject, JsonValue
from .link import Link
from .options import Settings
from .protocol import Framing, Notification, named
from .shared import shared_set
from .state import ALWAYS_WATCHED, Replica
from .timing import Pace, Schedule

BACKGROUND_REQUESTS = 2
"""Under way at most, so that a command never queues behind them."""

_MODEL_SIGNALS = ("modelupdated", "introspect.objectchanged")
_SIGNALS = (_MODEL_SIGNALS[0], EMITTED, DISMISSED, KEY_EVENT)
_STATES_WITHOUT_PRESET = ("boot", "eco", "standby", "deconditioning")


class Upkeep(Link):
    """Keep `snapshot` true while `run` runs."""

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        settings: Settings = Settings(),
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        super().__init__(
            host,
            port,
            pin,
            login=settings.login,
            deadlines=settings.deadlines,
            pace=settings.pace or Pace(),
            on_update=settings.on_update,
        )
        self.identity: Identity | None = None
        self._serial_number = settings.serial_number
        self._release = settings.release
        self._on_signal = settings.on_signal
        self._background = asyncio.Semaphore(BACKGROUND_REQUESTS)
        self._describing = asyncio.Semaphore(1)
        self._replica = Replica(self._ask, settings.names, mute=settings.release)
        if settings.interest is not None:
            self._replica.interest = settings.interest
        self._replica.on_news = self.refresh
        self._replica.identify = self._note_identity
        self._state: JsonValue = None
        self._framing: Framing | None = None  # as `memory` tells it
        self._framing_changes = 0
        self._restore(settings.memory)
        self._in_step = False  # connected, and the snapshot is true
        self._schedule = Schedule(self._pace)
        self._expectant_until = -math.inf  # a power command is to show its effect
        self._signalled = False  # it tells when objects come and go
        self._has_all_signals = False
        self._signals_wait = False  # it was too busy to say whether it will
        self._state_since = -math.inf  # when the power state was seen to change
        self._doubted: dict[str, float] = {}  # when a name was refused, by object

    @property
    def memory_version(self) -> int:
        """Another one whenever `memory` has anything new."""
        return self._replica.memory_version + self._framing_changes

    def memory(self) -> JsonObject:
        """Return what to give to the next one as `memory`."""
        identity = self.identity.as_json() if self.identity else None
        return {
            **self._replica.memory(),
            "identity": identity,
            "state": self._state,
            "framing": self._framing,
        }

    def _restore(self, memory: JsonValue) -> None:
        self._replica.restore(memory)
        if isinstance(memory, dict):
            identity = Identity.from_json(memory.get("identity"))
            if identity and identity.serial_number == self._serial_number:
                self.identity = identity
            self._state = memory.get("state")
            if (framing := memory.get("framing")) in [*Framing]:
                self._framing = self._client.framing = Framing(str(framing))

    @property
    def subscribed(self) -> frozenset[str]:
        """The properties whose changes are pushed."""
        return frozenset(self._replica.values.subscribed)

    @property
    def dropped(self) -> JsonObject:
        """How many names were left out of too large descriptions, by object."""
        return dict(self._replica.discovery.dropped)

    async def survey(self) -> dict[str, JsonValue]:
        """Read all that the projector has, for a report. Raises PulseError."""
        values = await self._replica.survey()
        self._publish_pushed()  # it may have found more
        return values

    @override
    async def disconnect(self) -> None:
        self._in_step = False
        self._replica.stop()
        await super().disconnect()

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties true from now on (and SIGNAL, if named)."""
        self._replica.watched = shared_set(names)
        if self._replica.wanted() != self._replica.in_step:
            self.refresh()

    def refresh(self) -> None:
        """Read everything soon; the listener hears what changed."""
        self._schedule.read_at = -math.inf
        self._attention.set()

    async def _ask(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send a background request: few at a time, however slow the projector answers.

        Raises PulseLateError if it answers other requests, but not this one.
        """
        try:
            if method == "introspect":
                async with self._describing:
                    return await self._ask_patiently(method, params)
            async with self._background:
                return await self._client.request(method, params)
        except PulseTimeoutError as error:
            if not self._client.connected:
                raise
            raise PulseLateError(str(error)) from error

    async def _ask_patiently(self, method: str, params: JsonValue) -> JsonValue:
        """Request what may take long; see meanwhile that other requests are answered."""
        request = asyncio.ensure_future(self._client.request(method, params))
        try:
            while not request.done():
                await asyncio.wait([request], timeout=self._deadlines.first_byte / 2)
                if not request.done():
                    async with self._background:
                        await self._look_alive()
            return await request
        finally:
            request.cancel()

    async def _look_alive(self) -> None:
        with contextlib.suppress(PulseRequestError):
            await self._client.request("property.get", {"property": STATE})

    @override
    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        try:
            return await super().command(method, params)
        except PulseStateError as error:
            if error.absent:
                name = params.get("property") if isinstance(params, dict) else None
                if self._replica.discovery.present(str(name or method)):
                    self._doubt(str(name or method))
            raise

    def _doubt(self, name: str) -> None:
        """Ask again what it has, but not time and again: it refused what it should take."""
        now = asyncio.get_running_loop().time()
        top = top_of(name)
        if now >= self._doubted.get(top, -math.inf) + self._pace.question:
            self._doubted[top] = now
            self._replica.discovery.forget(name)
            self._replica.absent.forget(top)
            self._discover_soon()

    @override
    async def _meet(self) -> None:
        """Connect, read all that is shown, then learn what the projector has."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self._open_and_read()
        await self._subscribe_to_signals()
        self._schedule.connected(loop.time())
        await self._synchronise(begun)

    async def _open_and_read(self) -> None:
        """Connect, and read by one request who it is and all that is shown."""
        replica = self._replica
        await self._open({"property": replica.first_asked()})
        if self.framing is not self._framing:
            self._framing = self.framing
            self._framing_changes += 1
        replica.mute = not self._pushes
        replica.start_connection()
        replica.absent.login = "pin" if self._is_logged_in else ""
        await replica.read_first(self._identify)
        if self._running and replica.discovery.knows_anything:
            self._in_step = True
            self._note_state()
            self._in_reach()
        else:
            self._enter_state()

    @property
    def _is_logged_in(self) -> bool:
        return self._client.has_pin and not self._client.pin_refused

    @property
    def _pushes(self) -> bool:
        """False if nothing can be pushed: no connection is kept."""
        return not (self._release or self._client.one_shot)

    def _identify(self, answers: JsonObject) -> None:
        """Note who answered. Raises PulseError if that is not the known projector."""
        unsettled = self._replica.values.unsettled
        identity = identity_of(answers, unsettled=unsettled, known=self.identity)
        serial_number = identity.serial_number
        if serial_number != (self._serial_number or serial_number):
            raise PulseStrangerError(
                "Another projector answers at this address", identity.model_and_serial
            )
        if self.identity is not None and identity.firmware != self.identity.firmware:
            self._discover_soon()
        self._replica.identified(identity)
        self.identity = identity
        self._serial_number = serial_number

    def _note_identity(self, answers: JsonObject) -> None:
        """See whether it is still who it was, if it tells."""
        if answers.get(IDENTITY["serial_number"]):
            self._identify(answers)

    async def _check_serial_number(self) -> None:
        """Notice another projector where no connection lasts that could be lost."""
        name = IDENTITY["serial_number"]
        told = (await self._replica.values.get([name])).get(name)
        if told is not None and str(told) != self._serial_number:
            raise PulseStrangerError("Another projector answers at this address")

    async def _subscribe_to_signals(self) -> None:
        """A projector that does not know all of them may know the first."""
        if not self._pushes:
            self._signalled = self._signals_wait = False
            return
        ask = self._replica.discovery.ask
        for names in (_SIGNALS, _SIGNALS[:1]):
            self._signalled = bool(await ask("signal.subscribe", {"signal": [*names]}))
            if self._signalled:
                self._has_all_signals = names == _SIGNALS
                break
        self._signals_wait = not self._signalled and self._replica.discovery.unsettled

    @override
    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if self._release and loop.time() < self._schedule.due_at:
                await self._release_if_may()
            try:
                async with asyncio.timeout_at(self._schedule.due_at):
                    await self._attention.wait()
            except TimeoutError:
                pass
            self._attention.clear()
            if self._released:
                self._released = False
                try:
                    await self._meet_again()
                except PulseAuthenticationError as refusal:
                    await self._meet_without_pin(refusal)
            elif self._lost is not None:
                raise self._lost
            if loop.time() >= self._schedule.due_at:
                await self._synchronise()
                await self._release_if_may()

    async def _meet_again(self) -> None:
        """Connect after a pause; what it has was learnt before."""
        await self._open_and_read()
        await self._subscribe_to_signals()
        if self._signalled:  # but nobody heard it meanwhile
            self._schedule.discover_soon(asyncio.get_running_loop().time())

    async def _release_if_may(self) -> None:
        if self._may_release() and self._client.connected:
            self._released = True
            await self.disconnect()

    def _may_release(self) -> bool:
        """Tell whether other controllers may have the connection until the next poll."""
        return (
            not self._replica.values.subscribed
            and not self._replica.exploring
            and not self._awaited
            and self._interval() >= self._least_absence
        )

    def _interval(self) -> float:
        """Return the seconds from one read of everything to the next."""
        if self._replica.values.passing:
            return self._pace.poll_on
        if self._replica.values.subscribed and not self._replica.values.silent:
            return self._pace.resync
        if asyncio.get_running_loop().time() < self._expectant_until:
            return self._pace.poll_on
        values = self._replica.values.current
        interval = self._pace.poll(values.get(STATE), values.get(TARGET_STATE))
        return max(interval, self._least_absence) if self._release else interval

    @property
    def _least_absence(self) -> float:
        """For how long the connection is worth being released, in seconds."""
        return self._pace.poll_released if self._release else self._pace.poll_idle

    async def _synchronise(self, begun: float | None = None) -> None:
        """Bring the snapshot in step with the projector.

        `begun`: since when it is being connected to, if it is.
        """
        now = asyncio.get_running_loop().time()
        schedule, replica, pace = self._schedule, self._replica, self._pace
        doubtful = schedule.take_recheck(now) or not self._signalled
        if schedule.take_question(now):
            await self._question()
        if (discover := schedule.take_discovery(now)) and self._signals_wait:
            await self._subscribe_to_signals()
        if discover and doubtful:
            replica.discovery.forget("")
        replica.absent.settled = now >= self._state_since + pace.expectant
        schedule.read_at = math.inf
        if (slow := schedule.take_slow(now)) and self._client.one_shot:
            await self._check_serial_number()
        await replica.synchronise(
            discover=discover,
            slow=slow,
            patience=pace.describe_aside if begun is None else pace.describe,
            brief=begun is not None and now > begun + pace.brief,
        )
        self._note_state()
        schedule.synchronised(
            now,
            0 if replica.owing else self._interval(),
            settled=not replica.unsettled,
            signalled=self._signalled,
        )
        self._in_step = True
        self._in_reach()

    async def _question(self) -> None:
        """Ask again, a little at a time, what the projector refused or never did."""
        if not (self._signalled and self._has_all_signals):
            await self._subscribe_to_signals()
        self._replica.question()

    def _note_state(self) -> None:
        """Look for objects again in another power state: they come and go with it."""
        if self._enter_state():
            self._discover_soon()

    def _enter_state(self) -> bool:
        """Note the power state; return whether it is another one.

        An activated preset ends on the way down. One that is activated afterwards,
        while it still cools down, counts.
        """
        state = self._replica.values.current.get(STATE)
        if state == self._state:
            return False
        before, self._state = self._state, state
        if state in _STATES_WITHOUT_PRESET:
            self._replica.activated({})
        if before is not None:  # else it may have been in this state for long
            self._state_since = asyncio.get_running_loop().time()
            self._replica.absent.settled = False
        return True

    def _discover_soon(self) -> None:
        self._schedule.discover_soon(asyncio.get_running_loop().time())
        self._attention.set()

    @override
    def _on_lost(self, error: PulseError) -> None:
        if not self._released:
            self._in_step = False
        super()._on_lost(error)

    @override
    def _on_notification(self, notification: Notification) -> None:
        if notification.method == "property.changed":
            self._on_changed(self._replica.values.push(notification.params))
        elif notification.method == "signal.callback":
            for name, arguments in named(notification.params.get("signal")):
                self._on_signal_callback(
                    name, arguments if isinstance(arguments, dict) else {}
                )

    def _on_changed(self, changed: set[str]) -> None:
        if not changed:
            return
        if changed & POWER_NAMES:
            self._note_state()
        if (
            (
                changed & self._replica.connectors.signals
                and self._replica.note_signals()
            )
            or changed & {SOURCE, NOTIFICATION_COUNT}
            or self._replica.misses(changed)
        ):
            self.refresh()
        if changed & ALWAYS_WATCHED:
            self._publish_pushed()  # no power state may go unseen
        elif self._in_step:
            self._publisher.soon()

    def _on_signal_callback(self, name: str, arguments: JsonObject) -> None:
        if name in _MODEL_SIGNALS:
            name = str(arguments.get("object") or "")
            self._replica.absent.forget(name)
            self._replica.discovery.note_change(
                name,
                is_new=arguments.get("newobject", arguments.get("isnew")),
                reason=arguments.get("reason"),
            )
            self._discover_soon()
        elif name in (EMITTED, DISMISSED):
            self._replica.take_notification(name, arguments)
            self._publish_pushed()  # each one, however short it lives
        else:
            self._on_signal(name, arguments)

    def _publish_pushed(self) -> None:
        if self._in_step:
            self._publisher.at_once()
