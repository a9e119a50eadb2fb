"""The functions that handle methods, by name or pattern.

A method exists if the model lists it. Without a function here, its result is the one
in the model.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from . import (
    environment,
    image,
    keys,
    login,
    notification,
    optics,
    profile,
    properties,
    system,
    ui,
)
from .call import Call, Handler

__all__ = ["HANDLERS", "Call", "Handler", "Handlers"]


class Handlers:
    """Functions by method name; `*` in a name matches any object."""

    def __init__(self, *tables: Mapping[str, Handler]) -> None:
        """Merge the tables of the services."""
        self._table = {name: call for table in tables for name, call in table.items()}
        self._patterns = [name for name in self._table if "*" in name]

    def __iter__(self) -> Iterator[Handler]:
        """Iterate over the functions."""
        return iter(self._table.values())

    def find(self, method: str) -> Handler | None:
        """Return the function for a method, None for none."""
        if method in self._table:
            return self._table[method]
        for pattern in self._patterns:
            if fnmatchcase(method, pattern):
                return self._table[pattern]
        return None


HANDLERS = Handlers(
    properties.METHODS,
    login.METHODS,
    system.METHODS,
    image.METHODS,
    optics.METHODS,
    profile.METHODS,
    environment.METHODS,
    notification.METHODS,
    keys.METHODS,
    ui.METHODS,
)
