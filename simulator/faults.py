"""Faults of the connection, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Literal, override

from .jsontypes import JsonValue

_DELIVERY = {"drip", "split"}
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
    """Switches for faults of one connection or of the whole projector.

    All are off by default. Durations are real seconds, independent of the speed.
    `methods` limits faults of replies to matching methods (`property.*`), `count` to
    the next replies, after which all faults are cleared.
    """

    _active: dict[str, object] = field(default_factory=dict, init=False, repr=False)

    # Before the reply
    silence: bool = False
    """Reads requests but neither answers nor handles them."""
    auth_hang: bool = False
    """Never answers authenticate and login."""
    busy: bool = False
    """Answers -32009 to each request that changes something."""
    error: int = 0
    """Answers every request with an error of this code."""
    delay: float = 0.0
    """Delays replies by this many seconds; other replies may overtake."""

    # Content of the reply
    wrong_id: bool = False
    oversized: int = 0
    """The result is a string; the reply has this many bytes."""
    endless: bool = False
    """The result is a string without end (up to ENDLESS_LIMIT)."""
    nesting: int = 0
    """The result has this many nested arrays."""
    invalid_utf8: bool = False
    """The reply has an additional member whose text is not UTF-8."""

    # Delivery of the reply
    garbage: bool | bytes = False
    """These bytes (True: typical ones) precede the reply."""
    duplicate: bool = False
    interleave: bool = False
    """A notification precedes and one follows, in the same segments as the reply."""
    reorder: float = 0.0
    """Replies are held for this many seconds, then written in reverse order."""
    drip: float = 0.0
    """Single bytes with this pause in seconds."""
    split: bool = False
    """Split at random places, also inside characters, into separate segments."""
    close_mid_reply: bool = False
    reset_mid_reply: bool = False

    # Connections
    half_open: bool | Literal["fin"] = False
    """Discards all requests; "fin" sends FIN first."""
    stop_reading: bool = False
    """Stops reading, so that the client's writes block."""
    refuse: bool = False
    """Closes the port; open connections stay."""
    accept_then_close: bool = False
    connection_limit: int = 0
    """The number of connections; further ones are closed at once."""

    methods: tuple[str, ...] = ()
    count: int = 0

    on_change: Callable[[], None] | None = None

    @override
    def __setattr__(self, name: str, value: object) -> None:
        """Set a fault; some take effect at once, not at the next request."""
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
        """Clear all faults."""
        for name in self.active():
            setattr(self, name, _DEFAULTS[name])

    def active(self) -> dict[str, object]:
        """Return the active faults by name."""
        return dict(self._active)

    def affects(self, method: str) -> bool:
        """Return whether faults apply to a reply or notification of this method."""
        if not self._active or self._active.keys() <= _NOT_OF_REPLIES:
            return False
        return not self.methods or any(fnmatchcase(method, p) for p in self.methods)

    def delivery_only(self) -> Faults:
        """Return the faults that also apply to notifications."""
        if not self._active.keys() & _DELIVERY:
            return NO_FAULTS
        return Faults(drip=self.drip, split=self.split)

    def count_reply(self) -> None:
        """Count one faulty reply."""
        if self.count == 1:
            self.clear()
        elif self.count > 1:
            self.count -= 1

    def set_from_text(self, name: str, value: JsonValue) -> None:
        """Set a fault by name, from typed text.

        Raises:
            ValueError: The fault does not exist, or the value is not valid.
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
"""The faults while the projector boots, by `Quirks.boot_port`."""
