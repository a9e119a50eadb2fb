"""Counters and the log of the traffic."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

LOG_LENGTH = 2000


@dataclass(slots=True)
class Counters:
    """Counters since the start."""

    connections_opened: int = 0
    connections_open: int = 0
    connections_most: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    requests_before_authentication: int = 0
    """Requests without authentication although a PIN is set, except logins."""
    replies: int = 0
    notifications: int = 0
    captures: int = 0
    """Requests to the web server."""
    bytes_in: int = 0
    bytes_out: int = 0

    def opened(self) -> None:
        """Count an accepted connection."""
        self.connections_opened += 1
        self.connections_open += 1
        self.connections_most = max(self.connections_most, self.connections_open)

    def closed(self) -> None:
        """Count a closed connection."""
        self.connections_open -= 1

    def lines(self) -> list[str]:
        """Return the counters as readable lines."""
        figures = [
            f"{field.name} = {getattr(self, field.name)}"
            for field in fields(self)
            if field.name != "requests"
        ]
        return [*figures, *(f"{n} {name}" for name, n in self.requests.most_common())]


class Record(NamedTuple):
    """A log record: received or sent bytes, or an event."""

    direction: Literal["in", "out", "event"]
    connection: int
    data: bytes | str


class Log:
    """The last records, and their watchers."""

    def __init__(self, length: int = LOG_LENGTH) -> None:
        """Initialize an empty log of at most `length` records."""
        self.records: deque[Record] = deque(maxlen=length)
        self._watchers: set[Callable[[Record], None]] = set()

    def add(
        self,
        direction: Literal["in", "out", "event"],
        connection: int,
        data: bytes | str,
    ) -> None:
        """Add a record and pass it to the watchers."""
        record = Record(direction, connection, data)
        self.records.append(record)
        for watcher in tuple(self._watchers):
            watcher(record)

    def joined(
        self, direction: Literal["in", "out"], connection: int | None = None
    ) -> bytes:
        """Return the logged bytes of one direction, optionally of one connection."""
        return b"".join(
            record.data
            for record in self.records
            if record.direction == direction
            and connection in (None, record.connection)
            and isinstance(record.data, bytes)
        )

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)
