"""Send requests in the background without delaying commands."""

import asyncio
from collections.abc import Callable, Iterator
import contextlib

from .api import PulseClient
from .const import STATE
from .deadlines import Timeouts
from .exceptions import (
    PulseError,
    PulseRpcError,
    PulseSlowResponseError,
    PulseTimeoutError,
)
from .json_types import JsonValue

type Observer = Callable[[str, JsonValue, JsonValue | PulseError], None]
"""Called with method, params, and the result of a request or its error."""

BACKGROUND_REQUESTS = 2
"""Maximum number of concurrent requests, so that a command does not wait for them."""


class BackgroundRequests:
    """Send a few requests at a time, but only one `introspect` request."""

    def __init__(self, client: PulseClient, timeouts: Timeouts) -> None:
        """Send the requests by `client`, which has the same `timeouts`."""
        self._client = client
        self._timeouts = timeouts
        self._background = asyncio.Semaphore(BACKGROUND_REQUESTS)
        self._describing = asyncio.Semaphore(1)
        self._observers: list[Observer] = []

    @contextlib.contextmanager
    def observed(self, observer: Observer) -> Iterator[None]:
        """Call `observer` after each request while the context is entered."""
        self._observers.append(observer)
        try:
            yield
        finally:
            self._observers.remove(observer)

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send a request and return its result. Raises PulseError.

        Raises PulseSlowResponseError if the projector answers other requests, but not this
        one.
        """
        try:
            result = await self._request(method, params)
        except PulseError as error:
            for observer in self._observers:
                observer(method, params, error)
            raise
        for observer in self._observers:
            observer(method, params, result)
        return result

    async def _request(self, method: str, params: JsonValue) -> JsonValue:
        try:
            if method == "introspect":
                async with self._describing:
                    return await self._request_patiently(method, params)
            async with self._background:
                return await self._client.request(method, params)
        except PulseTimeoutError as error:
            if not self._client.connected:
                raise
            raise PulseSlowResponseError(str(error)) from error

    async def _request_patiently(self, method: str, params: JsonValue) -> JsonValue:
        """Send a slow request; meanwhile check that others are answered."""
        request = asyncio.ensure_future(self._client.request(method, params))
        try:
            while not request.done():
                await asyncio.wait([request], timeout=self._timeouts.first_byte / 2)
                if not request.done():
                    async with self._background:
                        await self._look_alive()
            return await request
        finally:
            request.cancel()

    async def _look_alive(self) -> None:
        with contextlib.suppress(PulseRpcError):
            await self._client.request("property.get", {"property": STATE})
