"""The notifications of the projector (warnings and errors)."""

from collections.abc import Iterable
from itertools import count

from .jsontypes import JsonObject

SEVERITIES = ("INFO", "CAUTION", "WARNING", "ERROR", "CRITICAL")


class Notifications:
    """Active notifications by id, the history, and suppressed codes."""

    def __init__(self, active: Iterable[JsonObject] = ()) -> None:
        """Initialize with active notifications; each has an id and a severity."""
        self.history = list(active)
        self.active = {str(entry["id"]): entry for entry in self.history}
        self.suppressed: set[str] = set()

    def add(self, severity: str, code: str, message: str, timestamp: str) -> JsonObject:
        """Add a notification; one with a suppressed code only to the history.

        Raises:
            ValueError: The severity does not exist.
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

    def find(self, severity: str | None = None) -> list[JsonObject]:
        """Return the active notifications, oldest first; optionally of one severity."""
        return [
            entry
            for entry in self.active.values()
            if severity is None or entry["severity"] == severity
        ]
