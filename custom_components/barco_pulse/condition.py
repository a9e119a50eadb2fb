"""Conditions for automations."""

from collections.abc import Callable, Mapping
from typing import Final, override

from homeassistant.components.media_player import ATTR_INPUT_SOURCE
from homeassistant.const import CONF_OPTIONS, CONF_SOURCE, STATE_ON, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityStateConditionBase,
)
from homeassistant.helpers.target import async_track_target_selector_state_change_event
import voluptuous as vol

from .pulse import match
from .targets import PROJECTOR, ReadsProjector


class ProjectorCondition(ReadsProjector, EntityConditionBase):
    """A condition on the state of any or all targeted projectors."""

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `action` when the result may have changed.

        If the target lists entities by their ids, the base class would track these
        instead of the entities that this condition reads.
        """
        tracking = False

        @callback
        def update(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            if tracking:  # the first call reports the existing entities
                action()

        untrack = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            lambda data: action(),
            self.entity_filter,
            update,
            primary_entities_only=self._primary_entities_only,
        )
        tracking = True
        return untrack


def _when(
    platform: Platform, key: str, value: str | bool, attribute: str | None = None
) -> type[Condition]:
    """Return the condition that an entity or its `attribute` has a value."""

    class HasValue(ProjectorCondition, EntityStateConditionBase):
        """An entity has a value."""

        _reads = (platform, key)
        _domain_specs = {platform: DomainSpec(value_source=attribute)}
        _states = {value}

    return HasValue


class ShowsSource(ProjectorCondition):
    """The media player shows one of the given sources.

    A pending source counts, too, because the media player shows it.
    """

    _reads = (Platform.MEDIA_PLAYER, PROJECTOR)
    _domain_specs = {Platform.MEDIA_PLAYER: DomainSpec(value_source=ATTR_INPUT_SOURCE)}
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {
            vol.Required(CONF_OPTIONS): {
                vol.Required(CONF_SOURCE): vol.All(
                    cv.ensure_list, vol.Length(min=1), [cv.string]
                ),
            },
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the source names from the configuration."""
        super().__init__(hass, config)
        assert config.options is not None
        self._sources: list[str] = config.options[CONF_SOURCE]

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Return True if the source is one of the given sources."""
        source = entity_state.attributes.get(ATTR_INPUT_SOURCE)
        return source is not None and any(match(n, [source]) for n in self._sources)


_PHASE: Final = (Platform.SENSOR, "phase")

CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_off": _when(*_PHASE, "off"),
    "is_starting": _when(*_PHASE, "starting"),
    "is_warming_up": _when(*_PHASE, "warming"),
    "is_on": _when(*_PHASE, "on"),
    "is_cooling_down": _when(*_PHASE, "cooling"),
    "is_asleep": _when(*_PHASE, True, "asleep"),
    "has_signal": _when(Platform.BINARY_SENSOR, "signal", STATE_ON),
    "shows_hdr": _when(Platform.BINARY_SENSOR, "hdr", STATE_ON),
    "shows_source": ShowsSource,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by key."""
    return CONDITIONS
