"""One client: framings, ids, invalid requests, idle connections."""

import json
from typing import Any

import pytest

from .client import GET_STATE
from .conftest import Connect, Start

POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (
    len(GET_STATE),
    GET_STATE,
)
REPLY = b'{"jsonrpc":"2.0","id":1,"result":"standby"}'


async def test_raw_and_http_requests(start: Start, connect: Connect) -> None:
    """Raw and HTTP requests on one connection get raw JSON responses."""
    client = await connect(await start())
    for request in (GET_STATE, POST, GET_STATE + b"\n", POST + POST):
        client.send(request)
    assert await client.read_until(REPLY * 5) == REPLY * 5


@pytest.mark.parametrize(
    ("framing", "ignored", "answered"),
    [("raw-only", POST, GET_STATE), ("http-only", GET_STATE, POST)],
)
async def test_one_framing_only(
    start: Start, connect: Connect, framing: str, ignored: bytes, answered: bytes
) -> None:
    """A projector can accept only one framing."""
    projector = await start(quirks={"framing": framing})
    client = await connect(projector)
    client.send(ignored)
    client.send(answered)
    assert await client.read_until(REPLY) == REPLY
    assert projector.counters.requests.total() == 1


@pytest.mark.parametrize(
    ("framing", "wrong"), [("raw-only", POST), ("http-only", GET_STATE)]
)
@pytest.mark.parametrize(
    ("answer", "words", "ends"),
    [
        ("parse-error", b'"id":null,"error":{"code":-32700', False),
        ("http-400", b"HTTP/1.1 400 Bad Request\r\n", True),
        ("garbage", b"<html>", True),
    ],
)
async def test_response_to_the_wrong_framing(
    start: Start,
    connect: Connect,
    framing: str,
    wrong: bytes,
    answer: str,
    words: bytes,
    ends: bool,
) -> None:
    """A request in the wrong framing gets the configured response."""
    client = await connect(
        await start(quirks={"framing": framing, "wrong_framing": answer})
    )
    client.send(wrong)
    received = await (client.read_to_end() if ends else client.read_until(b"}}"))
    assert words in received


async def test_close_after_each_http_reply(start: Start, connect: Connect) -> None:
    """The connection closes after an HTTP reply, but not after raw JSON."""
    projector = await start(quirks={"http_close": True})
    client = await connect(projector)
    client.send(POST + POST)
    assert await client.read_to_end() == REPLY
    assert projector.counters.requests.total() == 1
    client = await connect(projector)
    for _ in range(2):
        client.send(GET_STATE)
        assert await client.read_until(REPLY) == REPLY


async def test_http_head_before_the_reply(start: Start, connect: Connect) -> None:
    """HTTP replies can have a head."""
    client = await connect(await start(quirks={"http_reply": "head"}))
    client.send(POST + GET_STATE)
    head = await client.read_until(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: %d\r\n" % len(REPLY) in head
    assert await client.read_until(REPLY * 2) == REPLY * 2


@pytest.mark.parametrize(
    ("terminator", "end"), [("newline", b"\n"), ("crlf", b"\r\n"), ("nul", b"\0")]
)
async def test_terminators(
    start: Start, connect: Connect, terminator: str, end: bytes
) -> None:
    """Messages end with the configured terminator."""
    client = await connect(await start(quirks={"terminator": terminator}))
    client.send(GET_STATE)
    assert await client.read_until(end) == REPLY + end


@pytest.mark.parametrize("request_id", [1, "1", "é", None, 1.5, 0], ids=repr)
async def test_ids_are_echoed_with_their_type(
    start: Start, connect: Connect, request_id: Any
) -> None:
    """A reply has the id of the request, with its type."""
    client = await connect(await start())
    client.send({"jsonrpc": "2.0", "id": request_id, "method": "system.activity"})
    reply = await client.message()
    assert reply["id"] == request_id
    assert type(reply["id"]) is type(request_id)


async def test_without_id_no_reply(start: Start, connect: Connect) -> None:
    """A request without id is handled but gets no reply."""
    projector = await start(state="on")
    client = await connect(projector)
    client.send({"jsonrpc": "2.0", "method": "system.poweroff"})
    client.send({"jsonrpc": "2.0", "method": "no.such.method"})
    assert await client.get("system.state") == "deconditioning"


async def test_reply_to_a_request_without_id(start: Start, connect: Connect) -> None:
    """A request without id can get a reply with a null id."""
    client = await connect(await start(quirks={"answers_without_id": True}))
    client.send({"jsonrpc": "2.0", "method": "system.activity"})
    assert await client.message() == {"jsonrpc": "2.0", "id": None, "result": None}


@pytest.mark.parametrize(("data", "code"), [(b'{"id":]', -32700), (b"[1]", -32600)])
async def test_invalid_requests(
    start: Start, connect: Connect, data: bytes, code: int
) -> None:
    """Invalid requests get an error with a null id; the connection stays open."""
    client = await connect(await start())
    client.send(data)
    reply = await client.message()
    assert reply["id"] is None
    assert reply["error"]["code"] == code
    assert await client.get("system.state") == "standby"


async def test_endless_request(start: Start, connect: Connect) -> None:
    """A request without end closes the connection."""
    client = await connect(await start())
    client.send(b'{"a":"' + b"x" * 5_000_000)
    with pytest.raises((ConnectionResetError, AssertionError)):
        assert await client.read_to_end() != b""


async def test_idle_connections(start: Start, connect: Connect) -> None:
    """Only idle connections are closed."""
    projector = await start(quirks={"idle_drop": 50.0})
    client = await connect(projector)
    assert await client.get("system.state") == "standby"
    assert await client.read_to_end() == b""


async def test_client_disconnects_during_a_reply(
    start: Start, connect: Connect
) -> None:
    """A client that disconnects during a slow reply leaves no task."""
    projector = await start()
    client = await connect(projector)
    projector.faults.drip = 0.001
    client.send(GET_STATE)
    await client.read_some()
    client.writer.transport.abort()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert projector.device.sessions == set()


async def test_large_reply_to_a_slow_client(start: Start, connect: Connect) -> None:
    """A slow client receives a large reply completely."""
    projector = await start()
    client = await connect(projector)
    projector.faults.oversized = 20_000_000
    client.send(GET_STATE)
    reply = json.loads(await client.reader.readexactly(20_000_000))
    assert len(reply["result"]) > 19_000_000
