"""What a projector remembers about one client."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .jsontypes import JsonObject, JsonValue


@dataclass(eq=False, slots=True)
class Session:
    """Rights and subscriptions of one connection, and how to send to it."""

    send: Callable[[JsonObject], None]
    authenticated: bool = False
    properties: set[str] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    changes: list[JsonObject] = field(default_factory=list)
    callbacks: list[JsonObject] = field(default_factory=list)

    def queue_change(self, name: str, value: JsonValue) -> None:
        """Remember a changed property for the next notification."""
        if name in self.properties:
            self.changes.append({name: value})

    def queue_signal(self, name: str, arguments: JsonObject) -> None:
        """Remember an emitted signal for the next notification."""
        if name in self.signals:
            self.callbacks.append({name: arguments})
