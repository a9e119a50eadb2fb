"""Which connector feeds the active source."""

from collections.abc import Iterable, Mapping, Set as AbstractSet

from .const import ACTIVE_CONNECTOR, CONNECTORS, SIGNAL
from .json_types import JsonValue


class Connectors:
    """The connectors of the active source; what the active one has goes by two names.

    `connector.colorspace` is `image.connector.hdmi.colorspace` while HDMI feeds the
    source.
    """

    def __init__(self) -> None:
        """Nobody knows yet."""
        self._all: tuple[str, ...] = ()
        self.signals: frozenset[str] = frozenset()
        """The properties that tell which one is active."""
        self.active: str | None = None
        """The one with the signal, else the first."""
        self._aliases: dict[str, str] = {}
        """The names that `values` was last asked with, of the active one, and what
        they are called for whichever is active."""
        self._aliased: tuple[str | None, AbstractSet[str]] = (None, frozenset())
        """The active one, and all names that `values` was last asked with."""

    @property
    def all(self) -> tuple[str, ...]:
        """The connectors that feed the active source."""
        return self._all

    @all.setter
    def all(self, connectors: tuple[str, ...]) -> None:
        self._all = connectors
        self.signals = frozenset(of_connector(SIGNAL, one) for one in connectors)

    def note_signals(self, values: Mapping[str, JsonValue]) -> bool:
        """Look for the active one; return whether it is another one."""
        before, self.active = self.active, active_connector(values, self.all)
        return self.active != before

    def real_name(self, name: str) -> str:
        """Return the property that `name` stands for."""
        if self.active and name.startswith(ACTIVE_CONNECTOR):
            return of_connector(name, self.active)
        return name

    def real_names(self, wanted: AbstractSet[str]) -> set[str]:
        """Return what to read to know all that is wanted of whichever is active."""
        names = {name for name in wanted if name.startswith(ACTIVE_CONNECTOR)}
        return {
            of_connector(name, connector)
            for name in (names | {SIGNAL} if names else ())
            for connector in self.all
        }

    def with_aliases[T](self, named: Mapping[str, T]) -> dict[str, T]:
        """Return all, and what any connector has by the names for the active one."""
        aliases: dict[str, T] = {}
        for name, thing in named.items():
            if name.startswith(CONNECTORS):
                connector, _, rest = name.removeprefix(CONNECTORS).partition(".")
                alias = ACTIVE_CONNECTOR + rest
                if alias not in aliases or connector == self.active:
                    aliases[alias] = thing
        return {**named, **aliases}

    def values(self, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return what the active one says, by the names for it."""
        if self.active is None:
            return {}
        if self._aliased != (self.active, values.keys()):
            prefix = f"{CONNECTORS}{self.active}."
            self._aliased = (self.active, frozenset(values))
            self._aliases = {
                name: ACTIVE_CONNECTOR + name.removeprefix(prefix)
                for name in values
                if name.startswith(prefix)
            }
        told = {alias: values[name] for name, alias in self._aliases.items()}
        match told.get(SIGNAL):
            case {"active": False}:
                told[SIGNAL] = {"active": False}  # the rest is left over
        return told


def of_connector(name: str, connector: str) -> str:
    """Return what `name`, a name for the active connector, is called for this one."""
    return f"{CONNECTORS}{connector}.{name.removeprefix(ACTIVE_CONNECTOR)}"


def active_connector(
    values: Mapping[str, JsonValue], connectors: Iterable[str]
) -> str | None:
    """Return the first of `connectors` with an active signal, else the first to tell.

    None where none tells of its signal.
    """
    signals = {
        connector: signal
        for connector in connectors
        if isinstance(signal := values.get(of_connector(SIGNAL, connector)), Mapping)
    }
    active = (
        connector for connector, signal in signals.items() if signal.get("active")
    )
    return next(active, next(iter(signals), None))
