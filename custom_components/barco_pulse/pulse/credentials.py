"""The PIN or login of a projector, and when to send it.

Only a clear refusal counts as a refusal. After an unclear response the client reads
without authentication and sends the same credentials again later, but only a few
times, because repeating wrong ones could lock the projector.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
import json
import logging
import math
from typing import Final

from .exceptions import (
    PulseAuthenticationError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from .json_types import JsonObject, JsonValue

_LOGGER = logging.getLogger(__name__)

MAX_UNCLEAR: Final = 3
"""Number of unclear responses after which the credentials are not sent again."""

_WRONG_PARAMETER: Final = -32602
_JSON_RPC_CODES: Final = range(-32768, -32099)
"""Error codes that JSON-RPC defines; they do not mean that the PIN is wrong."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and password, for projectors with user accounts."""

    username: str
    password: str = field(repr=False)


def is_valid_pin(text: str) -> bool:
    """Return True if a PIN consists of the digits 0 to 9."""
    return text.isascii() and text.isdecimal()


class Credentials:
    """A PIN or a login, and the state of its authentication."""

    def __init__(
        self, pin: str | None, login: Login | None, unclear_pause: float
    ) -> None:
        """Use `login` if both are given. Raises ValueError if the PIN is not numeric.

        `unclear_pause`: seconds from an unclear response until a new connection sends
        the credentials again.
        """
        if pin is not None and not is_valid_pin(pin):
            raise ValueError("A PIN consists of digits")
        self._pin = pin
        self._login = login
        self._spellings = _spellings(self._secrets())
        self._unclear_pause = unclear_pause
        self._as_text = False  # send the PIN as a string
        self._sent_at: float | None = (
            None  # when it was last sent without a clear answer
        )
        self._unclear = 0
        self.unanswered = False
        """True if the last attempt to authenticate got no response."""
        self.refused = False
        """True once the projector has refused the credentials; they are not sent again."""
        self._refused_by_permission = False  # the refusal was a permission error
        self._reconsidered = False

    @property
    def given(self) -> bool:
        """True if there is a PIN or a login."""
        return self._pin is not None or self._login is not None

    @property
    def unclear(self) -> bool:
        """True while the last response was neither an acceptance nor a refusal."""
        return self._sent_at is not None

    @property
    def may_send(self) -> bool:
        """True if the credentials may be sent when a command needs them."""
        return self.given and not self.refused and self._unclear < MAX_UNCLEAR

    def due(self, now: float) -> bool:
        """Return whether to send the credentials on a new connection."""
        sent_at = self._sent_at
        return self.may_send and (
            sent_at is None or now >= sent_at + self._unclear_pause
        )

    def postpone(self, now: float) -> None:
        """Continue without the credentials for a while."""
        self._sent_at = now
        self.unanswered = False

    def withhold(self, now: float, *, forgive: bool) -> None:
        """Continue without the credentials, because another projector responded.

        `forgive` ignores that projector's refusal.
        """
        self.refused = self.refused and not forgive
        if not self.refused:
            self.postpone(now)

    def record_no_response(self, now: float) -> None:
        """Continue without the credentials for a while after a missing response."""
        self.postpone(now)
        self.unanswered = True

    def record_unclear(self, now: float) -> None:
        """Count an unclear response, and continue without the credentials for a while."""
        self._unclear += 1
        self.postpone(now)
        _LOGGER.debug("Unclear response to authenticate; continuing without")

    def discount_unclear(self) -> None:
        """Do not count the last unclear response: other requests failed as well."""
        if self._sent_at is not None:
            self._sent_at = -math.inf
            self._unclear = max(self._unclear - 1, 0)

    def _secrets(self) -> tuple[str, ...]:
        """Return PIN or password; a projector may omit leading zeros of the PIN."""
        if self._login is not None:
            return (self._login.password,)
        return () if self._pin is None else (self._pin, self._pin.lstrip("0") or "0")

    def redact(self, text: str) -> str:
        """Return a text for a log or an error, without PIN and password."""
        for spelling in self._spellings:
            text = text.replace(spelling, "***")
        return text

    @property
    def private(self) -> JsonObject:
        """Return the credentials by name, to redact them."""
        if self._login is not None:
            login = self._login
            return {"username": login.username, "password": login.password}
        return {} if self._pin is None else {"pin": self._pin}

    async def send(
        self,
        request: Callable[[str, JsonValue], Awaitable[JsonValue]],
        now: float,
    ) -> bool:
        """Authenticate with `request`; return whether the projector accepted it.

        Raises PulseAuthenticationError for a clear refusal, PulseInvalidStateError if the
        projector is busy, and any other error of `request`.
        """
        for as_text, params in self._forms():
            try:
                result = await request("authenticate", params)
            except PulseRpcError as error:
                if error.code == _WRONG_PARAMETER:
                    continue
                self._handle_error(error, now)
                return False
            if result is True or (isinstance(result, str) and result):
                self._as_text = as_text
                self._sent_at, self._unclear, self.unanswered = None, 0, False
                self._reconsidered = False
                return True
            if result is False:
                self._raise_refused("false")
            break
        self.record_unclear(now)
        return False

    def _forms(self) -> Iterator[tuple[bool, JsonObject]]:
        """Yield the parameters to try, starting with the form that worked before."""
        if self._login is not None:
            login = {"username": self._login.username, "password": self._login.password}
            yield False, login
        elif self._pin is not None:
            for as_text in (self._as_text, not self._as_text):
                yield as_text, {"code": self._pin if as_text else int(self._pin)}

    def _handle_error(self, error: PulseRpcError, now: float) -> None:
        """Distinguish a refusal from a busy projector and from an unknown method."""
        if isinstance(error, PulseInvalidStateError) and not error.not_found:
            raise error
        if error.code is None:
            self.record_unclear(now)
        elif error.code in _JSON_RPC_CODES:
            # The projector did not check the PIN, so this is no failed attempt.
            self.postpone(now)
        else:
            self._refused_by_permission = isinstance(error, PulsePermissionError)
            self._raise_refused(str(error))

    @property
    def questionable(self) -> bool:
        """True if the projector may have refused every request, not the credentials."""
        return self.refused and self._refused_by_permission and not self._reconsidered

    def reconsider(self) -> bool:
        """Allow to send questionable credentials once more; return whether that is so.

        Call it when the projector accepts other requests again.
        """
        if not self.questionable:
            return False
        self.refused = False
        self._reconsidered = True
        return True

    def _raise_refused(self, answer: str) -> None:
        self.refused = True
        self._sent_at = None
        raise PulseAuthenticationError(
            f"The projector refused the {'login' if self._login else 'PIN'}: {answer}"
        )


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return the spellings in which secrets can appear in logs, longest first."""
    spellings = {
        spelling
        for secret in secrets
        for spelling in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1])
        if spelling
    }
    return tuple(sorted(spellings, key=len, reverse=True))
