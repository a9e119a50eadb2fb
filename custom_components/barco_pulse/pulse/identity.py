"""Identify a projector."""

from collections.abc import Mapping
import contextlib
from dataclasses import asdict, dataclass
from itertools import batched
import re
from typing import Final, Self

from .api import DEFAULT_PORT, Login, PulseClient
from .const import IDENTITY, STATE, STATES_WITHOUT_SOURCES
from .deadlines import Timeouts
from .exceptions import (
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .model.missing_names import MissingNames
from .model.property_reader import PropertyReader
from .sanitize import strip_markup

LOGIN_REQUIRED: Final = "user.authenticationrequired"
_PIN_ENABLED: Final = "user.pincodeauthenticationenabled"


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies the projector; unknown parts are None."""

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
        """Create an identity from property values.

        `known` is the previous identity, from which missing parts are taken if the
        serial number is the same. Raises PulseProtocolError without a serial number.
        """
        parts = {
            part: text
            for part, name in IDENTITY.items()
            if isinstance(value := values.get(name), str | int)
            and (text := _clean(part, str(value)))
        }
        if "serial_number" not in parts:
            raise PulseProtocolError("Missing serial number; not a Pulse projector")
        if known is not None and known.serial_number == parts["serial_number"]:
            parts |= {
                part: text
                for part, text in asdict(known).items()
                if text and values.get(IDENTITY[part]) is None
            }
        return cls(**parts)

    def as_json(self) -> JsonObject:
        """Return a JSON object for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, parts: JsonValue) -> Self | None:
        """Create an identity from `as_json`; None if it is invalid."""
        if not isinstance(parts, Mapping):
            return None
        known = {
            part: text
            for part, value in parts.items()
            if part in IDENTITY
            and isinstance(value, str)
            and (text := _clean(part, value))
        }
        return cls(**known) if "serial_number" in known else None

    @property
    def model_and_serial(self) -> str:
        """Return model and serial number."""
        return " ".join(filter(None, (self.model, self.serial_number)))

    @property
    def title(self) -> str:
        """Return the projector's name, or model and serial number if it has none."""
        return self.name or self.model_and_serial

    @property
    def device_name(self) -> str:
        """Return the title, or only the model if the title adds nothing but its serial number."""
        if self.model is None:
            return self.title
        rest = self.title.casefold()
        for part in (self.model, self.serial_number):
            rest = rest.replace(part.casefold(), "")
        return self.title if any(map(str.isalnum, rest)) else self.model


@dataclass(frozen=True, slots=True)
class ProjectorInfo:
    """What a projector reports while it is being added."""

    identity: Identity
    control_needs_login: bool = False
    """True if the projector reports that commands require a PIN or a login."""
    asleep: bool = False
    """True in power states without sources and picture settings."""


def parse_mac(text: str) -> str | None:
    """Return a MAC address with colons, None if the text is none.

    Separators may be mixed or missing. Upper and lower case stay as they are.
    """
    digits = re.sub(r"[\s:.-]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        return None
    return ":".join(map("".join, batched(digits, 2, strict=True)))


def _clean(part: str, text: str) -> str:
    """Return a part of the identity in a form that can be displayed."""
    if part == "mac":
        return parse_mac(text) or ""  # magic packets require the same separators
    return strip_markup(text)


async def read_identity(reader: PropertyReader) -> Identity:
    """Read the identity. Raises PulseError like `identity_of`."""
    answers = await reader.get([*IDENTITY.values(), LOGIN_REQUIRED])
    return identity_of(answers, incomplete=reader.incomplete)


def identity_of(
    answers: Mapping[str, JsonValue],
    *,
    incomplete: bool,
    known: Identity | None = None,
) -> Identity:
    """Return the identity from answers; `known` as for `Identity.from_values`.

    Raises PulsePermissionError if the projector requires a login, PulseInvalidStateError
    if it is busy, and PulseProtocolError if it is not a projector.
    """
    if not answers.get(IDENTITY["serial_number"]):
        if incomplete:
            raise PulseInvalidStateError(
                "The projector is busy; identity not available"
            )
        if answers.get(LOGIN_REQUIRED):
            raise PulsePermissionError("The projector requires a PIN or login")
    return Identity.from_values(answers, known)


async def identify(
    host: str,
    port: int = DEFAULT_PORT,
    pin: str | None = None,
    *,
    login: Login | None = None,
    timeouts: Timeouts | None = None,
) -> ProjectorInfo:
    """Connect, and return who the projector is and whether it requires a PIN.

    Raises PulseError; always closes the connection.
    """
    client = PulseClient(host, port, pin, login=login, timeouts=timeouts)
    try:
        await client.connect()
        if client.pin_unanswered:
            raise PulseTimeoutError("No response to the PIN or login")
        reader = PropertyReader(client.request, MissingNames(), {})
        identity = await read_identity(reader)
        access: Mapping[str, JsonValue] = {}
        with contextlib.suppress(PulseError):  # the identity is sufficient
            access = await reader.get([LOGIN_REQUIRED, _PIN_ENABLED, STATE])
        return ProjectorInfo(
            identity,
            control_needs_login=True
            in (access.get(LOGIN_REQUIRED), access.get(_PIN_ENABLED)),
            asleep=access.get(STATE) in STATES_WITHOUT_SOURCES,
        )
    finally:
        await client.disconnect()
