"""The coordinator of one projector."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterable
from functools import partial
from itertools import chain
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.dt import utcnow

from .client import create_projector
from .const import CONF_SOURCES, DOMAIN, LIMITS, Limits
from .device import async_update_device, device_info, display_name
from .entity_description import DescriptionTables
from .entity_loader import EntityLoader
from .errors import NEEDS_PIN, Context, UserInput, to_home_assistant_error
from .handover import async_resume, async_suspend
from .listeners import ListenersByName
from .pulse import (
    SOURCES,
    Changes,
    Identity,
    Projector,
    ProjectorOptions,
    PulseConnectionLimitError,
    PulseError,
    PulseInvalidStateError,
    PulseTimeoutError,
    Snapshot,
    match,
)
from .signals import Signals
from .storage import ProjectorStore
from .waker import Waker

_LOGGER = logging.getLogger(__name__)

_REFUSALS_KEPT = 10
BUSY_RETRY: Final = 30  # seconds; earlier attempts would keep the projector busier

type PulseConfigEntry = ConfigEntry[PulseCoordinator]


class PulseCoordinator(DataUpdateCoordinator[Snapshot]):
    """Pass the snapshots of one projector to its entities.

    There is no update interval, because the task of the client publishes snapshots.
    """

    config_entry: PulseConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PulseConfigEntry,
        tables: DescriptionTables,
        store: ProjectorStore,
    ) -> None:
        """Create the client. `tables` are the entity descriptions of all platforms."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=entry.title,
            always_update=False,
            # No cooldown: new data would cancel a refresh that waits for its end, but
            # a push contains only some of the values.
            request_refresh_debouncer=Debouncer(
                hass, _LOGGER, cooldown=0, immediate=True
            ),
        )
        self.changes: Changes = None
        """The changed names, whose listeners are called next. None: all listeners."""
        self.refusals: deque[str] = deque(maxlen=_REFUSALS_KEPT)
        """Time and error of the last failed commands, for diagnostics."""
        self._watching = False
        self._registered: Identity | None = None  # as the device registry has it
        self._task: asyncio.Task[None] | None = None
        self.signals = Signals(entry.entry_id)
        self._store = store
        self.entity_loader = EntityLoader(
            er.async_get(hass),
            tables,
            entry_id=entry.entry_id,
            serial_number=entry.unique_id,
        )
        # Last, because these parts call this object.
        self._listeners_by_name = ListenersByName(self._async_names_changed)
        self._waker = Waker(hass, entry.entry_id, self._handle_waker)
        self.projector = self._create_projector()
        store.data = None  # The projector has read it, and it may be large.

    def _create_projector(self) -> Projector:
        """Create the client, which reports snapshots, commands and key events."""
        hass, signals = self.hass, self.signals
        return create_projector(
            hass,
            self.config_entry,
            ProjectorOptions(
                property_names=self.entity_loader.property_names,
                default_names=self.entity_loader.subscribed_names,
                stored=self._store.data,
                waker=self._waker,
                on_update=self._handle_snapshot,
                on_command=partial(async_dispatcher_send, hass, signals.command),
                on_signal=lambda name, arguments: async_dispatcher_send(
                    hass, signals.key_event, arguments
                ),
            ),
        )

    @property
    def display_name(self) -> str:
        """Return the name that the user gave to the projector."""
        return display_name(self.hass, self.config_entry)

    @property
    def identity(self) -> Identity:
        """Return the identity of the projector. Available after set-up."""
        assert self.projector.identity is not None
        return self.projector.identity

    @property
    def device_info(self) -> DeviceInfo:
        """Return the projector as a device."""
        return device_info(self.identity, self.config_entry.data[CONF_HOST])

    @property
    def sources(self) -> list[str]:
        """Return the sources to show: all, or those chosen in the options."""
        chosen = self.config_entry.options.get(CONF_SOURCES)
        sources = self.data.get_texts(SOURCES)
        if not chosen:
            return sources
        selected = {source for name in chosen for source in match(name, sources)}
        return [source for source in sources if source in selected]

    @callback
    def _handle_waker(self) -> None:
        if self._task is not None:  # during set-up, the client checks this itself
            self.projector.on_waker_changed()

    async def async_run_command[T](
        self, command: Awaitable[T], user_input: UserInput | None = None
    ) -> T:
        """Await a command, and translate its error for the user."""
        try:
            return await command
        except PulseError as error:
            self.refusals.append(f"{utcnow().isoformat('T', 'seconds')} {error!r}")
            raise self._translated(HomeAssistantError, error, user_input) from error

    def _translated[E: HomeAssistantError](
        self,
        error_class: type[E],
        error: PulseError,
        user_input: UserInput | None = None,
    ) -> E:
        """Return the translated error. Log the original error at debug level."""
        _LOGGER.debug("%s: %r", self.name, error)
        data, snapshot = self.config_entry.data, self.projector.snapshot
        context = Context.of(data, self.display_name, snapshot, user_input)
        return to_home_assistant_error(error_class, error, context)

    @override
    async def _async_setup(self) -> None:
        limit = self.hass.data.get(LIMITS, Limits()).set_up
        try:
            async with asyncio.timeout(limit):
                await self.projector.connect()
        except TimeoutError as error:
            timeout = PulseTimeoutError(f"Not set up within {limit:g} s")
            raise self._translated(UpdateFailed, timeout) from error
        except NEEDS_PIN as error:
            raise self._translated(ConfigEntryAuthFailed, error) from error
        except PulseError as error:
            self.projector.on_unreachable(error)
            if not self.projector.sleeps(error):
                failed = self._translated(UpdateFailed, error)
                if isinstance(
                    error, PulseConnectionLimitError | PulseInvalidStateError
                ):
                    failed.retry_after = BUSY_RETRY
                raise failed from error
        self._task = self.config_entry.async_create_background_task(
            self.hass, self.projector.run(), f"{DOMAIN} {self.name}"
        )
        self.projector.resume(async_resume(self.hass, self.config_entry.entry_id))

    @override
    async def _async_update_data(self) -> Snapshot:
        """Request a refresh, and return the present snapshot."""
        snapshot = self.projector.snapshot
        if snapshot.error is not None and not snapshot.asleep:
            raise self._translated(UpdateFailed, snapshot.error)
        if self._watching:  # not during set-up, which has just read everything
            self.projector.refresh()
        return snapshot

    @override
    async def async_shutdown(self) -> None:
        """Stop the client, and keep pending commands for a reload."""
        await super().async_shutdown()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        commands = await self.projector.suspend()
        self._waker.async_close()
        async_suspend(self.hass, self.config_entry.entry_id, commands)
        await self._store.async_flush()

    @callback
    def async_watch(self) -> None:
        """Subscribe to exactly the properties that the enabled entities show."""
        self._watching = True
        self.projector.watch(chain.from_iterable(self.async_contexts()))

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Iterable[str] | None = None
    ) -> CALLBACK_TYPE:
        """Add a listener for the names in `context`, or for all names if None."""
        remove = super().async_add_listener(update_callback, context)
        listener = self._listeners_by_name.add(update_callback, context, remove)
        if context:
            self._async_names_changed()
        return listener

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call the listeners of the changed names."""
        changes, self.changes = self.changes, None
        if changes is None:
            super().async_update_listeners()
        else:
            self._listeners_by_name.call(changes)

    @callback
    def _async_names_changed(self) -> None:
        if self._watching:
            self.async_watch()

    @callback
    def _handle_snapshot(self, snapshot: Snapshot, changes: Changes) -> None:
        """Handle a new snapshot, which the task of the client publishes."""
        previous: Snapshot | None = self.data
        projector = self.projector
        loader = self.entity_loader
        only_values = (
            previous is not None
            and changes is not None
            and not changes & loader.signature_names
            and snapshot.values.keys() == previous.values.keys()
        )
        structure_changed = not only_values and loader.update_signature(snapshot)
        if previous is None or snapshot.storage_version != previous.storage_version:
            self._store.async_schedule_save(
                projector.to_storage, snapshot.storage_version
            )
        identity = projector.identity
        if identity is not None and identity != self._registered:
            async_update_device(self.hass, self.config_entry, identity)
            self._registered = identity
        self._log(snapshot, was_reachable=previous is None or previous.reachable)
        if previous is not None and not structure_changed:
            self.changes = changes
        if snapshot.reachable or snapshot.asleep:
            self.async_set_updated_data(snapshot)
        else:
            self._set_error(snapshot)
        needs_pin = isinstance(snapshot.error, NEEDS_PIN) and not snapshot.asleep
        if snapshot.pin_refused or needs_pin:
            self._start_reauth()

    @callback
    def _set_error(self, snapshot: Snapshot) -> None:
        """Set data and error; `async_set_update_error` would set the error only.

        It would also log an error, but a projector without network is no error of
        Home Assistant. Some entities have a state while the projector is unreachable.
        """
        self.data = snapshot
        self.last_exception = snapshot.error
        self.last_update_success = False
        self.async_update_listeners()

    def _start_reauth(self) -> None:
        """Start a reauthentication, unless one is open or the entry is unloading."""
        entry = self.config_entry
        if entry.state is not ConfigEntryState.UNLOAD_IN_PROGRESS:
            entry.async_start_reauth(self.hass)

    def _log(self, snapshot: Snapshot, *, was_reachable: bool) -> None:
        """Log when the projector becomes unreachable, asleep, or reachable again."""
        if snapshot.reachable == was_reachable:
            return
        if snapshot.reachable:
            _LOGGER.info("%s is back", self.name)
        elif snapshot.asleep and not snapshot.assumed_asleep:
            _LOGGER.info("%s is asleep", self.name)
        else:
            _LOGGER.info("Lost %s: %s", self.name, snapshot.error)
