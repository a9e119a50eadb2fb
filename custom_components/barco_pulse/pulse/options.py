"""The options of a projector."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .api import Login
from .const import FALLBACK_PROPERTIES
from .deadlines import Timeouts
from .json_types import JsonObject, JsonValue
from .model.watched_names import DefaultNames
from .pending import PendingCommand
from .sleep import Waker
from .snapshot import Changes, Snapshot
from .timing import Timings
from .trace import Trace


@dataclass(frozen=True, kw_only=True)
class ProjectorOptions:
    """Options of a `Projector`. All have defaults."""

    serial_number: str | None = None
    """The expected serial number. A projector with another one raises
    PulseDeviceMismatchError. Default: that of the first projector that answers."""
    login: Login | None = None
    """User name and password, in place of a PIN. Default: none."""
    timeouts: Timeouts | None = None
    """Deadlines of connections and requests, in seconds. Default: `Timeouts()`."""
    timings: Timings | None = None
    """Intervals and delays in the background, in seconds. Default: `Timings()`."""
    property_names: Iterable[str] = tuple(FALLBACK_PROPERTIES)
    """The properties to look for where the projector does not describe itself."""
    default_names: DefaultNames | None = None
    """Returns the properties to keep up to date until `Projector.watch` is called.
    Default: `FALLBACK_PROPERTIES`, the active signal and the lists."""
    stored: JsonValue = None
    """What `Projector.to_storage` returned in an earlier process. Default: nothing."""
    release_when_idle: bool = False
    """Close the connection between two polls, for other controllers."""
    waker: Waker | None = None
    """Wakes the projector when it is switched on. None: it cannot be woken."""
    mac: str | None = None
    """The MAC address to wake. Default: the one that the projector reports."""
    trace: Trace | None = None
    """Called with each event of each connection, see `TraceEvent`. Default: none."""
    on_update: Callable[[Snapshot, Changes], None] = lambda snapshot, changes: None
    """Called in the event loop after each change, with the new snapshot and the names
    of the changed values."""
    on_command: Callable[[PendingCommand], None] = lambda command: None
    """Called with each new command that may have to wait."""
    on_signal: Callable[[str, JsonObject], None] = lambda name, arguments: None
    """Called with the name and arguments of each key event of the projector."""
