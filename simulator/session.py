"""The session of a client."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .jsontypes import JsonObject, JsonValue


@dataclass(eq=False, slots=True)
class Session:
    """The rights, subscriptions and queued changes of one connection."""

    send: Callable[[JsonObject], None]
    authenticated: bool = False
    properties: set[str] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    changes: list[JsonObject] = field(default_factory=list)
    callbacks: list[JsonObject] = field(default_factory=list)

    def queue_change(self, name: str, value: JsonValue) -> None:
        """Queue a changed property, if the client subscribed to it."""
        if name in self.properties:
            self.changes.append({name: value})

    def queue_signal(self, name: str, arguments: JsonObject) -> None:
        """Queue an emitted signal, if the client subscribed to it."""
        if name in self.signals:
            self.callbacks.append({name: arguments})
