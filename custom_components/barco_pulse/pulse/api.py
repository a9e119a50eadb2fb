"""The JSON-RPC client: connect, authenticate, send requests, disconnect."""

import asyncio
from collections import Counter
from collections.abc import Callable
import logging
from typing import Final

from .connection import Connection
from .credentials import Credentials, Login
from .deadlines import Timeouts
from .exceptions import (
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseFramingError,
    PulseNoResponseError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
)
from .handshake import Handshake, ReadAhead, authenticate
from .json_types import JsonObject, JsonValue
from .oneshot import OneShotConnection
from .protocol import Framing, Notification
from .trace import Trace

__all__ = ["DEFAULT_PORT", "Login", "PulseClient"]

_LOGGER = logging.getLogger(__name__)

DEFAULT_PORT = 9090

_SHORT_LIMIT: Final = 1.0
"""Seconds to wait for a response after the projector did not respond in time before."""

_THOROUGH_EVERY: Final = 3
"""One of this many attempts without a response gives the other framing the full limit."""


class PulseClient:
    """Send requests to one projector over at most one socket.

    `framing` is the last framing that the projector understood. It is tried first, then
    the other one. Store it after `connect` and pass it to the next client.
    `on_notification` and `on_disconnect` are called from the event loop;
    `on_disconnect` once for every connection that `connect` has opened, also if it was
    closed here.
    """

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        *,
        login: Login | None = None,
        framing: Framing | None = None,
        timeouts: Timeouts | None = None,
        on_notification: Callable[[Notification], None] = lambda notification: None,
        on_disconnect: Callable[[PulseError], None] = lambda error: None,
        trace: Trace | None = None,
    ) -> None:
        """Initialize without connecting; `login` takes precedence over a PIN.

        `trace` gets each event of each connection. Raises ValueError for a PIN that is
        not digits.
        """
        self.host = host
        self.port = port
        self.framing = framing
        self.one_shot = False
        """True while the projector closes the connection after each response.

        Then it cannot push anything, and authentication does not last.
        """
        self._timeouts = timeouts = timeouts or Timeouts()
        self._credentials = Credentials(pin, login, timeouts.unclear_pin)
        self._authenticating = asyncio.Lock()
        self._silent_attempts = 0
        self._read_ahead = ReadAhead()
        self._last_connection_lasted = False  # for more than one request
        self.on_notification = on_notification
        self.on_disconnect = on_disconnect
        self._trace = trace
        self._connection: Connection | OneShotConnection | None = None
        self.counters: Counter[str] = Counter()
        """Numbers of connections, requests and errors by class."""

    @property
    def connected(self) -> bool:
        """True while requests can be sent."""
        return self._connection is not None and self._connection.error is None

    @property
    def has_pin(self) -> bool:
        """True if there is a PIN or a login."""
        return self._credentials.given

    @property
    def pin_refused(self) -> bool:
        """True once the projector refused the PIN or login; it is not sent again."""
        return self._credentials.refused

    @property
    def pin_questionable(self) -> bool:
        """True if the projector may have refused every request, not the PIN."""
        return self._credentials.questionable

    @property
    def private(self) -> JsonObject:
        """Address and credentials, to redact them; never log or store them."""
        return {"host": self.host, **self._credentials.private}

    def reconsider_pin(self) -> bool:
        """Let `connect` send a questionable PIN once more; return whether it will."""
        return self._credentials.reconsider()

    def hold_pin_back(self, *, forgive: bool = False) -> None:
        """Do not send the PIN or login to another projector again.

        `forgive` ignores that projector's refusal.
        """
        now = asyncio.get_running_loop().time()
        self._credentials.withhold(now, forgive=forgive)

    @property
    def pin_unclear(self) -> bool:
        """True while the projector neither accepted nor refused the PIN or login."""
        return self._credentials.unclear

    @property
    def pin_unanswered(self) -> bool:
        """True if the projector responded, but not to the PIN or login."""
        return self._credentials.unanswered

    @property
    def pin_used_up(self) -> bool:
        """True if the PIN or login is not sent again after too many unclear responses."""
        return self.pin_unclear and not self._credentials.may_send

    async def connect(self, read_ahead: JsonObject | None = None) -> None:
        """Connect and authenticate, after closing an open connection.

        `read_ahead` is what to read without waiting for the response to the PIN: the
        first `property.get` with these parameters returns that response. Raises
        PulseConnectionError, PulseTimeoutError, PulseProtocolError or
        PulseAuthenticationError, and leaves no socket open then.
        """
        framing = self.framing or Framing.RAW
        self._read_ahead.params = read_ahead
        try:
            await self._try(framing)
        except PulseFramingError:
            _LOGGER.debug("The projector did not understand the framing %s", framing)
            await self._try_other_framing(framing)
        except (PulseNoResponseError, PulseConnectionLimitError) as error:
            await self._try_framings(framing, error)

    def stop_trace(self) -> None:
        """Report no more events to `trace`, so that it costs nothing more."""
        self._trace = None
        if isinstance(self._connection, Connection):
            self._connection.stop_trace()

    async def disconnect(self) -> None:
        """Close the connection, if any, and fail its pending requests."""
        self._read_ahead.cancel()
        if (connection := self._connection) is not None:
            self._connection = None
            await connection.close()

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its `result`.

        Raises PulseRpcError (or a subclass) if the projector responds
        with an error. After any other PulseError check `connected`.
        """
        if self._connection is None:
            raise PulseConnectionError("Not connected")
        self.counters["requests"] += 1
        try:
            if method == "property.get" and self._read_ahead.task is not None:
                return await self._pop_read_ahead(self._connection, params)
            return await self._connection.request(method, params)
        except PulseError as error:
            self.counters[type(error).__name__] += 1
            raise

    async def _pop_read_ahead(
        self, connection: Connection | OneShotConnection, params: JsonValue
    ) -> JsonValue:
        """Return the response that was read ahead; read again if it does not fit."""
        if (reading := self._read_ahead.pop(params)) is not None:
            try:
                return await reading
            except PulsePermissionError:
                if self.pin_refused or self.pin_unclear or not self.has_pin:
                    raise
                _LOGGER.debug("Reading again because it may require the PIN")
            except PulseConnectionError:
                self._last_connection_lasted = False
                raise
        return await connection.request("property.get", params)

    async def authenticate(self) -> bool:
        """Send the PIN or login again after an unclear response.

        Return whether the projector accepted it. Raises PulseError, and
        PulseAuthenticationError after a clear refusal.
        """
        async with self._authenticating:
            connection = self._connection
            if not isinstance(connection, Connection) or not self._credentials.may_send:
                return False
            if not self._credentials.unclear:
                return False
            return await authenticate(connection, self._credentials)

    async def _try_other_framing(self, framing: Framing) -> None:
        """Try the other framing, then the first one without the PIN."""
        try:
            await self._try(framing.other)
        except PulseFramingError:
            now = asyncio.get_running_loop().time()
            if not self._credentials.due(now):
                raise
            # A projector may treat `authenticate` as an invalid request.
            self._credentials.postpone(now)
            await self._try(framing)

    async def _try_framings(self, framing: Framing, error: PulseError) -> None:
        """Try both framings after a missing response, which either may have caused."""
        self._silent_attempts += 1
        thorough = self._silent_attempts % _THOROUGH_EVERY == 0
        tries: list[tuple[Framing, float | None]]
        if self.framing is None or (
            isinstance(error, PulseConnectionLimitError) and thorough
        ):
            tries = [(framing.other, None)]
        elif isinstance(error, PulseConnectionLimitError):
            tries = []
        else:
            # The projector may respond now to a request that was lost before.
            limit = min(_SHORT_LIMIT, self._timeouts.first_byte / 2)
            tries = [(framing, limit), (framing.other, None if thorough else limit)]
        for other, seconds in tries:
            try:
                await self._try(other, seconds)
            except PulseNoResponseError, PulseConnectionLimitError, PulseFramingError:
                _LOGGER.debug("No response in the framing %s either", other)
            else:
                return
        raise error

    async def _try(self, framing: Framing, limit: float | None = None) -> None:
        """Connect; retry without the PIN if the response to the PIN was unclear."""
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
        handshake = Handshake(
            connection,
            self._credentials,
            self._timeouts,
            self._read_ahead,
            one_shot=self.one_shot,
            last_connection_lasted=self._last_connection_lasted,
        )
        try:
            await self._open(connection)
            await handshake.run(limit)
        except BaseException:
            self._last_connection_lasted = False
            self._read_ahead.cancel()
            await connection.close()
            raise
        finally:
            self.one_shot = handshake.one_shot
            if connection.got_response:
                self.framing = framing
                self._silent_attempts = 0
        self._last_connection_lasted = not self.one_shot
        if self.one_shot:
            await connection.close()
            self._connection = OneShotConnection(
                self._open_one_shot, self._timeouts.response, self.on_disconnect
            )
        else:
            connection.on_disconnect = self.on_disconnect
            self._connection = connection

    def _new_connection(self, framing: Framing) -> Connection:
        self.counters["connections"] += 1
        return Connection(
            framing,
            self._timeouts,
            self.on_notification,
            self._credentials.redact,
            number=self.counters["connections"],
            trace=self._trace,
        )

    async def _open(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeouts.connect):
                await loop.create_connection(lambda: connection, self.host, self.port)
        except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
            reason = str(error) or f"no reply within {self._timeouts.connect:g} s"
            failure = PulseConnectionError(
                f"Cannot connect to {self.host} port {self.port}: {reason}"
            )
            connection.fail(failure)
            raise failure from error

    async def _open_one_shot(self) -> Connection:
        connection = self._new_connection(Framing.HTTP)
        try:
            await self._open(connection)
        except BaseException:
            await connection.close()
            raise
        return connection
