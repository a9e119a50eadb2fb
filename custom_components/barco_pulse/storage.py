"""Keep what was learned about a projector across restarts."""

from collections.abc import Callable
from typing import Final, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .pulse import JsonObject

_VERSION: Final = 1
_SAVE_DELAY: Final = 15  # seconds; a start or a new power state brings many changes


class ProjectorStore:
    """Store the data of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Create the store without reading it."""
        self._store = Store[JsonObject](hass, _VERSION, f"{DOMAIN}.{entry_id}")
        self._version = 0
        self._get_unsaved: Callable[[], JsonObject] | None = None
        self.data: JsonObject | None = None

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Return the store with its data, None if nothing was stored."""
        store = cls(hass, entry_id)
        store.data = await store._store.async_load()
        return store

    @callback
    def async_schedule_save(
        self, get_data: Callable[[], JsonObject], version: int
    ) -> None:
        """Store `get_data()` after a delay, unless `version` is the last one."""
        if version != self._version:
            self._version = version
            self._get_unsaved = get_data
            self._store.async_delay_save(self._pop_unsaved, _SAVE_DELAY)

    async def async_flush(self) -> None:
        """Store data that is still unsaved."""
        if self._get_unsaved is not None:
            await self.async_save(self._pop_unsaved())

    async def async_save(self, data: JsonObject) -> None:
        """Store `data` at once."""
        await self._store.async_save(data)

    @callback
    def _pop_unsaved(self) -> JsonObject:
        assert self._get_unsaved is not None
        data, self._get_unsaved = self._get_unsaved(), None
        return data

    async def async_remove(self) -> None:
        """Delete the stored data."""
        await self._store.async_remove()
