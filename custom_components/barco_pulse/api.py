"""Floor 2: the client: connect, authenticate, talk, disconnect."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
import logging

from .connection import Connection, Deadlines, SilenceError
from .protocol import (
    Framing,
    JsonObject,
    JsonValue,
    Notification,
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseRequestError,
    PulseStateError,
)

_LOGGER = logging.getLogger(__name__)

DEFAULT_PORT = 9090


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the projector, for units that want a name and a password."""

    username: str
    password: str = field(repr=False)


class PulseClient:
    """Talk to one projector over at most one socket.

    `framing` None finds out which form of request this projector understands; read it
    back after `connect` to spare the next client the search. `on_notification` and
    `on_lost` are called from the event loop; `on_lost` once for every connection that
    `connect` has opened, whoever ends it.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        *,
        login: Login | None = None,
        framing: Framing | None = None,
        deadlines: Deadlines | None = None,
        on_notification: Callable[[Notification], None] = lambda notification: None,
        on_lost: Callable[[PulseError], None] = lambda error: None,
    ) -> None:
        """Open nothing yet; `login` is used instead of a PIN if both are given.

        Raises ValueError for a PIN that is not digits.
        """
        if pin is not None and not pin.isdecimal():
            raise ValueError("A PIN consists of digits")
        self.host = host
        self.port = port
        self.framing = framing
        self._pin = pin
        self._login = login
        self.pin_refused = False
        """True once the PIN was refused. It is not sent again: go on without it."""
        self._deadlines = deadlines or Deadlines()
        self._on_notification = on_notification
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self.counters: Counter[str] = Counter()
        """Connections tried, requests sent, and errors by their class."""

    @property
    def connected(self) -> bool:
        """True while there is an open connection."""
        return self._connection is not None and self._connection.error is None

    @property
    def has_pin(self) -> bool:
        """True if there is a PIN or a login, good or bad."""
        return self._pin is not None or self._login is not None

    async def connect(self) -> None:
        """Connect and authenticate; what was open before is closed first.

        Raises PulseConnectionError, PulseTimeoutError, PulseProtocolError or
        PulseAuthenticationError, and leaves no socket open then.
        """
        remembered = self.framing
        try:
            await self._connect(remembered or Framing.BARE)
        except SilenceError:
            if remembered is not None:
                self.framing = None  # find out anew next time
                raise
            _LOGGER.debug("No answer to bare JSON, trying the HTTP form")
            await self._connect(Framing.HTTP)

    async def disconnect(self) -> None:
        """Close the connection, if any, and wake whoever waits for an answer."""
        if (connection := self._connection) is not None:
            self._connection = None
            await connection.close()

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its `result`.

        Raises PulseRequestError (or what it specialises to) if the projector answers
        with an error; any other PulseError means that the connection is closed now.
        """
        if self._connection is None:
            raise PulseConnectionError("Not connected")
        self.counters["requests"] += 1
        try:
            return await self._connection.request(method, params)
        except PulseError as error:
            self.counters[type(error).__name__] += 1
            raise

    async def _connect(self, framing: Framing) -> None:
        await self.disconnect()
        self.counters["connections"] += 1
        connection = Connection(
            framing, self._deadlines, self._on_notification, self._secrets
        )
        try:
            await self._open(connection)
            await self._greet(connection)
        except BaseException:
            await connection.close()
            raise
        finally:
            if connection.understood:
                self.framing = framing
        connection.on_lost = self._on_lost
        self._connection = connection

    async def _open(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadlines.connect):
                await loop.create_connection(lambda: connection, self.host, self.port)
        except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
            reason = str(error) or f"no reply within {self._deadlines.connect:g} s"
            raise PulseConnectionError(
                f"Cannot connect to {self.host} port {self.port}: {reason}"
            ) from error

    @property
    def _credentials(self) -> JsonObject | None:
        if self._login is not None:
            return {
                "username": self._login.username,
                "password": self._login.password,
            }
        return None if self._pin is None else {"code": int(self._pin)}

    @property
    def _secrets(self) -> tuple[str, ...]:
        """What must not be repeated; a projector may leave out leading zeros."""
        pin = () if self._pin is None else (str(int(self._pin)),)
        return pin if self._login is None else (*pin, self._login.password)

    async def _greet(self, connection: Connection) -> None:
        """Authenticate, or make sure that it answers at all."""
        if (credentials := self._credentials) is None or self.pin_refused:
            try:
                await connection.request("property.get", {"property": "system.state"})
            except PulseRequestError as error:
                _LOGGER.debug("It answers, if only: %s", error)
            return
        try:
            result = await connection.request("authenticate", credentials)
        except PulseRequestError as error:
            if isinstance(error, PulseStateError) and not error.absent:
                raise
            self.pin_refused = True
            raise PulseAuthenticationError(
                f"The projector refused the PIN: {error}"
            ) from error
        if result is not True and not (isinstance(result, str) and result):
            self.pin_refused = True
            raise PulseAuthenticationError("The projector refused the PIN")
