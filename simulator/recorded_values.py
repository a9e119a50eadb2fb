"""What a recording says of properties and objects, at any time in it.

Another client groups the names that it reads in another way. Its reads are answered from
the recorded values, no matter which requests returned them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from .jsontypes import JsonObject, JsonValue
from .timeline import Exchange, Timeline


class RecordedValues:
    """The recorded values of each property, and the descriptions of each object."""

    def __init__(self, timeline: Timeline) -> None:
        """Collect the values from replies and notifications."""
        self._values: _History[JsonValue] = _History()
        self._pushed: _History[JsonValue] = _History()
        self._described: _History[JsonObject] = _History()
        for exchange in timeline.exchanges:
            message = timeline.events[exchange.index].message
            self._add_reply(exchange, str(message.get("method")), _params(message))
        for index in sorted(timeline.unasked):
            for name, value in _pushes(timeline.events[index].message):
                self._values.add(name, index, value)
                self._pushed.add(name, index, value)

    def _add_reply(self, exchange: Exchange, method: str, params: JsonObject) -> None:
        if (reply := exchange.reply) is None:
            return
        names, result = _names(params), reply.get("result")
        if method == "property.get" and isinstance(params.get("property"), str):
            if "result" in reply:
                self._values.add(names[0], exchange.reply_index, result)
        elif method == "property.get" and isinstance(result, dict):
            for name, value in result.items():
                self._values.add(name, exchange.reply_index, value)
        elif method == "property.set" and result is True and "value" in params:
            self._values.add(names[0], exchange.reply_index, params["value"])
        elif method == "introspect":
            self._described.add(_object(params), exchange.reply_index, reply)

    def updated(
        self, params: JsonValue, reply: JsonObject, index: int, position: int
    ) -> JsonObject:
        """Return a recorded reply to `property.get` with values pushed afterwards.

        The reply was recorded at `index`, the replay is at `position`.
        """
        name = params.get("property") if isinstance(params, dict) else None
        result = reply.get("result")
        if isinstance(name, str) and "result" in reply:
            return reply | {"result": self._pushed.newer(name, index, position, result)}
        if isinstance(name, list) and isinstance(result, dict):
            newer = {
                name: self._pushed.newer(name, index, position, value)
                for name, value in result.items()
            }
            return reply | {"result": newer}
        return reply

    def compose(self, request: JsonObject, position: int) -> JsonObject | None:
        """Return a reply to a request that only reads, None if nothing is known."""
        method, params = str(request["method"]), _params(request)
        if method in ("property.subscribe", "property.unsubscribe"):
            known = any(self._values.knows(name) for name in _names(params))
            return _result(True) if known else None
        if method == "property.get":
            values = {
                name: self._values.at(name, position)
                for name in _names(params)
                if self._values.knows(name)
            }
            if isinstance(name := params.get("property"), str):
                return _result(values[name]) if name in values else None
            return _result(values) if values else None
        if method == "introspect" and self._described.knows(_object(params)):
            return self._described.at(_object(params), position)
        return None


class _History[T]:
    """Values by name, each with the index of its event."""

    def __init__(self) -> None:
        self._entries: defaultdict[str, list[tuple[int, T]]] = defaultdict(list)

    def add(self, name: str, index: int, value: T) -> None:
        entries = self._entries[name]
        entries.append((index, value))
        entries.sort(key=lambda entry: entry[0])

    def knows(self, name: str) -> bool:
        return name in self._entries

    def at(self, name: str, position: int) -> T:
        """Return the last value before an event, or else the first one."""
        entries = self._entries[name]
        place = bisect_right(entries, position - 1, key=lambda entry: entry[0])
        return entries[max(place - 1, 0)][1]

    def newer(self, name: str, index: int, position: int, otherwise: T) -> T:
        """Return the last value between two events."""
        if not self.knows(name):
            return otherwise
        entries = self._entries[name]
        place = bisect_right(entries, position - 1, key=lambda entry: entry[0])
        at, value = entries[place - 1] if place else (index, otherwise)
        return value if at > index else otherwise


def _object(params: JsonObject) -> str:
    return str(params.get("object") or "")


def _params(message: JsonObject) -> JsonObject:
    params = message.get("params")
    return params if isinstance(params, dict) else {}


def _names(params: JsonObject) -> list[str]:
    names = params.get("property")
    return [str(name) for name in names] if isinstance(names, list) else [str(names)]


def _pushes(message: JsonObject) -> Iterable[tuple[str, JsonValue]]:
    """Yield name and value of each pair in a `property.changed`."""
    pairs = _params(message).get("property")
    if message.get("method") != "property.changed" or not isinstance(pairs, list):
        return
    for pair in pairs:
        if isinstance(pair, dict):
            yield from pair.items()


def _result(value: JsonValue) -> JsonObject:
    return {"jsonrpc": "2.0", "result": value}
