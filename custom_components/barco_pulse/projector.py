"""Floor 3: a projector: what it is, what it has, and its values, kept true.

It owns the one connection. Values come by push; a slow read of everything is the
safety net; a projector that does not push is polled.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
import logging
import math
from types import MappingProxyType

from .api import DEFAULT_PORT, PulseClient
from .catalogue import (
    ACTIVE_PRESET,
    ACTIVE_PROFILE,
    PROPERTIES,
    SIGNAL,
    SOURCE,
    STATE,
    TARGET_STATE,
)
from .connection import Deadlines
from .discovery import Discovery
from .identity import Identity, read_identity
from .latest import LatestWins
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
from .signals import active_signal, signal_names
from .snapshot import Snapshot
from .values import Values

_LOGGER = logging.getLogger(__name__)

_ALWAYS_WATCHED = frozenset({STATE, TARGET_STATE, SOURCE})
BACKGROUND_REQUESTS = 2
"""Under way at most, so that a command never queues behind them."""

_MODEL_SIGNALS = ("modelupdated", "introspect.objectchanged")
_STATES_WITHOUT_PRESET = ("boot", "eco", "standby", "deconditioning")


class Projector:
    """Keep `snapshot` true while `run` runs, and send commands.

    `on_update` is called in the event loop after every change of the snapshot.
    `serial_number`, once known, must stay the same: another projector that took over
    the address is not reachable as this one.
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
        on_update: Callable[[Snapshot], None] = lambda snapshot: None,
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        self.snapshot = Snapshot()
        self.identity: Identity | None = None
        self._serial_number = serial_number
        self._pace = pace or Pace()
        self._deadlines = deadlines or Deadlines()
        self._on_update = on_update
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
        self._discovery = Discovery(self._ask)
        self._values = Values(self._ask)
        self._watched: frozenset[str] | None = None  # None: all there is
        self._state: JsonValue = None
        self._connectors: tuple[str, ...] = ()
        self._activated: dict[str, JsonValue] = {}
        self._settings = LatestWins()
        self._commands = 0  # under way
        self._attention = asyncio.Event()
        self._reopened = asyncio.Event()  # or tried in vain
        self._in_step = False  # connected, and the snapshot is true
        self._schedule = Schedule(self._pace)
        self._expectant_until = -math.inf  # a power command is to show its effect
        self._signalled = False  # it tells when objects come and go
        self._released = False  # disconnected on purpose, until the next poll
        self._unpublished = False  # pushes that the listener is to hear of
        self._lost: PulseError | None = None
        self._away_since: float | None = None

    @property
    def framing(self) -> Framing | None:
        """The form of request that this projector understands, once known."""
        return self._client.framing

    async def connect(self) -> None:
        """Connect, learn what it is and has, and read it all once.

        Raises PulseError and leaves no socket open then.
        """
        try:
            await self._open()
            self._state = None
            self._values = Values(self._ask, self._values.current)
            await self._identify()
            self._signalled = await self._subscribe_to_model()
            self._schedule.discover_at = -math.inf
            await self._synchronise()
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """Close the connection. Whoever waits for an answer gets an error."""
        self._in_step = False
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
                    self._publish(error)
                    if isinstance(error, PulseAuthenticationError | PulseAccessError):
                        return
                except Exception:
                    # A bug of ours must not end the care for the projector.
                    _LOGGER.exception("Unexpected error")
                    await self.disconnect()
                    self._publish(PulseError("Unexpected error, see the log"))
                await asyncio.sleep(self._retry_delay())
        finally:
            await self.disconnect()

    def watch(self, names: Iterable[str]) -> None:
        """Keep exactly these properties true from now on (and SIGNAL, if named)."""
        watched = frozenset(names)
        if watched != self._watched:
            self._watched = watched
            self.refresh()

    def refresh(self) -> None:
        """Read everything soon; the listener hears what changed."""
        self._schedule.read_at = -math.inf
        self._attention.set()

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it.

        While one value is on its way, of the values behind it only the newest is
        sent: a slider must not flood the projector. Raises PulseError.
        """
        params: JsonObject = {"property": name, "value": value}
        async with self._settings.turn(name) as newest:
            if newest:
                await self._command("property.set", params)
        if name not in self._values.subscribed:
            self.refresh()

    async def power_on(self) -> None:
        """Ask for a picture. Raises PulseStateError where that is not possible now."""
        await self._power("system.poweron")

    async def power_off(self) -> None:
        """Step down once; sent again it would go on down, to where no network is."""
        await self._power("system.poweroff")

    async def _power(self, method: str) -> None:
        await self._command(method)
        if STATE not in self._values.subscribed:
            now = asyncio.get_running_loop().time()
            self._expectant_until = now + self._pace.expectant
            self.refresh()

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`. Raises PulseError."""
        slot = self.snapshot.presets.get(option)
        if slot is None:
            raise PulseRequestError(f"There is no preset {option}")
        # A bare value for params is what real projectors were seen to take.
        await self._command("profile.activatepreset", slot)
        self._activated = {ACTIVE_PRESET: option}
        self._publish()

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name. Raises PulseError."""
        await self._command("profile.activateprofile", name)
        self._activated = {ACTIVE_PROFILE: name}
        self._publish()

    async def _command(self, method: str, params: JsonValue = None) -> JsonValue:
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
        identity = await read_identity(self._values)
        serial_number = identity.serial_number
        if serial_number != (self._serial_number or serial_number):
            raise PulseConnectionError("Another projector answers at this address")
        if identity != self.identity:
            self._discovery.forget("")
        self.identity = identity
        self._serial_number = serial_number

    async def _subscribe_to_model(self) -> bool:
        params = {"signal": [_MODEL_SIGNALS[0]]}
        return bool(await self._discovery.ask("signal.subscribe", params))

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
            not self._values.subscribed
            and not self._commands
            and self._interval() >= self._pace.poll_idle
        )

    def _interval(self) -> float:
        """Return the seconds from one read of everything to the next."""
        if self._values.subscribed and not self._values.silent:
            return self._pace.resync
        if asyncio.get_running_loop().time() < self._expectant_until:
            return self._pace.poll_on
        values = self._values.current
        return self._pace.poll(values.get(STATE), values.get(TARGET_STATE))

    def _retry_delay(self) -> float:
        away_since = self._away_since or math.inf
        return self._pace.retry(asyncio.get_running_loop().time() - away_since)

    async def _synchronise(self) -> None:
        """Bring the snapshot in step with the projector."""
        now = asyncio.get_running_loop().time()
        if self._schedule.take_discovery(now):
            await self._discovery.update()
            self._values.start_anew()
            if not self._discovery.described:
                await self._values.read(PROPERTIES.keys())
                self._discovery.keep(self._values.current)
        elif self._wanted() & self._discovery.blocks.keys():
            await self._discovery.read_blocks()
        self._schedule.read_at = math.inf
        await self._read()
        source = self._values.current.get(SOURCE)
        connectors: tuple[str, ...] = ()
        if isinstance(source, str) and source:
            connectors = await self._discovery.connectors(source)
        if connectors != self._connectors:
            self._connectors = connectors
            await self._read()
        self._schedule.synchronised(
            now,
            self._interval(),
            settled=not (self._discovery.unsettled or self._values.unsettled),
            signalled=self._signalled,
        )
        self._in_step = True
        self._publish()

    async def _read(self) -> None:
        names = self._names()
        await self._values.subscribe(names)
        await self._values.read(names)
        self._note_state()

    def _wanted(self) -> frozenset[str]:
        """Return what is watched and exists."""
        watched = self._watched
        if watched is None:
            watched = frozenset({*PROPERTIES, SIGNAL})
        return (watched | _ALWAYS_WATCHED) & self._discovery.properties.keys()

    def _names(self) -> frozenset[str]:
        """Return the properties to subscribe to and read."""
        names = self._wanted()
        if SIGNAL in names:
            names |= signal_names(self._connectors)
        return names - {SIGNAL} - self._discovery.blocks.keys()

    def _note_state(self) -> None:
        """Objects come and go with the power state; so does an activated preset."""
        state = self._values.current.get(STATE)
        if state == self._state:
            return
        if self._state is not None:
            self._discovery.forget("")  # objects may grow unannounced
            self._discover_soon()
        self._state = state
        if state in _STATES_WITHOUT_PRESET:
            self._activated = {}

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
            changed = self._values.push(notification.params)
            if not changed:
                return
            self._note_state()
            if SOURCE in changed:
                self.refresh()
            if changed & _ALWAYS_WATCHED:
                self._publish_pushed()  # no power state may go unseen
            elif not self._unpublished:
                self._unpublished = True  # all that come in one piece at once
                asyncio.get_running_loop().call_soon(self._publish_pushed)
        elif notification.method == "signal.callback":
            for name, arguments in named(notification.params.get("signal")):
                if name in _MODEL_SIGNALS:
                    details = arguments if isinstance(arguments, Mapping) else {}
                    self._discovery.forget(str(details.get("object") or ""))
                    self._discover_soon()

    def _publish_pushed(self) -> None:
        self._unpublished = False
        if self._in_step:
            self._publish()

    def _publish(self, error: PulseError | None = None) -> None:
        """Tell the listener, if there is anything new to tell."""
        values = self._values.current | self._discovery.lists | self._activated
        blocks = self._discovery.blocks
        values |= {name: blocks[name] for name in self._wanted() & blocks.keys()}
        if (signal := active_signal(values, self._connectors)) is not None:
            values[SIGNAL] = signal
        if error is not None and repr(error) == repr(self.snapshot.error):
            error = self.snapshot.error  # nothing new
        snapshot = Snapshot(
            reachable=error is None,
            error=error,
            properties=MappingProxyType(self._discovery.properties),
            values=MappingProxyType(values),
        )
        if error is None:
            self._away_since = None
        elif self._away_since is None:
            self._away_since = asyncio.get_running_loop().time()
        if snapshot != self.snapshot:
            self.snapshot = snapshot
            self._on_update(snapshot)
