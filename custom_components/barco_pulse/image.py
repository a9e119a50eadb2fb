"""What the projector's own screens show: the menu in the picture, and the LCD."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
import logging
from typing import override

from aiohttp import ClientError, ClientTimeout
from homeassistant.components.image import (
    ImageEntity,
    ImageEntityDescription,
    infer_image_type,
)
from homeassistant.const import CONF_HOST, EntityCategory, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from yarl import URL

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription
from .pulse import Snapshot

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 1  # a small web server

WEB_PORT = 80
_TIMEOUT = ClientTimeout(total=10)
_LARGEST = 8 * 1024 * 1024
_REDRAWN = 0.5  # seconds that a menu takes to follow a key


@dataclass(frozen=True, kw_only=True)
class PulseImageDescription(PulseEntityDescription, ImageEntityDescription):
    """A row of the table below."""

    path: str

    @property
    @override
    def shown(self) -> tuple[str, ...]:
        """Nothing to keep true: the names only prove that there is a screen."""
        return ()


IMAGES = tuple(
    PulseImageDescription(
        key=key,
        names=("ui.osd", "ui.menu", "ui.backlight.state"),
        path=f"/api/ui/capture/{key}",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    )
    for key in ("osd", "lcd")
)


def rows(snapshot: Snapshot) -> Iterable[PulseImageDescription]:
    """Return the table."""
    return IMAGES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images."""
    async_add_rows(
        entry,
        Platform.IMAGE,
        rows,
        lambda coordinator, row: PulseImage(hass, coordinator, row),
        async_add_entities,
    )


class NoPictureError(Exception):
    """The projector does not show its screen."""


class PulseImage(PulseEntity, ImageEntity):
    """One of the projector's screens, as it was when somebody last looked."""

    entity_description: PulseImageDescription
    shows = ("image_last_updated",)

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: PulseCoordinator,
        description: PulseImageDescription,
    ) -> None:
        """Nothing is fetched yet."""
        self._session = async_get_clientsession(hass)
        self._content: bytes | None = None
        self._failed = False
        self._connected = True
        self._cancel_look: CALLBACK_TYPE | None = None
        PulseEntity.__init__(self, coordinator, description)
        ImageEntity.__init__(self, hass)

    @property
    @override
    def available(self) -> bool:
        """Unavailable too if the web server of the projector does not show it."""
        return self.snapshot.reachable and not self._failed

    @override
    async def async_added_to_hass(self) -> None:
        """Look soon, and again after every key."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self.coordinator.signal_key_sent, self._look_soon
            )
        )
        self.async_on_remove(self._stop_looking)
        self._look_soon()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        was_connected, self._connected = self._connected, self.snapshot.reachable
        if self._connected and not was_connected:
            self._look_soon()
        super()._handle_coordinator_update()

    @callback
    def _look_soon(self) -> None:
        self._stop_looking()
        self._cancel_look = async_call_later(self.hass, _REDRAWN, self._look)

    @callback
    def _stop_looking(self) -> None:
        if self._cancel_look is not None:
            self._cancel_look()
            self._cancel_look = None

    async def _look(self, now: datetime) -> None:
        self._cancel_look = None
        await self.async_update()
        self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        """Return what was last seen."""
        return self._content

    @override
    async def async_update(self) -> None:
        """Look at the screen."""
        try:
            self._content = await self._fetch()
        except (ClientError, TimeoutError, NoPictureError) as error:
            if not self._failed:
                reason = str(error) or "no answer in time"
                _LOGGER.info("%s shows no picture: %s", self.entity_id, reason)
            self._failed = True
            return
        self._failed = False
        self._attr_image_last_updated = dt_util.utcnow()

    async def _fetch(self) -> bytes:
        url = URL.build(
            scheme="http",
            host=self.coordinator.config_entry.data[CONF_HOST],
            port=WEB_PORT,
            path=self.entity_description.path,
        )
        async with self._session.get(
            url, timeout=_TIMEOUT, allow_redirects=False
        ) as response:
            if response.status != HTTPStatus.OK:
                raise NoPictureError(f"it answers {response.status}")
            content = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                content += chunk
                if len(content) > _LARGEST:
                    raise NoPictureError("what it sends has no end")
        # What it calls the content need not be true.
        kind = infer_image_type(bytes(content[:4]))
        if kind is None and content.startswith(b"BM"):
            kind = "image/bmp"
        if kind is None:
            raise NoPictureError("what it sends is no picture")
        self._attr_content_type = kind
        return bytes(content)
