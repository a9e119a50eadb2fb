"""Authenticate on a new connection, or check that the projector responds."""

import asyncio
import logging
from typing import Any, Final

from .connection import Connection
from .credentials import Credentials
from .deadlines import Timeouts
from .exceptions import (
    PulseConnectionError,
    PulseError,
    PulseFramingError,
    PulseNoResponseError,
    PulseProtocolError,
    PulseRpcError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .protocol import Framing

_LOGGER = logging.getLogger(__name__)

_PROBE: Final[JsonObject] = {"property": "system.state"}
"""A request to which any projector responds, at least with an error."""


class ReadAhead:
    """A first read that is sent without waiting for the response to the PIN."""

    def __init__(self) -> None:
        """Start without a read."""
        self.params: JsonObject | None = None
        """The parameters of `property.get`; None: nothing is read ahead."""
        self.task: asyncio.Future[JsonValue] | None = None

    def start(self, connection: Connection) -> asyncio.Future[JsonValue]:
        """Send the read."""
        task = asyncio.ensure_future(connection.request("property.get", self.params))
        # Its error is not to be logged as a bug if `pop` is never called.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.task = task
        return task

    def pop(self, params: JsonValue) -> asyncio.Future[JsonValue] | None:
        """Return the read once, or None if it has other parameters."""
        task, self.task = self.task, None
        return task if params == self.params else None

    def cancel(self) -> None:
        """Stop waiting for the response."""
        if self.task is not None:
            self.task.cancel()
            self.task = None


class Handshake:
    """The first requests on a connection. Used once."""

    def __init__(
        self,
        connection: Connection,
        credentials: Credentials,
        timeouts: Timeouts,
        read_ahead: ReadAhead,
        *,
        one_shot: bool,
        last_connection_lasted: bool,
    ) -> None:
        """Initialize. The last two are known from the previous connection."""
        self._connection = connection
        self._credentials = credentials
        self._timeouts = timeouts
        self._read_ahead = read_ahead
        self._last_connection_lasted = last_connection_lasted
        self.one_shot = one_shot
        """True if the projector closes the connection after each response."""

    async def run(self, limit: float | None) -> None:
        """Authenticate, or check that the projector responds. Raises PulseError.

        `limit` is in seconds for each of both; None means the usual timeouts.
        """
        credentials = self._credentials
        http = self._connection.framing is Framing.HTTP
        due = credentials.due(asyncio.get_running_loop().time())
        certain = due and not credentials.unclear
        first = limit is None and certain and not (http and self.one_shot)
        # On a connection that may not stay open, a second request may be lost.
        reads_ahead = (
            limit is None
            and bool(self._read_ahead.params)
            and (not http or self._last_connection_lasted)
        )
        if not first:
            if reads_ahead:
                self._read_ahead.start(self._connection)
            await self._probe(limit)
            self.one_shot = http and not (reads_ahead or await self._answers_again())
        if not due or self.one_shot:
            return
        try:
            async with asyncio.timeout(limit):
                if first and reads_ahead:
                    await self._authenticate_and_read()
                else:
                    await authenticate(self._connection, credentials)
        except TimeoutError:
            credentials.record_no_response(asyncio.get_running_loop().time())
        if first:
            self.one_shot = http and not (reads_ahead or await self._answers_again())

    async def _authenticate_and_read(self) -> None:
        """Authenticate and read; raise TimeoutError if only the PIN gets no response."""
        authenticating = asyncio.ensure_future(
            authenticate(self._connection, self._credentials)
        )
        try:
            # Send this after the PIN because it may require it.
            reading = self._read_ahead.start(self._connection)
            first: list[asyncio.Future[Any]] = [authenticating, reading]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            patience = self._timeouts.first_byte / 2
            async with asyncio.timeout(patience if reading.done() else None):
                await authenticating
        finally:
            authenticating.cancel()

    async def _probe(self, limit: float | None) -> None:
        """Check that the projector responds within `limit` seconds."""
        connection = self._connection
        probe = self._read_ahead.task or connection.request("property.get", _PROBE)
        try:
            async with asyncio.timeout(limit):
                await probe
        except TimeoutError:
            raise PulseNoResponseError(f"No response within {limit} s") from None
        except PulseRpcError as error:
            _LOGGER.debug("The projector responded with an error: %s", error)
        except PulseError as error:
            if isinstance(error, PulseProtocolError) or connection.ended_mid_message:
                self._credentials.discount_unclear()
            raise

    async def _answers_again(self) -> bool:
        """Return whether the projector responds twice on the same connection."""
        try:
            await self._connection.request("property.get", _PROBE)
        except PulseRpcError:
            return True
        except PulseConnectionError:
            if self._connection.ended_mid_message:
                raise
            return False
        return True


async def authenticate(connection: Connection, credentials: Credentials) -> bool:
    """Send the credentials; return whether the projector accepted them.

    Raises PulseError, and records in `credentials` why there was no clear response.
    """
    now = asyncio.get_running_loop().time()
    try:
        return await credentials.send(connection.request, now)
    except PulseFramingError:
        raise
    except PulseProtocolError:
        credentials.record_unclear(now)
        raise
    except (PulseConnectionError, PulseTimeoutError) as error:
        if connection.ended_mid_message:
            credentials.record_unclear(now)
        elif connection.got_response and isinstance(error, PulseTimeoutError):
            credentials.record_no_response(now)
        raise
