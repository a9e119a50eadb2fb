"""Keep the state of a projector up to date: decide what to read, and when.

Values come by push; a slow read of everything is the safety net; a projector that does
not push is polled.
"""

import asyncio
from collections.abc import Iterable
import math
from typing import Final

from .api import PulseClient
from .const import IDENTITY, STATE, STATES_WITHOUT_SOURCES, TARGET_STATE, PowerState
from .identity_check import IdentityCheck
from .json_types import JsonObject, JsonValue
from .model.projector_schema import top_level_object
from .options import ProjectorOptions
from .protocol import Framing
from .reader import StateReader
from .session import Session, SessionState
from .signal_subscription import SignalSubscription
from .state import ProjectorState
from .timing import SyncSchedule, Timings

_STATES_WITHOUT_PRESET: Final = (*STATES_WITHOUT_SOURCES, PowerState.DECONDITIONING)


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
        self._signals = SignalSubscription(state.requests)
        self._release = options.release_when_idle
        self._power_state: JsonValue = None
        self._framing: Framing | None = None  # as `to_storage` returns it
        self._framing_changes = 0
        self._schedule = SyncSchedule(timings)
        self._fast_poll_until = -math.inf  # to see the effect of a power command
        self._state_since = -math.inf  # when the power state was seen to change
        self._invalidated_at: dict[str, float] = {}  # by top-level object
        self._identity = self._restore(options)

    @property
    def storage_version(self) -> int:
        """A number that changes whenever the result of `to_storage` changes."""
        return self._state.storage_version + self._framing_changes

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        identity = self._state.identity.as_json() if self._state.identity else None
        return {
            **self._state.to_storage(),
            "identity": identity,
            "state": self._power_state,
            "framing": self._framing,
        }

    def _restore(self, options: ProjectorOptions) -> IdentityCheck:
        """Restore what `to_storage` returned; ignore invalid parts."""
        self._state.from_storage(options.stored)
        stored = options.stored if isinstance(options.stored, dict) else {}
        self._power_state = stored.get("state")
        if (framing := stored.get("framing")) in [*Framing]:
            self._framing = self._client.framing = Framing(str(framing))
        return IdentityCheck(self._state, options.serial_number, stored.get("identity"))

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
        """Introspect the projector soon."""
        self._schedule.schedule_introspection(asyncio.get_running_loop().time())
        self._session.attention.set()

    def expect_power_change(self) -> None:
        """Poll often for `fast_poll_after_power`, unless the power state is pushed."""
        if STATE not in self._state.cache.subscribed:
            now = asyncio.get_running_loop().time()
            self._fast_poll_until = now + self._timings.fast_poll_after_power
            self.refresh()

    def invalidate(self, name: str) -> None:
        """Introspect the object of a name again that it should have, but refused.

        At most once in `Timings.retry_refused` seconds.
        """
        now = asyncio.get_running_loop().time()
        top = top_level_object(name)
        earlier = self._invalidated_at.get(top, -math.inf)
        if now >= earlier + self._timings.retry_refused:
            self._invalidated_at[top] = now
            self._state.introspector.invalidate(name)
            self._state.missing.forget(top)
            self.discover_soon()

    def on_model_changed(self, arguments: JsonObject) -> None:
        """Handle the signal that an object appeared, disappeared or changed."""
        name = str(arguments.get("object") or "")
        self._state.missing.forget(name)
        self._state.introspector.on_model_changed(
            name,
            is_new=arguments.get("newobject", arguments.get("isnew")),
            reason=arguments.get("reason"),
        )
        self.discover_soon()

    async def initialize(self) -> None:
        """Connect, read everything that is watched, then introspect the projector."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await self._open_and_read()
            self._schedule.on_connected(loop.time())
            await self._synchronize(begun)
        except BaseException:
            self._reader.stop()
            raise

    async def _open_and_read(self) -> None:
        """Connect; read the identity and all watched properties with one request."""
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
        if self._pushes:
            await self._signals.subscribe()
        else:
            self._signals.disable()

    @property
    def _pushes(self) -> bool:
        """False if nothing can be pushed, because no connection is kept."""
        return not (self._release or self._client.one_shot)

    def _identify(self, answers: JsonObject) -> None:
        """Record who answered. Raises PulseError if that is another projector."""
        if self._identity.accept(answers):
            self.discover_soon()

    def _check_identity(self, answers: JsonObject) -> None:
        """Check who answered, if the answers contain the serial number."""
        if answers.get(IDENTITY["serial_number"]):
            self._identify(answers)

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
        """Connect after a release, without the introspection of `initialize`."""
        await self._open_and_read()
        if self._signals.active:  # signals may have been missed
            self._schedule.schedule_introspection(asyncio.get_running_loop().time())

    async def _maybe_release(self) -> None:
        """Release the connection if the next poll is `_min_release_time` away."""
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
        """The shortest time in seconds for which the connection is released."""
        return self._timings.poll_released if self._release else self._timings.poll_idle

    async def _synchronize(self, begun: float | None = None) -> None:
        """Read everything that is watched; introspect the projector if that is due.

        `begun`: while connecting, when that began, in the loop's time.
        """
        now = asyncio.get_running_loop().time()
        schedule, state, timings = self._schedule, self._state, self._timings
        doubtful = schedule.pop_recheck(now) or not self._signals.active
        if schedule.pop_retry(now):
            await self._retry_refused()
        if (discover := schedule.pop_introspection(now)) and self._signals.pending:
            await self._signals.subscribe()
        if discover and doubtful:
            state.introspector.invalidate("")
        is_stable = now >= self._state_since + timings.fast_poll_after_power
        state.missing.set_stable(stable=is_stable)
        schedule.read_at = math.inf
        if (slow := schedule.pop_slow_read(now)) and self._client.one_shot:
            await self._identity.read_serial_number()
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
            signals_active=self._signals.active,
        )
        self._session.connected()

    async def _retry_refused(self) -> None:
        """Retry requests that the projector refused, a few at a time."""
        if self._pushes and not (self._signals.active and self._signals.has_all):
            await self._signals.subscribe()
        self._reader.retry_refused()

    def on_power_state(self) -> None:
        """Introspect again in another power state, which has other objects."""
        if self._record_power_state():
            self.discover_soon()

    def _record_power_state(self) -> bool:
        """Record the power state; return whether it has changed.

        An activated preset ends when the projector is switched off. A preset that is
        activated afterwards, while the projector still cools down, counts.
        """
        state = self._state.cache.values.get(STATE)
        if state == self._power_state:
            return False
        before, self._power_state = self._power_state, state
        if state in _STATES_WITHOUT_PRESET:
            self._state.set_last_activated({})
        # The first state may have begun long before it was read.
        if before is not None:
            self._state_since = asyncio.get_running_loop().time()
            self._state.missing.set_stable(stable=False)
        return True
