"""Keep the connection to a projector, and connect again after a loss.

A short interruption is not reported; commands wait for its end.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
import contextlib
from copy import copy
from datetime import UTC, datetime
from enum import StrEnum
import logging
import math
from typing import Final, NoReturn, Protocol

from .api import PulseClient
from .connection import Timeouts
from .exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
    PulseProtocolError,
    PulseRpcError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .timing import Timings

_LOGGER = logging.getLogger(__name__)

_RETRY_AT_LEAST: Final = 0.1
"""Seconds from a failed attempt to the next, however long the attempt took."""

_REPEATABLE: Final = ("property.get", "property.set")
"""Methods that do no more when they are called twice."""

_ERRORS_KEPT: Final = 10


class SessionState(StrEnum):
    """How the connection to a projector stands."""

    STOPPED = "stopped"
    """Not connected, and no attempt to connect."""
    CONNECTED = "connected"
    """Connected, and all that is shown was read."""
    RELEASED = "released"
    """Closed on purpose until the next poll."""
    INTERRUPTED = "interrupted"
    """Lost a short while ago, which is not reported yet."""
    UNAVAILABLE = "unavailable"
    """Lost, and reported."""


class SessionHandler(Protocol):
    """What a session needs to know and to have done by its owner."""

    async def initialize(self) -> None:
        """Connect by `Session.open` and read all. May leave the connection open.

        Raises PulseError.
        """

    async def serve(self) -> None:
        """Do what falls due until the connection is lost; then raise the reason."""

    def is_final(self, error: PulseError) -> bool:
        """Tell whether to report an error at once, because only a person can help."""

    @property
    def rises(self) -> bool:
        """Tell whether the projector boots, so that odd answers are normal."""

    def on_session_state(self, before: SessionState, state: SessionState) -> None:
        """Handle that a state was entered, or confirmed."""

    def on_session_error(self, error: PulseError) -> None:
        """Handle the end of a connection or a failed attempt; the state follows."""

    def on_session_closing(self) -> None:
        """Stop what uses the connection."""


class Session:
    """Keeps the connection of a client. `run` connects again, `command` uses it."""

    def __init__(
        self,
        client: PulseClient,
        timings: Timings,
        timeouts: Timeouts,
        handler: SessionHandler,
    ) -> None:
        """Open nothing yet."""
        self._client = client
        self._timings = timings
        self._timeouts = timeouts
        self._handler = handler
        self.state = SessionState.STOPPED
        self.error: PulseError | None = PulseConnectionError("Not connected")
        """Why the projector is unavailable, as reported; None while it is not."""
        self.errors: deque[tuple[str, str]] = deque(maxlen=_ERRORS_KEPT)
        """When the connection was lost of late, and why."""
        self.disconnected_at: float | None = None
        """When the connection was lost, in the loop's time; None while it is not."""
        self.running = False
        """True while `run` runs."""
        self.attention = asyncio.Event()
        """Set when `serve` has something to do."""
        self.hidden = False
        """True if nothing may be read, with a PIN or without."""
        self._reason: PulseError = PulseConnectionError("Not connected")
        self._odd_since: float | None = None
        self._awaited = 0  # commands under way
        self._hurry = asyncio.Event()
        self._reopened = asyncio.Event()  # or the attempt failed
        self._lost: PulseError | None = None
        self._refusal: PulseAuthenticationError | None = None
        self._tried_at = math.inf  # when the attempt to connect began
        self._grace: asyncio.TimerHandle | None = None

    @property
    def is_connected(self) -> bool:
        """Tell whether there is a connection, and all was read over it."""
        return self.state is SessionState.CONNECTED

    @property
    def awaited(self) -> bool:
        """Tell whether a command is under way."""
        return self._awaited > 0

    @property
    def is_odd(self) -> bool:
        """Tell whether something accepts connections, but gives no sensible answer."""
        return self._odd_since is not None

    @property
    def odd_for(self) -> float:
        """Return for how many seconds answers have been odd, without end at set-up."""
        if self._odd_since is None:
            return math.inf
        return asyncio.get_running_loop().time() - self._odd_since

    @property
    def away_for(self) -> float:
        """Return for how many seconds there has been no connection."""
        if self.disconnected_at is None:
            return 0
        return asyncio.get_running_loop().time() - self.disconnected_at

    async def connect(self) -> None:
        """Connect, learn what the projector is and has, and read it all once.

        A projector that refuses the PIN may still let itself be read. Raises
        PulseError and leaves no socket open then.
        """
        try:
            try:
                await self._handler.initialize()
                if self.hidden and self._client.reconsider_pin():
                    _LOGGER.debug("Not all is refused any more: trying the PIN again")
                    self.hidden = False
                    await self._client.disconnect()
                    await self._handler.initialize()
                self.hidden = False
            except PulseAuthenticationError as refusal:
                await self._initialize_without_pin(refusal)
            except (PulsePermissionError, PulseProtocolError) as error:
                if not self._hides(error):
                    raise
                await self._initialize_with_pin(error)
        except PulseDeviceMismatchError:
            self._client.hold_pin_back()
            await self.disconnect()
            raise
        except BaseException:
            await self.disconnect()
            raise

    async def _initialize_without_pin(self, refusal: PulseAuthenticationError) -> None:
        _LOGGER.debug("Going on without a PIN: %s", refusal)
        self._refusal = refusal
        try:
            await self._handler.initialize()
        except (PulsePermissionError, PulseProtocolError) as error:
            if not self._hides(error):
                raise
            self._raise_hidden(refusal, error)
        except PulseDeviceMismatchError:
            self._client.hold_pin_back(forgive=True)
            raise

    def _raise_hidden(
        self, refusal: PulseAuthenticationError, error: PulseError
    ) -> NoReturn:
        """Nothing may be read: raise whether that is for the PIN or for the moment."""
        self.hidden = isinstance(error, PulsePermissionError)
        if self.hidden and self._client.pin_questionable and self._handler.rises:
            raise error
        raise refusal from error

    async def _initialize_with_pin(self, hidden: PulseError) -> None:
        """Nothing may be read without the PIN: send it again if that may help."""
        if self._client.pin_refused and self._refusal is not None:
            self._raise_hidden(self._refusal, hidden)
        try:
            accepted = await self._client.authenticate()
        except PulseAuthenticationError as refusal:
            self._refusal = refusal
            self._raise_hidden(refusal, hidden)
        if accepted:
            await self._client.disconnect()  # all else is asked for on a new one
            await self._handler.initialize()
        else:
            raise hidden

    def _hides(self, error: PulseError) -> bool:
        """Tell whether the projector shows nothing, as opposed to garbled answers."""
        return isinstance(error, PulsePermissionError) or self._client.connected

    async def open(self, ahead: JsonObject) -> None:
        """Connect; the first request is to be `property.get` with `ahead`."""
        self._lost = None
        try:
            await self._client.connect(ahead)
        finally:
            self._reopened.set()

    async def disconnect(self) -> None:
        """Close the connection. Requests that wait for an answer fail."""
        if self.is_connected:
            self._enter(SessionState.INTERRUPTED)
        self._handler.on_session_closing()
        await self._client.disconnect()

    async def run(self) -> None:
        """Keep the connection until cancelled.

        A projector that may not be read is tried again like any other, without the PIN
        that it refused. `error` is a PulseAuthenticationError or PulsePermissionError
        meanwhile.
        """
        self.running = True
        try:
            while True:
                try:
                    if not self._client.connected:
                        self._tried_at = asyncio.get_running_loop().time()
                        await self.connect()
                    self._tried_at = math.inf
                    await self._handler.serve()
                except PulseError as error:
                    await self.disconnect()
                    self._note_failure(error)
                except Exception:
                    # A bug of ours must not end the care for the projector.
                    _LOGGER.exception("Unexpected error")
                    await self.disconnect()
                    self._note_failure(PulseError("Unexpected error, see the log"))
                await self._pause()
        finally:
            self.running = False
            self._cancel_grace()
            self._reopened.set()
            self._enter(SessionState.STOPPED)
            await self.disconnect()

    async def wait_until(self, due_at: float) -> None:
        """Wait until `attention` is set, at most until a moment of the loop's time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due_at):
                await self.attention.wait()
        self.attention.clear()

    def raise_if_lost(self) -> None:
        """Raise why the connection was lost, if it was."""
        if self._lost is not None:
            raise self._lost

    async def release(self) -> None:
        """Leave the connection to other controllers until `reconnect`."""
        if self._client.connected:
            self._enter(SessionState.RELEASED)
            await self.disconnect()

    async def reconnect(self, reopen: Callable[[], Awaitable[None]]) -> None:
        """End a release: connect by `reopen`, without a PIN that is refused."""
        self._enter(SessionState.INTERRUPTED)
        try:
            await reopen()
        except PulseAuthenticationError as refusal:
            await self._initialize_without_pin(refusal)

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Request what a caller waits for, and return its result.

        Waits for the end of a short interruption, and of a release between two polls.
        Raises PulseError; PulseRpcError also for a result of false.
        """
        with self._hurried():
            try:
                result = await self._send(method, params)
            except PulsePermissionError:
                if not await self._authenticated():
                    raise
                result = await self._send(method, params)
        if result is False:
            raise PulseRpcError(f"{method} was refused")
        return result

    async def _authenticated(self) -> bool:
        """Send a PIN again that was answered unclearly; return whether it helped."""
        try:
            return await self._client.authenticate()
        except PulseAuthenticationError as refusal:
            self._refusal = refusal
            raise
        except PulseError as error:
            _LOGGER.debug("Cannot authenticate: %s", error)
            return False

    @contextlib.contextmanager
    def _hurried(self) -> Iterator[None]:
        """Connect again soon, because a caller waits."""
        self._awaited += 1
        self.reconnect_soon()
        try:
            yield
        finally:
            self._awaited -= 1
            if self._client.connected:
                self.attention.set()  # others may have the connection again

    async def _send(self, method: str, params: JsonValue) -> JsonValue:
        deadline = asyncio.get_running_loop().time() + self._timeouts.response
        waited = False
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    while not self._client.connected:
                        waited = True
                        await self._until_reopened()
                # Without a wait the connection's own deadlines decide.
                async with asyncio.timeout_at(deadline if waited else None):
                    return await self._client.request(method, params)
            except TimeoutError:
                raise PulseTimeoutError(f"No connection in time for {method}") from None
            except PulseConnectionError:
                if waited or method not in _REPEATABLE or not self.running:
                    raise

    async def _until_reopened(self) -> None:
        """Wait for the next attempt to connect; raise why it cannot succeed, if known."""
        error = self.error
        if error is None and not self.running:
            error = PulseConnectionError("Not connected")
        if error is not None:
            raise copy(error) from error
        self._reopened.clear()
        self.attention.set()
        await self._reopened.wait()

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._hurry.set()

    async def _pause(self) -> None:
        """Wait until the next attempt to connect; less if a caller begins to wait.

        What the failed attempt took is part of the time between two attempts.
        """
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._retry_delay()):
                await self._hurry.wait()
                await asyncio.sleep(self._timings.reconnect_min)

    def _retry_delay(self) -> float:
        now = asyncio.get_running_loop().time()
        delay = self._timings.reconnect_delay(0 if self._awaited else self.away_for)
        if self.error is not None and self._handler.is_final(self.error):
            delay = max(delay, self._timings.retry_denied)
        return max(delay - max(now - self._tried_at, 0), min(delay, _RETRY_AT_LEAST))

    def connected(self) -> None:
        """Note that there is a connection, and that all was read over it."""
        self._cancel_grace()
        self._odd_since = self.disconnected_at = self.error = None
        self._enter(SessionState.CONNECTED)

    def _note_failure(self, error: PulseError) -> None:
        """Note a loss; report it, unless the connection is back within the grace."""
        if not accepts(error):
            self._odd_since = None
        elif self._odd_since is None:
            self._odd_since = asyncio.get_running_loop().time()
        self._handler.on_session_error(error)
        self._note_reason(error)
        reported = self.error is not None or not self._timings.unavailable_delay
        if reported or self._handler.is_final(error):
            self.report()
        elif self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(self._timings.unavailable_delay, self.report)

    def _note_reason(self, error: PulseError) -> None:
        if self.disconnected_at is None:
            self.disconnected_at = asyncio.get_running_loop().time()
        elif repr(self._reason) == repr(error):
            return
        self._reason = error
        self.errors.append((datetime.now(UTC).isoformat("T", "seconds"), repr(error)))

    def report(self, error: PulseError | None = None) -> None:
        """Report that the projector is unavailable, by default for the last reason."""
        if error is not None:
            self._note_reason(error)
        self._cancel_grace()
        self.error = self._reason
        self._reopened.set()  # waiting is useless now
        self._enter(SessionState.UNAVAILABLE)

    def _cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def on_lost(self, error: PulseError) -> None:
        """Handle that the client lost its connection."""
        if self.state is SessionState.RELEASED:
            return
        self._lost = error
        self.attention.set()
        if self.is_connected:
            self._enter(SessionState.INTERRUPTED)

    def _enter(self, state: SessionState) -> None:
        before, self.state = self.state, state
        self._handler.on_session_state(before, state)


def accepts(error: PulseError) -> bool:
    """Tell whether something accepts connections, if only to fail then."""
    return not isinstance(error, PulseConnectionError) or isinstance(
        error, PulseConnectionLimitError | PulseDeviceMismatchError
    )
