"""Floor 3: keep what is known of a projector true, as long as it takes.

It owns the one connection. Values come by push; a slow read of everything is the
safety net; a projector that does not push is polled.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
import logging
import math

from .api import DEFAULT_PORT, PulseClient
from .catalogue import (
    DISMISSED,
    EMITTED,
    KEY_EVENT,
    NOTIFICATION_COUNT,
    PROPERTIES,
    SOURCE,
    STATE,
    TARGET_STATE,
)
from .connection import Deadlines
from .identity import Identity, read_identity
from .pace import Pace, Schedule
from .protocol import (
    Framing,
    JsonObject,
    JsonValue,
    Notification,
    PulseAccessError,
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseRequestError,
    PulseTimeoutError,
    named,
)
from .publisher import Publisher
from .replica import ALWAYS_WATCHED, Interest, Replica
from .snapshot import Snapshot

_LOGGER = logging.getLogger(__name__)

BACKGROUND_REQUESTS = 2
"""Under way at most, so that a command never queues behind them."""

_MODEL_SIGNALS = ("modelupdated", "introspect.objectchanged")
_SIGNALS = (_MODEL_SIGNALS[0], EMITTED, DISMISSED, KEY_EVENT)
_STATES_WITHOUT_PRESET = ("boot", "eco", "standby", "deconditioning")


class Upkeep:
    """Keep `snapshot` true while `run` runs.

    `on_update` is called in the event loop after every change of the snapshot,
    `on_signal(name, arguments)` for `catalogue.KEY_EVENT`.
    `serial_number`, once known, must stay the same: another projector that took over
    the address is not reachable as this one. `names` are those that somebody could
    want to know, `interest` tells which of them are wanted until `watch` is called;
    `memory` is what another one knew of the same projector.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        *,
        serial_number: str | None = None,
        framing: Framing | None = None,
        deadlines: Deadlines | None = None,
        pace: Pace | None = None,
        names: Iterable[str] = PROPERTIES,
        interest: Interest | None = None,
        memory: JsonValue = None,
        on_update: Callable[[Snapshot], None] = lambda snapshot: None,
        on_signal: Callable[[str, JsonObject], None] = lambda name, arguments: None,
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        self.identity: Identity | None = None
        self._serial_number = serial_number
        self._pace = pace or Pace()
        self._deadlines = deadlines or Deadlines()
        self._on_signal = on_signal
        self._client = PulseClient(
            host,
            port,
            pin,
            framing=framing,
            deadlines=self._deadlines,
            on_notification=self._on_notification,
            on_lost=self._on_lost,
        )
        self._background = asyncio.Semaphore(BACKGROUND_REQUESTS)
        self._replica = Replica(self._ask, names)
        if interest is not None:
            self._replica.interest = interest
        self._replica.restore(memory)
        self._publisher = Publisher(self._replica.snapshot, on_update, self._pace)
        self._state: JsonValue = None
        self._commands = 0  # under way
        self._attention = asyncio.Event()
        self._reopened = asyncio.Event()  # or tried in vain
        self._in_step = False  # connected, and the snapshot is true
        self._schedule = Schedule(self._pace)
        self._expectant_until = -math.inf  # a power command is to show its effect
        self._signalled = False  # it tells when objects come and go
        self._signals_wait = False  # it was too busy to say whether it will
        self._released = False  # disconnected on purpose, until the next poll
        self._lost: PulseError | None = None

    @property
    def framing(self) -> Framing | None:
        """The form of request that this projector understands, once known."""
        return self._client.framing

    @property
    def memory_version(self) -> int:
        """Another one whenever `memory` has anything new."""
        return self._replica.memory_version

    def memory(self) -> JsonObject:
        """Return what to give to the next one as `memory`."""
        return self._replica.memory()

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._publisher.snapshot

    @property
    def errors(self) -> Sequence[tuple[str, str]]:
        """When and why the connection was lost of late."""
        return self._publisher.errors

    @property
    def subscribed(self) -> frozenset[str]:
        """The properties whose changes are pushed."""
        return frozenset(self._replica.values.subscribed)

    @property
    def counters(self) -> Mapping[str, int]:
        """What happened on the connection so far, by what it is."""
        return self._client.counters

    async def survey(self) -> dict[str, JsonValue]:
        """Read all that the projector has, for a report. Raises PulseError."""
        values = await self._replica.survey()
        self._publish_pushed()  # it may have found more
        return values

    async def connect(self) -> None:
        """Connect, learn what it is and has, and read it all once.

        Raises PulseError and leaves no socket open then.
        """
        discovery = self._replica.discovery
        one_by_one = discovery.one_by_one
        try:
            await self._connect()
        except PulseTimeoutError:
            if discovery.one_by_one == one_by_one:
                raise
            await self._connect()  # asked in parts, it may be in time

    async def _connect(self) -> None:
        try:
            await self._open()
            self._replica.start_connection()
            await self._identify()
            await self._subscribe_to_signals()
            await self._replica.meet()
            self._state = self._replica.values.current.get(STATE)
            self._schedule.connected(asyncio.get_running_loop().time())
            await self._synchronise()
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """Close the connection. Whoever waits for an answer gets an error."""
        self._in_step = False
        self._publisher.stop()
        await self._client.disconnect()

    async def run(self) -> None:
        """Keep the snapshot true until cancelled, or until the PIN is refused.

        The snapshot's `error` then is a PulseAuthenticationError or PulseAccessError:
        to repeat a wrong PIN could lock the projector.
        """
        try:
            while True:
                try:
                    if not self._client.connected:
                        await self.connect()
                    await self._serve()
                except PulseError as error:
                    await self.disconnect()
                    self._publisher.now(error)
                    if isinstance(error, PulseAuthenticationError | PulseAccessError):
                        return
                except Exception:
                    # A bug of ours must not end the care for the projector.
                    _LOGGER.exception("Unexpected error")
                    await self.disconnect()
                    self._publisher.now(PulseError("Unexpected error, see the log"))
                await asyncio.sleep(self._retry_delay())
        finally:
            await self.disconnect()

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties true from now on (and SIGNAL, if named)."""
        self._replica.watched = frozenset(names)
        if self._replica.wanted() != self._replica.in_step:
            self.refresh()

    def refresh(self) -> None:
        """Read everything soon; the listener hears what changed."""
        self._schedule.read_at = -math.inf
        self._attention.set()

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Request what somebody waits for, and return its result.

        Raises PulseError; PulseRequestError also for a result of false.
        """
        self._commands += 1
        try:
            if self._released:
                await self._reconnect_for_command(method)
            if not self._client.connected:
                error = self.snapshot.error or PulseConnectionError("Not connected")
                raise type(error)(str(error)) from error
            result = await self._client.request(method, params)
        finally:
            self._commands -= 1
        if result is False:
            raise PulseRequestError(f"{method} was refused")
        return result

    async def _reconnect_for_command(self, method: str) -> None:
        self._reopened.clear()
        self._attention.set()
        try:
            async with asyncio.timeout(self._deadlines.answer):
                await self._reopened.wait()
        except TimeoutError:
            raise PulseTimeoutError(f"No connection in time for {method}") from None

    async def _ask(self, method: str, params: JsonValue = None) -> JsonValue:
        """Request what nobody waits for: few at a time, however slow it answers."""
        async with self._background:
            return await self._client.request(method, params)

    async def _open(self) -> None:
        self._lost = None
        await self._client.connect()

    async def _identify(self) -> None:
        identity = await read_identity(self._replica.values)
        serial_number = identity.serial_number
        if serial_number != (self._serial_number or serial_number):
            raise PulseConnectionError("Another projector answers at this address")
        self._replica.of_firmware(identity.firmware)
        self.identity = identity
        self._serial_number = serial_number

    async def _subscribe_to_signals(self) -> None:
        """A projector that does not know all of them may know the first."""
        ask = self._replica.discovery.ask
        for names in (_SIGNALS, _SIGNALS[:1]):
            self._signalled = bool(await ask("signal.subscribe", {"signal": [*names]}))
            if self._signalled:
                break
        self._signals_wait = not self._signalled and self._replica.discovery.unsettled

    async def _serve(self) -> None:
        """Do what falls due until the connection is lost."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout_at(self._schedule.due_at):
                    await self._attention.wait()
            except TimeoutError:
                pass
            self._attention.clear()
            if self._released:
                self._released = False
                try:
                    await self._open()
                    await self._identify()
                    await self._subscribe_to_signals()
                    self._schedule.discover_soon(loop.time())  # nobody told meanwhile
                finally:
                    self._reopened.set()
            elif self._lost is not None:
                raise self._lost
            if loop.time() >= self._schedule.due_at:
                await self._synchronise()
                if self._may_release():
                    self._released = True
                    await self.disconnect()

    def _may_release(self) -> bool:
        """Tell whether other controllers may have the connection until the next poll."""
        return (
            not self._replica.values.subscribed
            and not self._commands
            and self._interval() >= self._pace.poll_idle
        )

    def _interval(self) -> float:
        """Return the seconds from one read of everything to the next."""
        if self._replica.values.subscribed and not self._replica.values.silent:
            return self._pace.resync
        if asyncio.get_running_loop().time() < self._expectant_until:
            return self._pace.poll_on
        values = self._replica.values.current
        return self._pace.poll(values.get(STATE), values.get(TARGET_STATE))

    def _retry_delay(self) -> float:
        away_since = self._publisher.away_since or math.inf
        return self._pace.retry(asyncio.get_running_loop().time() - away_since)

    async def _synchronise(self) -> None:
        """Bring the snapshot in step with the projector."""
        now = asyncio.get_running_loop().time()
        schedule, replica = self._schedule, self._replica
        doubtful = schedule.take_recheck(now) or not self._signalled
        if (discover := schedule.take_discovery(now)) and self._signals_wait:
            await self._subscribe_to_signals()
        if discover and doubtful:
            replica.discovery.forget("")
        schedule.read_at = math.inf
        await replica.synchronise(discover=discover, slow=schedule.take_slow(now))
        self._note_state()
        schedule.synchronised(
            now,
            self._interval(),
            settled=not replica.unsettled,
            signalled=self._signalled,
        )
        self._in_step = True
        self._publisher.now()

    def _note_state(self) -> None:
        """Objects come and go with the power state; so does an activated preset."""
        state = self._replica.values.current.get(STATE)
        if state in _STATES_WITHOUT_PRESET:
            self._replica.activated({})
        if state != self._state:
            self._state = state
            self._discover_soon()

    def _discover_soon(self) -> None:
        self._schedule.discover_soon(asyncio.get_running_loop().time())
        self._attention.set()

    def _on_lost(self, error: PulseError) -> None:
        if not self._released:
            self._lost = error
            self._in_step = False
            self._attention.set()

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
        self._note_state()
        if self._replica.note_signals() or changed & {SOURCE, NOTIFICATION_COUNT}:
            self.refresh()
        if changed & ALWAYS_WATCHED:
            self._publish_pushed()  # no power state may go unseen
        elif self._in_step:
            self._publisher.soon()

    def _on_signal_callback(self, name: str, arguments: JsonObject) -> None:
        if name in _MODEL_SIGNALS:
            self._replica.discovery.note_change(
                str(arguments.get("object") or ""),
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
            self._publisher.now()
