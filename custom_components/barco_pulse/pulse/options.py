"""What may be told of a projector, and of how to look after it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .api import Login
from .connection import Timeouts
from .const import FALLBACK_PROPERTIES
from .json_types import JsonObject, JsonValue
from .pending import PendingCommand
from .power import Waker
from .snapshot import Changes, Snapshot
from .state import DefaultNames
from .timing import Timings


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All may be left out."""

    serial_number: str | None = None
    """Once known, it must stay the same: another projector that took over the address
    is not reachable as this one."""
    login: Login | None = None
    """What to authenticate with instead of a PIN."""
    timeouts: Timeouts | None = None
    pace: Timings | None = None
    names: Iterable[str] = tuple(FALLBACK_PROPERTIES)
    """Those that somebody could want to know."""
    interest: DefaultNames | None = None
    """Tells which of them are wanted until `watch` is called."""
    memory: JsonValue = None
    """What another one knew of the same projector."""
    release: bool = False
    """Leave the connection to other controllers between two polls."""
    waker: Waker | None = None
    """Wakes the projector when it is switched on. None: the projector cannot be woken."""
    mac: str | None = None
    """The hardware address to wake it by, in place of the one that it told."""
    on_update: Callable[[Snapshot, Changes], None] = lambda snapshot, changes: None
    """Called in the event loop after every change, with the new snapshot and what
    changed."""
    on_command: Callable[[PendingCommand], None] = lambda command: None
    """Called with each new command that may have to wait."""
    on_signal: Callable[[str, JsonObject], None] = lambda name, arguments: None
    """Called with name and arguments for `const.KEY_EVENT`."""
