"""The client: connect, authenticate, talk, disconnect."""

import asyncio
from collections import Counter
from collections.abc import Callable
import logging
from typing import Any, Final

from .connection import Connection, Deadlines, SilenceError
from .credentials import Credentials, Login
from .exceptions import (
    PulseAccessError,
    PulseConnectionError,
    PulseCrowdedError,
    PulseError,
    PulseFramingError,
    PulseProtocolError,
    PulseRequestError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .oneshot import OneShotConnection
from .protocol import Framing, Notification

__all__ = ["DEFAULT_PORT", "Login", "PulseClient"]

_LOGGER = logging.getLogger(__name__)

DEFAULT_PORT = 9090

_BRIEFLY: Final = 1.0
"""Seconds for an answer, where the projector was silent for the full limit before."""

_EVERY: Final = 3
"""In one of so many silent rounds the other framing gets the full limit."""

_HELLO: Final[JsonObject] = {"property": "system.state"}
"""What any projector can answer, if only with an error."""


class PulseClient:
    """Talk to one projector over at most one socket.

    `framing` is the last framing that the projector understood; it is tried first, and
    the other one when it fails. Read it back after `connect` to spare the next client
    the search. `on_notification` and `on_lost` are called from the event loop; `on_lost`
    once for every connection that `connect` has opened, also if it was closed here.
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
        self.host = host
        self.port = port
        self.framing = framing
        self.one_shot = False
        """True while the projector closes the connection after each reply.

        Nothing can be pushed then, and authentication does not last.
        """
        self._credentials = Credentials(pin, login)
        self._authenticating = asyncio.Lock()
        self._deadlines = deadlines or Deadlines()
        self._silent_rounds = 0
        self._ahead: JsonObject | None = None
        self._read_ahead: asyncio.Future[JsonValue] | None = None
        self._lasted = False  # the last connection took more than one request
        self._on_notification = on_notification
        self._on_lost = on_lost
        self._connection: Connection | OneShotConnection | None = None
        self.counters: Counter[str] = Counter()
        """Connections tried, requests sent, and errors by their class."""

    @property
    def connected(self) -> bool:
        """True while requests can be sent."""
        return self._connection is not None and self._connection.error is None

    @property
    def has_pin(self) -> bool:
        """True if there is a PIN or a login, good or bad."""
        return self._credentials.given

    @property
    def pin_refused(self) -> bool:
        """True once the PIN or login was refused. It is not sent again."""
        return self._credentials.refused

    @property
    def pin_questionable(self) -> bool:
        """True if the refusal may have been one of everything, not of the PIN."""
        return self._credentials.questionable

    def reconsider_pin(self) -> bool:
        """Send a questionable PIN once more with `connect`; return whether it will."""
        return self._credentials.reconsider()

    def hold_pin_back(self, *, forgive: bool = False) -> None:
        """Do not give the PIN or login to another projector again.

        `forgive`: it has refused them, which says nothing.
        """
        now = asyncio.get_running_loop().time()
        self._credentials.hold_back(now, forgive=forgive)

    @property
    def pin_unclear(self) -> bool:
        """True while the projector did not say whether the PIN or login is right."""
        return self._credentials.unclear

    @property
    def pin_unanswered(self) -> bool:
        """True if the projector did not answer the PIN or login, but all else."""
        return self._credentials.unanswered

    @property
    def pin_used_up(self) -> bool:
        """True if the PIN or login is not sent any more, though it was not refused."""
        return self.pin_unclear and not self._credentials.may_send

    async def connect(self, ahead: JsonObject | None = None) -> None:
        """Connect and authenticate; what was open before is closed first.

        `ahead` is what to read without waiting for the answer to the PIN: the first
        `property.get` with these parameters returns that answer. Raises
        PulseConnectionError, PulseTimeoutError, PulseProtocolError or
        PulseAuthenticationError, and leaves no socket open then.
        """
        framing = self.framing or Framing.BARE
        self._ahead = ahead
        try:
            await self._try(framing)
        except PulseFramingError:
            _LOGGER.debug("The projector did not understand the framing %s", framing)
            await self._try_other(framing)
        except (SilenceError, PulseCrowdedError) as error:
            await self._search(framing, error)

    async def disconnect(self) -> None:
        """Close the connection, if any, and wake whoever waits for an answer."""
        self._forget_ahead()
        if (connection := self._connection) is not None:
            self._connection = None
            await connection.close()

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its `result`.

        Raises PulseRequestError (or what it specialises to) if the projector answers
        with an error. After any other PulseError look at `connected`.
        """
        if self._connection is None:
            raise PulseConnectionError("Not connected")
        self.counters["requests"] += 1
        try:
            if method == "property.get" and self._read_ahead is not None:
                return await self._take_ahead(self._connection, params)
            return await self._connection.request(method, params)
        except PulseError as error:
            self.counters[type(error).__name__] += 1
            raise

    async def _take_ahead(
        self, connection: Connection | OneShotConnection, params: JsonValue
    ) -> JsonValue:
        """Return what was read ahead; read it now if it is not that, or needs the PIN."""
        reading, self._read_ahead = self._read_ahead, None
        if reading is not None and params == self._ahead:
            try:
                return await reading
            except PulseAccessError:
                if self.pin_refused or self.pin_unclear or not self.has_pin:
                    raise
                _LOGGER.debug("Reading again what may need the PIN")
            except PulseConnectionError:
                self._lasted = False
                raise
        return await connection.request("property.get", params)

    def _forget_ahead(self) -> None:
        if self._read_ahead is not None:
            self._read_ahead.cancel()
            self._read_ahead = None

    async def authenticate(self) -> bool:
        """Send a PIN or login again that was answered unclearly.

        Return whether it was accepted. Raises PulseError; PulseAuthenticationError if
        it is definitely refused.
        """
        async with self._authenticating:
            connection = self._connection
            if not isinstance(connection, Connection) or not self._credentials.may_send:
                return False
            if not self._credentials.unclear:
                return False
            return await self._authenticate(connection)

    async def _try_other(self, framing: Framing) -> None:
        """The framing was not understood: try the other one, then without the PIN."""
        try:
            await self._try(framing.other)
        except PulseFramingError:
            now = asyncio.get_running_loop().time()
            if not self._credentials.due(now):
                raise
            # A projector may call `authenticate` itself no request.
            self._credentials.postpone(now)
            await self._try(framing)

    async def _search(self, framing: Framing, error: PulseError) -> None:
        """Find out whether silence is the projector's state, or due to the framing."""
        self._silent_rounds += 1
        thorough = self._silent_rounds % _EVERY == 0
        tries: list[tuple[Framing, float | None]]
        if self.framing is None or (isinstance(error, PulseCrowdedError) and thorough):
            tries = [(framing.other, None)]
        elif isinstance(error, PulseCrowdedError):
            tries = []
        else:
            # A request may have been lost that would be answered now.
            limit = min(_BRIEFLY, self._deadlines.first_byte / 2)
            tries = [(framing, limit), (framing.other, None if thorough else limit)]
        for other, seconds in tries:
            try:
                await self._try(other, seconds)
            except SilenceError, PulseCrowdedError, PulseFramingError:
                _LOGGER.debug("No answer in the framing %s either", other)
            else:
                return
        raise error

    async def _try(self, framing: Framing, limit: float | None = None) -> None:
        """Connect; once more without the PIN if the answer to the PIN was unclear."""
        was_unclear = self._credentials.unclear
        try:
            await self._connect(framing, limit)
        except PulseProtocolError, PulseConnectionError, PulseTimeoutError:
            if was_unclear or not self._credentials.unclear:
                raise
            await self._connect(framing, limit)

    async def _connect(self, framing: Framing, limit: float | None) -> None:
        await self.disconnect()
        connection = self._new_connection(framing)
        try:
            await self._open(connection)
            await self._greet(connection, limit)
        except BaseException:
            self._lasted = False
            self._forget_ahead()
            await connection.close()
            raise
        finally:
            if connection.understood:
                self.framing = framing
                self._silent_rounds = 0
        self._lasted = not self.one_shot
        if self.one_shot:
            await connection.close()
            self._connection = OneShotConnection(
                self._open_one_shot, self._deadlines.answer, self._on_lost
            )
        else:
            connection.on_lost = self._on_lost
            self._connection = connection

    def _new_connection(self, framing: Framing) -> Connection:
        self.counters["connections"] += 1
        return Connection(
            framing, self._deadlines, self._on_notification, self._credentials.secrets
        )

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

    async def _open_one_shot(self) -> Connection:
        connection = self._new_connection(Framing.HTTP)
        try:
            await self._open(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _greet(self, connection: Connection, limit: float | None) -> None:
        """Authenticate, or make sure that the projector answers at all.

        `limit` in seconds is for each of both, None for the usual deadlines.
        """
        credentials = self._credentials
        http = connection.framing is Framing.HTTP
        due = credentials.due(asyncio.get_running_loop().time())
        certain = due and not credentials.unclear
        first = limit is None and certain and not (http and self.one_shot)
        # Where nothing shows that the connection lasts, a second request may be lost.
        ahead = limit is None and self._ahead and (not http or self._lasted)
        if not first:
            if ahead:
                self._start_to_read_ahead(connection)
            await self._say_hello(connection, limit)
            self.one_shot = http and not (ahead or await self._persists(connection))
        if not due or self.one_shot:
            return
        try:
            async with asyncio.timeout(limit):
                if first and ahead:
                    await self._authenticate_and_read(connection)
                else:
                    await self._authenticate(connection)
        except TimeoutError:
            credentials.note_silence(asyncio.get_running_loop().time())
        if first:
            self.one_shot = http and not (ahead or await self._persists(connection))

    def _start_to_read_ahead(self, connection: Connection) -> asyncio.Future[JsonValue]:
        reading = asyncio.ensure_future(connection.request("property.get", self._ahead))
        reading.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._read_ahead = reading
        return reading

    async def _authenticate_and_read(self, connection: Connection) -> None:
        """Authenticate and read; raise TimeoutError if only the PIN is not answered."""
        authenticating = asyncio.ensure_future(self._authenticate(connection))
        try:
            # It is sent behind the PIN, for it may need that.
            reading = self._start_to_read_ahead(connection)
            first: list[asyncio.Future[Any]] = [authenticating, reading]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            patience = self._deadlines.first_byte / 2
            async with asyncio.timeout(patience if reading.done() else None):
                await authenticating
        finally:
            authenticating.cancel()

    async def _say_hello(self, connection: Connection, limit: float | None) -> None:
        hello = self._read_ahead or connection.request("property.get", _HELLO)
        try:
            async with asyncio.timeout(limit):
                await hello
        except TimeoutError:
            raise SilenceError(f"No answer within {limit} s") from None
        except PulseRequestError as error:
            _LOGGER.debug("The projector answers: %s", error)
        except PulseError as error:
            if isinstance(error, PulseProtocolError) or connection.torn:
                self._credentials.exonerate()
            raise

    async def _persists(self, connection: Connection) -> bool:
        """Return whether a second request is answered on the same connection."""
        try:
            await connection.request("property.get", _HELLO)
        except PulseRequestError:
            return True
        except PulseConnectionError:
            if connection.torn:
                raise
            return False
        return True

    async def _authenticate(self, connection: Connection) -> bool:
        """Send the credentials; return whether the projector accepted them."""
        credentials = self._credentials
        now = asyncio.get_running_loop().time()
        try:
            return await credentials.send(connection.request, now)
        except PulseFramingError:
            raise
        except PulseProtocolError:
            credentials.note_unclear(now)
            raise
        except (PulseConnectionError, PulseTimeoutError) as error:
            if connection.torn:
                credentials.note_unclear(now)
            elif connection.understood and isinstance(error, PulseTimeoutError):
                credentials.note_silence(now)
            raise
