"""Remember names that do not exist, so that they are not read again.

The projector logs each read of a missing name as an internal error.
"""

from collections import defaultdict
from collections.abc import Iterable, Set as AbstractSet
from typing import Final

from ..const import IDENTITY, STABLE_STATES, STATE
from ..json_types import JsonObject, JsonValue

ALWAYS_PRESENT: Final = frozenset({STATE, IDENTITY["serial_number"]})
"""Properties that every projector has."""


class MissingNames:
    """The missing names by power state, for one firmware.

    A name is read again in another power state, with another login, after a change of
    its object, and after a change of firmware (`clear`).
    """

    def __init__(self) -> None:
        """Start without missing names."""
        self._login = ""  # of the connection; decides what can be read
        self._is_stable = True  # false while objects may still appear
        self.fails_together = False
        """True if one missing name makes a request for several names fail."""
        self.version = 0
        """Increased with each change of what `to_storage` returns."""
        self._state: JsonValue = None  # the last power state
        self._by_state: defaultdict[str, set[str]] = defaultdict(set)
        self._until_retry: set[str] = set()

    def set_login(self, login: str) -> None:
        """Set the login of the connection, which decides what can be read."""
        self._login = login

    def set_stable(self, *, stable: bool) -> None:
        """Set whether all objects of the power state have appeared.

        Shortly after a change of power state, a name may be missing only for now.
        """
        self._is_stable = stable

    def names(self, state: JsonValue) -> AbstractSet[str]:
        """Return the names not to read in a power state; None means the last state."""
        self._state = self._state if state is None else state
        recorded = self._by_state.get(self._key(self._state))
        return self._until_retry | recorded if recorded else self._until_retry

    def _key(self, state: JsonValue) -> str:
        return f"{state} {self._login}".strip()

    def record(self, names: Iterable[str], state: JsonValue) -> None:
        """Remember missing names; only until `retry` while the state is changing."""
        if not self._is_stable or state not in STABLE_STATES:
            self.pass_over(names)
            return
        recorded = self._by_state[self._key(state)]
        if new := {*names} - recorded - ALWAYS_PRESENT:
            recorded |= new
            self.version += 1

    def pass_over(self, names: Iterable[str]) -> None:
        """Do not read these names until `retry`."""
        self._until_retry.update(names)
        self._until_retry -= ALWAYS_PRESENT

    def retry(self) -> None:
        """Read names again that were passed over."""
        self._until_retry.clear()

    def forget(self, name: str) -> None:
        """Read an object and everything below it again; "" means all objects."""
        self.appeared(
            missing
            for names in (self._until_retry, *self._by_state.values())
            for missing in {*names}
            if not name or f"{missing}.".startswith(f"{name}.")
        )

    def appeared(self, names: Iterable[str]) -> None:
        """Read these names again: they exist now."""
        existing = {*names}
        for missing in (self._until_retry, *self._by_state.values()):
            if existing & missing:
                missing -= existing
                self.version += 1

    def clear(self) -> None:
        """Forget everything, for example after a change of firmware."""
        self.forget("")
        self.fails_together = False

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        names = {state: sorted(names) for state, names in self._by_state.items()}
        return {"names": names, "spoils": self.fails_together, "state": self._state}

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        match stored:
            case {"names": dict() as by_state, **rest}:
                self.fails_together = rest.get("spoils") is True
                state = rest.get("state")
                self._state = state if isinstance(state, str) else None
                for key, names in by_state.items():
                    if isinstance(names, list):
                        valid_names = {name for name in names if isinstance(name, str)}
                        self._by_state[key] = valid_names - ALWAYS_PRESENT
