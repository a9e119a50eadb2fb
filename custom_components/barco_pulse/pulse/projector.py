"""A projector: what it is and has, and what can be asked of it.

`Projector` owns the parts of the client. How a change takes effect is written in two
places: `_on_changed` for what is pushed, `on_session_state` for the connection.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet

from .api import DEFAULT_PORT, PulseClient
from .background import BackgroundRequests
from .connection import Timeouts
from .const import (
    ACTIVE_PROFILE,
    LAST_PRESET,
    NOTIFICATION_DISMISSED,
    NOTIFICATION_EMITTED,
    POWER,
    POWER_NAMES,
    PRESETS,
    READY_REMAINING,
    SOURCE,
    STATE,
    TARGET_STATE,
    is_on,
)
from .exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulsePresetNotFoundError,
    PulseRpcError,
    PulseTimeoutError,
)
from .identity import Identity
from .json_types import JsonObject, JsonValue
from .keys import KeyEvent, key_request
from .latest import Coalescer
from .options import ProjectorOptions
from .pending import PendingCommand, PendingCommands
from .phase import PowerPhaseTracker
from .power import NEVER_ASLEEP, PowerControl
from .protocol import Framing, Notification, iter_pairs
from .publisher import SnapshotPublisher
from .reader import StateReader
from .schema_parser import parse_object
from .session import Session, SessionState, accepts
from .snapshot import Snapshot
from .state import ProjectorState
from .sync import MODEL_SIGNALS, Synchronizer
from .timing import Timings
from .watched_names import ALWAYS_WATCHED


class Projector:
    """A projector that is kept up to date. All commands may raise PulseError.

    `run` keeps `snapshot` true. Use `connect` first to learn why that may fail.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        options: ProjectorOptions = ProjectorOptions(),
    ) -> None:
        """Open nothing yet. Raises ValueError for a PIN that is not digits."""
        self._timings = timings = options.timings or Timings()
        timeouts = options.timeouts or Timeouts()
        self._client = PulseClient(
            host,
            port,
            pin,
            login=options.login,
            timeouts=timeouts,
            on_notification=self._on_notification,
            on_disconnect=self._on_lost,
        )
        self._state = ProjectorState(
            BackgroundRequests(self._client, timeouts).request,
            options.property_names,
            options.default_names,
        )
        self._reader = StateReader(self._state, self.refresh)
        self._session = Session(self._client, timings, timeouts, self)
        self._sync = Synchronizer(
            self._client,
            self._session,
            self._state,
            self._reader,
            timings,
            options,
        )
        self._phase = PowerPhaseTracker(timings)
        if isinstance(options.stored, dict):
            self._phase.from_storage(options.stored.get("power"))
        self._pending = PendingCommands(
            timings.pending_timeout, self._attempt, self._on_pending, options.on_command
        )
        self._power = PowerControl(
            self, self._pending, self._phase, timings, options.waker
        )
        self._latest = Coalescer()
        self._mac = options.mac
        self._on_signal = options.on_signal
        self._control_refused = False
        self._tried_for: tuple[object, ...] = ()
        """What the pending commands were tried for last."""
        self._publisher = SnapshotPublisher(
            self._build_snapshot, options.on_update, timings
        )

    # How a change takes effect

    def _on_lost(self, error: PulseError) -> None:
        self._session.on_lost(error)

    def _on_notification(self, notification: Notification) -> None:
        if notification.method == "property.changed":
            self._on_changed(self._state.apply_push(notification.params))
        elif notification.method == "signal.callback":
            for name, arguments in iter_pairs(notification.params.get("signal")):
                self._on_signal_callback(
                    name, arguments if isinstance(arguments, dict) else {}
                )

    def _on_changed(self, changed: AbstractSet[str]) -> None:
        """Update what is derived from pushed values, in this order, then publish."""
        if not changed:
            return
        if changed & POWER_NAMES or self._phase.phase == "cooling":
            self._update_power()  # the end of a cool-down may only be estimated
        if self._reader.needs_read(changed):
            self.refresh()
        if changed & ALWAYS_WATCHED:
            self._publish_at_once()  # no power state may go unseen
        elif self._session.is_connected:
            self._publisher.publish_soon()

    def _update_power(self) -> None:
        """Update all that depends on the power state."""
        values = self._state.cache.values
        self._sync.note_state()
        if self._session.is_connected:  # what is asleep stays so until it is read
            self._phase.update(values)
            cools = self._phase.phase == "cooling"
            self._state.watch_extra([READY_REMAINING] if cools else ())
        self._power.note(on=is_on(values.get(STATE), values.get(TARGET_STATE)))
        self._retry_pending()

    def _retry_pending(self) -> None:
        """Retry what waits, if the state or the objects of the projector changed."""
        objects = self._state.schema.objects
        state = self._state.cache.values.get(STATE)
        there = (self.snapshot.reachable, self.snapshot.asleep, state, objects)
        if there != self._tried_for:
            self._tried_for = there
            self._pending.nudge()

    def _on_signal_callback(self, name: str, arguments: JsonObject) -> None:
        if name in MODEL_SIGNALS:
            self._sync.change_model(arguments)
        elif name in (NOTIFICATION_EMITTED, NOTIFICATION_DISMISSED):
            self._state.lists.apply_notification(name, arguments)
            self._publish_at_once()  # each one, however short it lives
        else:
            self._on_signal(name, arguments)

    def _publish_at_once(self) -> None:
        if self._session.is_connected:
            self._publisher.publish_urgent()

    def _on_pending(self) -> None:
        self._publisher.publish()

    def on_session_state(self, before: SessionState, state: SessionState) -> None:
        """Update what depends on the connection, in this order, then publish."""
        if state is SessionState.CONNECTED:
            self._update_power()
            self._publisher.publish()
            self._retry_pending()
        elif state is SessionState.UNAVAILABLE:
            self._phase.on_disconnect()
            if self._may_be_assumed_asleep():
                self._phase.assume_asleep()
            self._publisher.publish()
            self._retry_pending()
        elif before is SessionState.CONNECTED and state is not SessionState.RELEASED:
            self._phase.interrupt()

    def on_session_error(self, error: PulseError) -> None:
        """Note that something answers at the address of a projector that sleeps."""
        if accepts(error):
            self._phase.on_connected()

    def on_session_closing(self) -> None:
        """Ask and publish nothing more over this connection."""
        self._reader.stop()
        self._publisher.stop()

    async def initialize(self) -> None:
        """Connect and read all; for the session only."""
        await self._sync.initialize()

    async def serve(self) -> None:
        """Read what is due until the connection is lost; for the session only."""
        await self._sync.serve()

    def is_final(self, error: PulseError) -> bool:
        """Tell whether only a person can help, so that it is reported at once."""
        if not isinstance(error, PulseAuthenticationError | PulsePermissionError):
            return False
        if isinstance(error, NEVER_ASLEEP):
            return True
        return not (self.rises or self._is_asleep(error))

    # What is known

    def _build_snapshot(self) -> Snapshot:
        client, session = self._client, self._session
        error = session.error
        return self._state.snapshot(
            error,
            self._phase.values | self._pending.waiting,
            asleep=self._is_asleep(error),
            pin_refused=client.pin_refused
            and not (session.hidden and client.pin_questionable and self.rises),
            control_denied=self._control_refused,
            assumed=self._phase.assumed,
            connection_limit_reached=isinstance(error, PulseConnectionLimitError)
            and session.odd_for >= self._timings.connection_limit_delay
            and not self.rises,
            stranger=getattr(error, "identity", None),
        )

    def _is_asleep(self, error: PulseError | None) -> bool:
        """Tell whether an error is what a sleeping or booting projector may cause."""
        if error is None or isinstance(error, NEVER_ASLEEP):
            return False
        if not (self._phase.asleep and self._power.can_wake):
            return False
        silent = not accepts(error) or isinstance(error, PulseTimeoutError)
        return (
            silent
            or self.rises
            or self._session.odd_for < self._timings.connection_limit_delay
        )

    def _may_be_assumed_asleep(self) -> bool:
        session = self._session
        return (
            not session.is_odd
            and session.disconnected_at is not None
            and self._power.can_wake
            and session.away_for >= self._timings.assume_asleep_delay
        )

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._publisher.snapshot

    @property
    def identity(self) -> Identity | None:
        """Who the projector is, once it has told."""
        return self._sync.identity

    @property
    def mac(self) -> str | None:
        """The hardware address to wake it by, if any."""
        return self._mac or (self.identity.mac if self.identity else None)

    @property
    def connected(self) -> bool:
        """True while there is a connection."""
        return self._client.connected

    @property
    def rises(self) -> bool:
        """True while it is being woken or boots, so that odd answers are normal."""
        return self._power.rises

    @property
    def framing(self) -> Framing | None:
        """The form of request that this projector understands, once known."""
        return self._client.framing

    @property
    def errors(self) -> Sequence[tuple[str, str]]:
        """When and why the connection was lost of late."""
        return self._session.errors

    @property
    def counters(self) -> Mapping[str, int]:
        """What happened on the connection so far, by what it is."""
        return self._client.counters

    @property
    def subscribed(self) -> frozenset[str]:
        """The properties whose changes are pushed."""
        return frozenset(self._state.cache.subscribed)

    @property
    def dropped(self) -> JsonObject:
        """How many names were left out of too large descriptions, by object."""
        return dict(self._state.schema.dropped)

    @property
    def storage_version(self) -> int:
        """A number that changes whenever `to_storage` has anything new."""
        return self._sync.storage_version + self._phase.version

    def to_storage(self) -> JsonObject:
        """Return what to give to the next one as `ProjectorOptions.stored`."""
        return {**self._sync.to_storage(), "power": self._phase.to_storage()}

    async def read_everything(self) -> dict[str, JsonValue]:
        """Read all that the projector has, for a report. Raises PulseError."""
        values = await self._reader.read_everything()
        self._publish_at_once()  # it may have found more
        return values

    # Connecting

    async def connect(self) -> None:
        """Connect, learn what the projector is and has, and read it all once.

        Raises PulseError and leaves no socket open then.
        """
        await self._session.connect()

    async def run(self) -> None:
        """Keep the snapshot true until cancelled."""
        await self._session.run()

    def note_unreachable(self, error: PulseError) -> None:
        """Note that `connect` failed: publish it if the projector may be asleep."""
        self._phase.on_disconnect()
        if self.identity is None:
            return
        if self._power.can_wake and not accepts(error):
            self._phase.assume_asleep()
        if self.sleeps(error):
            self._session.report(error)

    def sleeps(self, error: PulseError) -> bool:
        """Tell whether a projector that could not be reached may be asleep.

        That takes a known projector that can be woken. `run` then waits for it.
        """
        return self.identity is not None and self._is_asleep(error)

    def note_waker(self) -> None:
        """Note that there may be another way to wake the projector, or none now."""
        if self._session.error is not None:
            self._session.report()

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._session.reconnect_soon()

    async def disconnect(self) -> None:
        """Close the connection. Requests that wait for an answer fail."""
        await self._session.disconnect()

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

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties up to date from now on."""
        self._sync.watch(names)

    def refresh(self) -> None:
        """Read everything soon; the listener hears what changed."""
        self._sync.refresh()

    # Commands

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Request what a caller waits for, and return its result.

        Waits for the end of a short interruption. Raises PulseError; PulseRpcError
        also for a result of false.
        """
        try:
            return await self._session.command(method, params)
        except PulseAuthenticationError:
            self._publisher.publish()  # that the PIN is refused
            raise
        except PulseInvalidStateError as error:
            if error.not_found:
                name = params.get("property") if isinstance(params, dict) else None
                if self._state.schema.is_present(str(name or method)):
                    self._sync.doubt(str(name or method))
            raise

    async def _control(self, method: str, params: JsonValue = None) -> None:
        """Command what may take a PIN."""
        try:
            await self.command(method, params)
        except PulsePermissionError:
            self._note_control(
                refused=not self._client.has_pin or self._client.pin_used_up
            )
            raise
        self._note_control(refused=False)

    def _note_control(self, *, refused: bool) -> None:
        if refused != self._control_refused:
            self._control_refused = refused
            self._publisher.publish()

    async def power_on(self) -> None:
        """Switch it on, as `PowerControl.turn_on` does."""
        await self._power.turn_on()

    async def power_off(self) -> None:
        """Switch it off, as `PowerControl.turn_off` does."""
        await self._power.turn_off()

    async def read_power(self) -> tuple[JsonValue, JsonValue]:
        """Return the power state and where it is heading; None: not told.

        Where it is not pushed, what is known of it may be seconds old: then it is
        asked for. Raises PulseError.
        """
        values = self._state.cache
        names = [STATE]
        if TARGET_STATE in self._state.schema.properties:
            names.append(TARGET_STATE)
        pushed = STATE in values.subscribed and not values.push_stalled
        if not (pushed and self._session.is_connected):
            await values.read_now(self.command, names)
            self._update_power()
            self._publish_at_once()
        current = self._state.cache.values
        return current.get(STATE), current.get(TARGET_STATE)

    async def command_power(self, method: str) -> None:
        """Send a power command; where nothing is pushed, see its effect soon."""
        await self._control(method)
        self._sync.expect_power_change()

    async def _attempt(self, command: PendingCommand) -> float | None:
        if command.kind == POWER:
            return await self._power.attempt(command)
        try:
            await self._choose(command.kind, str(command.value))
        except PulseInvalidStateError as error:
            absent = error.not_found and not command.waits
            if not self._may_be_chosen_soon(command, absent=absent):
                raise
        except PulseConnectionError, PulseTimeoutError:
            if not self._coming_up:
                raise
        else:
            return None
        return self._timings.retry_busy

    @property
    def _coming_up(self) -> bool:
        """Tell whether it is on its way to a picture, or will be."""
        values = self._state.cache.values
        comes = self._phase.phase in ("starting", "warming")
        if comes and is_on(values.get(STATE), values.get(TARGET_STATE)):
            return True
        # Where commands were refused so far, this one will hardly warm it up.
        return self._pending.wants(POWER, "on") and not self._control_refused

    def _may_be_chosen_soon(self, command: PendingCommand, *, absent: bool) -> bool:
        """Tell whether to wait with a choice that is not possible now."""
        if self._phase.phase != "on":
            return self._coming_up
        # Objects appear a moment after the state, and no projector stays busy for long.
        if absent:
            return self._phase.seconds_in_state < self._timings.retry_incomplete
        waited = asyncio.get_running_loop().time() - command.begun
        return (
            min(waited, self._phase.seconds_in_state)
            < self._timings.fast_poll_after_power
        )

    async def get_property(self, name: str) -> JsonValue:
        """Read a property, whether or not it is watched."""
        return await self.command("property.get", {"property": name})

    async def lists(self, name: str) -> bool | None:
        """Tell whether the projector describes a property or method of this name.

        None: it does not describe the object, or not in its present power state.
        """
        snapshot = self.snapshot
        if name in snapshot.properties or name in snapshot.methods:
            return True
        owner, _, _ = name.rpartition(".")
        try:
            description = await self.command(
                "introspect", {"object": owner, "recursive": False}
            )
        except PulseRpcError:
            return None
        model = parse_object(owner, description)
        names = model.properties.keys() | model.methods.keys()
        return name in names if names else None

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it.

        While one value is on its way, of the values behind it only the newest is
        sent: a slider must not flood the projector.
        """
        name = self._state.connectors.resolve(name)
        params: JsonObject = {"property": name, "value": value}
        send = (
            self._control
            if self.snapshot.property_type(name).writable
            else self.command
        )
        async with self._latest.slot(name) as newest:
            if newest:
                try:
                    await send("property.set", params)
                except PulseRpcError as error:
                    if not isinstance(
                        error, PulsePermissionError | PulseInvalidStateError
                    ):
                        self._sync.doubt(name)
                    raise
        if name not in self._state.cache.subscribed:
            self.refresh()

    async def select_source(self, source: str) -> None:
        """Show a source; while it powers up, as soon as it can."""
        await self._pending.request("source", source)

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`; while it powers up, as soon as it can."""
        self._slot(option)
        await self._pending.request("preset", option)

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name; while it powers up, as soon as it can."""
        await self._pending.request("profile", name)

    def _slot(self, option: str) -> JsonValue:
        """Return the number of a preset. Raises PulsePresetNotFoundError if there is none."""
        slot = self.snapshot.presets.get(option)
        if slot is None:
            raise PulsePresetNotFoundError(f"There is no preset {option}")
        return slot

    async def _choose(self, kind: str, value: str) -> None:
        """Send a choice of one of `PENDING_KINDS` but power. Raises PulseError."""
        match kind:
            case "source":
                await self.set_property(SOURCE, value)
            case "preset":
                slot = self._slot(value)
                _, _, profile = value.partition(": ")
                activated = {LAST_PRESET: value, ACTIVE_PROFILE: profile}
                await self._activate("profile.activatepreset", slot, activated)
            case "profile":
                activated = {ACTIVE_PROFILE: value}
                await self._activate("profile.activateprofile", value, activated)

    async def _activate(
        self, method: str, value: JsonValue, activated: Mapping[str, JsonValue]
    ) -> None:
        # A bare value for params is what real projectors were seen to take.
        await self._control(method, value)
        self._state.set_last_activated(dict(activated))
        self._publisher.publish()

    async def assign_preset(self, slot: int, profile: str) -> None:
        """Let a preset, 0 to 29, stand for a profile; "" for none."""
        params: JsonObject = {"preset": slot, "profile": profile}
        await self._control("profile.assignpreset", params)
        if PRESETS not in self._state.cache.subscribed:
            self.refresh()

    async def press_key(self, key: str, event: KeyEvent = KeyEvent.CLICK) -> None:
        """Do as if a key, by its own name, had been used."""
        await self._control(*key_request(self.snapshot.methods, event, key))

    async def dismiss(self, notification_id: str, response: str = "OK") -> None:
        """Answer one of the projector's notifications, so that it goes."""
        params: JsonObject = {"id": notification_id, "response": response}
        await self._control("notification.dismiss", params)
        self._state.lists.invalidate_notifications()
        self.refresh()
