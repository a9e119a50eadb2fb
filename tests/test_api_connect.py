"""Connect and authenticate, also to other services."""

import asyncio
import contextlib
import socket

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.deadlines import Timeouts
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
    RawPeer,
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
async def test_framing_is_detected_and_kept(
    start_projector: StartProjector,
    pin: str | None,
    framing: str,
    expected: Framing,
    connections: int,
) -> None:
    """Try raw JSON first, then HTTP framing, and keep what works."""
    quirks = {"framing": framing, "http_reply": "head"}
    projector = await start_projector(pin=pin, quirks=quirks)
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
    """Use the known framing without trying another."""
    projector = await start_projector(pin=None, quirks={"framing": "http-only"})
    async with connected(projector, framing=Framing.HTTP):
        assert projector.counters.connections_opened == 1


WRONG = ["silence", "parse-error", "http-400", "garbage"]


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize("answer", WRONG)
@pytest.mark.parametrize("framing", ["raw-only", "http-only"])
async def test_wrong_known_framing_is_corrected(
    start_projector: StartProjector, framing: str, answer: str, pin: str | None
) -> None:
    """Try the other framing in the same attempt."""
    quirks = {"framing": framing, "wrong_framing": answer}
    projector = await start_projector(pin=pin, quirks=quirks)
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
async def test_late_response_does_not_change_the_framing(
    start_projector: StartProjector, fault: str
) -> None:
    """Keep raw JSON if its response arrives while HTTP framing is tried."""
    quirks = {"framing": "raw-only", "wrong_framing": "parse-error"}
    projector = await start_projector(quirks=quirks)
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
async def test_slow_first_response(
    start_projector: StartProjector, pin: str | None
) -> None:
    """Accept a first response within the limit without trying another framing."""
    limits = Timeouts()
    assert 9.0 < limits.first_byte < limits.response == 10.0
    timeouts = Timeouts(first_byte=0.95, response=1.0)
    projector = await start_projector(pin=pin)
    projector.faults.delay, projector.faults.count = 0.7, 1
    async with connected(projector, framing=Framing.RAW, timeouts=timeouts) as slow:
        assert slow.framing is Framing.RAW
        assert projector.counters.connections_opened == 1


async def test_connection_limit_does_not_change_the_framing(
    start_projector: StartProjector,
) -> None:
    """Keep the framing if the projector closes new connections."""
    quirks = {"framing": "raw-only", "wrong_framing": "parse-error"}
    projector = await start_projector(pin=None, quirks=quirks)
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
    """Try each framing once, keep neither, and leave no socket."""
    projector = await start_projector(pin=None)
    projector.faults.silence = True
    client = client_of(projector, pin=None, timeouts=SHORT_TIMEOUTS)
    with pytest.raises(PulseTimeoutError):
        await client.connect()
    assert client.framing is None
    assert projector.counters.connections_opened == 2
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_error_response_completes_the_connection() -> None:
    """Connect after any response if there is no PIN."""

    async def talk(peer: RawPeer) -> None:
        await peer.refuse({"code": -32601, "message": "Property not found"})
        await peer.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port)
        await client.connect()
        assert client.connected
        await client.disconnect()


OTHER_SERVICES = {
    "web server": (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html></html>", True),
    "patient web server": (b"HTTP/1.1 200 OK\r\n\r\n<p>Hello</p>", False),
    "ssh": (b"SSH-2.0-OpenSSH_9.6\r\n", False),
    "line printer": (b"\0", True),
    "json of another kind": (b"[1,2,3]\n", False),
    "web service": (b'HTTP/1.1 404 Not Found\r\n\r\n{"status":404}', True),
    "echo": (b'{"jsonrpc":"2.0","id":1,"method":"authenticate"}', False),
}


@pytest.mark.parametrize("pin", [None, "12345"])
@pytest.mark.parametrize(
    ("message", "ends"), OTHER_SERVICES.values(), ids=OTHER_SERVICES.keys()
)
async def test_other_services(message: bytes, ends: bool, pin: str | None) -> None:
    """Detect other services on the port."""

    async def talk(peer: RawPeer) -> None:
        peer.write(message)
        if not ends:
            await peer.closed()

    assert isinstance(await connect_failure(talk, pin), PulseProtocolError)


async def test_silent_service() -> None:
    """Report no response, because a silent service may be a projector."""
    failed = await connect_failure(RawPeer.closed)
    assert isinstance(failed, PulseTimeoutError)


async def test_unreachable_host(start_projector: StartProjector) -> None:
    """Stop at the deadline if the host does not respond."""
    projector = await start_projector(state="eco", quirks={"absent_connect": "hang"})
    before = open_sockets()
    client = client_of(projector, pin=None, timeouts=Timeouts(connect=0.1))
    async with asyncio.timeout(2):
        with pytest.raises(PulseConnectionError):
            await client.connect()
    assert open_sockets() == before


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label")]
)
async def test_unresolvable_host_name(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Report an unresolvable name like an unreachable host."""

    def look_up(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(PulseConnectionError, match=r"no\.such\.host"):
        await PulseClient("no.such.host").connect()
