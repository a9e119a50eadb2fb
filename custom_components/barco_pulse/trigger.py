"""Triggers for automations."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, cast, override

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    CONF_OPTIONS,
    STATE_OFF,
    STATE_ON,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTargetStateTriggerBase,
    EntityTransitionTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .targets import ReadsProjector, async_projectors
from .waker import async_attach_turn_on

CONF_SEVERITY: Final = "severity"
SEVERITIES: Final = ("caution", "warning", "error", "critical")
_NO_SIGNAL: Final = "no_signal"
_SIGNAL_ATTRIBUTES: Final = ("resolution", "hdr")


def _enters(phase: str) -> type[Trigger]:
    """Return the trigger for the start of a phase."""

    class EntersPhase(ReadsProjector, EntityTargetStateTriggerBase):
        """A phase starts."""

        _reads = (Platform.SENSOR, "phase")
        _domain_specs = {Platform.SENSOR: DomainSpec()}
        _to_states = {phase}

    return EntersPhase


def _changes(
    platform: Platform, key: str, from_state: str, to_state: str
) -> type[Trigger]:
    """Return the trigger for the change of an entity from one state to another."""

    class Changes(ReadsProjector, EntityTransitionTriggerBase):
        """An entity changes from one state to another."""

        _reads = (platform, key)
        _domain_specs = {platform: DomainSpec()}
        _from_states = {from_state}
        _to_states = {to_state}

    return Changes


class SignalChanged(ReadsProjector, EntityTriggerBase):
    """A signal is replaced by another one."""

    _reads = (Platform.SENSOR, "signal")
    _domain_specs = {Platform.SENSOR: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Return True if there is a signal."""
        return state.state != _NO_SIGNAL

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Return True if the signals differ, and neither is missing."""
        return from_state.state != _NO_SIGNAL and (
            _signal(from_state) != _signal(to_state)
        )


def _signal(state: State) -> tuple[object, ...]:
    return state.state, *map(state.attributes.get, _SIGNAL_ATTRIBUTES)


class ProblemReported(ReadsProjector, StatelessEntityTriggerBase):
    """The projector reports a notification of one of the chosen severities."""

    _reads = (Platform.EVENT, "notification")
    _domain_specs = {Platform.EVENT: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Required(CONF_SEVERITY, default=[*SEVERITIES[1:]]): vol.All(
                    cv.ensure_list, vol.Length(min=1), [vol.In(SEVERITIES)]
                ),
            },
        }
    )

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Return True if the severity is one of the chosen ones."""
        return state.attributes.get(ATTR_EVENT_TYPE) in self._options[CONF_SEVERITY]


class TurnOn(Trigger):
    """A projector must be woken, because a command turns it on.

    While an automation has this trigger, the integration assumes that the projector
    can be woken.
    """

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Accept a target, and no options."""
        return cast(ConfigType, ENTITY_STATE_TRIGGER_SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the target from the configuration."""
        super().__init__(hass, config)
        assert config.target is not None
        self._target = config.target

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Attach the automation to all targeted projectors, whenever they change."""
        attached: dict[str, CALLBACK_TYPE] = {}

        @callback
        def update(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            # Attach first, so that a renamed media player always has the automation.
            for player in async_projectors(self._hass, added):
                attached[player.entity_id] = self._attach(player, run_action)
            for entity_id in removed & attached.keys():
                attached.pop(entity_id)()

        untrack = await async_track_target_selector_state_change_event(
            self._hass, self._target, lambda data: None, self._players, update
        )

        @callback
        def detach() -> None:
            untrack()
            for remove in attached.values():
                remove()
            attached.clear()

        return detach

    def _players(self, entities: set[str]) -> set[str]:
        return {player.entity_id for player in async_projectors(self._hass, entities)}

    @callback
    def _attach(
        self, player: er.RegistryEntry, run_action: TriggerActionRunner
    ) -> CALLBACK_TYPE:
        payload: dict[str, Any] = {
            ATTR_DEVICE_ID: player.device_id,
            ATTR_ENTITY_ID: player.entity_id,
        }
        run = partial(run_action, payload, f"{player.entity_id} is to be turned on")
        return async_attach_turn_on(self._hass, str(player.config_entry_id), run)


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "warm_up_started": _enters("warming"),
    "picture_up": _enters("on"),
    "cool_down_started": _enters("cooling"),
    "cooled_down": _changes(Platform.SENSOR, "phase", "cooling", "off"),
    "signal_appeared": _changes(Platform.BINARY_SENSOR, "signal", STATE_OFF, STATE_ON),
    "signal_lost": _changes(Platform.BINARY_SENSOR, "signal", STATE_ON, STATE_OFF),
    "signal_changed": SignalChanged,
    "problem_reported": ProblemReported,
    "turn_on": TurnOn,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by key."""
    return TRIGGERS
