"""What is known of a projector, kept across restarts."""

from collections.abc import Callable
from typing import Final, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .pulse import JsonObject

_VERSION: Final = 1
_DELAY: Final = 15  # seconds: a start or a change of power state brings many changes


class Memory:
    """Kept for one config entry, in Home Assistant's storage."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Nothing is read yet."""
        self._store = Store[JsonObject](hass, _VERSION, f"{DOMAIN}.{entry_id}")
        self._version = 0
        self._unsaved: Callable[[], JsonObject] | None = None
        self.data: JsonObject | None = None

    @classmethod
    async def load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Read what was kept, if anything."""
        memory = cls(hass, entry_id)
        memory.data = await memory._store.async_load()
        return memory

    @callback
    def async_keep(self, data: Callable[[], JsonObject], version: int) -> None:
        """Write `data()` soon, if it has another version than the last time."""
        if version != self._version:
            self._version = version
            self._unsaved = data
            self._store.async_delay_save(self._take, _DELAY)

    async def flush(self) -> None:
        """Write what is still to be written."""
        if self._unsaved is not None:
            await self.save(self._take())

    async def save(self, data: JsonObject) -> None:
        """Write `data` at once."""
        await self._store.async_save(data)

    @callback
    def _take(self) -> JsonObject:
        assert self._unsaved is not None
        data, self._unsaved = self._unsaved(), None
        return data

    async def remove(self) -> None:
        """Forget it all."""
        await self._store.async_remove()
