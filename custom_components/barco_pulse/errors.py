"""Floor 4: what went wrong with a projector, in Home Assistant's terms."""

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .protocol import (
    PulseAccessError,
    PulseAuthenticationError,
    PulseCrowdedError,
    PulseError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
    PulseTimeoutError,
    PulseTooLateError,
    PulseWithdrawnError,
)

# The first that fits.
_ERROR_KEYS: tuple[tuple[type[PulseError], str], ...] = (
    (PulseAuthenticationError, "pin_refused"),
    (PulseAccessError, "pin_needed"),
    (PulseWithdrawnError, "withdrawn"),
    (PulseTooLateError, "too_late"),
    (PulseCrowdedError, "crowded"),
    (PulseStateError, "not_now"),
    (PulseRequestError, "refused"),
    (PulseTimeoutError, "no_answer"),
    (PulseProtocolError, "not_understood"),
    (PulseError, "unreachable"),
)

NEEDS_PIN = (PulseAuthenticationError, PulseAccessError)
"""What somebody has to give the PIN for."""


def translated[E: HomeAssistantError](
    kind: type[E], error: PulseError, projector: str
) -> E:
    """Return `error` as an exception that Home Assistant can show in any language."""
    key = next(key for pulse, key in _ERROR_KEYS if isinstance(error, pulse))
    return kind(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"projector": projector, "reason": str(error)},
    )
