"""Send requests that the projector may refuse, or be too busy for."""

from collections.abc import Awaitable, Callable
import logging

from ..exceptions import PulseInvalidStateError, PulseRpcError, PulseSlowResponseError
from ..json_types import JsonValue

_LOGGER = logging.getLogger(__name__)

type Request = Callable[[str, JsonValue], Awaitable[JsonValue]]
"""Sends a request by method and parameters. Raises PulseError."""


class OptionalRequests:
    """Sends requests whose refusal is no error.

    A projector refuses what it does not have. While it is busy, it also refuses what it
    has: `incomplete` tells that the same requests may succeed later.
    """

    def __init__(self, request: Request) -> None:
        """Send requests with `request(method, params)`, which raises PulseError."""
        self._request = request
        self.incomplete = False
        """True if the projector was too busy for a request since `restart`."""

    def restart(self) -> None:
        """Set `incomplete` to false before all requests are sent again."""
        self.incomplete = False

    async def request(self, method: str, params: JsonValue = None) -> JsonValue:
        """Return the result; None if the projector refuses or does not answer in time.

        Raises PulseError if the connection fails.
        """
        try:
            return await self.request_unless_slow(method, params)
        except PulseSlowResponseError as error:
            _LOGGER.debug("%s: %s", method, error)
            self.incomplete = True
            return None

    async def request_unless_slow(
        self, method: str, params: JsonValue = None
    ) -> JsonValue:
        """Return the result; None if the projector refuses.

        Raises PulseSlowResponseError if the projector answers other requests in time,
        but not this one; PulseError if the connection fails.
        """
        try:
            return await self._request(method, params)
        except PulseSlowResponseError:
            raise
        except PulseRpcError as error:
            _LOGGER.debug("%s: %s", method, error)
            if isinstance(error, PulseInvalidStateError) and not error.not_found:
                self.incomplete = True
            return None
