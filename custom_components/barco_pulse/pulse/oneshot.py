"""Talk to a projector that closes the connection after each HTTP response."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from typing import Final

from .connection import Connection
from .exceptions import (
    PulseConnectionError,
    PulseError,
    PulseRpcError,
    PulseTimeoutError,
)
from .json_types import JsonValue

_CLOSE_TIMEOUT: Final = 0.5
"""Seconds in which such a projector closes the connection after a response."""


class OneShotConnection:
    """Send each request on a new connection, one after the other.

    Ends like a `Connection` with the first failure other than an error response, and
    also when the projector keeps a connection open.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        response_timeout: float,
        on_disconnect: Callable[[PulseError], None],
    ) -> None:
        """Open connections with `connect`; wait `response_timeout` seconds for a turn."""
        self._connect = connect
        self._response_timeout = response_timeout
        self._on_disconnect = on_disconnect
        self._lock = asyncio.Lock()
        self._opening: asyncio.Future[Connection] | None = None
        self._current: Connection | None = None
        self.error: PulseError | None = None

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its result."""
        try:
            async with asyncio.timeout(self._response_timeout):
                await self._lock.acquire()
        except TimeoutError:
            raise PulseTimeoutError(
                f"{method} was not sent: other requests take too long"
            ) from None
        try:
            return await self._exchange(method, params)
        finally:
            self._lock.release()

    async def _exchange(self, method: str, params: JsonValue) -> JsonValue:
        if self.error is not None:
            raise PulseConnectionError(str(self.error))
        connection = self._current = await self._open()
        try:
            return await self._send(connection, method, params)
        finally:
            await connection.close()
            self._current = None

    async def _open(self) -> Connection:
        opening = self._opening = asyncio.ensure_future(self._connect())
        try:
            return await opening
        except PulseError as error:
            self._close_with(error)
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.error is None or (task is not None and task.cancelling()):
                raise
            raise PulseConnectionError(str(self.error)) from None
        finally:
            self._opening = None

    async def _send(
        self, connection: Connection, method: str, params: JsonValue
    ) -> JsonValue:
        if self.error is not None:
            raise PulseConnectionError(str(self.error))
        try:
            result = await connection.request(method, params)
        except PulseRpcError:
            await self._check_closed(connection)
            raise
        except PulseError as error:
            self._close_with(error)
            raise
        await self._check_closed(connection)
        return result

    async def _check_closed(self, connection: Connection) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await connection.until_closed()
                return
        self._close_with(
            PulseConnectionError("The projector keeps its connections open now")
        )

    async def close(self) -> None:
        """Close the connection; return when no socket is open."""
        self._close_with(PulseConnectionError("Disconnected"))
        if (opening := self._opening) is not None:
            opening.cancel()
            await asyncio.wait([opening])
        if self._current is not None:
            await self._current.close()

    def _close_with(self, error: PulseError) -> None:
        if self.error is None:
            self.error = error
            self._on_disconnect(error)
