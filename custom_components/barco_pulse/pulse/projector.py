"""The public interface of the client: one projector, its state and its commands.

`Projector` owns the parts of the client. Two methods define in which order a change
takes effect: `_on_changed` for pushed values, `_on_session_state` for the connection.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet

from .api import DEFAULT_PORT, PulseClient
from .background import BackgroundRequests, Observer
from .commands import Commands
from .const import (
    CONNECTORS,
    NOTIFICATION_DISMISSED,
    NOTIFICATION_EMITTED,
    POWER_NAMES,
    READY_REMAINING,
    STATE,
    TARGET_STATE,
    is_on,
)
from .deadlines import Timeouts
from .exceptions import PulseError
from .identity import Identity
from .json_types import JsonObject, JsonValue
from .keys import KeyEvent
from .model.watched_names import ALWAYS_WATCHED
from .options import ProjectorOptions
from .pending import PendingCommand, PendingCommands
from .phase import PowerPhaseTracker
from .power import PowerControl
from .protocol import Framing, Notification, iter_pairs
from .publisher import SnapshotPublisher
from .reader import StateReader
from .selection import Selections
from .session import Session, SessionState
from .signal_subscription import MODEL_SIGNALS
from .sleep import SleepMonitor, accepts_connections
from .snapshot import Snapshot
from .snapshot_builder import SnapshotBuilder
from .state import ProjectorState
from .sync import Synchronizer
from .timing import Timings


class Projector:
    """A projector whose `snapshot` is kept up to date while `run` runs.

    Await `connect` before `run` to get the error if the projector cannot be reached.
    All commands may raise PulseError.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        options: ProjectorOptions = ProjectorOptions(),
    ) -> None:
        """Initialize without connecting. Raises ValueError if the PIN is not numeric."""
        self._timings = timings = options.timings or Timings()
        timeouts = options.timeouts or Timeouts()
        self._client = client = PulseClient(
            host,
            port,
            pin,
            login=options.login,
            timeouts=timeouts,
            trace=options.trace,
        )
        self._background = BackgroundRequests(client, timeouts)
        self._state = state = ProjectorState(
            self._background.request, options.property_names, options.default_names
        )
        self._reader = reader = StateReader(state)
        self._phase = phase = PowerPhaseTracker(timings)
        if isinstance(options.stored, dict):
            phase.from_storage(options.stored.get("power"))
        self._pending = pending = PendingCommands(
            timings.pending_timeout, options.on_command
        )
        self._sleep = sleep = SleepMonitor(
            state, phase, pending, timings, options.waker, options.mac
        )
        self._session = session = Session(client, timings, timeouts, sleep)
        sync = Synchronizer(client, session, state, reader, timings, options)
        self._sync = sync
        builder = SnapshotBuilder(client, session, state, sync, phase, pending, sleep)
        publisher = SnapshotPublisher(builder.build, options.on_update, timings)
        self._publisher = publisher
        self._commands = commands = Commands(client, session, state, sync, publisher)
        self._power = PowerControl(commands, pending, sleep, timings)
        self._selections = Selections(commands, pending, state, session, phase, timings)
        self._on_signal = options.on_signal
        self._retried_for: tuple[object, ...] = ()  # see `_retry_pending`
        self._connect_parts()

    def _connect_parts(self) -> None:
        """Define which part calls what. Last, when all parts are complete."""
        self._client.on_notification = self._on_notification
        self._session.on_state = self._on_session_state
        self._commands.on_changed = self._on_changed
        self._reader.on_found = self._sync.refresh
        self._pending.on_change = self._publisher.publish

    # How a change takes effect

    def _on_notification(self, notification: Notification) -> None:
        if notification.method == "property.changed":
            self._on_changed(self._state.cache.apply_push(notification.params))
        elif notification.method == "signal.callback":
            for name, arguments in iter_pairs(notification.params.get("signal")):
                self._on_signal_callback(
                    name, arguments if isinstance(arguments, dict) else {}
                )

    def _on_changed(self, changed: AbstractSet[str]) -> None:
        """Update what is derived from pushed values, in this order, then publish."""
        if not changed:
            return
        triggers = not changed.isdisjoint(self._state.trigger_names)
        if triggers:
            self._state.update_dependent(changed)
        depends_on_power = changed & POWER_NAMES or self._phase.phase == "cooling"
        if depends_on_power:
            self._update_power()  # the end of a cool-down may only be estimated
        if triggers and self._reader.needs_read(changed):
            self.refresh()
        if changed & ALWAYS_WATCHED:
            self._publish_at_once()  # automations need each power state
        elif self._session.state is not SessionState.CONNECTED:
            return
        elif depends_on_power or not changed <= self._publisher.snapshot.values.keys():
            self._publisher.publish_soon()
        else:
            self._publish_values(changed)

    def _publish_values(self, changed: AbstractSet[str]) -> None:
        """Publish pushed values alone, unless other values are derived from them."""
        values = self._state.cache.values
        if any(n not in values or n.startswith(CONNECTORS) for n in changed):
            self._publisher.publish_soon()
        else:
            self._publisher.publish_values({name: values[name] for name in changed})

    def _update_power(self) -> None:
        """Update everything that depends on the power state."""
        values = self._state.cache.values
        self._sync.on_power_state()
        if self._session.is_connected:  # while asleep, values are old
            self._phase.update(values)
            cools = self._phase.phase == "cooling"
            self._state.watch_extra([READY_REMAINING] if cools else ())
        self._power.on_power_state(
            is_on=is_on(values.get(STATE), values.get(TARGET_STATE))
        )
        self._retry_pending()

    def _retry_pending(self) -> None:
        """Retry pending commands if the state or the objects have changed."""
        objects = self._state.schema.objects
        state = self._state.cache.values.get(STATE)
        present = (self.snapshot.reachable, self.snapshot.asleep, state, objects)
        if present != self._retried_for:
            self._retried_for = present
            self._pending.retry_now()

    def _on_signal_callback(self, name: str, arguments: JsonObject) -> None:
        if name in MODEL_SIGNALS:
            self._sync.on_model_changed(arguments)
        elif name in (NOTIFICATION_EMITTED, NOTIFICATION_DISMISSED):
            self._state.lists.apply_notification(name, arguments)
            self._publish_at_once()  # even if it is dismissed at once
        else:
            self._on_signal(name, arguments)

    def _publish_at_once(self) -> None:
        if self._session.is_connected:
            self._publisher.publish_urgent()

    def _on_session_state(self, before: SessionState, state: SessionState) -> None:
        """Update what depends on the connection, in this order, then publish."""
        if state is SessionState.CONNECTED:
            self._update_power()
            self._publisher.publish()
            self._retry_pending()
        elif state is SessionState.UNAVAILABLE:
            self._on_unavailable()
        elif before is SessionState.CONNECTED:
            self._publisher.cancel()
            if state is not SessionState.RELEASED:
                self._phase.interrupt()

    def _on_unavailable(self) -> None:
        error = self._session.outage.error
        if error is not None and accepts_connections(error):
            self._phase.on_connected()  # it may be starting up
        self._phase.on_disconnect()
        if self._may_be_assumed_asleep():
            self._phase.assume_asleep()
        self._publisher.publish()
        self._retry_pending()

    def _may_be_assumed_asleep(self) -> bool:
        outage = self._session.outage
        return (
            not outage.has_unexpected_answers
            and outage.began_at is not None
            and self._sleep.can_wake
            and outage.duration >= self._timings.assume_asleep_delay
        )

    # State

    @property
    def snapshot(self) -> Snapshot:
        """The state that was published last."""
        return self._publisher.snapshot

    @property
    def identity(self) -> Identity | None:
        """Serial number, model, firmware and name; None before the first connection."""
        return self._state.identity

    @property
    def mac(self) -> str | None:
        """The MAC address to which magic packets are sent, None if unknown."""
        return self._sleep.mac

    @property
    def connected(self) -> bool:
        """True while there is a connection."""
        return self._client.connected

    @property
    def framing(self) -> Framing | None:
        """The form of request that this projector understands, once known."""
        return self._client.framing

    @property
    def errors(self) -> Sequence[tuple[str, str]]:
        """Time and text of the last errors that ended a connection."""
        return self._session.outage.errors

    @property
    def counters(self) -> Mapping[str, int]:
        """Numbers of connections, requests and errors since the start, by class."""
        return self._client.counters

    @property
    def subscribed(self) -> frozenset[str]:
        """The properties whose changes are pushed."""
        return frozenset(self._state.cache.subscribed)

    @property
    def missing(self) -> frozenset[str]:
        """The properties that are not read, because the projector refused them."""
        state = self._state.cache.values.get(STATE)
        return frozenset(self._state.missing.names(state))

    @property
    def private(self) -> JsonObject:
        """Address and credentials, to redact them; never log or store them."""
        return self._client.private

    @property
    def dropped(self) -> JsonObject:
        """How many names were left out of too large descriptions, by object."""
        return dict(self._state.schema.dropped)

    @property
    def storage_version(self) -> int:
        """A number that changes whenever the result of `to_storage` changes."""
        return self._sync.storage_version + self._phase.version

    def to_storage(self) -> JsonObject:
        """Return the data to store, for `ProjectorOptions.stored` of the next one."""
        return {**self._sync.to_storage(), "power": self._phase.to_storage()}

    def stop_trace(self) -> None:
        """Report no more events to `ProjectorOptions.trace`."""
        self._client.stop_trace()

    async def read_everything(
        self, observer: Observer = lambda method, params, answer: None
    ) -> dict[str, JsonValue]:
        """Read everything that the projector has, for a report. Raises PulseError.

        `observer` is called with each request and its result or error.
        """
        with self._background.observed(observer):
            values = await self._reader.read_everything()
        self._publish_at_once()  # it may have found more properties
        return values

    # Connecting

    async def connect(self) -> None:
        """Connect, introspect the projector, and read everything once.

        Raises PulseError, and leaves no socket open then.
        """
        await self._session.connect(self._sync)

    async def run(self) -> None:
        """Keep the snapshot up to date, and connect again after a loss, until canceled."""
        await self._session.run(self._sync)

    def on_unreachable(self, error: PulseError) -> None:
        """Handle that `connect` failed: publish the error if `sleeps` is True for it."""
        self._phase.on_disconnect()
        if self.identity is None:
            return
        if self._sleep.can_wake and not accepts_connections(error):
            self._phase.assume_asleep()
        if self.sleeps(error):
            self._session.outage.report(error)

    def sleeps(self, error: PulseError) -> bool:
        """Return True if a projector that could not be reached may be asleep.

        That is possible if its identity is stored, and it can be woken. `run` then waits
        for it.
        """
        return self.identity is not None and self._sleep.may_be_asleep(
            error, self._session.outage.unexpected_for
        )

    def on_waker_changed(self) -> None:
        """Handle that a way to wake the projector was added or removed."""
        if self._session.outage.error is not None:
            self._on_unavailable()

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._session.reconnect_soon()

    async def disconnect(self) -> None:
        """Close the connection. Requests that wait for an answer fail."""
        self._reader.stop()
        self._publisher.cancel()
        await self._session.disconnect()

    async def stop(self) -> None:
        """Cancel the pending commands and close the connection."""
        for command in await self.suspend():
            command.cancel("unloaded")

    async def suspend(self) -> list[PendingCommand]:
        """Close the connection; return the pending commands, for `resume`.

        Their callers continue to wait.
        """
        commands = await self._pending.suspend()
        await self.disconnect()
        return commands

    def resume(self, commands: Iterable[PendingCommand]) -> None:
        """Continue the commands that another `Projector` suspended."""
        self._pending.resume(commands)

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties up to date from now on."""
        self._sync.watch(names)

    def refresh(self) -> None:
        """Read everything soon, and publish what changed."""
        self._sync.refresh()

    # Commands

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send any request, as `Commands.command` does."""
        return await self._commands.command(method, params)

    async def power_on(self) -> None:
        """Switch the projector on, as `PowerControl.turn_on` does."""
        await self._power.turn_on()

    async def power_off(self) -> None:
        """Switch the projector off, as `PowerControl.turn_off` does."""
        await self._power.turn_off()

    async def select_source(self, source: str) -> None:
        """Select a source; during start-up, as soon as possible."""
        await self._selections.select_source(source)

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`; during start-up, as soon as possible.

        Raises PulsePresetNotFoundError if there is no such preset.
        """
        await self._selections.activate_preset(option)

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name; during start-up, as soon as possible."""
        await self._selections.activate_profile(name)

    async def get_property(self, name: str) -> JsonValue:
        """Read a property of any name."""
        return await self._commands.get_property(name)

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it."""
        await self._commands.set_property(name, value)

    async def lists(self, name: str) -> bool | None:
        """Return whether the projector describes this name, as `Commands.lists` does."""
        return await self._commands.lists(name)

    async def assign_preset(self, slot: int, profile: str) -> None:
        """Assign a profile to a preset, 0 to 29; "" for none."""
        await self._commands.assign_preset(slot, profile)

    async def press_key(self, key: str, event: KeyEvent = KeyEvent.CLICK) -> None:
        """Press, hold or release a key by the projector's name for it."""
        await self._commands.press_key(key, event)

    async def dismiss(self, notification_id: str, response: str = "OK") -> None:
        """Answer a notification of the projector, which dismisses it."""
        await self._commands.dismiss(notification_id, response)
