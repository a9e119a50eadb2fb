"""What to authenticate with, and what the projector said to it.

Only a definite refusal counts as one. After an unclear answer, reading goes on without
authentication, and the same credentials are sent again later, a few times at most: to
repeat wrong ones could lock the projector.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
import logging
import math
from typing import Final

from .exceptions import (
    PulseAccessError,
    PulseAuthenticationError,
    PulseRequestError,
    PulseStateError,
)
from .json_types import JsonObject, JsonValue

_LOGGER = logging.getLogger(__name__)

UNCLEAR_PAUSE: Final = 60.0
"""Seconds from an unclear answer until the credentials are sent on a new connection."""

MAX_UNCLEAR: Final = 3
"""Unclear answers until the same credentials are not sent any more."""

_WRONG_PARAMETER: Final = -32602
_PREDEFINED: Final = range(-32768, -32099)
"""Error codes that JSON-RPC defines: they say nothing about a PIN or a password."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the projector, for units that want a name and a password."""

    username: str
    password: str = field(repr=False)


class Credentials:
    """A PIN or a login, and whether to send it."""

    def __init__(self, pin: str | None, login: Login | None) -> None:
        """Use `login` if both are given. Raises ValueError for a PIN of no digits."""
        if pin is not None and not (pin.isascii() and pin.isdecimal()):
            raise ValueError("A PIN consists of digits")
        self._pin = pin
        self._login = login
        self._as_text = False  # the PIN goes as a JSON string
        self._asked_at: float | None = (
            None  # when it was last sent without a clear answer
        )
        self._unclear = 0
        self.unanswered = False
        """True if there was no answer at all when they were last sent."""
        self.refused = False
        """True once the projector refused them. They are not sent again."""
        self._denied = False  # refused with the error of whatever is not permitted
        self._reconsidered = False

    @property
    def given(self) -> bool:
        """True if there are any, good or bad."""
        return self._pin is not None or self._login is not None

    @property
    def unclear(self) -> bool:
        """True while the last answer told neither yes nor no."""
        return self._asked_at is not None

    @property
    def may_send(self) -> bool:
        """True if they may be sent when a command needs it."""
        return self.given and not self.refused and self._unclear < MAX_UNCLEAR

    def due(self, now: float) -> bool:
        """Return whether to send them on a new connection."""
        asked_at = self._asked_at
        return self.may_send and (asked_at is None or now >= asked_at + UNCLEAR_PAUSE)

    def postpone(self, now: float) -> None:
        """Go on without them for a while: nothing was said about them."""
        self._asked_at = now
        self.unanswered = False

    def hold_back(self, now: float, *, forgive: bool) -> None:
        """Go on without them: another projector answers, to which they mean nothing.

        `forgive` takes back its refusal.
        """
        self.refused = self.refused and not forgive
        if not self.refused:
            self.postpone(now)

    def note_silence(self, now: float) -> None:
        """Go on without them for a while: they were not answered."""
        self.postpone(now)
        self.unanswered = True

    def note_unclear(self, now: float) -> None:
        """Go on without them for a while, and not for ever: they may be wrong."""
        self._unclear += 1
        self.postpone(now)
        _LOGGER.debug("Unclear answer to authenticate, going on without")

    def exonerate(self) -> None:
        """Take back an unclear answer: other requests are answered no better."""
        if self._asked_at is not None:
            self._asked_at = -math.inf
            self._unclear = max(self._unclear - 1, 0)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no log may show; a projector may leave out leading zeros."""
        if self._login is not None:
            return (self._login.password,)
        return () if self._pin is None else (self._pin, str(int(self._pin)))

    async def send(
        self,
        request: Callable[[str, JsonValue], Awaitable[JsonValue]],
        now: float,
    ) -> bool:
        """Authenticate by `request`; return whether the projector accepted it.

        Raises PulseAuthenticationError for a definite refusal, PulseStateError if the
        projector is busy, and whatever else `request` raises.
        """
        for as_text, params in self._forms():
            try:
                result = await request("authenticate", params)
            except PulseRequestError as error:
                if error.code == _WRONG_PARAMETER:
                    continue
                self._judge(error, now)
                return False
            if result is True or (isinstance(result, str) and result):
                self._as_text = as_text
                self._asked_at, self._unclear, self.unanswered = None, 0, False
                self._reconsidered = False
                return True
            if result is False:
                self._refuse("false")
            break
        self.note_unclear(now)
        return False

    def _forms(self) -> Iterator[tuple[bool, JsonObject]]:
        """Yield the parameters to try: the form that worked first."""
        if self._login is not None:
            login = {"username": self._login.username, "password": self._login.password}
            yield False, login
        elif self._pin is not None:
            for as_text in (self._as_text, not self._as_text):
                yield as_text, {"code": self._pin if as_text else int(self._pin)}

    def _judge(self, error: PulseRequestError, now: float) -> None:
        """Tell a refusal from a projector that is busy or knows no such method."""
        if isinstance(error, PulseStateError) and not error.absent:
            raise error
        if error.code is None:
            self.note_unclear(now)
        elif error.code in _PREDEFINED:
            # The request was not carried out, so no wrong PIN was counted.
            self.postpone(now)
        else:
            self._denied = isinstance(error, PulseAccessError)
            self._refuse(str(error))

    @property
    def questionable(self) -> bool:
        """True if the refusal may have been one of everything, not of these."""
        return self.refused and self._denied and not self._reconsidered

    def reconsider(self) -> bool:
        """Let them be sent once more; return whether they may.

        Only after everything was refused, and is not any more.
        """
        if not self.questionable:
            return False
        self.refused = False
        self._reconsidered = True
        return True

    def _refuse(self, answer: str) -> None:
        self.refused = True
        self._asked_at = None
        raise PulseAuthenticationError(
            f"The projector refused the {'login' if self._login else 'PIN'}: {answer}"
        )
