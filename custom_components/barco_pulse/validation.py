"""Validate the input of forms by connecting to the projector."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PIN,
    CONF_PORT,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util.network import is_host_valid
import voluptuous as vol

from .client import get_login
from .const import TIMEOUTS
from .pulse import (
    DEFAULT_PORT,
    ProjectorInfo,
    PulseAuthenticationError,
    PulseConnectionLimitError,
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
    identify,
    is_valid_pin,
)

_LOGGER = logging.getLogger(__name__)

CREDENTIAL_KEYS: Final = (CONF_PIN, CONF_USERNAME, CONF_PASSWORD)
_HIDDEN: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
CREDENTIALS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_PIN): _HIDDEN,
        vol.Optional(CONF_USERNAME): TextSelector(
            TextSelectorConfig(autocomplete="off")
        ),
        vol.Optional(CONF_PASSWORD): _HIDDEN,
    }
)

REMOVE_PIN: Final = "remove_pin"

ADDRESS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_HOST): str,
        vol.Required(CONF_PORT, default=DEFAULT_PORT): cv.port,
    }
).extend(CREDENTIALS_SCHEMA.schema)
_REMOVAL = {vol.Optional(REMOVE_PIN, default=False): bool}
REAUTH_SCHEMA: Final = CREDENTIALS_SCHEMA.extend(_REMOVAL)
RECONFIGURE_SCHEMA: Final = ADDRESS_SCHEMA.extend(_REMOVAL)

_ERRORS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "invalid_auth"),
    (PulsePermissionError, "pin_needed"),
    (PulseProtocolError, "not_pulse"),
    (PulseTimeoutError, "timeout_connect"),
    (PulseInvalidStateError, "busy"),
    (PulseConnectionLimitError, "crowded"),
    (PulseError, "cannot_connect"),
)
"""Error classes and the errors of the form. The first match counts."""


def credentials(values: Mapping[str, Any]) -> dict[str, str]:
    """Return PIN, user name and password, without empty ones."""
    given = {key: str(values.get(key) or "") for key in CREDENTIAL_KEYS}
    return {
        key: text if key == CONF_PASSWORD else text.strip()
        for key, text in given.items()
        if text.strip()
    }


def without_credentials(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all values but PIN, user name and password."""
    return {key: value for key, value in values.items() if key not in CREDENTIAL_KEYS}


def updated_data(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an entry, updated with new values.

    New credentials replace all stored ones: a PIN replaces a login and vice versa.
    `REMOVE_PIN` among the values removes the stored ones.
    """
    values = dict(values)
    stored = {} if values.pop(REMOVE_PIN, False) else credentials(data)
    merged = without_credentials(data) | without_credentials(values)
    return merged | {CONF_PIN: None} | (credentials(values) or stored)


async def async_validate_input(
    hass: HomeAssistant, values: Mapping[str, Any], errors: dict[str, str]
) -> tuple[dict[str, Any], ProjectorInfo | None]:
    """Return the data for an entry and the answer of the projector, or fill `errors`.

    Connects only if `errors` is empty, and closes the connection.
    """
    given = credentials(values)
    data = without_credentials(values) | {CONF_PIN: None} | given
    data[CONF_HOST] = data[CONF_HOST].strip()
    data.setdefault(CONF_PORT, DEFAULT_PORT)
    if not is_host_valid(data[CONF_HOST]):
        errors[CONF_HOST] = "invalid_host"
    _check(given, errors)
    if errors:
        return data, None
    login = get_login(data)
    try:
        answer = await identify(
            data[CONF_HOST],
            data[CONF_PORT],
            data[CONF_PIN],
            login=login,
            timeouts=hass.data.get(TIMEOUTS),
        )
    except PulseError as error:
        _LOGGER.debug("Could not validate the input", exc_info=True)
        key = next(key for cls, key in _ERRORS if isinstance(error, cls))
        if key == "invalid_auth" and login is not None:
            errors[CONF_PASSWORD] = "invalid_login"
        elif key in ("invalid_auth", "pin_needed"):
            errors[CONF_PIN] = key
        else:
            errors["base"] = key
    except Exception:
        _LOGGER.exception("Unexpected error while connecting to the projector")
        errors["base"] = "unknown"
    else:
        return data, answer
    return data, None


def _check(given: Mapping[str, str], errors: dict[str, str]) -> None:
    """Add the errors of PIN, user name and password to `errors`."""
    pin = given.get(CONF_PIN)
    if pin is not None and not is_valid_pin(pin):
        errors[CONF_PIN] = "invalid_pin"
    elif pin is not None and len(given) > 1:
        errors[CONF_PIN] = "pin_or_login"
    elif CONF_USERNAME in given and CONF_PASSWORD not in given:
        errors[CONF_PASSWORD] = "password_missing"
    elif CONF_PASSWORD in given and CONF_USERNAME not in given:
        errors[CONF_USERNAME] = "username_missing"
