"""Everything that can go wrong on the way, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Literal, override

from .jsontypes import JsonValue

_OF_THE_LINE = {"drip", "split"}
_NOT_OF_REPLIES = {
    "half_open",
    "stop_reading",
    "refuse",
    "accept_then_close",
    "connection_limit",
    "methods",
    "count",
}


@dataclass(slots=True, kw_only=True)
class Faults:
    """Switches for faults, of one connection or of the whole projector.

    Durations are real seconds: the projector's speed does not change them. All are
    off by default. `methods` limits those that concern replies to methods that match
    (`property.*`), `count` to the next so many replies, after which they are cleared.
    """

    _active: dict[str, object] = field(default_factory=dict, init=False, repr=False)

    # Before a reply is made
    silence: bool = False
    """Reads, never answers, does nothing."""
    auth_hang: bool = False
    """Never answers authenticate and login."""
    busy: bool = False
    """Answers -32009 to everything that changes something."""
    error: int = 0
    """Answers every request with an error of this code."""
    delay: float = 0.0
    """Answers so much later; other replies may overtake."""

    # What a reply says
    wrong_id: bool = False
    oversized: int = 0
    """The result is one string, the reply this many bytes long."""
    endless: bool = False
    """The result is one string that does not end (stops at ENDLESS_LIMIT)."""
    nesting: int = 0
    """The result is so many arrays inside each other."""
    invalid_utf8: bool = False
    """The reply has one more member, whose text is not UTF-8."""

    # How a reply is written
    garbage: bool | bytes = False
    """These bytes (or typical ones) come before the reply."""
    duplicate: bool = False
    interleave: bool = False
    """A notification before, one after, in the same segments as the reply's ends."""
    reorder: float = 0.0
    """Replies are held back for so long, then written last one first."""
    drip: float = 0.0
    """Byte by byte with this pause between them."""
    split: bool = False
    """Cut at random places, inside characters too, in segments of their own."""
    close_mid_reply: bool = False
    reset_mid_reply: bool = False

    # Connections
    half_open: bool | Literal["fin"] = False
    """Answers nothing any more and forgets what it reads; "fin" sends FIN first."""
    stop_reading: bool = False
    """Reads nothing any more: the client's writes will not drain."""
    refuse: bool = False
    """The port is closed; open connections stay."""
    accept_then_close: bool = False
    connection_limit: int = 0
    """So many connections; further ones are closed at once."""

    methods: tuple[str, ...] = ()
    count: int = 0

    on_change: Callable[[], None] | None = None

    @override
    def __setattr__(self, name: str, value: object) -> None:
        """Set a fault; some must work at once, not at the next request."""
        object.__setattr__(self, name, value)
        if name not in _DEFAULTS:
            return
        if value == _DEFAULTS[name]:
            self._active.pop(name, None)
        else:
            self._active[name] = value
        on_change = getattr(self, "on_change", None)
        if on_change is not None:
            on_change()

    def clear(self) -> None:
        """Switch every fault off."""
        for name in self.active():
            setattr(self, name, _DEFAULTS[name])

    def active(self) -> dict[str, object]:
        """Return what is switched on, by name."""
        return dict(self._active)

    def concern(self, method: str) -> bool:
        """Tell whether a reply to (or a notification of) this method suffers."""
        if not self._active or self._active.keys() <= _NOT_OF_REPLIES:
            return False
        return not self.methods or any(fnmatchcase(method, p) for p in self.methods)

    def of_the_line(self) -> Faults:
        """Return the faults that notifications suffer like replies."""
        if not self._active.keys() & _OF_THE_LINE:
            return NO_FAULTS
        return Faults(drip=self.drip, split=self.split)

    def use_up(self) -> None:
        """Count one reply that suffered."""
        if self.count == 1:
            self.clear()
        elif self.count > 1:
            self.count -= 1

    def set_from_text(self, name: str, value: JsonValue) -> None:
        """Set a fault by name, from what a person typed.

        Raises:
            ValueError: no such fault, or no value for it.
        """
        if name not in _DEFAULTS:
            raise ValueError(f"no fault {name!r}; there are {', '.join(FAULT_NAMES)}")
        if name == "methods":
            value_now: object = tuple(str(value).split(","))
        elif name == "garbage" and isinstance(value, str):
            value_now = value.encode()
        elif not isinstance(value, bool | int | float | str):
            raise ValueError(f"{name} takes no {value!r}")
        else:
            value_now = value
        setattr(self, name, value_now)


_DEFAULTS = {
    part.name: part.default
    for part in fields(Faults)
    if part.name not in ("on_change", "_active")
}
FAULT_NAMES = tuple(_DEFAULTS)
NO_FAULTS = Faults()
BOOT_FAULTS = {
    "none": NO_FAULTS,
    "close": Faults(accept_then_close=True),
    "silence": Faults(silence=True),
    "garbage": Faults(garbage=True),
    "busy": Faults(error=-32009),
    "denied": Faults(error=-32001),
    "absent": Faults(error=-32601),
}
"""What a port that is open too early does: `Personality.boot_port`."""
