"""The property values, and which of them exist in the current power state."""

from collections.abc import Callable

from .jsontypes import JsonValue
from .model import Model, Property

type Put = Callable[[str, JsonValue], None]
"""Set a property by name and notify its subscribers."""


class Store:
    """Values by property name. Values that do not exist now are kept."""

    def __init__(self, model: Model) -> None:
        """Initialize with the initial values of a model."""
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
        """Change the power state; return the objects that appeared and disappeared."""
        before, self._state = self._state, state
        appeared = [
            name
            for name, states in self._rules.items()
            if state in states and before not in states
        ]
        disappeared = [
            name
            for name, states in self._rules.items()
            if before in states and state not in states
        ]
        return appeared, disappeared

    def present(self, name: str) -> bool:
        """Return whether an object, property or method can exist in this state."""
        return all(
            self._state in states
            for rule, states in self._rules.items()
            if within(name, rule)
        )

    def exists(self, name: str) -> bool:
        """Return whether the property exists now."""
        return name in self._properties and self.present(name)

    def holds(self, name: str) -> bool:
        """Return whether the value of a property or block exists now."""
        return name in self._values and self.present(name)

    def property(self, name: str) -> Property:
        """Return a property.

        Raises:
            KeyError: The property does not exist now.
        """
        if not self.exists(name):
            raise KeyError(name)
        return self._properties[name]

    def get(self, name: str) -> JsonValue:
        """Return a value. KeyError if the property does not exist now."""
        self.property(name)
        return self._values[name]

    def kept(self, name: str) -> JsonValue:
        """Return a value, even if it does not exist now; None for an unknown name."""
        return self._values.get(name)

    def put(self, name: str, value: JsonValue) -> bool:
        """Set a value; return whether the name exists and the value changed."""
        if name not in self._values or same(self._values[name], value):
            return False
        self._values[name] = value
        return True


def within(name: str, parent: str) -> bool:
    """Return whether a dotted name is an object or one of its members."""
    return name == parent or name.startswith(f"{parent}.")


def same(one: JsonValue, other: JsonValue) -> bool:
    """Compare as JSON does: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
