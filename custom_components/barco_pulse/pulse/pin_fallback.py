"""Connect without the PIN where the projector refuses it, or with it where it helps."""

from collections.abc import Awaitable, Callable
import logging
from typing import NoReturn

from .api import PulseClient
from .exceptions import (
    PulseAuthenticationError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
    PulseProtocolError,
)
from .sleep import SleepMonitor

_LOGGER = logging.getLogger(__name__)

type Initialize = Callable[[], Awaitable[None]]
"""Connect, and read all. May leave the connection open. Raises PulseError."""


class PinFallback:
    """Decide whether to connect with the PIN.

    A projector that refuses the PIN may still let itself be read. One that may not be
    read without a PIN may accept a PIN to which it gave an unclear answer before.
    """

    def __init__(self, client: PulseClient, sleep: SleepMonitor) -> None:
        """Start without an answer to the PIN of `client`."""
        self._client = client
        self._sleep = sleep
        self._refusal: PulseAuthenticationError | None = None
        self.unreadable = False
        """True if the projector permits no reading, with the PIN or without."""

    async def initialize(self, initialize: Initialize) -> None:
        """Connect and read all by `initialize`. Raises PulseError."""
        try:
            await initialize()
            if self.unreadable and self._client.reconsider_pin():
                _LOGGER.debug("Reading is permitted again: trying the PIN again")
                self.unreadable = False
                await self._client.disconnect()
                await initialize()
            self.unreadable = False
        except PulseAuthenticationError as refusal:
            await self.initialize_without_pin(initialize, refusal)
        except (PulsePermissionError, PulseProtocolError) as error:
            if not self._is_unreadable(error):
                raise
            await self._initialize_with_pin(initialize, error)

    async def initialize_without_pin(
        self, initialize: Initialize, refusal: PulseAuthenticationError
    ) -> None:
        """Connect and read all without the PIN, which was refused."""
        _LOGGER.debug("Going on without a PIN: %s", refusal)
        self._refusal = refusal
        try:
            await initialize()
        except (PulsePermissionError, PulseProtocolError) as error:
            if not self._is_unreadable(error):
                raise
            self._raise_unreadable(refusal, error)
        except PulseDeviceMismatchError:
            self._client.hold_pin_back(forgive=True)
            raise

    async def _initialize_with_pin(
        self, initialize: Initialize, error: PulseError
    ) -> None:
        """Send the PIN again if that may permit to read, then read all."""
        if self._client.pin_refused and self._refusal is not None:
            self._raise_unreadable(self._refusal, error)
        try:
            accepted = await self.authenticate()
        except PulseAuthenticationError as refusal:
            self._raise_unreadable(refusal, error)
        if not accepted:
            raise error
        await self._client.disconnect()  # everything is read on a new connection
        await initialize()

    async def authenticate(self) -> bool:
        """Send a PIN again that got an unclear answer; return True if it is accepted.

        Raises PulseError.
        """
        try:
            return await self._client.authenticate()
        except PulseAuthenticationError as refusal:
            self._refusal = refusal
            raise

    def _raise_unreadable(
        self, refusal: PulseAuthenticationError, error: PulseError
    ) -> NoReturn:
        """Raise the refusal of the PIN, or `error` if it may be due to starting up."""
        self.unreadable = isinstance(error, PulsePermissionError)
        if (
            self.unreadable
            and self._client.pin_questionable
            and self._sleep.is_starting
        ):
            raise error
        raise refusal from error

    def _is_unreadable(self, error: PulseError) -> bool:
        """Return False for garbled answers, which end the connection."""
        return isinstance(error, PulsePermissionError) or self._client.connected
