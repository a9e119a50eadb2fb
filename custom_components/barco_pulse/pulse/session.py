"""Keep the connection to a projector, and connect again after a loss.

A short interruption is not reported; commands wait for its end.
"""

import asyncio
from collections.abc import Callable, Iterator
import contextlib
from copy import copy
from enum import StrEnum
import logging
import math
from typing import Final, Protocol

from .api import PulseClient
from .deadlines import Timeouts
from .exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
    PulseRpcError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .outage import Outage
from .pin_fallback import Initialize, PinFallback
from .sleep import SleepMonitor
from .timing import Timings

_LOGGER = logging.getLogger(__name__)

_RETRY_AT_LEAST: Final = 0.1
"""Seconds from a failed attempt to the next, however long the attempt took."""

_REPEATABLE: Final = ("property.get", "property.set")
"""Methods that do no more when they are called twice."""


class SessionState(StrEnum):
    """The state of the connection to a projector."""

    STOPPED = "stopped"
    """Not connected, and no attempt to connect."""
    CONNECTED = "connected"
    """Connected, and everything that is watched was read."""
    RELEASED = "released"
    """Closed on purpose until the next poll."""
    INTERRUPTED = "interrupted"
    """Lost, but not reported yet."""
    UNAVAILABLE = "unavailable"
    """Lost, and reported."""


def _ignore(before: SessionState, state: SessionState) -> None:
    """Do nothing when the state changes."""


class SessionWork(Protocol):
    """What `Session` does with a connection. `Synchronizer` has these methods."""

    async def initialize(self) -> None:
        """Connect by `Session.open`, and read all. May leave the connection open.

        Raises PulseError.
        """

    async def serve(self) -> None:
        """Read what is due until the connection is lost; then raise the reason."""


class Session:
    """Keeps the connection of a client. `run` connects again, `command` uses it."""

    def __init__(
        self,
        client: PulseClient,
        timings: Timings,
        timeouts: Timeouts,
        sleep: SleepMonitor,
    ) -> None:
        """Open nothing yet. `sleep` knows which errors are final."""
        self._client = client
        self._timings = timings
        self._timeouts = timeouts
        self.pin = PinFallback(client, sleep)
        self.on_state: Callable[[SessionState, SessionState], None] = _ignore
        """Called with the previous state when a state was entered, or confirmed."""
        self.state = SessionState.STOPPED
        self.outage = Outage(timings, sleep)
        self.control_denied = False
        """True if the last command that may need a PIN was refused without one."""
        self.running = False
        """True while `run` runs."""
        self.attention = asyncio.Event()
        """Set when `SessionWork.serve` has something to do."""
        self._active_commands = 0
        self._reconnect_now = asyncio.Event()
        self._connect_attempted = asyncio.Event()
        self._disconnect_error: PulseError | None = None
        self._tried_at = math.inf  # when the attempt to connect began
        # Last, so that no part calls an unfinished object.
        client.on_disconnect = self._on_disconnect
        self.outage.on_report = self._on_report

    @property
    def is_connected(self) -> bool:
        """True if there is a connection, and everything was read over it."""
        return self.state is SessionState.CONNECTED

    @property
    def has_active_commands(self) -> bool:
        """True while a caller of `command` waits."""
        return self._active_commands > 0

    async def connect(self, work: SessionWork) -> None:
        """Connect and read all by `work.initialize`.

        Raises PulseError, and leaves no socket open then.
        """
        try:
            await self.pin.initialize(work.initialize)
        except PulseDeviceMismatchError:
            self._client.hold_pin_back()
            await self.disconnect()
            raise
        except BaseException:
            await self.disconnect()
            raise

    async def open(self, ahead: JsonObject) -> None:
        """Connect; the first request is to be `property.get` with `ahead`."""
        self._disconnect_error = None
        try:
            await self._client.connect(ahead)
        finally:
            self._connect_attempted.set()

    async def disconnect(self) -> None:
        """Close the connection. Requests that wait for an answer fail."""
        if self.is_connected:
            self._enter(SessionState.INTERRUPTED)
        await self._client.disconnect()

    async def run(self, work: SessionWork) -> None:
        """Connect, do the work, and connect again after each loss, until cancelled.

        A projector that permits no reading is tried again like any other, without the
        PIN that it refused. `outage.error` is a PulseAuthenticationError or
        PulsePermissionError meanwhile.
        """
        self.running = True
        try:
            while True:
                try:
                    if not self._client.connected:
                        self._tried_at = asyncio.get_running_loop().time()
                        await self.connect(work)
                    self._tried_at = math.inf
                    await work.serve()
                except PulseError as error:
                    await self.disconnect()
                    self.outage.on_failure(error)
                except Exception:
                    # Keep the projector connected after an error in our code.
                    _LOGGER.exception("Unexpected error")
                    await self.disconnect()
                    self.outage.on_failure(PulseError("Unexpected error, see the log"))
                await self._wait_before_retry()
        finally:
            self.running = False
            self.outage.cancel_report()
            self._connect_attempted.set()
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
        if self._disconnect_error is not None:
            raise self._disconnect_error

    async def release(self) -> None:
        """Leave the connection to other controllers until `reconnect`."""
        if self._client.connected:
            self._enter(SessionState.RELEASED)
            await self.disconnect()

    async def reconnect(self, reopen: Initialize, initialize: Initialize) -> None:
        """End a release: connect by `reopen`, or by `initialize` without a refused PIN."""
        self._enter(SessionState.INTERRUPTED)
        try:
            await reopen()
        except PulseAuthenticationError as refusal:
            await self.pin.initialize_without_pin(initialize, refusal)

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send a request for a caller who waits, and return its result.

        Waits for the end of a short interruption, and of a release between two polls.
        Raises PulseError; PulseRpcError also for a result of false.
        """
        with self._user_command():
            try:
                result = await self._send(method, params)
            except PulsePermissionError:
                if not await self._authenticate():
                    raise
                result = await self._send(method, params)
        if result is False:
            raise PulseRpcError(f"{method} was refused")
        return result

    async def _authenticate(self) -> bool:
        """Send the PIN again if its answer was unclear; return True if that helped."""
        try:
            return await self.pin.authenticate()
        except PulseAuthenticationError:
            raise
        except PulseError as error:
            _LOGGER.debug("Cannot authenticate: %s", error)
            return False

    @contextlib.contextmanager
    def _user_command(self) -> Iterator[None]:
        """Connect again soon, because a caller waits."""
        self._active_commands += 1
        self.reconnect_soon()
        try:
            yield
        finally:
            self._active_commands -= 1
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
                        await self._wait_for_attempt()
                # Without a wait the connection's own deadlines decide.
                async with asyncio.timeout_at(deadline if waited else None):
                    return await self._client.request(method, params)
            except TimeoutError:
                raise PulseTimeoutError(f"No connection in time for {method}") from None
            except PulseConnectionError:
                if waited or method not in _REPEATABLE or not self.running:
                    raise

    async def _wait_for_attempt(self) -> None:
        """Wait for the next attempt to connect; raise why it cannot succeed, if known."""
        error = self.outage.error
        if error is None and not self.running:
            error = PulseConnectionError("Not connected")
        if error is not None:
            raise copy(error) from error
        self._connect_attempted.clear()
        self.attention.set()
        await self._connect_attempted.wait()

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._reconnect_now.set()

    async def _wait_before_retry(self) -> None:
        """Wait until the next attempt to connect; shorter if a caller starts to wait.

        The time between two attempts includes the duration of the failed one.
        """
        self._reconnect_now.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._retry_delay()):
                await self._reconnect_now.wait()
                await asyncio.sleep(self._timings.reconnect_min)

    def _retry_delay(self) -> float:
        now = asyncio.get_running_loop().time()
        delay = self._timings.reconnect_delay(
            0 if self._active_commands else self.outage.duration
        )
        if self.outage.needs_user:
            delay = max(delay, self._timings.retry_denied)
        return max(delay - max(now - self._tried_at, 0), min(delay, _RETRY_AT_LEAST))

    def connected(self) -> None:
        """Record that there is a connection, and that everything was read over it."""
        self.outage.end()
        self._enter(SessionState.CONNECTED)

    def _on_report(self) -> None:
        """Let waiting commands fail, and enter the state."""
        self._connect_attempted.set()
        self._enter(SessionState.UNAVAILABLE)

    def _on_disconnect(self, error: PulseError) -> None:
        """Handle that the client lost its connection."""
        if self.state is SessionState.RELEASED:
            return
        self._disconnect_error = error
        self.attention.set()
        if self.is_connected:
            self._enter(SessionState.INTERRUPTED)

    def _enter(self, state: SessionState) -> None:
        before, self.state = self.state, state
        self.on_state(before, state)
