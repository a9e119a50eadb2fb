"""Find the connector that feeds the active source, and name its properties."""

from collections.abc import Iterable, Mapping, Set as AbstractSet

from ..const import ACTIVE_CONNECTOR, ACTIVE_SIGNAL, CONNECTORS
from ..json_types import JsonValue


class Connectors:
    """The connectors of the active source, of which one is active.

    Each property of the active connector has two names: `connector.colorspace` is
    `image.connector.hdmi.colorspace` while HDMI feeds the source.
    """

    def __init__(self) -> None:
        """Start without any connector."""
        self.connected: tuple[str, ...] = ()
        """The connectors that feed the active source."""
        self.signals: frozenset[str] = frozenset()
        """The properties that show which connector is active."""
        self.active: str | None = None
        """The connector with a signal, or else the first one."""
        self._aliases: dict[str, str] = {}  # for the names in `_aliased`
        self._aliased: tuple[str | None, AbstractSet[str]] = (None, frozenset())

    def connect(self, connectors: tuple[str, ...]) -> None:
        """Set the connectors that feed the active source."""
        self.connected = connectors
        self.signals = frozenset(
            connector_property(ACTIVE_SIGNAL, connector) for connector in connectors
        )

    def find_active(self, values: Mapping[str, JsonValue]) -> str | None:
        """Return the connector that is active by these values."""
        return active_connector(values, self.connected)

    def activate(self, connector: str | None) -> None:
        """Set the active connector."""
        self.active = connector

    def resolve(self, name: str) -> str:
        """Return the property of the projector that `name` stands for."""
        if self.active and name.startswith(ACTIVE_CONNECTOR):
            return connector_property(name, self.active)
        return name

    def resolve_all(self, names: AbstractSet[str]) -> set[str]:
        """Return the properties to read, whichever connector is active."""
        names = {name for name in names if name.startswith(ACTIVE_CONNECTOR)}
        return {
            connector_property(name, connector)
            for name in (names | {ACTIVE_SIGNAL} if names else ())
            for connector in self.connected
        }

    def with_aliases[T](self, by_name: Mapping[str, T]) -> dict[str, T]:
        """Add the entries of connectors under the names for the active connector.

        What only other connectors have is added, too.
        """
        aliases: dict[str, T] = {}
        for name, entry in by_name.items():
            if name.startswith(CONNECTORS):
                connector, _, rest = name.removeprefix(CONNECTORS).partition(".")
                alias = ACTIVE_CONNECTOR + rest
                if alias not in aliases or connector == self.active:
                    aliases[alias] = entry
        return {**by_name, **aliases}

    def active_values(self, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return the values of the active connector, by the names for it."""
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
        active = {alias: values[name] for name, alias in self._aliases.items()}
        match active.get(ACTIVE_SIGNAL):
            case {"active": False}:
                # The other members belong to an earlier signal.
                active[ACTIVE_SIGNAL] = {"active": False}
        return active


def connector_property(name: str, connector: str) -> str:
    """Return the property of `connector` that `name` is when it is active."""
    return f"{CONNECTORS}{connector}.{name.removeprefix(ACTIVE_CONNECTOR)}"


def active_connector(
    values: Mapping[str, JsonValue], connectors: Iterable[str]
) -> str | None:
    """Return the first connector with an active signal, or else the first one.

    Connectors without a reported signal do not count; None if there is no other.
    """
    signals = {
        connector: signal
        for connector in connectors
        if isinstance(
            signal := values.get(connector_property(ACTIVE_SIGNAL, connector)), Mapping
        )
    }
    active = (
        connector for connector, signal in signals.items() if signal.get("active")
    )
    return next(active, next(iter(signals), None))
