"""Faults of the port and of whole connections."""

from contextlib import suppress

import pytest

from simulator import Simulator

from .client import GET_STATE, Client
from .conftest import Connect


async def test_half_open(projector: Simulator, client: Client) -> None:
    """Nothing comes any more; the client's own end is still noticed."""
    await client.get("system.state")
    await client.subscribe("ui.osd")
    projector.connections[0].faults.half_open = True
    client.send(GET_STATE)
    projector.change("ui.osd", False)
    await projector.wait_until(lambda: projector.log[-1].data == GET_STATE)
    async with Client(projector) as other:
        assert await other.get("system.state") == "on"
    await projector.wait_until(lambda: projector.counters.connections_open == 1)
    assert projector.counters.requests["property.get"] == 2
    client.writer.close()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_half_closed(projector: Simulator, client: Client) -> None:
    """The same after a FIN; the connection stays until the client ends it."""
    await client.get("system.state")
    projector.faults.half_open = "fin"
    assert await client.read_to_end() == b""
    assert projector.counters.connections_open == 1
    projector.faults.clear()
    async with Client(projector) as other:
        assert await other.get("system.state") == "on"
    client.writer.close()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_stop_reading(
    projector: Simulator, client: Client, connect: Connect
) -> None:
    """What the client writes stays in its buffers, until the projector reads again."""
    await client.get("system.state")
    faults = projector.connections[0].faults
    faults.stop_reading = True
    before = projector.counters.bytes_in
    client.writer.write(b" " * 20_000_000 + GET_STATE)
    await (await connect(projector)).get("system.state")
    assert projector.counters.bytes_in - before < 1000
    assert client.writer.transport.get_write_buffer_size() > 0
    faults.stop_reading = False
    assert await client.message() == {"jsonrpc": "2.0", "id": 1, "result": "on"}


async def test_refuse(projector: Simulator, client: Client) -> None:
    """The port is closed at once; open connections live on."""
    await client.get("system.state")
    projector.faults.refuse = True
    with pytest.raises(ConnectionRefusedError):
        await Client(projector).__aenter__()
    assert await client.get("system.state") == "on"
    projector.faults.refuse = False
    async with Client(projector) as other:
        assert await other.get("system.state") == "on"


async def test_accept_then_close(projector: Simulator) -> None:
    """Accepted, closed, counted."""
    projector.faults.accept_then_close = True
    async with Client(projector) as client:
        assert await client.read_to_end() == b""
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert projector.counters.connections_opened == 1


async def test_closed_before_any_answer(projector: Simulator, client: Client) -> None:
    """One too many hears nothing, even if it asks at once: FIN, or RST."""
    await client.get("system.state")
    projector.faults.connection_limit = 1
    replies = projector.counters.replies
    async with Client(projector) as other:
        other.send(GET_STATE)
        with suppress(ConnectionResetError):
            assert await other.read_to_end() == b""
    await projector.wait_until(lambda: projector.counters.connections_open == 1)
    assert projector.counters.replies == replies
    assert projector.counters.connections_opened == 2


async def test_connection_limit(projector: Simulator, client: Client) -> None:
    """One too many is closed, the others stay."""
    await client.get("system.state")
    projector.faults.connection_limit = 1
    async with Client(projector) as other:
        assert await other.read_to_end() == b""
    assert await client.get("system.state") == "on"
    client.writer.close()
    await projector.wait_until(lambda: not projector.connections)
    async with Client(projector) as other:
        assert await other.get("system.state") == "on"
