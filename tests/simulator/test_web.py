"""The web server: pictures of the screens over HTTP, and what can go wrong there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import pytest

from simulator import Simulator
from simulator.delivery import ENDLESS_LIMIT
from simulator.image_files import JPEG, LOGIN_PAGE

from .client import DEADLINE
from .conftest import Start
from .test_simulator import descriptors

OSD = "/api/ui/capture/osd"
LCD = "/api/ui/capture/lcd"
MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "bmp": b"BM", "jpeg": b"\xff\xd8\xff"}

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Reply(NamedTuple):
    """What the web server said."""

    status: str
    fields: dict[str, str]
    body: bytes


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """An HDR CS with a web server, on."""
    return await start("hdr_cs", state="on", web_port=0)


@asynccontextmanager
async def browsing(projector: Simulator, request: bytes) -> AsyncIterator[Streams]:
    """Send a request."""
    async with asyncio.timeout(DEADLINE):
        reader, writer = await asyncio.open_connection(
            projector.host, projector.web_port
        )
    writer.write(request)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return everything until the projector closes the connection."""
    async with asyncio.timeout(DEADLINE):
        return await reader.read()


def get(path: str) -> bytes:
    """Return the shortest request for a path."""
    return f"GET {path} HTTP/1.1\r\n\r\n".encode()


async def fetch(projector: Simulator, path: str, method: str = "GET") -> Reply:
    """Return the reply to a request; the connection ends with it."""
    request = f"{method} {path} HTTP/1.1\r\nHost: {projector.host}\r\n\r\n"
    async with browsing(projector, request.encode()) as (reader, _):
        head, _, body = (await rest(reader)).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    return Reply(first, fields, body)


@pytest.mark.parametrize("path", [OSD, LCD, f"{OSD}?t=1"])
async def test_a_picture(projector: Simulator, path: str) -> None:
    """Its type is in its bytes only."""
    reply = await fetch(projector, path)
    assert reply.status == "HTTP/1.1 200 OK"
    assert reply.fields == {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(reply.body)),
        "Connection": "close",
    }
    assert reply.body.startswith(MAGIC["png"])
    assert projector.counters.captures == 1
    assert projector.log[-1].data == f"GET {path} HTTP/1.1: 200 OK"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/api/ui/capture/oled", "GET"),
        ("/ui/capture/osd", "GET"),
        (OSD, "POST"),
    ],
)
async def test_nothing_else(projector: Simulator, path: str, method: str) -> None:
    """There is no more of it."""
    reply = await fetch(projector, path, method)
    assert reply.status == "HTTP/1.1 404 Not Found"


@pytest.mark.parametrize("form", ["png", "bmp", "jpeg"])
async def test_formats(projector: Simulator, form: Any) -> None:
    """Nobody knows which it is."""
    projector.personality.capture_format = form
    body = (await fetch(projector, LCD)).body
    assert body.startswith(MAGIC[form])
    assert (body == JPEG) is (form == "jpeg")


async def test_a_page_that_is_no_picture(projector: Simulator) -> None:
    """As a web server may answer to whom it does not know."""
    projector.personality.capture_format = "html"
    reply = await fetch(projector, OSD)
    assert reply.status == "HTTP/1.1 200 OK"
    assert (reply.fields["Content-Type"], reply.body) == ("text/html", LOGIN_PAGE)


@pytest.mark.parametrize(
    ("capture", "status"), [("login", "401 Unauthorized"), ("absent", "404 Not Found")]
)
async def test_refused(projector: Simulator, capture: Any, status: str) -> None:
    """Where there is a login, or no such thing."""
    projector.personality.capture = capture
    assert (await fetch(projector, OSD)).status == f"HTTP/1.1 {status}"


async def test_a_request_in_pieces(projector: Simulator) -> None:
    """One request per connection, whatever follows."""
    async with browsing(projector, f"GET {OSD} HT".encode()) as (reader, writer):
        await projector.wait_until(lambda: bool(projector.network.browsers))
        writer.write(b"TP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
        answer = await rest(reader)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"200 OK" in answer


async def test_an_endless_request(projector: Simulator) -> None:
    """Is given up."""
    async with browsing(projector, b"x" * 20_000) as (reader, _):
        assert await rest(reader) == b""


async def test_hang(projector: Simulator) -> None:
    """A fault of the projector, or of a screen alone, or of one request."""
    projector.faults.methods = ("ui.capture.osd",)
    projector.faults.count = 1
    projector.faults.silence = True
    async with browsing(projector, get(OSD)) as (_, writer):
        await projector.wait_until(lambda: projector.counters.captures == 1)
        assert projector.log[-1].data == f"GET {OSD} HTTP/1.1: no answer"
        writer.write(get(OSD))
        assert (await fetch(projector, LCD)).status == "HTTP/1.1 200 OK"
        assert (await fetch(projector, OSD)).status == "HTTP/1.1 200 OK"
        await projector.wait_until(lambda: len(projector.network.browsers) == 1)
        assert projector.counters.captures == 3
    await projector.wait_until(lambda: not projector.network.browsers)


async def test_endless(projector: Simulator) -> None:
    """A picture without end, as fast as it is read, up to a limit."""
    projector.faults.endless = True
    async with browsing(projector, get(LCD)) as (reader, _), asyncio.timeout(DEADLINE):
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Content-Length" not in head
        assert (await reader.readexactly(8)) == MAGIC["png"]
        for _ in range(ENDLESS_LIMIT // 65536):
            await reader.readexactly(65536)
        assert projector.network.browsers


async def test_an_endless_picture_that_nobody_reads(projector: Simulator) -> None:
    """Waits, and goes on later; other clients do not wait."""
    projector.faults.endless = True
    projector.faults.count = 1
    async with browsing(projector, get(LCD)) as (reader, _), asyncio.timeout(DEADLINE):
        await projector.wait_until(lambda: projector.counters.captures == 1)
        [browser] = projector.network.browsers
        while not browser.transport.get_write_buffer_size():
            await asyncio.sleep(0)
        assert (await fetch(projector, LCD)).status == "HTTP/1.1 200 OK"
        assert browser.transport.get_write_buffer_size() <= 2 * 65536
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(ENDLESS_LIMIT)


async def test_other_faults_are_not_of_the_web(projector: Simulator) -> None:
    """Nor are they used up there."""
    projector.faults.nesting = 7
    projector.faults.count = 1
    assert (await fetch(projector, LCD)).status == "HTTP/1.1 200 OK"
    projector.faults.refuse = True
    assert (await fetch(projector, LCD)).status == "HTTP/1.1 200 OK"
    assert projector.faults.nesting == 7


async def test_asleep(start: Start) -> None:
    """Nothing answers while the projector is off the network."""
    projector = await start("hdr_cs", state="standby", web_port=0, speed=100.0)
    projector.faults.silence = True
    async with browsing(projector, get(LCD)) as (reader, _):
        await projector.wait_until(lambda: projector.counters.captures == 1)
        projector.change("system.state", "eco")
        assert await rest(reader) == b""
    with pytest.raises(ConnectionRefusedError):
        await fetch(projector, LCD)
    projector.faults.clear()
    projector.wake(projector.model.mac)
    await projector.wait_for_state("ready")
    assert (await fetch(projector, LCD)).status == "HTTP/1.1 200 OK"


async def test_without_mains(projector: Simulator) -> None:
    """Not even those who are connected hear of it."""
    async with browsing(projector, b"GET ") as (reader, writer):
        await projector.wait_until(lambda: bool(projector.network.browsers))
        projector.cut_mains()
        writer.write(f"{LCD} HTTP/1.1\r\n\r\n".encode())
        with pytest.raises(ConnectionRefusedError):
            await fetch(projector, LCD)
        assert projector.network.browsers
        projector.restore_mains()
        assert await rest(reader) == b""
    assert projector.counters.captures == 0


async def test_no_web_server_by_default(start: Start) -> None:
    """Unless a port is asked for."""
    assert (await start("hdr_cs")).web_port is None


async def test_a_taken_port(projector: Simulator) -> None:
    """Leaves nothing open."""
    files = descriptors()
    with pytest.raises(OSError, match="Address already in use"):
        await Simulator("minimal", web_port=projector.web_port).__aenter__()
    assert descriptors() == files


async def test_nothing_is_left() -> None:
    """No task, no socket: in whatever it was interrupted."""
    tasks, files = asyncio.all_tasks(), descriptors()
    async with (
        AsyncExitStack() as clients,
        Simulator("hdr_cs", web_port=0) as projector,
    ):
        projector.faults.endless = True
        for request in (get(LCD), b"GET "):
            await clients.enter_async_context(browsing(projector, request))
        await projector.wait_until(lambda: projector.counters.captures == 1)
        projector.faults.silence = True
        await clients.enter_async_context(browsing(projector, get(LCD)))
        await projector.wait_until(lambda: projector.counters.captures == 2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert descriptors() == files
