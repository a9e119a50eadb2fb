"""Decide which names to keep up to date, and which of them to subscribe."""

from collections.abc import Callable, Iterable, Set as AbstractSet

from ..const import (
    ACTIVE_SIGNAL,
    FALLBACK_PROPERTIES,
    LIST_METHODS,
    NOTIFICATION_COUNT,
    NOTIFICATIONS,
    SOURCE,
    STATE,
    TARGET_STATE,
    is_polled,
)
from ..shared import shared_set
from ..snapshot import Snapshot
from .connectors import Connectors
from .projector_schema import ProjectorSchema

ALWAYS_WATCHED = frozenset({STATE, TARGET_STATE, SOURCE})

type DefaultNames = Callable[[Snapshot], Iterable[str]]
"""Returns the names to keep up to date for a snapshot."""


def _default_names(snapshot: Snapshot) -> Iterable[str]:
    """Return the names that are watched until others are set."""
    return {*FALLBACK_PROPERTIES, ACTIVE_SIGNAL, *LIST_METHODS}


class WatchedNames:
    """The names that are wanted, in three parts.

    These are the names that were set, or the default ones until then; extra names for
    a while; and those without which nothing else can be kept up to date.
    """

    def __init__(
        self,
        schema: ProjectorSchema,
        connectors: Connectors,
        default_names: DefaultNames | None = None,
    ) -> None:
        """Watch `default_names` until `watch` is called."""
        self._schema = schema
        self._connectors = connectors
        self._default_names = default_names or _default_names
        self._names: frozenset[str] | None = None
        self._extra_names: frozenset[str] = frozenset()

    def watch(self, names: Iterable[str]) -> None:
        """Watch exactly these names instead of the default ones."""
        self._names = shared_set(names)

    def watch_extra(self, names: Iterable[str]) -> None:
        """Watch these names, too, instead of the previous extra ones."""
        self._extra_names = frozenset(names)

    def all(self, snapshot: Callable[[], Snapshot]) -> frozenset[str]:
        """Return all watched names; `snapshot` is called for the default ones."""
        names = self._names
        if names is None:
            names = frozenset(self._default_names(snapshot()))
        return names | ALWAYS_WATCHED | self._extra_names

    def subscribable(self, watched: AbstractSet[str]) -> frozenset[str]:
        """Return the properties to subscribe to and read for the watched names."""
        names = {*watched, *self._connectors.resolve_all(watched)}
        if NOTIFICATIONS in watched:
            names.add(NOTIFICATION_COUNT)
        return frozenset(
            name
            for name in names
            if self._schema.has_property(name) and not is_polled(name)
        )
