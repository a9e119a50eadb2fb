"""Play a recording: when to send what, and when to accept connections."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
import json
import math
from typing import Protocol

from .jsontypes import JsonObject
from .recorded_values import RecordedValues
from .timeline import ANY, TOLERANCE, Timeline

_AT_ONCE = 0.5
"""Seconds of the recording between two connections that follow each other at once."""


class Client(Protocol):
    """A connection of a client, as far as the player uses it."""

    def send(self, data: bytes) -> None:
        """Send, unless the connection is closed."""

    def close(self) -> None:
        """Close the connection."""


class Player:
    """The position in a recording, and its clock.

    The clock runs while a client is connected, and while the projector refuses
    connections. Each request moves it to the recorded request that it matches. Each
    client plays a recorded connection, in their order.
    """

    def __init__(
        self, timeline: Timeline, speed: float, accept: Callable[[bool], None]
    ) -> None:
        """Initialize; `start` begins. `accept` opens or closes the port.

        Raises:
            ValueError: The speed is not positive and finite.
        """
        if not 0 < speed < math.inf:
            raise ValueError(f"speed must be positive and finite, not {speed}")
        self._timeline = timeline
        self._events = timeline.events
        self._speed = speed
        self._accept = accept
        self._cursor = 0  # after the last request that was matched
        self._position = 0  # the next event
        self._begun = 0  # after the beginning of the last connection
        self._at = 0.0  # the time in the recording, at `_since`
        self._since: float | None = None  # None while the clock is stopped
        self._clients: dict[Client, int] = {}  # which recorded connections they play
        self._last = ANY  # the connection that the next client continues
        self._over = True  # or begins, because that has ended
        self._values = RecordedValues(timeline)
        self._replies: list[tuple[float, int, int, Client, bytes]] = []
        self._number = 0  # of replies
        self._timer: asyncio.TimerHandle | None = None

    @property
    def now(self) -> float:
        """Return the time in the recording in seconds."""
        if self._since is None:
            return self._at
        elapsed = asyncio.get_running_loop().time() - self._since
        return self._at + elapsed * self._speed

    @property
    def finished(self) -> bool:
        """Return whether everything was sent that needs no further request."""
        return not self._replies and self._next_event() is None

    def start(self) -> None:
        """Accept connections, or refuse them if the recording begins with failures."""
        opened = self._timeline.next_of("opened", 0)
        failed = self._timeline.next_of("failed", 0)
        refused = failed is not None and (opened is None or failed < opened)
        self._accept(not refused)
        self._go_to(0, 0.0, run=refused)
        self._tick()

    def stop(self) -> None:
        """Cancel everything."""
        self._replies.clear()
        self._since = None
        if self._timer is not None:
            self._timer.cancel()

    # What clients do

    def connected(self, client: Client) -> None:
        """Let a client play the next recorded connection, or continue the last one."""
        opened = self._timeline.next_of("opened", self._begun)
        if not self._clients:
            opened = self._timeline.next_of("opened", max(self._begun, self._position))
        if opened is not None and self._begins(opened):
            self._begun = opened + 1
            self._last = self._events[opened].connection
            self._over = False
            if not self._clients:
                self._cursor = opened + 1
                self._go_to(self._cursor, self._events[opened].at, run=True)
        elif not self._clients:
            self._go_to(self._position, self.now, run=True)
        self._clients[client] = self._last
        self._tick()

    def _begins(self, opened: int) -> bool:
        """Return whether a new client plays the connection that is opened there.

        While another is connected, that depends on whether both were on record.
        """
        if not self._clients:
            return self._over
        closed = self._timeline.closed_of(self._last, self._begun)
        return closed is None or opened < closed

    def disconnected(self, client: Client) -> None:
        """Handle that a client closed the connection, as recorded or not.

        Without a recorded end near this time, the next client continues here.
        """
        number = self._clients.pop(client, None)
        if number is None or self._clients:
            return
        closed = self._timeline.closed_of(number, self._position)
        if closed is not None and self._events[closed].at <= self.now + TOLERANCE:
            self._end_last(closed, by_client=True)
        else:
            self._go_to(self._position, self.now, run=False)
            opened = self._timeline.next_of("opened", self._position)
            self._over = closed is None and opened is not None
        self._tick()

    def wake(self) -> bool:
        """Accept connections again, as after a magic packet; return if they were refused."""
        if self._clients or self._since is None:
            return False
        opened = self._timeline.next_of("opened", self._position)
        self._open(len(self._events) if opened is None else opened)
        return True

    def answer(self, client: Client, request: JsonObject) -> bool:
        """Reply as recorded; return False if the request was never recorded.

        Without an id there is no reply.
        """
        number = self._clients.get(client, ANY)
        found = self._timeline.find(number, request, self._cursor, self.now)
        if found is None:
            return False
        exchange, is_next = found
        exchange.used |= is_next
        if exchange.index >= self._cursor and is_next:
            for index in range(self._position, exchange.index):
                self._send_unasked(index, client)
            self._clients[client] = exchange.connection
            self._cursor = exchange.index + 1
            self._go_to(self._cursor, exchange.at, run=True)
        if (reply := exchange.reply) is not None and "id" in request:
            if request["method"] == "property.get" and not is_next:
                params = request.get("params")
                at = exchange.index
                reply = self._values.updated(params, reply, at, self._position)
            data = encode(reply | {"id": request["id"]})
            due = asyncio.get_running_loop().time() + exchange.delay / self._speed
            self._number += 1
            item = (due, exchange.reply_index, self._number, client, data)
            heappush(self._replies, item)
        self._tick()
        return True

    def compose(self, request: JsonObject) -> JsonObject | None:
        """Return a reply from the recorded values, None if nothing is known."""
        return self._values.compose(request, self._position)

    # What the projector does

    def _go_to(self, position: int, at: float, *, run: bool) -> None:
        self._position = position
        self._at = at
        self._since = asyncio.get_running_loop().time() if run else None

    def _next_event(self) -> tuple[float, int] | None:
        """Return when the projector's next event is due, and its index.

        It waits a short time for recorded requests that should come before it.
        """
        for index in self._timeline.own_from(self._position):
            if index not in self._timeline.unasked and not self._is_turn(index):
                continue
            if self._since is None:
                return math.inf, index
            wait = self._events[index].at - self._at
            if self._clients:
                wait += TOLERANCE * self._timeline.is_awaited(self._cursor, index)
            return self._since + wait / self._speed, index
        return None

    def _is_turn(self, index: int) -> bool:
        """Return whether the projector accepts or closes connections here.

        The last end of a connection is that of the recording.
        """
        event = self._events[index]
        if not self._clients:
            return event.kind == "opened"
        is_last = all(
            self._timeline.next_of(kind, index) is None for kind in ("opened", "failed")
        )
        return event.kind == "closed" and bool(self._players(index)) and not is_last

    def _players(self, index: int) -> list[Client]:
        """Return the clients that play the connection of an event."""
        numbers = (ANY, self._events[index].connection)
        return [client for client, number in self._clients.items() if number in numbers]

    def _tick(self) -> None:
        """Do everything that is due, in the recorded order, and set the timer."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        while True:
            event = self._next_event() or (math.inf, 0)
            reply = self._replies[0][:2] if self._replies else (math.inf, 0)
            when = min(event, reply)[0]
            if when > loop.time():
                break
            if event < reply:
                self._pass(event[1])
            else:
                *_, client, data = heappop(self._replies)
                client.send(data)
        self._timer = None if when == math.inf else loop.call_at(when, self._tick)

    def _pass(self, index: int) -> None:
        if index in self._timeline.unasked:
            self._send_unasked(index)
            self._position = index + 1
        elif not self._clients:
            self._open(index)
        else:
            ending = self._players(index)
            for client in ending:
                del self._clients[client]
            self._position = index + 1
            if not self._clients:
                self._end_last(index, by_client=False)
            for client in ending:
                client.close()

    def _send_unasked(self, index: int, otherwise: Client | None = None) -> None:
        """Send an event to the client that plays its connection."""
        event = self._events[index]
        if index not in self._timeline.unasked:
            return
        data = (
            encode(event.message)
            if event.kind == "received"
            else str(event.value).encode(errors="replace")
        )
        client = next(iter(self._players(index)), otherwise)
        if client is not None:
            client.send(data)

    def _end_last(self, index: int, *, by_client: bool) -> None:
        """Refuse connections until the next recorded one, after the end of the last.

        After an end by the client, and if the next connection came at once, they are
        refused only if recorded attempts failed: the client may be faster this time.
        """
        opened = self._timeline.next_of("opened", index)
        failed = self._timeline.next_of("failed", index)
        has_failed = failed is not None and (opened is None or failed < opened)
        self._over = opened is not None or has_failed
        at_once = (
            opened is not None
            and self._events[opened].at - self._events[index].at <= _AT_ONCE
        )
        refuse = has_failed or not (by_client or at_once)
        self._go_to(index + 1, self._events[index].at, run=refuse)
        if refuse:
            self._accept(False)

    def _open(self, index: int) -> None:
        """Accept connections, and stop the clock until a client connects."""
        at = self._events[index].at if index < len(self._events) else self.now
        self._go_to(index, at, run=False)
        self._accept(True)


def encode(message: JsonObject) -> bytes:
    """Return a message as projectors write it."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")
