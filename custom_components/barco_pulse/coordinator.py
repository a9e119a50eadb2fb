"""Floor 4: a projector in Home Assistant's terms."""

import asyncio
from collections.abc import Callable
from itertools import chain
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import (
    CONNECTION_NETWORK_MAC,
    DeviceInfo,
    format_mac,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from yarl import URL

from .const import CONF_FRAMING, DOMAIN, MANUFACTURER
from .identity import Identity
from .projector import Projector
from .protocol import (
    Framing,
    PulseAccessError,
    PulseAuthenticationError,
    PulseError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
    PulseTimeoutError,
)
from .snapshot import Snapshot

_LOGGER = logging.getLogger(__name__)

type PulseConfigEntry = ConfigEntry[PulseCoordinator]

# The first that fits.
_ERROR_KEYS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "pin_refused"),
    (PulseAccessError, "pin_needed"),
    (PulseStateError, "not_now"),
    (PulseRequestError, "refused"),
    (PulseTimeoutError, "no_answer"),
    (PulseProtocolError, "not_understood"),
    (PulseError, "unreachable"),
)


def translated[E: HomeAssistantError](
    kind: type[E], error: PulseError, projector: str
) -> E:
    """Return `error` as an exception that Home Assistant can show in any language."""
    key = next(key for pulse, key in _ERROR_KEYS if isinstance(error, pulse))
    return kind(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"projector": projector, "reason": str(error)},
    )


class PulseCoordinator(DataUpdateCoordinator[Snapshot]):
    """Hands the snapshots of one projector to its entities.

    There is no interval: the projector's own task keeps the snapshot true.
    """

    config_entry: PulseConfigEntry

    def __init__(self, hass: HomeAssistant, entry: PulseConfigEntry) -> None:
        """Nothing is opened yet."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        framing = entry.data.get(CONF_FRAMING)
        self.projector = Projector(
            entry.data[CONF_HOST],
            entry.data[CONF_PORT],
            entry.data.get(CONF_PIN),
            serial_number=entry.unique_id,
            framing=Framing(framing) if framing else None,
            on_update=self._handle_snapshot,
        )
        self._task: asyncio.Task[None] | None = None
        self._watching = False
        self._firmware: str | None = None  # as the device registry has it

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
        info = DeviceInfo(
            identifiers={(DOMAIN, identity.serial_number)},
            manufacturer=MANUFACTURER,
            name=identity.title,
            model=identity.model,
            model_id=identity.article_number,
            serial_number=identity.serial_number,
            sw_version=identity.firmware,
            configuration_url=str(URL.build(scheme="http", host=host, path="/")),
        )
        if identity.mac:
            info["connections"] = {(CONNECTION_NETWORK_MAC, format_mac(identity.mac))}
        return info

    @override
    async def _async_setup(self) -> None:
        try:
            await self.projector.connect()
        except (PulseAuthenticationError, PulseAccessError) as error:
            raise translated(ConfigEntryAuthFailed, error, self.name) from error
        except PulseError as error:
            raise translated(UpdateFailed, error, self.name) from error
        self._task = self.config_entry.async_create_background_task(
            self.hass, self.projector.run(), f"{DOMAIN} {self.name}"
        )

    @override
    async def _async_update_data(self) -> Snapshot:
        """Answer a refresh that somebody asked for; values arrive when they are read."""
        snapshot = self.projector.snapshot
        if snapshot.error is not None:
            raise translated(UpdateFailed, snapshot.error, self.name)
        if self._watching:  # not while being set up: all was just read
            self.projector.refresh()
        return snapshot

    @override
    async def async_shutdown(self) -> None:
        """Leave no task and no socket behind."""
        await super().async_shutdown()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        await self.projector.disconnect()

    @callback
    def _note_changes(self) -> None:
        """Remember another form of request, and tell the registry another firmware."""
        data = self.config_entry.data
        if (framing := self.projector.framing) != data.get(CONF_FRAMING):
            self.hass.config_entries.async_update_entry(
                self.config_entry, data={**data, CONF_FRAMING: framing}
            )
        firmware = self.identity.firmware
        if firmware == self._firmware:
            return
        registry = dr.async_get(self.hass)
        device = registry.async_get_device_by_identifier(
            (DOMAIN, self.identity.serial_number), self.config_entry.entry_id
        )
        if device is not None:
            registry.async_update_device(device.id, sw_version=firmware)
        self._firmware = firmware

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
        if self._watching and context:
            self.async_watch()

        @callback
        def remove_listener() -> None:
            remove()
            if self._watching and context:
                self.async_watch()

        return remove_listener

    @callback
    def _handle_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.error is None:
            self._note_changes()
            if not self.last_update_success:
                _LOGGER.info("%s is back", self.name)
            self.async_set_updated_data(snapshot)
            return
        if self.last_update_success:
            _LOGGER.info("Lost %s: %s", self.name, snapshot.error)
        self.data = snapshot
        self.last_exception = snapshot.error
        self.last_update_success = False
        self.async_update_listeners()
        if isinstance(snapshot.error, PulseAuthenticationError | PulseAccessError):
            self.config_entry.async_start_reauth(self.hass)
