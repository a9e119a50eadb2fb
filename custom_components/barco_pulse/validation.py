"""Ask who answers at an address; a form's words for what went wrong."""

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
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util.network import is_host_valid
import voluptuous as vol

from .coordinator import login_of
from .pulse import (
    DEFAULT_PORT,
    Answer,
    PulseAccessError,
    PulseAuthenticationError,
    PulseCrowdedError,
    PulseError,
    PulseProtocolError,
    PulseStateError,
    PulseTimeoutError,
    identify,
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

# The first that fits.
_ERRORS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "invalid_auth"),
    (PulseAccessError, "pin_needed"),
    (PulseProtocolError, "not_pulse"),
    (PulseTimeoutError, "timeout_connect"),
    (PulseStateError, "busy"),
    (PulseCrowdedError, "crowded"),
    (PulseError, "cannot_connect"),
)


def credentials(values: Mapping[str, Any]) -> dict[str, str]:
    """Return PIN, user name and password, without those that are left empty."""
    given = {key: str(values.get(key) or "") for key in CREDENTIAL_KEYS}
    return {
        key: text if key == CONF_PASSWORD else text.strip()
        for key, text in given.items()
        if text.strip()
    }


def without_credentials(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form may show again, and what is kept when they are replaced."""
    return {key: value for key, value in values.items() if key not in CREDENTIAL_KEYS}


def updated_data(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data with other values; its credentials, unless there are new.

    A PIN replaces a login, and the other way round.
    """
    kept = credentials(values) or credentials(data)
    merged = without_credentials(data) | without_credentials(values)
    return merged | {CONF_PIN: None} | kept


async def async_validate_input(
    values: Mapping[str, Any], errors: dict[str, str]
) -> tuple[dict[str, Any], Answer | None]:
    """Return an entry's data and who answers there; or fill `errors`.

    Contacts the projector only if `errors` is empty. Leaves no connection open.
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
    login = login_of(data)
    try:
        answer = await identify(
            data[CONF_HOST], data[CONF_PORT], data[CONF_PIN], login=login
        )
    except PulseError as error:
        _LOGGER.debug("No projector to talk to", exc_info=True)
        key = next(key for kind, key in _ERRORS if isinstance(error, kind))
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
    """Put into `errors` what cannot be right about PIN, user name and password."""
    pin = given.get(CONF_PIN)
    if pin is not None and not (pin.isascii() and pin.isdecimal()):
        errors[CONF_PIN] = "invalid_pin"
    elif pin is not None and len(given) > 1:
        errors[CONF_PIN] = "pin_or_login"
    elif CONF_USERNAME in given and CONF_PASSWORD not in given:
        errors[CONF_PASSWORD] = "password_missing"
    elif CONF_PASSWORD in given and CONF_USERNAME not in given:
        errors[CONF_USERNAME] = "username_missing"
