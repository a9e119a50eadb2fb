"""Who a projector is."""

from collections.abc import Mapping
import contextlib
from dataclasses import asdict, dataclass
import re
from typing import Final, Self

from .api import DEFAULT_PORT, Login, PulseClient
from .connection import Deadlines
from .const import IDENTITY, STATE
from .exceptions import (
    PulseAccessError,
    PulseError,
    PulseProtocolError,
    PulseStateError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .property_cache import Values
from .sanitize import bare

_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}")
LOGIN_REQUIRED: Final = "user.authenticationrequired"
_PAIR: Final = re.compile(r"[0-9A-Fa-f]{2}")
_PIN_ENABLED: Final = "user.pincodeauthenticationenabled"
_STATES_WITHOUT_SOURCES: Final = ("boot", "eco", "standby")


@dataclass(frozen=True, slots=True)
class Identity:
    """What does not change while the projector runs. Unknown parts are None."""

    serial_number: str
    model: str | None = None
    family: str | None = None
    article_number: str | None = None
    firmware: str | None = None
    name: str | None = None
    mac: str | None = None

    @classmethod
    def from_values(
        cls, values: Mapping[str, JsonValue], known: Identity | None = None
    ) -> Self:
        """Return who has these values.

        `known`: who it was before; tells the parts that `values` leaves out if that
        is the same projector. Raises PulseProtocolError without a serial number: no
        Pulse projector.
        """
        parts = {
            part: text
            for part, name in IDENTITY.items()
            if isinstance(value := values.get(name), str | int)
            and (text := _told(part, str(value)))
        }
        if "serial_number" not in parts:
            raise PulseProtocolError("It tells no serial number: no Pulse projector")
        if known is not None and known.serial_number == parts["serial_number"]:
            parts |= {
                part: text
                for part, text in asdict(known).items()
                if text and values.get(IDENTITY[part]) is None
            }
        return cls(**parts)

    def as_json(self) -> JsonObject:
        """Return it for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, parts: JsonValue) -> Self | None:
        """Return what `as_json` was of, None if it was of nothing."""
        if not isinstance(parts, Mapping):
            return None
        known = {
            part: text
            for part, value in parts.items()
            if part in IDENTITY
            and isinstance(value, str)
            and (text := _told(part, value))
        }
        return cls(**known) if "serial_number" in known else None

    @property
    def model_and_serial(self) -> str:
        """Return what tells the projector from all others."""
        return " ".join(filter(None, (self.model, self.serial_number)))

    @property
    def title(self) -> str:
        """Return the name that the owner gave, or else model and serial number."""
        return self.name or self.model_and_serial

    @property
    def device_name(self) -> str:
        """Return the model if the name is made of nothing but model and serial number.

        Otherwise return the title.
        """
        if self.model is None:
            return self.title
        rest = self.title.casefold()
        for part in (self.model, self.serial_number):
            rest = rest.replace(part.casefold(), "")
        return self.title if any(map(str.isalnum, rest)) else self.model


@dataclass(frozen=True, slots=True)
class Answer:
    """What a projector reports while it is added."""

    identity: Identity
    control_needs_login: bool = False
    """True if it says that it takes commands only with a PIN or a login."""
    asleep: bool = False
    """True in a power state in which sources and picture settings do not exist."""


def _told(part: str, text: str) -> str:
    """Return what may stand on the device page, and in sentences."""
    if part == "mac":
        # Waking takes one separator throughout.
        return ":".join(_PAIR.findall(text)) if _MAC.fullmatch(text) else ""
    return bare(text)


async def read_identity(values: Values) -> Identity:
    """Return who answers. Raises PulseError as `identity_of` does."""
    answers = await values.get([*IDENTITY.values(), LOGIN_REQUIRED])
    return identity_of(answers, unsettled=values.unsettled)


def identity_of(
    answers: Mapping[str, JsonValue],
    *,
    unsettled: bool,
    known: Identity | None = None,
) -> Identity:
    """Return who answered so; `known` as for `Identity.from_values`.

    Raises PulseAccessError if it wants a login, PulseStateError if it is busy, and
    PulseProtocolError if it is no projector.
    """
    if not answers.get(IDENTITY["serial_number"]):
        if unsettled:
            raise PulseStateError("It is too busy to say who it is")
        if answers.get(LOGIN_REQUIRED):
            raise PulseAccessError("It tells nothing without a PIN or login")
    return Identity.from_values(answers, known)


async def identify(
    host: str,
    port: int = DEFAULT_PORT,
    pin: str | None = None,
    *,
    login: Login | None = None,
    deadlines: Deadlines | None = None,
) -> Answer:
    """Ask who answers there, and what it needs.

    Raises PulseError; leaves no connection open either way.
    """
    client = PulseClient(host, port, pin, login=login, deadlines=deadlines)
    try:
        await client.connect()
        if client.pin_unanswered:
            raise PulseTimeoutError("The PIN or login was not answered")
        values = Values(client.request)
        identity = await read_identity(values)
        told: Mapping[str, JsonValue] = {}
        with contextlib.suppress(PulseError):  # it is a projector all the same
            told = await values.get([LOGIN_REQUIRED, _PIN_ENABLED, STATE])
        return Answer(
            identity,
            control_needs_login=True
            in (told.get(LOGIN_REQUIRED), told.get(_PIN_ENABLED)),
            asleep=told.get(STATE) in _STATES_WITHOUT_SOURCES,
        )
    finally:
        await client.disconnect()
