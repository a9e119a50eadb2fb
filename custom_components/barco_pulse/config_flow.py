"""How a projector is added, and how a refused PIN is mended."""

from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util.network import is_host_valid
import voluptuous as vol

from .api import DEFAULT_PORT
from .const import CONF_FRAMING, DOMAIN
from .identity import Identity, identify
from .protocol import (
    PulseAccessError,
    PulseAuthenticationError,
    PulseError,
    PulseProtocolError,
    PulseStateError,
    PulseTimeoutError,
)

_LOGGER = logging.getLogger(__name__)

_PIN = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
_USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): str,
        vol.Required(CONF_PORT, default=DEFAULT_PORT): cv.port,
        vol.Optional(CONF_PIN): _PIN,
    }
)
_REAUTH_SCHEMA = vol.Schema({vol.Required(CONF_PIN): _PIN})

# The first that fits.
_ERRORS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "invalid_auth"),
    (PulseAccessError, "pin_needed"),
    (PulseProtocolError, "not_pulse"),
    (PulseTimeoutError, "timeout_connect"),
    (PulseStateError, "busy"),
    (PulseError, "cannot_connect"),
)


class PulseConfigFlow(ConfigFlow, domain=DOMAIN):
    """Add a projector."""

    VERSION = 1

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the projector is, and connect."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, identity = await self._identify(user_input, errors)
            if identity is not None:
                await self.async_set_unique_id(identity.serial_number)
                known = {key: value for key, value in data.items() if value is not None}
                self._abort_if_unique_id_configured(updates=known)
                return self.async_create_entry(title=identity.title, data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                _USER_SCHEMA, _without_pin(user_input or {})
            ),
            errors=errors,
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """The projector refused the PIN."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the right one."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            data, identity = await self._identify({**entry.data, **user_input}, errors)
            if identity is not None:
                await self.async_set_unique_id(identity.serial_number)
                self._abort_if_unique_id_mismatch(reason="wrong_projector")
                return self.async_update_reload_and_abort(entry, data=data)
        return self.async_show_form(
            step_id="reauth_confirm", data_schema=_REAUTH_SCHEMA, errors=errors
        )

    async def _identify(
        self, user_input: Mapping[str, Any], errors: dict[str, str]
    ) -> tuple[dict[str, Any], Identity | None]:
        """Return the entry's data and who answers there; or fill `errors`."""
        data = dict(user_input)
        data[CONF_HOST] = data[CONF_HOST].strip()
        pin = data[CONF_PIN] = data.get(CONF_PIN, "").strip() or None
        if not is_host_valid(data[CONF_HOST]):
            errors[CONF_HOST] = "invalid_host"
        if pin is not None and not (pin.isascii() and pin.isdecimal()):
            errors[CONF_PIN] = "invalid_pin"
        if errors:
            return data, None
        try:
            identity, framing = await identify(data[CONF_HOST], data[CONF_PORT], pin)
        except PulseError as error:
            _LOGGER.debug("Cannot add the projector", exc_info=True)
            key = next(key for kind, key in _ERRORS if isinstance(error, kind))
            errors[CONF_PIN if "pin" in key or "auth" in key else "base"] = key
        except Exception:
            _LOGGER.exception("Unexpected error while connecting to the projector")
            errors["base"] = "unknown"
        else:
            return {**data, CONF_FRAMING: framing}, identity
        return data, None


def _without_pin(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form may show again."""
    return {key: value for key, value in values.items() if key != CONF_PIN}
