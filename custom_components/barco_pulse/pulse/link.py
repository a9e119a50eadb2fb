"""Stay connected to a projector, whatever happens to the connection.

A short cut is nobody's business: whoever commands meanwhile waits for its end.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
from copy import copy
import logging
import math
from typing import NoReturn

from .api import DEFAULT_PORT, Login, PulseClient
from .connection import Deadlines
from .exceptions import (
    PulseAccessError,
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseProtocolError,
    PulseRequestError,
    PulseStrangerError,
    PulseTimeoutError,
)
from .json_types import JsonObject, JsonValue
from .protocol import Framing, Notification
from .publisher import Publisher
from .snapshot import Changes, Snapshot
from .timing import Pace

_LOGGER = logging.getLogger(__name__)

_RETRY_AT_LEAST = 0.1
"""Seconds from a failed attempt to the next, however long the attempt took."""

_REPEATABLE = ("property.get", "property.set")
"""Methods that do no more when they are called twice."""


class Link(ABC):
    """Owns the one connection. `run` keeps it, `command` uses it."""

    def __init__(
        self,
        host: str,
        port: int = DEFAULT_PORT,
        pin: str | None = None,
        *,
        login: Login | None = None,
        deadlines: Deadlines | None = None,
        pace: Pace | None = None,
        on_update: Callable[[Snapshot, Changes], None],
    ) -> None:
        """Nothing is opened yet. Raises ValueError for a PIN that is not digits."""
        self._pace = pace or Pace()
        self._deadlines = deadlines or Deadlines()
        self._client = PulseClient(
            host,
            port,
            pin,
            login=login,
            deadlines=self._deadlines,
            on_notification=self._on_notification,
            on_lost=self._on_lost,
        )
        self._on_update = on_update
        self._publisher = Publisher(self._snapshot, self._published, self._pace)
        self._running = False
        self._awaited = 0  # commands under way, and whatever else is in a hurry
        self._attention = asyncio.Event()
        self._hurry = asyncio.Event()
        self._reopened = asyncio.Event()  # or tried in vain
        self._released = False  # disconnected on purpose, until the next poll
        self._lost: PulseError | None = None
        self._refusal: PulseAuthenticationError | None = None
        self._hidden = False  # nothing may be read, with a PIN or without
        self._tried_at = math.inf  # when the attempt to connect began
        self._grace: asyncio.TimerHandle | None = None

    @property
    def framing(self) -> Framing | None:
        """The form of request that this projector understands, once known."""
        return self._client.framing

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._publisher.snapshot

    @property
    def errors(self) -> Sequence[tuple[str, str]]:
        """When and why the connection was lost of late."""
        return self._publisher.errors

    @property
    def counters(self) -> Mapping[str, int]:
        """What happened on the connection so far, by what it is."""
        return self._client.counters

    @abstractmethod
    def _snapshot(self, error: PulseError | None) -> Snapshot:
        """Return what is known now; `error`: why it is out of reach."""

    @abstractmethod
    def _on_notification(self, notification: Notification) -> None:
        """Take what the projector says unasked."""

    @abstractmethod
    async def _meet(self) -> None:
        """Connect and learn all. Raises PulseError; may leave the connection open."""

    @abstractmethod
    async def _serve(self) -> None:
        """Do what falls due, until the connection is lost: then raise why."""

    async def connect(self) -> None:
        """Connect, learn what it is and has, and read it all once.

        A projector that refuses the PIN may still let itself be read. Raises
        PulseError and leaves no socket open then.
        """
        try:
            try:
                await self._meet()
                if self._hidden and self._client.reconsider_pin():
                    _LOGGER.debug("Not all is refused any more: trying the PIN again")
                    self._hidden = False
                    await self._client.disconnect()
                    await self._meet()
                self._hidden = False
            except PulseAuthenticationError as refusal:
                await self._meet_without_pin(refusal)
            except (PulseAccessError, PulseProtocolError) as error:
                if not self._hides(error):
                    raise
                await self._meet_with_pin(error)
        except PulseStrangerError:
            self._client.hold_pin_back()
            await self.disconnect()
            raise
        except BaseException:
            await self.disconnect()
            raise

    async def _meet_without_pin(self, refusal: PulseAuthenticationError) -> None:
        _LOGGER.debug("Going on without a PIN: %s", refusal)
        self._refusal = refusal
        try:
            await self._meet()
        except (PulseAccessError, PulseProtocolError) as error:
            if not self._hides(error):
                raise
            self._raise_hidden(refusal, error)
        except PulseStrangerError:
            self._client.hold_pin_back(forgive=True)
            raise

    def _raise_hidden(
        self, refusal: PulseAuthenticationError, error: PulseError
    ) -> NoReturn:
        """Nothing may be read: raise whether that is for the PIN or for the moment."""
        self._hidden = isinstance(error, PulseAccessError)
        if self._hidden and self._client.pin_questionable and self._is_odd_for_now:
            raise error
        raise refusal from error

    @property
    def _is_odd_for_now(self) -> bool:
        """Tell whether odd answers are normal now."""
        return False

    async def _meet_with_pin(self, hidden: PulseError) -> None:
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
            await self._meet()
        else:
            raise hidden

    def _hides(self, error: PulseError) -> bool:
        """Tell whether the projector shows nothing, as opposed to garbled answers."""
        return isinstance(error, PulseAccessError) or self._client.connected

    async def disconnect(self) -> None:
        """Close the connection. Whoever waits for an answer gets an error."""
        self._publisher.stop()
        await self._client.disconnect()

    async def run(self) -> None:
        """Keep the snapshot true until cancelled.

        A projector that may not be read is tried again like any other, without the PIN
        that it refused. The snapshot's `error` is a PulseAuthenticationError or
        PulseAccessError meanwhile.
        """
        self._running = True
        try:
            while True:
                try:
                    if not self._client.connected:
                        self._tried_at = asyncio.get_running_loop().time()
                        await self.connect()
                    self._tried_at = math.inf
                    await self._serve()
                except PulseError as error:
                    await self.disconnect()
                    self._out_of_reach(error)
                except Exception:
                    # A bug of ours must not end the care for the projector.
                    _LOGGER.exception("Unexpected error")
                    await self.disconnect()
                    self._out_of_reach(PulseError("Unexpected error, see the log"))
                await self._pause()
        finally:
            self._running = False
            self._cancel_grace()
            self._reopened.set()
            await self.disconnect()

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Request what somebody waits for, and return its result.

        Waits for the end of a short cut, and of a projector that was left alone
        between two polls. Raises PulseError; PulseRequestError also for a result of
        false.
        """
        with self._hurried():
            try:
                result = await self._send(method, params)
            except PulseAccessError:
                if not await self._authenticated():
                    raise
                result = await self._send(method, params)
        if result is False:
            raise PulseRequestError(f"{method} was refused")
        return result

    async def _authenticated(self) -> bool:
        """Send a PIN again that was answered unclearly; return whether it helped."""
        try:
            return await self._client.authenticate()
        except PulseAuthenticationError as refusal:
            self._refusal = refusal
            self._publisher.again()
            raise
        except PulseError as error:
            _LOGGER.debug("Cannot authenticate: %s", error)
            return False

    @contextlib.contextmanager
    def _hurried(self) -> Iterator[None]:
        """Connect again soon, for somebody waits."""
        self._awaited += 1
        self._hurry.set()
        try:
            yield
        finally:
            self._awaited -= 1
            if self._client.connected:
                self._attention.set()  # others may have the connection again

    async def _send(self, method: str, params: JsonValue) -> JsonValue:
        deadline = asyncio.get_running_loop().time() + self._deadlines.answer
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
                if waited or method not in _REPEATABLE or not self._running:
                    raise

    async def _until_reopened(self) -> None:
        """Wait for the next try to connect; raise what is known to be in vain."""
        error = self.snapshot.error
        if error is None and not self._running:
            error = PulseConnectionError("Not connected")
        if error is not None:
            raise copy(error) from error
        self._reopened.clear()
        self._attention.set()
        await self._reopened.wait()

    async def _open(self, ahead: JsonObject) -> None:
        """Connect; the first request is to be `property.get` with `ahead`."""
        self._lost = None
        try:
            await self._client.connect(ahead)
        finally:
            self._reopened.set()

    async def _pause(self) -> None:
        """Wait until the next try to connect; less if somebody else begins to wait.

        What the failed attempt took is part of the time between two attempts.
        """
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._retry_delay()):
                await self._hurry.wait()
                await asyncio.sleep(self._pace.retry_least)

    def _retry_delay(self) -> float:
        now = asyncio.get_running_loop().time()
        away = now - (self._publisher.away_since or math.inf)
        delay = self._pace.retry(0 if self._awaited else away)
        error = self.snapshot.error
        if error is not None and self._is_final(error):
            delay = max(delay, self._pace.denied)
        return max(delay - max(now - self._tried_at, 0), min(delay, _RETRY_AT_LEAST))

    def _in_reach(self) -> None:
        """The snapshot is true."""
        self._cancel_grace()
        self._publisher.now()

    def _out_of_reach(self, error: PulseError) -> None:
        """The connection is lost: tell so, unless it is back within the grace."""
        self._publisher.note(error)
        if self._is_final(error) or not (self.snapshot.reachable and self._pace.grace):
            self._give_up()
        elif self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(self._pace.grace, self._give_up)

    def _is_final(self, error: PulseError) -> bool:
        """Tell whether only a person can help, so that a grace period is of no use."""
        return isinstance(error, PulseAuthenticationError | PulseAccessError)

    def _give_up(self) -> None:
        self._cancel_grace()
        self._publisher.out_of_reach()

    def _cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def _published(self, snapshot: Snapshot, changes: Changes) -> None:
        self._reopened.set()  # whoever waits for that may wait in vain
        self._on_update(snapshot, changes)

    def _on_lost(self, error: PulseError) -> None:
        if not self._released:
            self._lost = error
            self._attention.set()
