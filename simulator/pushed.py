"""The values that a replay has pushed, for replies that are older than the push."""

from .jsontypes import JsonObject, JsonValue


class PushedValues:
    """The last pushed value of each property, and the index of the event."""

    def __init__(self) -> None:
        """Initialize without values."""
        self._values: dict[str, tuple[int, JsonValue]] = {}

    def note(self, index: int, message: JsonObject) -> None:
        """Remember the values of a `property.changed`."""
        params = message.get("params")
        if message.get("method") != "property.changed" or not isinstance(params, dict):
            return
        pairs = params.get("property")
        for pair in pairs if isinstance(pairs, list) else []:
            if isinstance(pair, dict):
                self._values |= {name: (index, value) for name, value in pair.items()}

    def updated(self, params: JsonValue, reply: JsonObject, index: int) -> JsonObject:
        """Return a recorded reply to `property.get` with values pushed after `index`."""
        name = params.get("property") if isinstance(params, dict) else None
        result = reply.get("result")
        newer = {
            name: value for name, (at, value) in self._values.items() if at > index
        }
        if isinstance(name, str) and name in newer and "result" in reply:
            return reply | {"result": newer[name]}
        if isinstance(name, list) and isinstance(result, dict):
            return reply | {"result": {n: newer.get(n, v) for n, v in result.items()}}
        return reply
