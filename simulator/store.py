"""The values a projector holds, and which of them exist in the present state."""

from collections.abc import Callable

from .jsontypes import JsonValue
from .model import Model, Property

type Put = Callable[[str, JsonValue], None]
"""Set a property by name and notify its subscribers."""


class Store:
    """Values by property name; absent ones are kept, as a projector keeps settings."""

    def __init__(self, model: Model) -> None:
        """Fill the store with the initial values of a model."""
        self._properties = model.properties
        self._values: dict[str, JsonValue] = {
            name: prop.initial for name, prop in model.properties.items()
        } | {
            f"{name}.value": block.fixed
            for name, block in model.blocks.items()
            if block.fixed is not None
        }
        self._rules = model.exists
        self._state = ""

    def enter(self, state: str) -> tuple[list[str], list[str]]:
        """Change the power state; return the objects that appeared and vanished."""
        before, self._state = self._state, state
        appeared = [
            name
            for name, states in self._rules.items()
            if state in states and before not in states
        ]
        vanished = [
            name
            for name, states in self._rules.items()
            if before in states and state not in states
        ]
        return appeared, vanished

    def present(self, name: str) -> bool:
        """Tell whether an object, property or method may exist in this state."""
        return all(
            self._state in states
            for rule, states in self._rules.items()
            if within(name, rule)
        )

    def shows(self, name: str) -> bool:
        """Tell whether there is such a property now."""
        return name in self._properties and self.present(name)

    def holds(self, name: str) -> bool:
        """Tell whether there is such a value now, be it only that of a block."""
        return name in self._values and self.present(name)

    def property(self, name: str) -> Property:
        """Return a property that exists now.

        Raises:
            KeyError: there is none, or not in this state.
        """
        if not self.shows(name):
            raise KeyError(name)
        return self._properties[name]

    def get(self, name: str) -> JsonValue:
        """Return the value of a property that exists now, KeyError otherwise."""
        self.property(name)
        return self._values[name]

    def kept(self, name: str) -> JsonValue:
        """Return a value whether it exists now or not; None if there is none."""
        return self._values.get(name)

    def put(self, name: str, value: JsonValue) -> bool:
        """Keep a value; tell whether it is known, and differs from the one before."""
        if name not in self._values or same(self._values[name], value):
            return False
        self._values[name] = value
        return True


def within(name: str, parent: str) -> bool:
    """Tell whether a dotted name is an object or inside it."""
    return name == parent or name.startswith(f"{parent}.")


def same(one: JsonValue, other: JsonValue) -> bool:
    """Compare as JSON does: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
