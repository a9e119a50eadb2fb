"""Floor 3: what may be told of a projector, and of how to look after it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from .api import Login
from .catalogue import PROPERTIES
from .connection import Deadlines
from .pace import Pace
from .pending import PendingCommand
from .protocol import Framing, JsonObject, JsonValue
from .replica import Interest
from .snapshot import Snapshot

type Wake = Callable[[str], Awaitable[None]]
"""Sends a magic packet to a hardware address. Raises PulseError."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All may be left out."""

    serial_number: str | None = None
    """Once known, it must stay the same: another projector that took over the address
    is not reachable as this one."""
    login: Login | None = None
    """What to authenticate with instead of a PIN."""
    framing: Framing | None = None
    deadlines: Deadlines | None = None
    pace: Pace | None = None
    names: Iterable[str] = tuple(PROPERTIES)
    """Those that somebody could want to know."""
    interest: Interest | None = None
    """Tells which of them are wanted until `watch` is called."""
    memory: JsonValue = None
    """What another one knew of the same projector."""
    release: bool = False
    """Leave the connection to other controllers between two polls."""
    wake: Wake | None = None
    """Wakes it, by `mac` or else by the address that it told."""
    mac: str | None = None
    on_update: Callable[[Snapshot], None] = lambda snapshot: None
    """Called in the event loop after every change of the snapshot."""
    on_command: Callable[[PendingCommand], None] = lambda command: None
    """Called with each new command that may have to wait."""
    on_signal: Callable[[str, JsonObject], None] = lambda name, arguments: None
    """Called with name and arguments for `catalogue.KEY_EVENT`."""
