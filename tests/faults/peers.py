"""Kinds of projectors, by framing and by whether they keep connections open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .fault_table import Fault


@dataclass(frozen=True)
class Peer:
    """A kind of projector, with or without a PIN."""

    kind: str
    framing: str
    quirks: Mapping[str, Any] = field(default_factory=dict)
    pin: bool = True
    lasting: bool = True
    """Its connections stay open after a reply."""

    @property
    def name(self) -> str:
        """Return the name in the table."""
        return f"{self.kind}, {'PIN' if self.pin else 'no PIN'}"

    @property
    def read_only(self) -> bool:
        """True if no login gives the rights that control needs."""
        return self.pin and not self.lasting

    def supports(self, fault: Fault, moment: str) -> bool:
        """Return whether the fault can occur at this moment."""
        if moment == "authentication" and (not self.pin or not self.lasting):
            return False
        if moment == "subscribe" and not self.lasting:
            return False
        has = {"pin": self.pin, "lasting": self.lasting}
        return all(has[need] for need in fault.needs)


def _both(kind: str, framing: str, **more: Any) -> tuple[Peer, Peer]:
    return (
        Peer(kind, framing, pin=True, **more),
        Peer(kind, framing, pin=False, **more),
    )


_RAW: Final = {"framing": "raw-only", "wrong_framing": "parse-error"}
_HTTP: Final = {"framing": "http-only", "wrong_framing": "http-400"}
_GARBAGE: Final = {"framing": "http-only", "wrong_framing": "garbage"}

PEERS: Final = (
    *_both("raw JSON only", "bare", quirks=_RAW),
    *_both("HTTP only, status 400", "http", quirks=_HTTP),
    *_both("HTTP only, garbage", "http", quirks=_GARBAGE | {"http_reply": "head"}),
    *_both("both", "bare"),
    *_both(
        "closes after each HTTP reply",
        "http",
        quirks=_HTTP | {"http_reply": "head", "http_close": True},
        lasting=False,
    ),
)
