"""Requests of foreign clients, byte for byte, and how they read."""

import asyncio
import json
import shutil
from typing import Any

import pytest

from .client import GET_STATE, Client
from .conftest import Connect, Start

CURL_HEAD = (
    "POST / HTTP/1.1\r\n"
    "Host: {host}:{port}\r\n"
    "User-Agent: curl/8.14.1\r\n"
    "Accept: */*\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: {length}\r\n"
    "\r\n"
)


class BraceCounter:
    """Reads like the Bitfocus Companion module: counts braces, knows no strings."""

    def __init__(self, client: Client) -> None:
        """Read from a connection."""
        self._client = client
        self._text = ""

    async def message(self) -> dict[str, Any]:
        """Return the next text with as many closing as opening braces."""
        while True:
            depth = 0
            for at, character in enumerate(self._text):
                depth += {"{": 1, "}": -1}.get(character, 0)
                if character == "}" and depth == 0:
                    message = json.loads(self._text[: at + 1])
                    self._text = self._text[at + 1 :]
                    assert isinstance(message, dict)
                    return message
            self._text += (await self._client.read_some()).decode()


async def test_bitfocus_companion(start: Start, connect: Connect) -> None:
    """Pipelined raw objects with string ids work."""
    projector = await start("udx", state="on")
    client = await connect(projector)
    reader = BraceCounter(client)
    names = [
        "system.state",
        "system.modelname",
        "system.articlenumber",
        "system.serialnumber",
        "system.firmwareversion",
        "illumination.sources.laser.power",
        "optics.shutter.position",
        "image.window.main.source",
        "profile.profiles",
    ]
    for number, name in enumerate(names, start=1):
        request = {
            "jsonrpc": "2.0",
            "method": "property.get",
            "params": {"property": name},
            "id": str(number),
        }
        client.send(request)
    replies = [await reader.message() for _ in names]
    assert [reply["id"] for reply in replies] == [str(n) for n in range(1, 10)]
    assert [reply.get("result") for reply in replies[:8]] == [
        projector.get(name) for name in names[:8]
    ]
    assert replies[8]["error"]["code"] == -32601


async def test_companion_of_2019(start: Start, connect: Connect) -> None:
    """A call can subscribe to a mixed list."""
    projector = await start("udx", state="on")
    client = await connect(projector)
    reader = BraceCounter(client)
    names = [
        "system.state",
        "image.connector.l1hdmi.detectedsignal",
        "statistics.laserruntime.value",
        "notification.count",
        "no.such.property",
    ]
    for method, value in (("property.subscribe", names), ("property.get", names)):
        request = {"jsonrpc": "2.0", "method": method, "params": {"property": value}}
        client.send(request | {"id": "1"})
    assert (await reader.message())["result"] is True
    assert set((await reader.message())["result"]) == set(names[:4])
    projector.change("statistics.laserruntime.value", 3121)
    pushed = await reader.message()
    assert pushed["params"]["property"] == [{"statistics.laserruntime.value": 3121}]


async def test_companion_profiles_and_keys(start: Start, connect: Connect) -> None:
    """A bare string, old key methods and missing parameters work."""
    hdr, udx = await start("hdr_cs", state="on"), await start("udx", state="on")
    client, other = await connect(hdr), await connect(udx)
    reader, other_reader = BraceCounter(client), BraceCounter(other)
    profile = {"method": "profile.activateprofile", "params": "Gaming"}
    client.send({"jsonrpc": "2.0", "id": "1"} | profile)
    assert (await reader.message())["result"] is None
    assert hdr.get("illumination.sources.laser.power") == 80
    key = {"method": "keydispatcher.sendclickevent", "params": {"key": "RC_MENU"}}
    other.send({"jsonrpc": "2.0", "id": "1"} | key)
    other.send({"jsonrpc": "2.0", "id": "2", "method": "system.poweroff"})
    assert [(await other_reader.message())["id"] for _ in range(2)] == ["1", "2"]
    assert udx.keys == [("CLICKED", "RC_MENU")]
    assert udx.state == "deconditioning"


async def test_request_of_curl(start: Start, connect: Connect) -> None:
    """A POST as sent by curl gets raw JSON."""
    projector = await start("hdr_cs")
    client = await connect(projector)
    head = CURL_HEAD.format(
        host=projector.host, port=projector.port, length=len(GET_STATE)
    )
    client.send(head.encode() + GET_STATE)
    reply = b'{"jsonrpc":"2.0","id":1,"result":"standby"}'
    assert await client.read_until(reply) == reply


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.real_clock
async def test_curl(start: Start) -> None:
    """The real curl reads the reply as HTTP/0.9."""
    projector = await start("hdr_cs", quirks={"idle_drop": 200.0})
    process = await asyncio.create_subprocess_exec(
        "curl",
        "--http0.9",
        "--silent",
        "--max-time",
        "60",
        "--header",
        "Content-Type: application/json",
        "--data",
        GET_STATE.decode(),
        f"http://{projector.host}:{projector.port}/",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert output == b'{"jsonrpc":"2.0","id":1,"result":"standby"}'
    sent = projector.network.log.joined("in")
    assert sent.startswith(b"POST / HTTP/1.1\r\nHost: ")
    assert sent.endswith(GET_STATE)


async def test_string_params(start: Start, connect: Connect) -> None:
    """The string "[]" works as parameters."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    for number, method in enumerate(("image.source.list", "system.gotoready"), start=1):
        request = {"jsonrpc": "2.0", "method": method, "params": "[]", "id": number}
        client.send(json.dumps(request).encode())
    assert (await client.message())["result"][0] == "HDMI"
    assert (await client.message())["error"]["code"] == -32001


async def test_client_that_splits_at_the_first_member(
    start: Start, connect: Connect
) -> None:
    """Messages start with `{"jsonrpc`, at which a client splits."""
    projector = await start("balder_cs", state="ready", pin=None)
    client = await connect(projector)
    names = ["system.state", "system.targetstate", "illumination.state"]
    subscribe = {"method": "property.subscribe", "params": {"property": names}}
    client.send({"jsonrpc": "2.0", "id": 1} | subscribe)
    client.send({"jsonrpc": "2.0", "id": 2, "method": "system.poweron", "params": "[]"})
    data = b""
    while b'"illumination.state":"On"' not in data or not data.endswith(b"}]}}"):
        data += await client.read_some()
    parts = data.decode().split('{"jsonrpc')
    assert parts[0] == ""
    messages = [json.loads('{"jsonrpc' + part) for part in parts[1:]]
    assert messages[0] == {"jsonrpc": "2.0", "id": 1, "result": True}
    assert all(message["jsonrpc"] == "2.0" for message in messages)


async def test_crlf_after_each_request(start: Start, connect: Connect) -> None:
    """CRLF after each request works, as control systems send it."""
    client = await connect(await start("udx"))
    client.send(GET_STATE + b"\r\n" + GET_STATE + b"\r\n")
    assert (await client.message())["result"] == "ready"
    assert (await client.message())["result"] == "ready"
