"""Floor 4: who listens, by what they show: most of what comes concerns few."""

from collections import defaultdict
from collections.abc import Iterable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Audience:
    """Finds the listeners of a name without a look at all the others."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: defaultdict[str | None, dict[object, CALLBACK_TYPE]]
        self._listeners = defaultdict(dict)

    @callback
    def add(self, update: CALLBACK_TYPE, names: Iterable[str] | None) -> CALLBACK_TYPE:
        """Add one who shows these, None for whatever there is; returns how to stop."""
        ticket = object()
        listed = (None,) if names is None else tuple(names)
        for name in listed:
            self._listeners[name][ticket] = update

        @callback
        def remove() -> None:
            for name in listed:
                self._listeners[name].pop(ticket, None)

        return remove

    @callback
    def tell(self, names: Iterable[str]) -> None:
        """Tell those who show any of these."""
        for update in self.of(names):
            try:
                update()
            except Exception:
                # As Home Assistant's own coordinator: it must not harm the others.
                _LOGGER.exception("Unexpected error telling %s", update)

    @callback
    def of(self, names: Iterable[str]) -> list[CALLBACK_TYPE]:
        """Return those who show any of these, each once."""
        found: dict[object, CALLBACK_TYPE] = {}
        for name in (None, *names):
            found |= self._listeners.get(name, {})
        return [*found.values()]
