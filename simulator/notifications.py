"""The projector's own notifications: what it warns of, and what was dismissed."""

from dataclasses import dataclass, field

from .jsontypes import JsonObject

SEVERITIES = ("INFO", "CAUTION", "WARNING", "ERROR", "CRITICAL")


@dataclass(slots=True)
class Notifications:
    """Active notifications by id, everything there ever was, and muted codes."""

    active: dict[str, JsonObject] = field(default_factory=dict)
    history: list[JsonObject] = field(default_factory=list)
    suppressed: set[str] = field(default_factory=set)

    def add(self, severity: str, code: str, message: str, timestamp: str) -> JsonObject:
        """Make a notification; a muted code is only kept in the history.

        Raises:
            ValueError: no such severity.
        """
        if severity not in SEVERITIES:
            raise ValueError(f"severity must be one of {SEVERITIES}, not {severity!r}")
        entry: JsonObject = {
            "severity": severity,
            "id": str(len(self.history) + 1),
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

    def listed(self, severity: str | None = None) -> list[JsonObject]:
        """Return the active ones, all or of one severity, oldest first."""
        return [
            entry
            for entry in self.active.values()
            if severity is None or entry["severity"] == severity
        ]
