"""No report and no recording contains a secret, however often a projector repeats it."""

import asyncio
from collections import Counter
from dataclasses import dataclass
import json
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.barco_pulse.pulse import (
    ConnectionLog,
    Projector,
    ProjectorOptions,
    PulseError,
    PulseRpcError,
    Recorder,
    Redactor,
    Snapshot,
    TraceEvent,
    TraceKind,
    build_report,
)
from custom_components.barco_pulse.pulse.identity import Identity
from custom_components.barco_pulse.pulse.protocol import Framing
from custom_components.barco_pulse.pulse.schema import PropertyType

from .common import SHORT_TIMEOUTS, RawPeer, refusal, reply, serve

IPV6 = "2001:db9::7"
WORD = st.text("aZ9äß\"'\\/ -*é中", min_size=3, max_size=12)


def digits(size: int) -> st.SearchStrategy[str]:
    """Return a strategy for that many digits or up to three more."""
    return st.text("0123456789", min_size=size, max_size=size + 3)


@dataclass(frozen=True)
class Secrets:
    """What is private about a projector and its owner."""

    pin: str
    username: str
    password: str
    serial: str
    mac: str
    host: str
    address: str
    name: str

    @property
    def entered(self) -> dict[str, str]:
        """Return what the user has entered."""
        return {
            "host": self.address,
            "pin": self.pin,
            "username": self.username,
            "password": self.password,
        }

    @property
    def values(self) -> dict[str, Any]:
        """Return what the projector reports by name."""
        return {
            "system.modelname": "Balder CS",
            "system.serialnumber": self.serial,
            "network.device.lan.hwaddress": self.mac,
            "network.hostname": self.host,
            "network.device.lan.ip6config": {"Address": [IPV6]},
            "system.name": self.name,
        }

    @property
    def texts(self) -> list[str]:
        """Return all private texts, in several spellings."""
        return [
            self.pin,
            self.pin.lstrip("0"),
            self.username,
            self.password,
            self.serial,
            self.mac,
            self.mac.replace(":", "-").upper(),
            self.mac.replace(":", ""),
            self.host,
            self.address,
            self.name,
            IPV6,
        ]

    @property
    def numbers(self) -> list[int | float]:
        """Return PIN and serial number as numbers."""
        return [
            int(self.pin),
            -int(self.pin),
            int(self.serial),
            float(int(self.serial)),
        ]

    def found_in(self, value: Any) -> list[str]:
        """Return the private texts in the texts, names and numbers of a JSON value."""
        found = [*pieces(value)]
        return [text for text in self.texts if any(text in piece for piece in found)]


def pieces(value: Any) -> list[str]:
    """Return all texts, names and numbers of a JSON value, and a text of all of it."""
    if isinstance(value, dict):
        return [p for n, item in value.items() for p in (n, *pieces(item))]
    if isinstance(value, list):
        return [piece for item in value for piece in pieces(item)]
    return [str(value)]


secrets = st.builds(
    Secrets,
    pin=digits(5).filter(lambda pin: len(pin.lstrip("0")) >= 4),
    username=WORD.map(lambda word: f"user{word}1"),
    password=WORD.map(lambda word: f"p4{word}ss"),
    serial=digits(8).map(lambda serial: f"17{serial}"),
    mac=st.binary(min_size=6, max_size=6).map(lambda mac: mac.hex(":")),
    host=WORD.map(lambda word: f"kellér-{word}"),
    address=st.ip_addresses(v=4).map(str),
    name=WORD.map(lambda word: f"Kino {word}X"),
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Secrets, list[Any]]:
    """Return secrets, and JSON values that contain them anywhere."""
    private = draw(secrets)
    text = st.sampled_from(private.texts)
    longer = st.builds(
        lambda a, b, c: f"{a} {b}{c}", st.sampled_from("ab!"), text, text
    )
    quoted = st.builds(lambda t: json.dumps({"message": t}), text) | text.map(repr)
    leaf = text | longer | quoted | st.sampled_from(private.numbers) | st.none()
    value = st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(text | longer | st.just("message"), inner, max_size=4)
        ),
        max_leaves=12,
    )
    return private, draw(st.lists(value, min_size=1, max_size=6))


class Wire:
    """Feeds traces with the bytes of one connection."""

    def __init__(self, *traces: Any) -> None:
        """Open the connection."""
        self._traces = traces
        self._time = 0.0
        self.feed(TraceKind.OPENING)
        self.feed(TraceKind.OPENED)

    def feed(
        self, kind: TraceKind, data: bytes = b"", error: PulseError | None = None
    ) -> None:
        """Feed one event."""
        self._time += 0.001
        for trace in self._traces:
            trace(TraceEvent(1, kind, self._time, Framing.RAW, data, error))

    def send(self, **request: Any) -> None:
        """Feed a request."""
        self.feed(TraceKind.SENT, json.dumps(request).encode())

    def receive(self, data: bytes, cut: int) -> None:
        """Feed what the projector sends, in two pieces."""
        cut %= len(data)
        for piece in filter(None, (data[:cut], data[cut:])):
            self.feed(TraceKind.RECEIVED, piece)


@settings(max_examples=30)
@given(answers(), st.integers(0, 10_000), st.booleans(), st.booleans())
def test_recording(
    answered: tuple[Secrets, list[Any]], cut: int, ascii_only: bool, early: bool
) -> None:
    """Neither a recording nor the log of connections contains a secret."""
    private, values = answered
    recorder, log = Recorder(private.entered), ConnectionLog()
    wire = Wire(recorder, log)
    wire.send(id=1, method="authenticate", params={"code": int(private.pin)})

    def identify() -> None:
        wire.send(id=2, method="property.get", params={"property": [*private.values]})
        wire.receive(json.dumps({"id": 2, "result": private.values}).encode(), cut)

    if early:
        identify()
    for number, value in enumerate(values, 3):
        wire.send(id=number, method="property.get", params={"property": "a.b"})
        text = json.dumps(value, ensure_ascii=ascii_only)
        error = {"code": int(private.pin), "message": text, "data": value}
        changed = {"property": [{"a.b": value}, {private.serial: value}]}
        for message in (
            {"id": number, "result": value, private.name: value},
            {"id": private.pin, "error": error},
            {"method": "property.changed", "params": changed},
        ):
            data = json.dumps(message, ensure_ascii=ascii_only).encode()
            wire.receive(data, cut)
        wire.receive(f"<{text.replace('{', '<')}>".encode(), 0)
    if not early:
        identify()
    wire.feed(TraceKind.CLOSED, error=PulseError(f"{text} {private.host}"))

    for line in recorder.lines():
        event = json.loads(line)
        event.pop("t", None)
        assert private.found_in(event) == [], event
    redactor = Redactor(None, private.entered)
    for attempt in log.attempts(redactor):
        assert private.found_in(attempt["last_sent"]) == []
        assert private.found_in(attempt["last_received"]) == []
        assert private.found_in(attempt["stages"]) == []


class FakeProjector(SimpleNamespace):
    """What a report needs of a projector; each answer repeats secrets."""

    def __init__(self, private: Secrets, values: list[Any]) -> None:
        """Initialize a connected projector."""
        named = {f"a.b{number}": value for number, value in enumerate(values)}
        named |= {f"x.{private.name}": 1, **private.values}
        error = PulseRpcError(" ".join(private.texts), 1)
        super().__init__(
            identity=Identity.from_values(private.values),
            snapshot=Snapshot(
                error=error,
                values=named,
                last_known=named,
                objects=frozenset(private.texts),
                properties=dict.fromkeys(private.texts, PropertyType("int")),
                methods={t: {t: PropertyType(t)} for t in private.texts},
            ),
            private=private.entered,
            missing=frozenset(private.texts),
            framing=Framing.RAW,
            counters=Counter(private.texts),
            dropped={private.serial: 1},
            errors=[("now", repr(error))],
            subscribed=frozenset(private.texts),
        )
        self._answers = named

    async def read_everything(self, observer: Any) -> dict[str, Any]:
        """Answer a request, refuse another one."""
        for name, value in self._answers.items():
            observer("property.get", {"property": name}, value)
            observer(name, None, self.snapshot.error)
        return self._answers


EXAMPLE = Secrets(
    pin="0072064213",
    username="annika9",
    password='se"cret',
    serial="1730052877",
    mac="00:0d:0a:4e:21:07",
    host="keller-3",
    address="198.51.100.9",
    name="Kino im Keller",
)


@settings(max_examples=30)
@given(answers())
def test_report(answered: tuple[Secrets, list[Any]]) -> None:
    """No section of a report contains a secret."""
    private, values = answered
    projector: Any = FakeProjector(private, values)

    data = asyncio.run(build_report(projector, {"refusals": private.texts}))

    assert private.found_in(data) == []
    assert data["identity"]["model"] == "Balder CS"
    assert len(data["values"]) == len(projector.snapshot.values)


async def test_report_in_steps() -> None:
    """Let others run while a report is redacted."""
    projector: Any = FakeProjector(EXAMPLE, [])
    report = asyncio.create_task(build_report(projector))

    turns = 0
    while not report.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns >= len(await report) / 2


async def test_real_projector() -> None:
    """Report and record a projector that repeats secrets in each answer."""
    private = EXAMPLE
    told = f"as {' '.join(private.texts)} say"

    async def talk(peer: RawPeer) -> None:
        while True:
            request = await peer.read()
            asked = request.get("params", {}).get("property")
            peer.write(
                {"method": "property.changed", "params": {"property": [{told: told}]}}
            )
            if isinstance(asked, list) and request["method"] == "property.get":
                peer.write(
                    reply(request, {n: private.values.get(n, told) for n in asked})
                )
            elif isinstance(asked, str):
                peer.write(reply(request, private.values.get(asked, told)))
            elif request["method"] == "authenticate":
                peer.write(reply(request, True))
            else:
                peer.write(refusal(request, {"code": -32000, "message": told}))

    recorder = Recorder(private.entered)
    recorder.learn({"hostname": private.host})
    async with serve(talk) as port:
        options = ProjectorOptions(trace=recorder, timeouts=SHORT_TIMEOUTS)
        projector = Projector("127.0.0.1", port, private.pin, options)
        await projector.connect()
        entry = {**private.entered, "hostname": private.host}
        data = await build_report(projector, {"entry": entry})
        await projector.stop()

    assert data["identity"]["model"] == "Balder CS"
    assert private.found_in(data) == []
    assert recorder.messages > 10
    for line in recorder.lines():
        assert private.found_in(line) == []
