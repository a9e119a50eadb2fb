"""Recordings that tests write by hand."""

from collections.abc import Awaitable, Callable
import json
from typing import Any

from simulator import Replay

HEADER = {"barco_pulse_recording": 1, "created": "2026-11-29T20:00:00+00:00"}
GET_STATE = {"property": "system.state"}

type StartReplay = Callable[..., Awaitable[Replay]]
type Lines = list[dict[str, Any]]


def lines(events: Lines) -> list[str]:
    """Return the lines of a recording."""
    return [json.dumps(line) for line in [HEADER, *events]]


def opened(at: float, connection: int = 1) -> Lines:
    """Return the event of a connection."""
    return [{"t": at, "c": connection, "opened": "bare"}]


def closed(at: float, connection: int = 1) -> Lines:
    """Return the event of its end."""
    return [{"t": at, "c": connection, "closed": "lost"}]


def asked(
    at: float,
    answer: dict[str, Any],
    method: str = "property.get",
    params: Any = GET_STATE,
    *,
    delay: float = 0.1,
    connection: int = 1,
) -> Lines:
    """Return the events of a request, and of its reply after a delay."""
    request = {"jsonrpc": "2.0", "id": at, "method": method, "params": params}
    reply = {"jsonrpc": "2.0", "id": at, **answer}
    return [
        {"t": at, "c": connection, "sent": request},
        {"t": at + delay, "c": connection, "received": reply},
    ]


def pushed(at: float, state: str) -> Lines:
    """Return the event of a changed power state."""
    params = {"property": [{"system.state": state}]}
    message = {"jsonrpc": "2.0", "method": "property.changed", "params": params}
    return [{"t": at, "c": 1, "received": message}]
