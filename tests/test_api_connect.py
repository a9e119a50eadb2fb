"""Connect and authenticate, also where the peer is no projector."""

import asyncio
import contextlib
import socket

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseProtocolError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.protocol import Framing
from simulator.traffic import Record

from .common import (
    SHORT_TIMEOUTS,
    Line,
    client_of,
    connect_failure,
    connected,
    open_sockets,
    serve,
)
from .conftest import StartProjector


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize(
    ("framing", "expected", "connections"),
    [
        ("both", Framing.RAW, 1),
        ("raw-only", Framing.RAW, 1),
        ("http-only", Framing.HTTP, 2),
    ],
)
async def test_framing_is_found_out_and_remembered(
    start_projector: StartProjector,
    pin: str | None,
    framing: str,
    expected: Framing,
    connections: int,
) -> None:
    """Bare JSON first; after silence the HTTP form, once and from then on."""
    personality = {"framing": framing, "http_reply": "head"}
    projector = await start_projector(pin=pin, personality=personality)
    client = client_of(projector, pin=pin, timeouts=SHORT_TIMEOUTS)
    await client.connect()
    assert client.framing is expected
    assert projector.counters.connections_opened == connections

    await client.connect()
    assert await client.request("system.activity") is None
    await client.disconnect()
    assert projector.counters.connections_opened == connections + 1
    assert projector.counters.connections_most == 1


async def test_known_framing_is_used_at_once(start_projector: StartProjector) -> None:
    """Who knows what a projector understands says it and tries nothing else."""
    projector = await start_projector(pin=None, personality={"framing": "http-only"})
    async with connected(projector, framing=Framing.HTTP):
        assert projector.counters.connections_opened == 1


WRONG = ["silence", "parse-error", "http-400", "garbage"]


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize("answer", WRONG)
@pytest.mark.parametrize("framing", ["raw-only", "http-only"])
async def test_framing_that_is_wrong_by_now(
    start_projector: StartProjector, framing: str, answer: str, pin: str | None
) -> None:
    """F1: what was learned is questioned by the same attempt that finds it wrong."""
    personality = {"framing": framing, "wrong_framing": answer}
    projector = await start_projector(pin=pin, personality=personality)
    right = Framing.RAW if framing == "raw-only" else Framing.HTTP
    timeouts = SHORT_TIMEOUTS if answer == "silence" else Timeouts()
    client = client_of(projector, framing=right.other, timeouts=timeouts)
    async with asyncio.timeout(2):
        await client.connect()
    assert client.framing is right
    assert await client.request("system.activity") is None
    await client.connect()
    assert projector.counters.connections_most == 1
    await client.disconnect()


@pytest.mark.parametrize("fault", ["silence", "half_open", "auth_hang"])
async def test_no_framing_is_learned_from_a_misunderstanding(
    start_projector: StartProjector, fault: str
) -> None:
    """F1: silent, then answering while HTTP is tried; it goes on with bare JSON."""
    personality = {"framing": "raw-only", "wrong_framing": "parse-error"}
    projector = await start_projector(personality=personality)
    client = client_of(projector, framing=Framing.RAW, timeouts=SHORT_TIMEOUTS)
    setattr(projector.faults, fault, True)

    def end(record: Record) -> None:
        if isinstance(record.data, bytes) and record.data.startswith(b"POST"):
            projector.faults.clear()

    stop = projector.watch(end)
    with contextlib.suppress(PulseError):
        await client.connect()
    assert client.framing is Framing.RAW
    stop()
    projector.faults.clear()
    async with asyncio.timeout(2):
        await client.connect()
    assert client.framing is Framing.RAW
    await client.disconnect()


@pytest.mark.parametrize("pin", [None, "12345"])
async def test_slow_first_answer(
    start_projector: StartProjector, pin: str | None
) -> None:
    """F10: what comes within the limit connects, and no other framing is tried."""
    limits = Timeouts()
    assert 9.0 < limits.first_byte < limits.response == 10.0
    timeouts = Timeouts(first_byte=0.95, response=1.0)
    projector = await start_projector(pin=pin)
    projector.faults.delay, projector.faults.count = 0.7, 1
    async with connected(projector, framing=Framing.RAW, timeouts=timeouts) as slow:
        assert slow.framing is Framing.RAW
        assert projector.counters.connections_opened == 1


async def test_a_full_projector_teaches_no_framing(
    start_projector: StartProjector,
) -> None:
    """It accepts and closes, in the middle of the search too."""
    personality = {"framing": "raw-only", "wrong_framing": "parse-error"}
    projector = await start_projector(pin=None, personality=personality)
    client = client_of(projector, framing=Framing.HTTP, timeouts=SHORT_TIMEOUTS)

    def fill(record: Record) -> None:
        if isinstance(record.data, bytes) and record.direction == "out":
            projector.faults.accept_then_close = True

    stop = projector.watch(fill)
    with pytest.raises(PulseConnectionLimitError):
        await client.connect()
    learned = [client.framing]
    stop()
    projector.faults.clear()
    await client.connect()
    assert [*learned, client.framing] == [Framing.HTTP, Framing.RAW]
    await client.disconnect()


async def test_silence_in_both_framings(start_projector: StartProjector) -> None:
    """Two tries, no third; nothing was learnt, nothing is left open."""
    projector = await start_projector(pin=None)
    projector.faults.silence = True
    client = client_of(projector, pin=None, timeouts=SHORT_TIMEOUTS)
    with pytest.raises(PulseTimeoutError):
        await client.connect()
    assert client.framing is None
    assert projector.counters.connections_opened == 2
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_a_projector_that_answers_an_error_answers() -> None:
    """Without a PIN any answer will do: what it means is for others to say."""

    async def talk(line: Line) -> None:
        await line.refuse({"code": -32601, "message": "Property not found"})
        await line.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port)
        await client.connect()
        assert client.connected
        await client.disconnect()


STRANGERS = {
    "web server": (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html></html>", True),
    "patient web server": (b"HTTP/1.1 200 OK\r\n\r\n<p>Hello</p>", False),
    "ssh": (b"SSH-2.0-OpenSSH_9.6\r\n", False),
    "line printer": (b"\0", True),
    "json of another kind": (b"[1,2,3]\n", False),
    "web service": (b'HTTP/1.1 404 Not Found\r\n\r\n{"status":404}', True),
    "echo": (b'{"jsonrpc":"2.0","id":1,"method":"authenticate"}', False),
}


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize(("words", "ends"), STRANGERS.values(), ids=STRANGERS.keys())
async def test_strangers(words: bytes, ends: bool, pin: str | None) -> None:
    """Whatever else listens on the port is told apart from a projector."""

    async def talk(line: Line) -> None:
        line.write(words)
        if not ends:
            await line.closed()

    assert isinstance(await connect_failure(talk, pin), PulseProtocolError)


async def test_stranger_that_says_nothing() -> None:
    """Silence is no more than silence: it may be a projector all the same."""
    failed = await connect_failure(Line.closed)
    assert isinstance(failed, PulseTimeoutError)


async def test_nobody_there(start_projector: StartProjector) -> None:
    """A host that does not answer at all is given up at the deadline."""
    projector = await start_projector(
        state="eco", personality={"absent_connect": "hang"}
    )
    before = open_sockets()
    client = client_of(projector, pin=None, timeouts=Timeouts(connect=0.1))
    async with asyncio.timeout(2):
        with pytest.raises(PulseConnectionError):
            await client.connect()
    assert open_sockets() == before


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label")]
)
async def test_name_that_is_no_host(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A name that leads nowhere is like a host that is not there."""

    def look_up(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(PulseConnectionError, match=r"no\.such\.host"):
        await PulseClient("no.such.host").connect()
