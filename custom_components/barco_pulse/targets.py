"""Find the entities that triggers and conditions read for a targeted projector."""

from collections.abc import Iterable, Iterator
import logging
from typing import ClassVar, Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback, split_entity_id
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

PROJECTOR: Final = "projector"
"""The key of the media player, the entity that stands for a projector in targets."""


@callback
def async_projectors(
    hass: HomeAssistant, entity_ids: Iterable[str]
) -> Iterator[er.RegistryEntry]:
    """Yield the media players of projectors among some entities."""
    registry = er.async_get(hass)
    for entity_id in entity_ids:
        if split_entity_id(entity_id)[0] != Platform.MEDIA_PLAYER:
            continue
        entry = registry.async_get(entity_id)
        if entry is not None and entry.platform == DOMAIN:
            yield entry


class ReadsProjector:
    """Read another entity of the projector instead of the targeted media player.

    A mixin for the triggers and conditions of Home Assistant that read targeted
    entities.
    """

    _hass: HomeAssistant
    _reads: ClassVar[tuple[str, str]]
    """Platform and key of the entity to read."""
    _warned: frozenset[str] = frozenset()
    """Disabled entities that a warning was logged for."""

    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities to read for the targeted ones."""
        registry = er.async_get(self._hass)
        platform, key = self._reads
        found = set()
        for player in async_projectors(self._hass, entities):
            unique_id = player.unique_id.removesuffix(PROJECTOR) + key
            entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
            if entity_id is not None:
                found.add(entity_id)
        self._warn_of_disabled(registry, found)
        return found

    def _warn_of_disabled(
        self, registry: er.EntityRegistry, entity_ids: set[str]
    ) -> None:
        for entity_id in entity_ids - self._warned:
            entry = registry.async_get(entity_id)
            if entry is not None and entry.disabled:
                self._warned |= {entity_id}
                _LOGGER.warning(
                    "An automation or script does not work because it needs %s, "
                    "which is disabled. Enable this entity",
                    entity_id,
                )
