"""Report what happens on the wire to a callable: connections, their bytes, their end."""

from collections.abc import Callable
from dataclasses import dataclass
import enum

from .exceptions import PulseError
from .protocol import Framing


class TraceKind(enum.Enum):
    """What happened on a connection."""

    OPENING = enum.auto()
    OPENED = enum.auto()
    SENT = enum.auto()
    RECEIVED = enum.auto()
    CLOSED = enum.auto()
    """An open connection ended, here or at the projector."""
    FAILED = enum.auto()
    """The connection could not be opened."""


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One event of one connection."""

    connection: int
    """Number of the connection, from 1, in the order in which the client opens them."""
    kind: TraceKind
    time: float
    """Seconds, by the clock of the event loop."""
    framing: Framing
    """How this connection sends requests."""
    data: bytes = b""
    """The bytes of SENT and RECEIVED: one request, or one chunk of any size."""
    error: PulseError | None = None
    """The reason of CLOSED and FAILED."""


type Trace = Callable[[TraceEvent], None]
"""Called in the event loop with each event. A connection stops it if it raises."""
