"""Keep what is known of a projector up to date: what to read, and when.

Values come by push; a slow read of everything is the safety net; a projector that does
not push is polled.
"""

import asyncio
from collections.abc import Iterable
import math
from typing import Final

from .api import PulseClient
from .const import (
    IDENTITY,
    KEY_EVENT,
    NOTIFICATION_DISMISSED,
    NOTIFICATION_EMITTED,
    STATE,
    TARGET_STATE,
)
from .exceptions import PulseDeviceMismatchError
from .identity import Identity, identity_of
from .json_types import JsonObject, JsonValue
from .model.projector_schema import top_level_object
from .options import ProjectorOptions
from .protocol import Framing
from .reader import StateReader
from .session import Session, SessionState
from .state import ProjectorState
from .timing import SyncSchedule, Timings

MODEL_SIGNALS: Final = ("modelupdated", "introspect.objectchanged")
_SIGNALS: Final = (
    MODEL_SIGNALS[0],
    NOTIFICATION_EMITTED,
    NOTIFICATION_DISMISSED,
    KEY_EVENT,
)
_STATES_WITHOUT_PRESET: Final = ("boot", "eco", "standby", "deconditioning")


class Synchronizer:
    """Connects, reads what is shown, and reads it again when it is due."""

    def __init__(
        self,
        client: PulseClient,
        session: Session,
        state: ProjectorState,
        reader: StateReader,
        timings: Timings,
        options: ProjectorOptions,
    ) -> None:
        """Start with what `options.stored` has of an earlier time."""
        self._client = client
        self._session = session
        self._state = state
        self._reader = reader
        self._timings = timings
        self._serial_number = options.serial_number
        self._release = options.release_when_idle
        self._power_state: JsonValue = None
        self._framing: Framing | None = None  # as `to_storage` tells it
        self._framing_changes = 0
        self._restore(options.stored)
        self._schedule = SyncSchedule(timings)
        self._fast_poll_until = -math.inf  # a power command is to show its effect
        self._signals_active = False  # it tells when objects come and go
        self._has_all_signals = False
        self._signals_pending = False  # it was too busy to say whether it will
        self._state_since = -math.inf  # when the power state was seen to change
        self._invalidated_at: dict[
            str, float
        ] = {}  # when a name was refused, by object

    @property
    def storage_version(self) -> int:
        """A number that changes whenever `to_storage` has anything new."""
        return self._state.storage_version + self._framing_changes

    def to_storage(self) -> JsonObject:
        """Return what to keep until the next start."""
        identity = self._state.identity.as_json() if self._state.identity else None
        return {
            **self._state.to_storage(),
            "identity": identity,
            "state": self._power_state,
            "framing": self._framing,
        }

    def _restore(self, stored: JsonValue) -> None:
        self._state.from_storage(stored)
        if isinstance(stored, dict):
            identity = Identity.from_json(stored.get("identity"))
            if identity and identity.serial_number == self._serial_number:
                self._state.identity = identity
            self._power_state = stored.get("state")
            if (framing := stored.get("framing")) in [*Framing]:
                self._framing = self._client.framing = Framing(str(framing))

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties up to date."""
        self._state.watch(names)
        if self._state.watched_names() != self._reader.synced_names:
            self.refresh()

    def refresh(self) -> None:
        """Read everything soon."""
        self._schedule.read_at = -math.inf
        self._session.attention.set()

    def discover_soon(self) -> None:
        """Find out soon what the projector has."""
        self._schedule.schedule_introspection(asyncio.get_running_loop().time())
        self._session.attention.set()

    def expect_power_change(self) -> None:
        """Poll often for a while, where the power state is not pushed."""
        if STATE not in self._state.cache.subscribed:
            now = asyncio.get_running_loop().time()
            self._fast_poll_until = now + self._timings.fast_poll_after_power
            self.refresh()

    def invalidate(self, name: str) -> None:
        """Discover an object again that refused what it should take.

        At most once in `Timings.question` seconds.
        """
        now = asyncio.get_running_loop().time()
        top = top_level_object(name)
        if (
            now
            >= self._invalidated_at.get(top, -math.inf) + self._timings.retry_refused
        ):
            self._invalidated_at[top] = now
            self._state.introspector.invalidate(name)
            self._state.missing.forget(top)
            self.discover_soon()

    def on_model_changed(self, arguments: JsonObject) -> None:
        """Take a signal that tells what changed of what the projector has."""
        name = str(arguments.get("object") or "")
        self._state.missing.forget(name)
        self._state.introspector.on_model_changed(
            name,
            is_new=arguments.get("newobject", arguments.get("isnew")),
            reason=arguments.get("reason"),
        )
        self.discover_soon()

    async def initialize(self) -> None:
        """Connect, read all that is shown, then learn what the projector has."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await self._open_and_read()
            await self._subscribe_to_signals()
            self._schedule.on_connected(loop.time())
            await self._synchronize(begun)
        except BaseException:
            self._reader.stop()
            raise

    async def _open_and_read(self) -> None:
        """Connect, and read by one request who it is and all that is shown."""
        state, client = self._state, self._client
        await self._session.open({"property": self._reader.first_asked()})
        if client.framing is not self._framing:
            self._framing = client.framing
            self._framing_changes += 1
        is_logged_in = client.has_pin and not client.pin_refused
        self._reader.start_connection(
            push_disabled=not self._pushes, login="pin" if is_logged_in else ""
        )
        await self._reader.read_first(self._identify)
        if self._session.running and not state.schema.is_empty:
            self.on_power_state()
            self._session.connected()
        else:
            self._record_power_state()

    @property
    def _pushes(self) -> bool:
        """False if nothing can be pushed: no connection is kept."""
        return not (self._release or self._client.one_shot)

    def _identify(self, answers: JsonObject) -> None:
        """Note who answered. Raises PulseError if that is not the known projector."""
        incomplete, known = self._state.cache.incomplete, self._state.identity
        identity = identity_of(answers, incomplete=incomplete, known=known)
        serial_number = identity.serial_number
        if serial_number != (self._serial_number or serial_number):
            raise PulseDeviceMismatchError(
                "Another projector answers at this address", identity.model_and_serial
            )
        if known is not None and identity.firmware != known.firmware:
            self.discover_soon()
        self._state.identified(identity)
        self._serial_number = serial_number

    def _check_identity(self, answers: JsonObject) -> None:
        """See whether it is still who it was, if it tells."""
        if answers.get(IDENTITY["serial_number"]):
            self._identify(answers)

    async def _check_serial_number(self) -> None:
        """Notice another projector where no connection lasts that could be lost."""
        name = IDENTITY["serial_number"]
        told = (await self._state.cache.get([name])).get(name)
        if told is not None and str(told) != self._serial_number:
            raise PulseDeviceMismatchError("Another projector answers at this address")

    async def _subscribe_to_signals(self) -> None:
        """A projector that does not know all of them may know the first."""
        if not self._pushes:
            self._signals_active = self._signals_pending = False
            return
        ask = self._state.requests.request
        for names in (_SIGNALS, _SIGNALS[:1]):
            self._signals_active = bool(
                await ask("signal.subscribe", {"signal": [*names]})
            )
            if self._signals_active:
                self._has_all_signals = names == _SIGNALS
                break
        self._signals_pending = (
            not self._signals_active and self._state.requests.incomplete
        )

    async def serve(self) -> None:
        """Read what is due until the connection is lost; then raise the reason."""
        try:
            await self._read_when_due()
        finally:
            self._reader.stop()

    async def _read_when_due(self) -> None:
        loop = asyncio.get_running_loop()
        session, schedule = self._session, self._schedule
        while True:
            if self._release and loop.time() < schedule.due_at:
                await self._maybe_release()
            await session.wait_until(schedule.due_at)
            if session.state is SessionState.RELEASED:
                await session.reconnect(self._reopen, self.initialize)
            else:
                session.raise_if_lost()
            if loop.time() >= schedule.due_at:
                await self._synchronize()
                await self._maybe_release()

    async def _reopen(self) -> None:
        """Connect after a release; what the projector has was learned before."""
        await self._open_and_read()
        await self._subscribe_to_signals()
        if self._signals_active:  # but nothing was heard of it meanwhile
            self._schedule.schedule_introspection(asyncio.get_running_loop().time())

    async def _maybe_release(self) -> None:
        """Leave the connection to other controllers, if no poll is due for long."""
        if (
            not self._state.cache.subscribed
            and not self._reader.is_introspecting
            and not self._session.has_active_commands
            and self._interval() >= self._min_release_time
        ):
            await self._session.release()

    def _interval(self) -> float:
        """Return the seconds from one read of everything to the next."""
        if self._state.cache.source_changing:
            return self._timings.poll_on
        if self._state.cache.subscribed and not self._state.cache.push_stalled:
            return self._timings.resync_interval
        if asyncio.get_running_loop().time() < self._fast_poll_until:
            return self._timings.poll_on
        values = self._state.cache.values
        interval = self._timings.poll_interval(
            values.get(STATE), values.get(TARGET_STATE)
        )
        return max(interval, self._min_release_time) if self._release else interval

    @property
    def _min_release_time(self) -> float:
        """For how long the connection is worth being released, in seconds."""
        return self._timings.poll_released if self._release else self._timings.poll_idle

    async def _synchronize(self, begun: float | None = None) -> None:
        """Read all that is wanted, and what the projector has where that is due.

        `begun`: since when it is being connected to, if it is.
        """
        now = asyncio.get_running_loop().time()
        schedule, state, timings = self._schedule, self._state, self._timings
        doubtful = schedule.pop_recheck(now) or not self._signals_active
        if schedule.pop_retry(now):
            await self._retry_refused()
        if (discover := schedule.pop_introspection(now)) and self._signals_pending:
            await self._subscribe_to_signals()
        if discover and doubtful:
            state.introspector.invalidate("")
        is_stable = now >= self._state_since + timings.fast_poll_after_power
        state.missing.set_stable(stable=is_stable)
        schedule.read_at = math.inf
        if (slow := schedule.pop_slow_read(now)) and self._client.one_shot:
            await self._check_serial_number()
        await self._reader.synchronize(
            discover=discover,
            poll=slow,
            patience=timings.introspection_limit_later
            if begun is None
            else timings.introspection_limit,
            postpone=begun is not None and now > begun + timings.setup_limit,
            check=self._check_identity,
        )
        self.on_power_state()
        schedule.on_synced(
            now,
            0 if self._reader.postponed else self._interval(),
            complete=not state.incomplete,
            signals_active=self._signals_active,
        )
        self._session.connected()

    async def _retry_refused(self) -> None:
        """Ask again, a little at a time, what the projector refused or never did."""
        if not (self._signals_active and self._has_all_signals):
            await self._subscribe_to_signals()
        self._reader.retry_refused()

    def on_power_state(self) -> None:
        """Look for objects again in another power state: they come and go with it."""
        if self._record_power_state():
            self.discover_soon()

    def _record_power_state(self) -> bool:
        """Note the power state; return whether it is another one.

        An activated preset ends on the way down. One that is activated afterwards,
        while it still cools down, counts.
        """
        state = self._state.cache.values.get(STATE)
        if state == self._power_state:
            return False
        before, self._power_state = self._power_state, state
        if state in _STATES_WITHOUT_PRESET:
            self._state.set_last_activated({})
        # The first state that is seen may have begun long ago.
        if before is not None:
            self._state_since = asyncio.get_running_loop().time()
            self._state.missing.set_stable(stable=False)
        return True
