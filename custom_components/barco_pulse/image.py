"""Images of the projector's on-screen display and LCD."""

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

from .const import LIMITS, Limits
from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription
from .pulse import Snapshot

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 1  # the web server of the projector is small

WEB_PORT = 80
_MAX_BYTES = 8 * 1024 * 1024
_REDRAW_DELAY = 0.5  # seconds that the menu takes to react to a key


@dataclass(frozen=True, kw_only=True)
class PulseImageDescription(PulseEntityDescription, ImageEntityDescription):
    """Describe an image."""

    path: str

    @property
    @override
    def subscribed_names(self) -> tuple[str, ...]:
        """Return nothing: the properties only show that the screen exists."""
        return ()


IMAGES = tuple(
    PulseImageDescription(
        key=key,
        property_names=("ui.osd", "ui.menu", "ui.backlight.state"),
        path=f"/api/ui/capture/{key}",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    )
    for key in ("osd", "lcd")
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseImageDescription]:
    """Return the descriptions of all images."""
    return IMAGES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images."""
    async_add_described_entities(
        entry,
        Platform.IMAGE,
        get_descriptions,
        lambda coordinator, description: PulseImage(hass, coordinator, description),
        async_add_entities,
    )


class ImageUnavailableError(Exception):
    """The image could not be fetched."""


class PulseImage(PulseEntity, ImageEntity):
    """One screen of the projector, at the time of the last update."""

    entity_description: PulseImageDescription
    state_properties = ("image_last_updated",)

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: PulseCoordinator,
        description: PulseImageDescription,
    ) -> None:
        """Create the entity without fetching an image."""
        self._session = async_get_clientsession(hass)
        limits = hass.data.get(LIMITS, Limits())
        self._timeout = ClientTimeout(total=limits.picture)
        self._content: bytes | None = None
        self._failed = False
        self._connected = True
        self._cancel_refresh: CALLBACK_TYPE | None = None
        PulseEntity.__init__(self, coordinator, description)
        ImageEntity.__init__(self, hass)

    @property
    @override
    def available(self) -> bool:
        """Return True if the projector is reachable and the last update succeeded."""
        return self.snapshot.reachable and not self._failed

    @override
    async def async_added_to_hass(self) -> None:
        """Fetch the image soon, and again after each key."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self.coordinator.signals.key_sent, self._schedule_refresh
            )
        )
        self.async_on_remove(self._cancel_scheduled_refresh)
        self._schedule_refresh()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        was_connected, self._connected = self._connected, self.snapshot.reachable
        if self._connected and not was_connected:
            self._schedule_refresh()
        super()._handle_coordinator_update()

    @callback
    def _schedule_refresh(self) -> None:
        self._cancel_scheduled_refresh()
        self._cancel_refresh = async_call_later(self.hass, _REDRAW_DELAY, self._refresh)

    @callback
    def _cancel_scheduled_refresh(self) -> None:
        if self._cancel_refresh is not None:
            self._cancel_refresh()
            self._cancel_refresh = None

    async def _refresh(self, now: datetime) -> None:
        self._cancel_refresh = None
        await self.async_update()
        self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        """Return the last image."""
        return self._content

    @override
    async def async_update(self) -> None:
        """Fetch the image."""
        try:
            self._content = await self._fetch()
        except (ClientError, TimeoutError, ImageUnavailableError) as error:
            if not self._failed:
                reason = str(error) or "timeout"
                _LOGGER.info("Could not update %s: %s", self.entity_id, reason)
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
            url, timeout=self._timeout, allow_redirects=False
        ) as response:
            if response.status != HTTPStatus.OK:
                raise ImageUnavailableError(f"HTTP status {response.status}")
            content = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                content += chunk
                if len(content) > _MAX_BYTES:
                    raise ImageUnavailableError(f"larger than {_MAX_BYTES} bytes")
        # The projector may send a wrong content type.
        content_type = infer_image_type(bytes(content[:4]))
        if content_type is None and content.startswith(b"BM"):
            content_type = "image/bmp"
        if content_type is None:
            raise ImageUnavailableError("not an image")
        self._attr_content_type = content_type
        return bytes(content)
