"""Remember values that stay valid while the projector sleeps."""

from collections.abc import Mapping

from ..const import STATE, TARGET_STATE, is_counter, is_on, is_persisted
from ..json_types import JsonObject, JsonValue


class LastKnownValues:
    """The last value of each name whose value is kept across restarts."""

    def __init__(self) -> None:
        """Start without values."""
        self._values: dict[str, JsonValue] = {}
        self._to_store = False  # values changed since the version did
        self.version = 0
        """Increased whenever the values should be stored."""

    def update(self, values: Mapping[str, JsonValue]) -> None:
        """Remember what can be remembered of the current values.

        Counters run while the projector is on. They are stored when it is off, or with
        the next value that changes rarely: the storage is not written every minute.
        """
        persisted = {name: values[name] for name in filter(is_persisted, values)}
        changed = {
            name for name in persisted if persisted[name] != self._values.get(name)
        }
        self._values |= persisted
        self._to_store |= bool(changed)
        is_off = not is_on(values.get(STATE), values.get(TARGET_STATE))
        if self._to_store and (is_off or not all(map(is_counter, changed))):
            self._to_store = False
            self.version += 1

    def missing_from(self, values: Mapping[str, JsonValue]) -> JsonObject:
        """Return the last values of names without a current value."""
        if self._values.keys() <= values.keys():
            return {}
        return {n: value for n, value in self._values.items() if n not in values}

    def clear(self) -> None:
        """Forget everything after a change of firmware."""
        self._values.clear()

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return dict(self._values)

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid data."""
        if isinstance(stored, dict):
            self._values.update(stored)
