"""Recordings: each message with its time, and stand-ins for private data."""

import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.barco_pulse.pulse import (
    PulseError,
    Recorder,
    Recording,
    TraceEvent,
    TraceKind,
)
from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.exceptions import PulseConnectionError
from custom_components.barco_pulse.pulse.protocol import Framing

from .common import SHORT_TIMEOUTS, RawPeer, client_of, connected, serve
from .conftest import StartProjector

PIN = "0072064213"
NAME = "Kino im Keller"


class Wire:
    """Feeds a recorder with the events of one connection, one each 0.1 s."""

    def __init__(self, recorder: Recorder, framing: Framing = Framing.RAW) -> None:
        """Open the connection."""
        self.recorder = recorder
        self._framing = framing
        self._time = 1000.0
        self.feed(TraceKind.OPENING)
        self.feed(TraceKind.OPENED)

    def feed(
        self, kind: TraceKind, data: bytes = b"", error: PulseError | None = None
    ) -> None:
        """Feed one event."""
        self._time += 0.1
        self.recorder(TraceEvent(1, kind, self._time, self._framing, data, error))

    def exchange(self, request: Any, response: Any) -> None:
        """Feed a request and its response."""
        self.feed(TraceKind.SENT, json.dumps(request).encode())
        self.feed(TraceKind.RECEIVED, json.dumps(response).encode())

    def close(self) -> None:
        """Close the connection."""
        self.feed(TraceKind.CLOSED, error=PulseConnectionError("Disconnected"))


def events(recorder: Recorder) -> list[dict[str, Any]]:
    """Return the events of a recording, without its header."""
    return [json.loads(line) for line in recorder.lines()][1:]


async def test_session(start_projector: StartProjector, tmp_path: Path) -> None:
    """Record a session, with consistent stand-ins for private data."""
    simulator = await start_projector("balder_cs", state="on", pin=PIN)
    simulator.change("system.name", NAME)
    serial = str(simulator.get("system.serialnumber"))
    mac = str(simulator.get("network.device.lan.hwaddress"))
    recorder = Recorder({"host": simulator.host, "pin": PIN}, software="a 1.0")
    names = ["system.serialnumber", "network.device.lan.hwaddress", "system.name"]
    message = f"{NAME} {serial} {mac.lower()} {int(PIN)}"

    async with connected(simulator, trace=recorder) as client:
        for name in names:
            await client.request("property.get", {"property": name})
        await client.request("property.subscribe", {"property": ["ui.language"]})
        simulator.change("ui.language", message)
        await client.request("property.get", {"property": [*names, "ui.language"]})
    path = tmp_path / "a.jsonl"
    recorder.write(path)

    text = path.read_text(encoding="utf-8")
    private = (PIN, str(int(PIN)), serial, mac, mac.lower(), NAME)
    assert [secret for secret in private if secret in text] == []
    recording = Recording.load(path)
    assert recording.software == "a 1.0"
    assert not recording.truncated
    kinds = [event.kind for event in recording.events]
    assert kinds[:2] == ["opened", "sent"]
    assert kinds[-1] == "closed"
    assert recording.events[0].value == "bare"
    assert recording.events[-1].value == "Disconnected"
    messages: list[Any] = [e.value for e in recording.events]
    assert messages[1]["params"] == {"code": 10000001}
    [*_, answer] = [m["result"] for m in messages if "result" in m]
    assert answer == {
        "system.serialnumber": "1000000001",
        "network.device.lan.hwaddress": "02:00:00:00:00:01",
        "system.name": "redacted-1",
        "ui.language": "redacted-1 1000000001 02:00:00:00:00:01 10000001",
    }


async def test_failed(start_projector: StartProjector) -> None:
    """Record an attempt to connect that failed, without the address."""
    simulator = await start_projector()
    simulator.faults.refuse = True
    recorder = Recorder({"host": simulator.host})

    with pytest.raises(PulseError):
        await client_of(simulator, trace=recorder).connect()

    [event] = events(recorder)
    assert event["t"] >= 0
    assert event["c"] == 1
    assert event["failed"].startswith("Cannot connect to 192.0.2.1 port")
    assert recorder.messages == 0


async def test_garbage() -> None:
    """Record what is no message, and private data in it as stand-ins."""

    async def talk(peer: RawPeer) -> None:
        await peer.read()
        peer.write(b"Ki\xffno <", PIN.encode(), b'> "system.serialnumber": "815x"')

    recorder = Recorder({"pin": PIN})
    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, timeouts=SHORT_TIMEOUTS, trace=recorder)
        with pytest.raises(PulseError):
            await client.connect()

    texts = [e["received_text"] for e in events(recorder) if "received_text" in e]
    assert texts[0] == 'Ki\ufffdno <0010000001> "system.serialnumber": "redacted-1"'


def test_text_and_messages() -> None:
    """Record messages between text, in their order, and the rest of a message."""
    recorder = Recorder()
    wire = Wire(recorder, Framing.HTTP)
    wire.feed(TraceKind.SENT, b'POST /\r\n\r\n{"id":1,"method":"a"}')
    wire.feed(TraceKind.RECEIVED, b"HTTP/1.1 ")
    wire.feed(TraceKind.RECEIVED, b'200 OK\r\n\r\n{"id":1,"result":2}\r\n{"id"')
    wire.feed(TraceKind.RECEIVED, b':1,"result":3} {"id":4')
    wire.close()

    assert events(recorder) == [
        {"t": 0.1, "c": 1, "opened": "http"},
        {"t": 0.2, "c": 1, "sent": {"id": 1, "method": "a"}, "framing": "http"},
        {"t": 0.3, "c": 1, "received_text": "HTTP/1.1 200 OK\r\n\r\n"},
        {"t": 0.4, "c": 1, "received": {"id": 1, "result": 2}},
        {"t": 0.5, "c": 1, "received": {"id": 1, "result": 3}},
        {"t": 0.6, "c": 1, "received_text": '{"id":4'},
        {"t": 0.6, "c": 1, "closed": "Disconnected"},
    ]


def test_long_text() -> None:
    """Record long text as several events, and cut no private text."""
    recorder = Recorder({"pin": PIN})
    wire = Wire(recorder)
    for piece in (b"noise\n" * 10_900 + b"PIN 0072", b"064213 " + b"." * 200):
        wire.feed(TraceKind.RECEIVED, piece)

    texts = [e["received_text"] for e in events(recorder) if "received_text" in e]
    assert len(texts) == 2
    assert texts[1].startswith("PIN 0010000001 .")


def test_undecodable() -> None:
    """Record all data as text after a message that cannot be decoded."""
    recorder = Recorder()
    wire = Wire(recorder)
    wire.feed(TraceKind.RECEIVED, b'{"id":1,"a" 5}')
    wire.feed(TraceKind.RECEIVED, b'{"id":2}')

    [_, event] = events(recorder)
    assert event["received_text"] == '{"id":1,"a" 5}{"id":2}'


def test_deeply_nested() -> None:
    """Record a message with too many levels without the innermost."""
    recorder = Recorder()
    wire = Wire(recorder)
    wire.feed(TraceKind.RECEIVED, b'{"result":' + b"[" * 500 + b"]" * 500 + b"}")

    [_, event] = events(recorder)
    assert json.dumps(event["received"]["result"]).count("[") == 100


def test_ids() -> None:
    """Keep only ids of requests: a projector may send private texts as ids."""
    recorder = Recorder({"pin": "72064213"})
    wire = Wire(recorder)
    ids = (1, "1", 1.0, 1.72064213, "72064213")
    for request_id in ids:
        wire.exchange({"id": 1, "method": "a"}, {"id": request_id})

    received = [e["received"]["id"] for e in events(recorder) if "received" in e]
    assert received == [1, "1", 1.0, 1.10000001, "10000001"]


def test_private_by_request() -> None:
    """Know by the request what a response contains, and keep the structure."""
    recorder = Recorder()
    wire = Wire(recorder)
    get = {"id": 1, "method": "property.get", "params": {"property": "a.hostname"}}
    wire.exchange(get, {"id": 1, "result": "keller-3"})
    rename = {"property": "system.name", "value": NAME}
    wire.exchange(
        {"id": 2, "method": "property.set", "params": rename}, {"id": 2, "result": True}
    )
    login = {"username": "an", "password": "geheim"}
    wire.exchange(
        {"id": 3, "method": "authenticate", "params": login},
        {"id": 3, "result": "token-17", "error": {"code": -32001, "message": NAME}},
    )
    described = {"properties": [{"name": "pin", "host": {"base": "string"}}]}
    wire.exchange({"id": 4, "method": "introspect"}, {"id": 4, "result": described})
    wire.feed(TraceKind.RECEIVED, b'{"id":77,"result":"keller-3 token-17 string"}')

    received = [e["received"] for e in events(recorder) if "received" in e]
    sent = [e["sent"] for e in events(recorder) if "sent" in e]
    assert sent[0] == get
    assert received[0]["result"] == "redacted-1"
    assert sent[1]["params"] == {"property": "system.name", "value": "redacted-2"}
    assert sent[2]["params"] == {"username": "redacted-3", "password": "redacted-4"}
    assert received[2]["result"] == "redacted-5"
    assert received[2]["error"] == {"code": -32001, "message": "redacted-2"}
    assert received[3]["result"] == described
    assert received[4] == {"id": 77, "result": "redacted-1 redacted-5 string"}


def test_truncated(tmp_path: Path) -> None:
    """Stop at the limit, and say so."""
    recorder = Recorder(limit=5_000)
    wire = Wire(recorder)
    for _ in range(100):
        wire.feed(TraceKind.RECEIVED, b'{"id":1,"result":"%b"}' % (b"x" * 100))
    path = tmp_path / "a.jsonl"
    recorder.write(path)

    assert recorder.truncated
    assert 5 < recorder.messages < 30
    recording = Recording.load(path)
    assert recording.truncated
    assert len(recording.events) == recorder.messages + 1
    assert json.loads(path.read_text().splitlines()[-1]) == {"truncated": True}


def test_line_ends() -> None:
    """Keep each event on one line, also for readers that know more line ends."""
    recorder = Recorder()
    Wire(recorder).feed(TraceKind.RECEIVED, '{"a":"\u2028\x85 ü"}'.encode())

    assert all(len(line.splitlines()) == 1 for line in recorder.lines())
    assert events(recorder)[-1]["received"] == {"a": "\u2028\x85 ü"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"barco_pulse_recording": 2}',
        '{"barco_pulse_recording": 1}\n[]',
        '{"barco_pulse_recording": 1}\n{"t": 0, "c": 1}',
        '{"barco_pulse_recording": 1}\n{"t": null, "c": 1, "sent": {}}',
        '{"barco_pulse_recording": 1}\n{"t": 0, "c": 1e999, "sent": {}}',
        '{"barco_pulse_recording": 1}\n' + "[" * 100_000,
    ],
)
def test_no_recording(tmp_path: Path, text: str) -> None:
    """Refuse files that are no recording."""
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match="recording"):
        Recording.load(path)
