"""Side: ask who answers at an address; a form's words for what went wrong."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util.network import is_host_valid
import voluptuous as vol

from .const import CONF_FRAMING
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

PIN: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
PIN_SCHEMA: Final = vol.Schema({vol.Required(CONF_PIN): PIN})

# The first that fits.
_ERRORS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "invalid_auth"),
    (PulseAccessError, "pin_needed"),
    (PulseProtocolError, "not_pulse"),
    (PulseTimeoutError, "timeout_connect"),
    (PulseStateError, "busy"),
    (PulseError, "cannot_connect"),
)


async def probe(
    values: Mapping[str, Any], errors: dict[str, str]
) -> tuple[dict[str, Any], Identity | None]:
    """Return an entry's data and who answers there; or fill `errors`.

    Nobody is asked if there are `errors` already. Leaves no connection open.
    """
    data = dict(values)
    data[CONF_HOST] = data[CONF_HOST].strip()
    pin = data[CONF_PIN] = (data.get(CONF_PIN) or "").strip() or None
    if not is_host_valid(data[CONF_HOST]):
        errors[CONF_HOST] = "invalid_host"
    if pin is not None and not (pin.isascii() and pin.isdecimal()):
        errors[CONF_PIN] = "invalid_pin"
    if errors:
        return data, None
    try:
        identity, framing = await identify(data[CONF_HOST], data[CONF_PORT], pin)
    except PulseError as error:
        _LOGGER.debug("No projector to talk to", exc_info=True)
        key = next(key for kind, key in _ERRORS if isinstance(error, kind))
        errors[CONF_PIN if "pin" in key or "auth" in key else "base"] = key
    except Exception:
        _LOGGER.exception("Unexpected error while connecting to the projector")
        errors["base"] = "unknown"
    else:
        return {**data, CONF_FRAMING: framing}, identity
    return data, None
