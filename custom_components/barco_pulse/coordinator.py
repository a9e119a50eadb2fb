"""Floor 4: a projector in Home Assistant's terms."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import chain
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_MAC,
    CONF_PASSWORD,
    CONF_PIN,
    CONF_PORT,
    CONF_USERNAME,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import (
    CONNECTION_NETWORK_MAC,
    DeviceInfo,
    format_mac,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.dt import utcnow
from yarl import URL

from .api import Login
from .audience import Audience
from .catalogue import SOURCES
from .const import CONF_CONNECTION, CONF_SOURCES, DOMAIN, MANUFACTURER, RELEASE
from .errors import NEEDS_PIN, Context, Typed, translated
from .handover import async_resume, async_suspend
from .identity import Identity
from .memory import Memory
from .names import match
from .pending import PendingCommand
from .projector import Projector
from .protocol import JsonObject, PulseError, PulseTimeoutError
from .roster import Roster
from .rows import Tables
from .settings import Settings
from .snapshot import Snapshot
from .waker import Waker

_LOGGER = logging.getLogger(__name__)

_REFUSALS_KEPT = 10
SET_UP_LIMIT: Final = 120
"""Seconds, after which Home Assistant has to try again."""

type PulseConfigEntry = ConfigEntry[PulseCoordinator]


def login_of(data: Mapping[str, Any]) -> Login | None:
    """Return the user name and the password of an entry, if it has them."""
    if CONF_USERNAME not in data:
        return None
    return Login(data[CONF_USERNAME], data[CONF_PASSWORD])


@callback
def display_name(hass: HomeAssistant, entry: PulseConfigEntry) -> str:
    """Return the user's name for a projector."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(entry.unique_id)), entry.entry_id
    )
    return (device and device.name_by_user) or entry.title


class PulseCoordinator(DataUpdateCoordinator[Snapshot]):
    """Hands the snapshots of one projector to its entities.

    There is no interval: the projector's own task keeps the snapshot true.
    """

    config_entry: PulseConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PulseConfigEntry,
        tables: Tables,
        memory: Memory,
    ) -> None:
        """Nothing is opened yet. `tables` tell what there is to show."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self._memory = memory
        self.roster = Roster(
            er.async_get(hass),
            tables,
            entry_id=entry.entry_id,
            serial_number=entry.unique_id,
        )
        self._waker = Waker(hass, entry.entry_id, self._handle_waker)
        self.projector = Projector(
            entry.data[CONF_HOST],
            entry.data[CONF_PORT],
            entry.data.get(CONF_PIN),
            Settings(
                serial_number=entry.unique_id,
                login=login_of(entry.data),
                names=self.roster.names,
                interest=self.roster.interest,
                memory=memory.data,
                waker=self._waker,
                mac=entry.options.get(CONF_MAC),
                release=entry.options.get(CONF_CONNECTION) == RELEASE,
                on_update=self._handle_snapshot,
                on_command=self._handle_command,
                on_signal=self._handle_signal,
            ),
        )
        self._task: asyncio.Task[None] | None = None
        self._acts: defaultdict[str, list[Callable[[JsonObject], None]]]
        self._acts = defaultdict(list)
        self._key_acts: list[Callable[[], None]] = []
        self._command_acts: list[Callable[[PendingCommand], None]] = []
        self._watching = False
        self._registered: tuple[object, ...] = ()  # as the device registry has it
        self._told: Snapshot | None = None
        self._audience = Audience()
        self.refusals: deque[str] = deque(maxlen=_REFUSALS_KEPT)
        """When commands failed of late, and why, for diagnostics."""

    @property
    def display_name(self) -> str:
        """The user's name for the projector."""
        return display_name(self.hass, self.config_entry)

    @property
    def identity(self) -> Identity:
        """Who the projector is. Known as soon as the entry is set up."""
        assert self.projector.identity is not None
        return self.projector.identity

    @property
    def device_info(self) -> DeviceInfo:
        """What the device page shows."""
        identity = self.identity
        host = self.config_entry.data[CONF_HOST]
        return DeviceInfo(
            identifiers={(DOMAIN, identity.serial_number)},
            connections=self._connections,
            manufacturer=MANUFACTURER,
            name=identity.device_name,
            model=identity.model,
            model_id=identity.article_number,
            serial_number=identity.serial_number,
            sw_version=identity.firmware,
            configuration_url=str(URL.build(scheme="http", host=host, path="/")),
        )

    @property
    def _connections(self) -> set[tuple[str, str]]:
        """Return the MAC address that the projector reported, not one typed in."""
        mac = self.identity.mac
        return {(CONNECTION_NETWORK_MAC, format_mac(mac))} if mac else set()

    @property
    def sources(self) -> list[str]:
        """The sources to show: all, unless the owner chose some."""
        chosen = self.config_entry.options.get(CONF_SOURCES)
        sources = self.data.texts(SOURCES)
        if not chosen:
            return sources
        shown = {source for name in chosen for source in match(name, sources)}
        return [source for source in sources if source in shown]

    @callback
    def _handle_waker(self) -> None:
        if self._task is not None:  # else the set-up asks for itself
            self.projector.note_waker()

    @callback
    def async_on_signal(
        self, signal: str, act: Callable[[JsonObject], None]
    ) -> CALLBACK_TYPE:
        """Call `act` with the arguments of each such signal; returns how to stop."""
        self._acts[signal].append(act)
        return partial(self._acts[signal].remove, act)

    @callback
    def _handle_signal(self, signal: str, arguments: JsonObject) -> None:
        for act in self._acts.get(signal, ()):
            act(arguments)

    @callback
    def async_on_command(self, act: Callable[[PendingCommand], None]) -> None:
        """Call `act` with each new command that may have to wait."""
        self._command_acts.append(act)

    @callback
    def _handle_command(self, command: PendingCommand) -> None:
        for act in self._command_acts:
            act(command)

    @callback
    def async_on_key(self, act: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `act` after each key that was used from here; returns how to stop."""
        self._key_acts.append(act)
        return partial(self._key_acts.remove, act)

    @callback
    def async_note_key(self) -> None:
        """A key was used: the projector's screens may show something else."""
        for act in self._key_acts:
            act()

    async def command[T](self, command: Awaitable[T], typed: Typed | None = None) -> T:
        """Await a command; translate its error. `typed`: what the user typed, if any."""
        try:
            return await command
        except PulseError as error:
            self.refusals.append(f"{utcnow().isoformat('T', 'seconds')} {error!r}")
            raise self._translated(HomeAssistantError, error, typed) from error

    def _translated[E: HomeAssistantError](
        self, kind: type[E], error: PulseError, typed: Typed | None = None
    ) -> E:
        """Return a translated error; the raw one goes to the debug log."""
        _LOGGER.debug("%s: %r", self.name, error)
        data = self.config_entry.data
        host, port = data[CONF_HOST], data[CONF_PORT]
        context = Context(
            projector=self.display_name,
            address=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            snapshot=self.projector.snapshot,
            has_pin=bool(data.get(CONF_PIN)),
            has_login=bool(data.get(CONF_USERNAME)),
            typed=typed,
        )
        return translated(kind, error, context)

    @override
    async def _async_setup(self) -> None:
        try:
            async with asyncio.timeout(SET_UP_LIMIT):
                await self.projector.connect()
        except TimeoutError as error:
            late = PulseTimeoutError(f"Not set up within {SET_UP_LIMIT} s")
            raise self._translated(UpdateFailed, late) from error
        except NEEDS_PIN as error:
            raise self._translated(ConfigEntryAuthFailed, error) from error
        except PulseError as error:
            if not self.projector.sleeps(error):
                raise self._translated(UpdateFailed, error) from error
        self._task = self.config_entry.async_create_background_task(
            self.hass, self.projector.run(), f"{DOMAIN} {self.name}"
        )
        self.projector.resume(async_resume(self.hass, self.config_entry.entry_id))

    @override
    async def _async_update_data(self) -> Snapshot:
        """Answer a refresh that somebody asked for; values arrive when they are read."""
        snapshot = self.projector.snapshot
        if snapshot.error is not None and not snapshot.asleep:
            raise self._translated(UpdateFailed, snapshot.error)
        if self._watching:  # not while being set up: all was just read
            self.projector.refresh()
        return snapshot

    @override
    async def async_shutdown(self) -> None:
        """Stop all tasks, close the connection, and keep what is pending for a reload."""
        await super().async_shutdown()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        commands = await self.projector.suspend()
        self._waker.async_close()
        async_suspend(self.hass, self.config_entry.entry_id, commands)
        await self._memory.flush()

    @callback
    def _register(self) -> None:
        """Make the device registry say what the projector reported of itself."""
        identity, connections = self.identity, self._connections
        if (identity, connections) == self._registered:
            return
        registry = dr.async_get(self.hass)
        device = registry.async_get_device_by_identifier(
            (DOMAIN, self.identity.serial_number), self.config_entry.entry_id
        )
        if device is not None:
            registry.async_update_device(
                device.id,
                name=identity.device_name,
                sw_version=identity.firmware,
                new_connections=connections,
            )
        self._registered = identity, connections

    @callback
    def async_watch(self) -> None:
        """From now on, keep true exactly what the enabled entities show."""
        self._watching = True
        self.projector.watch(chain.from_iterable(self.async_contexts()))

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> Callable[[], None]:
        """Listen for snapshots; `context` is the names of what the listener shows."""
        remove = super().async_add_listener(update_callback, context)
        leave = self._audience.add(update_callback, context)
        if self._watching and context:
            self.async_watch()

        @callback
        def remove_listener() -> None:
            leave()
            remove()
            if self._watching and context:
                self.async_watch()

        return remove_listener

    @callback
    def _handle_snapshot(self, snapshot: Snapshot) -> None:
        before, self._told = self._told, snapshot
        reshaped = self.roster.note_shape(snapshot)
        projector = self.projector
        self._memory.async_keep(projector.memory, projector.memory_version)
        if projector.identity is not None:
            self._register()
        self._log(snapshot, was_reachable=before is None or before.reachable)
        self.data = snapshot
        self.last_exception = snapshot.error
        self.last_update_success = snapshot.reachable or snapshot.asleep
        changes = None if before is None or reshaped else snapshot.changes(before)
        if changes is None:
            self.async_update_listeners()
        else:
            self._audience.tell(changes)
        needs_pin = isinstance(snapshot.error, NEEDS_PIN) and not snapshot.asleep
        if snapshot.pin_refused or needs_pin:
            self._ask_for_pin()

    def _ask_for_pin(self) -> None:
        """Ask as long as it is refused: an open dialog keeps Home Assistant from it.

        Unloading is what begins when it was answered.
        """
        entry = self.config_entry
        if entry.state is not ConfigEntryState.UNLOAD_IN_PROGRESS:
            entry.async_start_reauth(self.hass)

    def _log(self, snapshot: Snapshot, *, was_reachable: bool) -> None:
        """Say once that it went, and once that it is back."""
        if snapshot.reachable == was_reachable:
            return
        if snapshot.reachable:
            _LOGGER.info("%s is back", self.name)
        elif snapshot.asleep and not snapshot.assumed:
            _LOGGER.info("%s is asleep", self.name)
        else:
            _LOGGER.info("Lost %s: %s", self.name, snapshot.error)
