"""Names that do not exist, so that they are not asked for again and again.

The projector logs each read of an absent name as an internal error.
"""

from collections import defaultdict
from collections.abc import Iterable, Set as AbstractSet
from typing import Final

from .const import IDENTITY, SETTLED_STATES, STATE
from .json_types import JsonObject, JsonValue

NEVER_ABSENT: Final = frozenset({STATE, IDENTITY["serial_number"]})
"""What every projector has."""


class Absent:
    """The absent names by power state, for one firmware.

    A name is asked for again in another power state, with another login, after a
    change of its object, and after a change of firmware (`clear`).
    """

    def __init__(self) -> None:
        """Know of no absent name."""
        self.login = ""
        """As what the connection is logged in: it decides what can be seen."""
        self.settled = True
        """False shortly after a change of power state: objects may still be coming."""
        self.spoils = False
        """True if one absent name makes a request for several names fail."""
        self.version = 0
        """Increased with each change of what `memory` returns."""
        self._state: JsonValue = None  # the last that was seen
        self._lasting: defaultdict[str, set[str]] = defaultdict(set)
        self._passing: set[str] = set()

    def names(self, state: JsonValue) -> AbstractSet[str]:
        """Return the names that are not to be asked for in a power state.

        None stands for the state that was seen last, if any.
        """
        self._state = self._state if state is None else state
        lasting = self._lasting.get(self._key(self._state))
        return self._passing | lasting if lasting else self._passing

    def _key(self, state: JsonValue) -> str:
        return f"{state} {self.login}".strip()

    def note(self, names: Iterable[str], state: JsonValue) -> None:
        """Remember absent names; only until `retry` if the state is changing."""
        if not self.settled or state not in SETTLED_STATES:
            self.pass_over(names)
            return
        lasting = self._lasting[self._key(state)]
        if new := {*names} - lasting - NEVER_ABSENT:
            lasting |= new
            self.version += 1

    def pass_over(self, names: Iterable[str]) -> None:
        """Do not ask for these names until `retry`."""
        self._passing.update(names)
        self._passing -= NEVER_ABSENT

    def retry(self) -> None:
        """Let those names be asked for again that may not be absent for good."""
        self._passing.clear()

    def forget(self, name: str) -> None:
        """Let an object, and all that is below it, be asked for again; "" for all."""
        self.appeared(
            known
            for names in (self._passing, *self._lasting.values())
            for known in {*names}
            if not name or f"{known}.".startswith(f"{name}.")
        )

    def appeared(self, names: Iterable[str]) -> None:
        """Let these names be asked for again: they exist."""
        gone = {*names}
        for known in (self._passing, *self._lasting.values()):
            if gone & known:
                known -= gone
                self.version += 1

    def clear(self) -> None:
        """Forget everything, as for another firmware."""
        self.forget("")
        self.spoils = False

    def memory(self) -> JsonObject:
        """Return what is to be kept until the next start."""
        names = {state: sorted(names) for state, names in self._lasting.items()}
        return {"names": names, "spoils": self.spoils, "state": self._state}

    def restore(self, memory: JsonValue) -> None:
        """Take over what `memory` returned; leave out what is odd in it."""
        match memory:
            case {"names": dict() as by_state, **rest}:
                self.spoils = rest.get("spoils") is True
                state = rest.get("state")
                self._state = state if isinstance(state, str) else None
                for key, names in by_state.items():
                    if isinstance(names, list):
                        some = (name for name in names if isinstance(name, str))
                        self._lasting[key] = {*some} - NEVER_ABSENT
