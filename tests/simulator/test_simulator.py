"""The simulator as a whole: identity, counters, log and cleanup."""

import asyncio
from pathlib import Path
import socket

import pytest

from simulator import Record, Simulator

from .client import Client
from .conftest import Connect, Start


def descriptors() -> int:
    """Return the number of open files and sockets of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_identity(start: Start) -> None:
    """The simulator has the model's data and its own port."""
    projector = await start("balder_cs", values={"system.serialnumber": "1111111111"})
    assert projector.host == "127.0.0.1"
    assert projector.port > 0
    assert projector.wake_port > 0
    assert projector.model.name == "balder_cs"
    assert projector.model.serial == "1111111111"
    assert projector.pin == "12345"
    assert projector.state == "ready"
    assert projector.get("system.name") == "Balder CS-1730052877"


async def test_change_needs_a_property(start: Start) -> None:
    """Only an existing property can be changed."""
    projector = await start("hdr_cs", state="standby")
    with pytest.raises(KeyError):
        projector.change("image.brightness", 0.5)
    with pytest.raises(KeyError):
        projector.change("image.hue", 0.5)
    with pytest.raises(KeyError):
        projector.get("image.brightness")


async def test_counters(start: Start, connect: Connect) -> None:
    """The counters count connections, requests and bytes."""
    projector = await start("balder_cs")
    one, two = await connect(projector), await connect(projector)
    await one.get("system.state")
    await two.get("system.state")
    await two.call("authenticate", {"code": 12345})
    await two.call("system.activity")
    one.writer.close()
    await projector.wait_until(lambda: projector.counters.connections_open == 1)
    counters = projector.counters
    assert counters.connections_opened == 2
    assert counters.connections_most == 2
    assert counters.requests == {
        "property.get": 2,
        "authenticate": 1,
        "system.activity": 1,
    }
    assert counters.requests_before_authentication == 2
    assert counters.replies == 4
    log = projector.network.log
    assert counters.bytes_in == len(log.joined("in"))
    assert counters.bytes_out == len(log.joined("out"))
    assert log.joined("out", 0) == b'{"jsonrpc":"2.0","id":1,"result":"ready"}'
    assert "connections_open = 1" in counters.lines()
    assert "2 property.get" in counters.lines()


async def test_log_and_watch(start: Start, connect: Connect) -> None:
    """The log has the traffic by connection."""
    projector = await start("hdr_cs")
    seen: list[Record] = []
    unwatch = projector.watch(seen.append)
    client = await connect(projector)
    await client.get("system.state")
    assert [(r.direction, r.connection) for r in seen] == [
        ("event", 0),
        ("in", 0),
        ("out", 0),
    ]
    assert seen[2].data == b'{"jsonrpc":"2.0","id":1,"result":"standby"}'
    assert list(projector.log)[-3:] == seen
    unwatch()
    await client.get("system.state")
    assert len(seen) == 3


@pytest.mark.parametrize("reset", [False, True])
async def test_drop(start: Start, connect: Connect, reset: bool) -> None:
    """All connections are closed; the port stays open."""
    projector = await start("hdr_cs")
    clients = [await connect(projector) for _ in range(2)]
    for client in clients:
        await client.get("system.state")
    projector.drop(reset=reset)
    for client in clients:
        if reset:
            with pytest.raises(ConnectionResetError):
                await client.read_to_end()
        else:
            assert await client.read_to_end() == b""
    await (await connect(projector)).get("system.state")


async def test_no_resources_are_left() -> None:
    """No task, socket or timer is left at the end."""
    tasks, files = asyncio.all_tasks(), descriptors()
    async with Simulator("balder_cs", state="on", pin=None, drift=0.001) as projector:
        clients = [await Client(projector).__aenter__() for _ in range(3)]
        await clients[0].call("system.poweroff")
        projector.faults.delay = 10.0
        clients[0].send({"id": 1, "method": "introspect"})
        projector.connections[1].faults.drip = 1.0
        clients[1].send({"id": 1, "method": "introspect"})
        projector.connections[2].faults.endless = True
        clients[2].send({"id": 1, "method": "introspect"})
        await clients[1].read_some()
        await clients[2].read_some()
        unknown = socket.create_connection((projector.host, projector.port))
    unknown.close()
    for client in clients:
        client.writer.transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert descriptors() == files
    assert projector.counters.connections_open == 0


async def test_port_is_free_afterwards() -> None:
    """The port is released at the end."""
    async with Simulator("minimal") as projector:
        taken = Simulator("minimal", port=projector.port)
        with pytest.raises(OSError, match="Address already in use"):
            await taken.__aenter__()
        port = projector.port
    async with Simulator("minimal", port=port) as again:
        assert again.port == port


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_loopback_only(host: str) -> None:
    """Other than loopback addresses are refused."""
    with pytest.raises(ValueError, match="loopback"):
        Simulator("minimal", host=host)


def test_no_home_assistant() -> None:
    """The simulator does not import Home Assistant or the integration."""
    directory = Path(Simulator.__init__.__code__.co_filename).parent
    for path in directory.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "homeassistant" not in text
        assert "custom_components" not in text
