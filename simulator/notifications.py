"""The projector's own notifications: what it warns of, and what was dismissed."""

from collections.abc import Iterable
from itertools import count

from .jsontypes import JsonObject

SEVERITIES = ("INFO", "CAUTION", "WARNING", "ERROR", "CRITICAL")


class Notifications:
    """Active notifications by id, everything there ever was, and muted codes."""

    def __init__(self, active: Iterable[JsonObject] = ()) -> None:
        """Begin with what is active already; each has an id and a severity."""
        self.history = list(active)
        self.active = {str(entry["id"]): entry for entry in self.history}
        self.suppressed: set[str] = set()

    def add(self, severity: str, code: str, message: str, timestamp: str) -> JsonObject:
        """Make a notification; a muted code is only kept in the history.

        Raises:
            ValueError: no such severity.
        """
        if severity not in SEVERITIES:
            raise ValueError(f"severity must be one of {SEVERITIES}, not {severity!r}")
        entry: JsonObject = {
            "severity": severity,
            "id": self._free_id(),
            "code": code,
            "timestamp": timestamp,
            "arguments": [],
            "message": message,
            "timeout": "0",
            "visibility": "",
            "doc": "",
            "actions": ["OK"],
            "messageTemplate": message,
        }
        self.history.append(entry)
        if code not in self.suppressed:
            self.active[str(entry["id"])] = entry
        return entry

    def _free_id(self) -> str:
        taken = {entry["id"] for entry in self.history}
        return next(
            str(number)
            for number in count(len(self.history) + 1)
            if str(number) not in taken
        )

    def listed(self, severity: str | None = None) -> list[JsonObject]:
        """Return the active ones, all or of one severity, oldest first."""
        return [
            entry
            for entry in self.active.values()
            if severity is None or entry["severity"] == severity
        ]
