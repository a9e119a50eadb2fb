"""The requests of a recording with their replies, and which of them a request matches."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
import json
import math

from .jsontypes import JsonObject, JsonValue
from .recording import Event, Kind, Recording

TOLERANCE = 3.0
"""Seconds of the recording by which a client may be later than the recorded one."""


ANY = 0
"""Stands for a recorded connection whose beginning is not in the recording."""


@dataclass(eq=False, slots=True)
class Exchange:
    """A recorded request at `events[index]`, and its reply if there was one."""

    index: int
    at: float
    connection: int
    reply: JsonObject | None = None
    reply_index: int = 0
    delay: float = 0.0
    """Seconds from the request to the reply."""
    used: bool = False
    """True once a request of the replay matched it."""


class Timeline:
    """The events of a recording.

    Attributes:
        events: All events, oldest first.
        exchanges: The requests with their replies, oldest first.
        unasked: The indexes of what the projector sent without a request.
    """

    def __init__(self, recording: Recording) -> None:
        """Find the reply of each request, by connection and id."""
        self.events = recording.events
        self.unasked: set[int] = set()
        self.exchanges: list[Exchange] = []
        self._commands: list[Exchange] = []  # those that do more than read
        self._by_request: defaultdict[str, list[Exchange]] = defaultdict(list)
        self._by_kind: defaultdict[Kind, list[int]] = defaultdict(list)
        waiting: dict[tuple[int, str], Exchange] = {}
        for index, event in enumerate(self.events):
            self._by_kind[event.kind].append(index)
            key = (event.connection, json.dumps(event.message.get("id")))
            if event.kind == "sent":
                waiting[key] = self._add_request(index, event)
            elif event.kind == "received" and _is_reply(event.message):
                self._add_reply(waiting.pop(key, None), index, event)
            elif event.kind in ("received", "received_text"):
                self.unasked.add(index)
        ends = (*self._by_kind["opened"], *self._by_kind["closed"])
        self._own = sorted([*self.unasked, *ends])

    def _add_request(self, index: int, event: Event) -> Exchange:
        exchange = Exchange(index, event.at, event.connection)
        self.exchanges.append(exchange)
        method, params = str(event.message.get("method")), event.message.get("params")
        if not reads(method):
            self._commands.append(exchange)
        self._by_request[request_key(method, params)].append(exchange)
        return exchange

    def _add_reply(self, exchange: Exchange | None, index: int, event: Event) -> None:
        if exchange is None:
            self.unasked.add(index)  # a second reply, or to nothing
            return
        exchange.reply, exchange.reply_index = event.message, index
        exchange.delay = event.at - exchange.at

    def own_from(self, begin: int) -> Iterator[int]:
        """Yield the indexes of the events from `begin` that no request brings about.

        They are what was sent without a request, and both ends of connections.
        """
        for place in range(bisect_left(self._own, begin), len(self._own)):
            yield self._own[place]

    def next_of(self, kind: Kind, begin: int) -> int | None:
        """Return the index of the first event of a kind from `begin`, None without."""
        indexes = self._by_kind[kind]
        place = bisect_left(indexes, begin)
        return indexes[place] if place < len(indexes) else None

    def closed_of(self, connection: int, begin: int) -> int | None:
        """Return the index of the first end of a connection from `begin`, None without."""
        indexes = self._by_kind["closed"]
        for index in indexes[bisect_left(indexes, begin) :]:
            if connection in (ANY, self.events[index].connection):
                return index
        return None

    def is_awaited(self, begin: int, end: int) -> bool:
        """Return whether a recorded request between two indexes has not come yet."""
        place = bisect_left(self.exchanges, begin, key=lambda found: found.index)
        while place < len(self.exchanges) and self.exchanges[place].index < end:
            if not self.exchanges[place].used:
                return True
            place += 1
        return False

    def find(
        self, connection: int, request: JsonObject, cursor: int, now: float
    ) -> tuple[Exchange, bool] | None:
        """Return the recorded request that a request matches, None if there is none.

        The first choice is the next one from `cursor` on the recorded connection. Then
        the second value is True, and the replay continues there. The second choice is
        the last earlier one, if possible with a reply. The third choice is any later
        one. The order of requests within TOLERANCE does not matter. A request that only reads matches the next one only at
        about the same time, and not beyond a command that is still to come.
        """
        method, params = str(request["method"]), request.get("params")
        begin = self.events[cursor - 1].at - TOLERANCE if cursor else 0.0
        end, limit = math.inf, len(self.events)
        if reads(method):
            begin, end = max(begin, now - TOLERANCE), now + TOLERANCE
            limit = self._next_command(cursor, now - TOLERANCE)
        earlier: Exchange | None = None
        later: Exchange | None = None
        for exchange in self._by_request.get(request_key(method, params), ()):
            own = connection in (ANY, exchange.connection)
            in_time = begin <= exchange.at <= end and exchange.index < limit
            if own and in_time and not exchange.used:
                return exchange, True
            if exchange.index >= cursor and not (own and exchange.at < begin):
                later = later or exchange
            elif exchange.reply is not None or earlier is None:
                earlier = exchange
        if earlier is not None:
            return earlier, False
        return None if later is None else (later, later.index < limit)

    def _next_command(self, cursor: int, begin: float) -> int:
        """Return the index of the next command that is not over, or that of the end."""
        place = bisect_left(self._commands, cursor, key=lambda found: found.index)
        for exchange in self._commands[place:]:
            if not exchange.used and exchange.at >= begin:
                return exchange.index
        return len(self.events)


def request_key(method: str, params: JsonValue) -> str:
    """Return a text that is the same for requests that mean the same.

    A subscription to one name may have the name itself or an array.
    """
    if method == "authenticate":
        return method  # a recording has no real PIN
    if method.endswith("subscribe") and isinstance(params, dict):
        params = {
            name: [value] if isinstance(value, str) else value
            for name, value in params.items()
        }
    return json.dumps([method, params], ensure_ascii=False, sort_keys=True)


def reads(method: str) -> bool:
    """Return whether a method changes nothing at the projector, judged by its name."""
    last = method.rpartition(".")[2]
    return last.startswith(("introspect", "get", "list", "subscribe", "unsubscribe"))


def _is_reply(message: JsonObject) -> bool:
    return message.get("id") is not None and ("result" in message or "error" in message)
