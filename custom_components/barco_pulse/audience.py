"""Floor 4: who listens, by what they show: most of what comes concerns few."""

from collections.abc import Iterable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Listener:
    """One who listens; calling it ends that. Each entity has one, so it is small."""

    __slots__ = ("_audience", "names", "on_end", "update")

    def __init__(
        self,
        audience: Audience,
        update: CALLBACK_TYPE,
        names: tuple[str | None, ...],
        on_end: CALLBACK_TYPE | None,
    ) -> None:
        """Call `update` on a change of any of `names`, and `on_end` in the end."""
        self._audience = audience
        self.update = update
        self.names = names
        self.on_end = on_end

    @callback
    def __call__(self) -> None:
        """Listen no more."""
        self._audience.remove(self)


class Audience:
    """Finds the listeners of a name without a look at all the others."""

    def __init__(self, on_removed: CALLBACK_TYPE | None = None) -> None:
        """Nobody listens yet. Call `on_removed` after one who showed any name left."""
        self._on_removed = on_removed
        self._listeners: dict[str | None, tuple[Listener, ...]] = {}

    @callback
    def add(
        self,
        update: CALLBACK_TYPE,
        names: Iterable[str] | None,
        on_end: CALLBACK_TYPE | None = None,
    ) -> Listener:
        """Add one who shows these, None for whatever there is; returns how to stop."""
        shown = (None,) if names is None else tuple(names)
        listener = Listener(self, update, shown, on_end)
        for name in shown:
            self._listeners[name] = (*self._listeners.get(name, ()), listener)
        return listener

    @callback
    def remove(self, listener: Listener) -> None:
        """Tell this one no more."""
        for name in listener.names:
            others = self._listeners.pop(name, ())
            if left := tuple(other for other in others if other is not listener):
                self._listeners[name] = left
        if listener.on_end is not None:
            listener.on_end()
        if self._on_removed is not None and any(listener.names):
            self._on_removed()

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
        found: dict[Listener, None] = {}
        for name in (None, *names):
            found |= dict.fromkeys(self._listeners.get(name, ()))
        return [listener.update for listener in found]
