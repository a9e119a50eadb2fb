"""The actions of the integration."""

from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, Platform
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import (
    async_get_config_entry,
    async_register_admin_service,
    async_register_platform_entity_service,
)
import voluptuous as vol

from .const import DOMAIN
from .coordinator import PulseConfigEntry, PulseCoordinator
from .errors import InputKind, UserInput, unknown_name_error
from .name_lookup import find_name
from .pulse import PROFILES, block_reason

_PROPERTY: Final = "property"
_VALUE: Final = "value"
_METHOD: Final = "method"
_PARAMS: Final = "params"
_NOTIFICATION_ID: Final = "notification_id"
_RESPONSE: Final = "response"
_PRESET: Final = "preset"
_PROFILE: Final = "profile"

_NAME = vol.All(cv.string, vol.Strip, vol.Length(min=1, max=200))
_JSON = vol.Any(None, bool, int, float, str, list, dict)

_GET_PROPERTY = vol.Schema(
    {vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, vol.Required(_PROPERTY): _NAME}
)
_SET_PROPERTY = _GET_PROPERTY.extend({vol.Required(_VALUE): _JSON})
_CALL_METHOD = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Required(_METHOD): _NAME,
        vol.Optional(_PARAMS): _JSON,
    }
)
_DISMISS = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Required(_NOTIFICATION_ID): _NAME,
        vol.Optional(_RESPONSE, default="ok"): vol.In(
            ("ok", "cancel", "yes", "no", "none", "suppress")
        ),
    }
)
_ASSIGN_PRESET = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Required(_PRESET): vol.All(vol.Coerce(int), vol.Range(min=0, max=29)),
        vol.Optional(_PROFILE, default=""): vol.All(cv.string, vol.Length(max=200)),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. The first three are for administrators only."""
    for action, handler, schema, response in (
        ("get_property", _get_property, _GET_PROPERTY, SupportsResponse.ONLY),
        ("set_property", _set_property, _SET_PROPERTY, SupportsResponse.OPTIONAL),
        ("call_method", _call_method, _CALL_METHOD, SupportsResponse.OPTIONAL),
    ):
        async_register_admin_service(
            hass, DOMAIN, action, handler, schema, supports_response=response
        )
    for action, handler, schema in (
        ("dismiss_notification", _dismiss_notification, _DISMISS),
        ("assign_preset", _assign_preset, _ASSIGN_PRESET),
    ):
        hass.services.async_register(DOMAIN, action, handler, schema)
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        "activate_preset",
        entity_domain=Platform.MEDIA_PLAYER,
        schema={vol.Required(_PRESET): _NAME},
        func="async_activate_preset",
    )


async def _get_property(call: ServiceCall) -> ServiceResponse:
    coordinator, name = _coordinator(call), call.data[_PROPERTY]
    value = await coordinator.async_run_command(
        coordinator.projector.get_property(name), UserInput("property", name)
    )
    return {_PROPERTY: name, _VALUE: value}


async def _set_property(call: ServiceCall) -> ServiceResponse:
    coordinator, name = _coordinator(call), call.data[_PROPERTY]
    await _raise_if_not_allowed(coordinator, "property", name)
    projector = coordinator.projector
    await coordinator.async_run_command(
        projector.set_property(name, call.data[_VALUE]), UserInput("value", name)
    )
    return await _get_property(call) if call.return_response else None


async def _call_method(call: ServiceCall) -> ServiceResponse:
    coordinator, method = _coordinator(call), call.data[_METHOD]
    await _raise_if_not_allowed(coordinator, "method", method)
    command = coordinator.projector.command(method, call.data.get(_PARAMS))
    return {
        _METHOD: method,
        "result": await coordinator.async_run_command(
            command, UserInput("method", method)
        ),
    }


async def _dismiss_notification(call: ServiceCall) -> None:
    coordinator = _coordinator(call)
    response, notification_id = (
        call.data[_RESPONSE].upper(),
        call.data[_NOTIFICATION_ID],
    )
    await coordinator.async_run_command(
        coordinator.projector.dismiss(notification_id, response),
        UserInput("notification", notification_id),
    )


async def _assign_preset(call: ServiceCall) -> None:
    coordinator = _coordinator(call)
    preset, profile = call.data[_PRESET], call.data[_PROFILE]
    profiles = coordinator.data.get_texts(PROFILES)
    profile_name = find_name(profile, profiles) if profile else ""
    if profile_name is None:
        raise unknown_name_error("profile", profile, profiles, coordinator.display_name)
    await coordinator.async_run_command(
        coordinator.projector.assign_preset(preset, profile_name)
    )


def _coordinator(call: ServiceCall) -> PulseCoordinator:
    """Return the coordinator of the given entry, or of the only entry."""
    entry: PulseConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data


async def _raise_if_not_allowed(
    coordinator: PulseCoordinator, kind: InputKind, name: str
) -> None:
    """Raise ServiceValidationError for a name that is blocked or does not exist.

    If the projector does not describe the object, only blocked names raise it.
    """
    if (reason := block_reason(name, is_method=kind == "method")) is not None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=f"forbidden_{reason}",
            translation_placeholders={"name": name},
        )
    if await coordinator.async_run_command(coordinator.projector.lists(name)) is False:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_method"
            if kind == "method"
            else "unknown_property",
            translation_placeholders={
                "projector": coordinator.display_name,
                "name": name,
            },
        )
