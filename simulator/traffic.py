"""What went over the wire: figures, and the last messages."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

LOG_LENGTH = 2000


@dataclass(slots=True)
class Counters:
    """Figures since the simulation began."""

    connections_opened: int = 0
    connections_open: int = 0
    connections_most: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    requests_before_authentication: int = 0
    """Requests other than authenticate and login while a PIN was set but not given."""
    replies: int = 0
    notifications: int = 0
    captures: int = 0
    """Requests to the web server, whatever it answered."""
    bytes_in: int = 0
    bytes_out: int = 0

    def opened(self) -> None:
        """Count a connection that was accepted."""
        self.connections_opened += 1
        self.connections_open += 1
        self.connections_most = max(self.connections_most, self.connections_open)

    def closed(self) -> None:
        """Count a connection that is gone."""
        self.connections_open -= 1

    def lines(self) -> list[str]:
        """Return the figures for a person to read."""
        figures = [
            f"{field.name} = {getattr(self, field.name)}"
            for field in fields(self)
            if field.name != "requests"
        ]
        return [*figures, *(f"{n} {name}" for name, n in self.requests.most_common())]


class Record(NamedTuple):
    """One line of the log: bytes that came in or went out, or what happened."""

    direction: Literal["in", "out", "event"]
    connection: int
    data: bytes | str


class Log:
    """The last records, and who watches them."""

    def __init__(self, length: int = LOG_LENGTH) -> None:
        """Begin empty; at most `length` records are kept."""
        self.records: deque[Record] = deque(maxlen=length)
        self._watchers: set[Callable[[Record], None]] = set()

    def add(
        self,
        direction: Literal["in", "out", "event"],
        connection: int,
        data: bytes | str,
    ) -> None:
        """Keep a record and show it to the watchers."""
        record = Record(direction, connection, data)
        self.records.append(record)
        for watcher in tuple(self._watchers):
            watcher(record)

    def joined(
        self, direction: Literal["in", "out"], connection: int | None = None
    ) -> bytes:
        """Return the logged bytes of one direction, of one connection if given."""
        return b"".join(
            record.data
            for record in self.records
            if record.direction == direction
            and connection in (None, record.connection)
            and isinstance(record.data, bytes)
        )

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Show every further record to a watcher; return how to stop that."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)
