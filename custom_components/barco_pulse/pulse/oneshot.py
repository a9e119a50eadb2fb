"""A projector that closes the connection after each HTTP reply."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from typing import Final

from .connection import Connection
from .exceptions import (
    PulseConnectionError,
    PulseError,
    PulseRequestError,
    PulseTimeoutError,
)
from .json_types import JsonValue

_CLOSES_WITHIN: Final = 0.5
"""Seconds from a reply to the close: a connection that lasts longer is kept open."""


class OneShotConnection:
    """Send each request on a connection of its own, one after the other.

    Ends like a `Connection`: with the first failure that is no answer, and when the
    projector keeps a connection open after all.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        answer_limit: float,
        on_lost: Callable[[PulseError], None],
    ) -> None:
        """Open each connection by `connect`; `answer_limit` in seconds."""
        self._connect = connect
        self._answer_limit = answer_limit
        self._on_lost = on_lost
        self._turn = asyncio.Lock()
        self._opening: asyncio.Future[Connection] | None = None
        self._current: Connection | None = None
        self.persists = False
        """True if the projector did keep a connection open."""
        self.error: PulseError | None = None

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send one request and return its result."""
        try:
            async with asyncio.timeout(self._answer_limit):
                await self._turn.acquire()
        except TimeoutError:
            raise PulseTimeoutError(
                f"{method} was not sent: other requests take too long"
            ) from None
        try:
            return await self._exchange(method, params)
        finally:
            self._turn.release()

    async def _exchange(self, method: str, params: JsonValue) -> JsonValue:
        if self.error is not None:
            raise PulseConnectionError(str(self.error))
        connection = self._current = await self._opened()
        try:
            return await self._answer(connection, method, params)
        finally:
            await connection.close()
            self._current = None

    async def _opened(self) -> Connection:
        opening = self._opening = asyncio.ensure_future(self._connect())
        try:
            return await opening
        except PulseError as error:
            self._end(error)
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.error is None or (task is not None and task.cancelling()):
                raise
            raise PulseConnectionError(str(self.error)) from None
        finally:
            self._opening = None

    async def _answer(
        self, connection: Connection, method: str, params: JsonValue
    ) -> JsonValue:
        if self.error is not None:
            raise PulseConnectionError(str(self.error))
        try:
            result = await connection.request(method, params)
        except PulseRequestError:
            await self._note_end(connection)
            raise
        except PulseError as error:
            self._end(error)
            raise
        await self._note_end(connection)
        return result

    async def _note_end(self, connection: Connection) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSES_WITHIN):
                await connection.until_closed()
                return
        self.persists = True
        self._end(PulseConnectionError("The projector keeps its connections open now"))

    async def close(self) -> None:
        """End it now; return when no socket is left."""
        self._end(PulseConnectionError("Disconnected"))
        if (opening := self._opening) is not None:
            opening.cancel()
            await asyncio.wait([opening])
        if self._current is not None:
            await self._current.close()

    def _end(self, error: PulseError) -> None:
        if self.error is None:
            self.error = error
            self._on_lost(error)
