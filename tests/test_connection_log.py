"""The log of the last connections: stages, first and last bytes."""

import json
from typing import Any

from custom_components.barco_pulse.pulse import ConnectionLog, Redactor
from custom_components.barco_pulse.pulse.exceptions import PulseConnectionError
from custom_components.barco_pulse.pulse.protocol import Framing
from custom_components.barco_pulse.pulse.trace import TraceEvent, TraceKind


class Connection:
    """Feeds a log with the events of a connection, one each second."""

    def __init__(self, log: ConnectionLog, number: int = 1) -> None:
        """Open the connection."""
        self._log = log
        self._number = number
        self._time = 50.0
        self.feed(TraceKind.OPENING)
        self.feed(TraceKind.OPENED)

    def feed(self, kind: TraceKind, data: bytes = b"") -> None:
        """Feed one event."""
        error = PulseConnectionError("Gone") if kind is TraceKind.CLOSED else None
        self._time += 1
        self._log(TraceEvent(self._number, kind, self._time, Framing.RAW, data, error))

    def exchange(self, method: str, **answer: Any) -> None:
        """Feed a request and its response."""
        request = {"id": 1, "method": method, "params": {"code": 4711}}
        self.feed(TraceKind.SENT, json.dumps(request).encode())
        self.feed(TraceKind.RECEIVED, json.dumps({"id": 1, **answer}).encode())


def stages(log: ConnectionLog) -> list[Any]:
    """Return the stages of the last connection."""
    *_, attempt = log.attempts(Redactor(None))
    found: Any = attempt["stages"]
    return [(stage["stage"], stage["after"]) for stage in found]


def test_stages() -> None:
    """Report when each stage was reached first."""
    log = ConnectionLog()
    connection = Connection(log)
    connection.exchange("authenticate", result=True)
    connection.exchange("property.get", error={"code": -32601})
    for _ in range(2):
        connection.exchange("property.get", result="on")
    connection.feed(TraceKind.CLOSED)

    assert stages(log) == [
        ("connecting", 0),
        ("connected", 1),
        ("first request", 2),
        ("first bytes", 3),
        ("authenticated", 3),
        ("first response", 5),
        ("first read", 7),
        ("closed", 10),
    ]


def test_last_bytes() -> None:
    """Show only the end, without the parts of private texts."""
    log = ConnectionLog()
    connection = Connection(log)
    connection.exchange("authenticate", result=False)
    for number in range(100):
        connection.feed(TraceKind.RECEIVED, b"4711 and more garbage %d\n" % number)
        connection.exchange("system.poweron", result=None)
    redactor = Redactor(None)

    [attempt] = log.attempts(redactor)

    sent, received = str(attempt["last_sent"]), str(attempt["last_received"])
    assert len(sent) == len(received) == 500
    assert received.endswith('{"id": 1, "result": null}')
    assert sent.endswith(
        '"method": "system.poweron", "params": {"code": "**REDACTED**"}}'
    )
    assert "4711" not in sent + received
    assert redactor.redact("PIN 4711") == "PIN **REDACTED**"


def test_deeply_nested() -> None:
    """Report a message with as many levels as a projector can send."""
    log = ConnectionLog()
    connection = Connection(log)
    for levels in (250, 1000):
        data = b'{"id":1,"result":' + b"[" * levels + b"]" * levels + b"}"
        connection.feed(TraceKind.SENT, b'{"id":1,"method":"a"}')
        connection.feed(TraceKind.RECEIVED, data)

    assert stages(log)[-1][0] == "first read"


def test_limits() -> None:
    """Keep the last few connections, and of each the beginning and the end."""
    log = ConnectionLog()
    for number in range(1, 10):
        connection = Connection(log, number)
    for _ in range(100):
        connection.feed(TraceKind.RECEIVED, b"x" * 10_000)
    connection.feed(TraceKind.RECEIVED, b"the end")
    connection.feed(TraceKind.CLOSED)

    attempts = log.attempts(Redactor(None))

    assert len(attempts) == 6
    assert attempts[-1]["bytes_received"] == 1_000_007
    assert str(attempts[-1]["last_received"]).endswith("the end")
    assert stages(log)[-1][0] == "closed"
