"""Another address, as from a router: the projector is elsewhere, its clients are not."""

import asyncio
import socket

import pytest
import pytest_socket

from simulator import Simulator
from simulator.ssdp import DESCRIPTION_PATH, DEVICE_TYPE

from .client import GET_STATE, Client
from .conftest import Connect, Start
from .test_simulator import descriptors
from .test_ssdp import Listening
from .test_wake import PACKET, refused
from .test_web import browsing, fetch, rest

ELSEWHERE = "127.0.0.2"


@pytest.fixture(autouse=True)
def _whole_loopback(socket_enabled: None) -> None:
    """Let the tests connect to more than 127.0.0.1, but to nothing outside."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", ELSEWHERE, "::1"])


async def refuses(host: str, port: int) -> bool:
    """Tell whether nobody listens there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def test_another_port(start: Start, connect: Connect) -> None:
    """Who was connected hears nothing more; the old port is closed for good."""
    projector = await start("hdr_cs", state="on", web_port=0)
    client = await connect(projector)
    await client.subscribe("image.brightness")
    before, web = (projector.host, projector.port), projector.web_port
    await projector.move()
    assert projector.port != before[1]
    assert (projector.host, projector.web_port) == (before[0], web)
    assert await refuses(*before)
    client.send(GET_STATE)
    projector.change("image.brightness", 0.5)
    await projector.wait_until(lambda: projector.log[-1].data == GET_STATE)
    fresh = await connect(projector)
    assert await fresh.get("image.brightness") == 0.5
    assert projector.counters.notifications == 0
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.reader.read(1), 0.05)
    projector.cut_mains()
    projector.restore_mains()
    assert await refuses(*before)
    assert not await refused(projector)


async def test_with_a_reset(start: Start, connect: Connect) -> None:
    """If asked."""
    projector = await start("hdr_cs")
    client = await connect(projector)
    await client.get("system.state")
    await projector.move(reset=True)
    with pytest.raises(ConnectionResetError):
        await client.read_to_end()
    assert not projector.connections
    assert not await refused(projector)


async def test_another_host(start: Start) -> None:
    """Everything goes there, and keeps its number unless told otherwise."""
    projector = await start("balder_cs", web_port=0, ssdp_port=0)
    numbers = projector.port, projector.wake_port, projector.web_port
    ssdp = projector.ssdp_port
    await projector.move(projector.port, ELSEWHERE)
    assert projector.host == ELSEWHERE
    assert (projector.port, projector.wake_port, projector.web_port) == numbers
    assert projector.ssdp_port == ssdp
    assert await refuses("127.0.0.1", projector.port)
    assert await refuses("127.0.0.1", numbers[2] or 0)
    async with Client(projector) as client:
        assert await client.get("system.state") == "ready"
    listening = Listening()
    with listening.socket:
        listening.search(projector, DEVICE_TYPE)
        location = (await listening.packet())[1]["LOCATION"]
    assert location == f"http://{ELSEWHERE}:{projector.web_port}{DESCRIPTION_PATH}"
    reply = await fetch(projector, DESCRIPTION_PATH)
    assert f"http://{ELSEWHERE}:{projector.web_port}/<".encode() in reply.body


async def test_asleep(start: Start) -> None:
    """It is woken, and found, where it is now."""
    projector = await start("balder_cs", state="eco")
    before = projector.host, projector.wake_port
    await projector.move(host=ELSEWHERE)
    assert await refused(projector)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(PACKET, before)
        await asyncio.sleep(0.02)
        assert projector.state == "eco"
        sender.sendto(PACKET, (ELSEWHERE, projector.wake_port))
        await projector.wait_for_state("boot")
    assert not await refused(projector)


async def test_browsers(start: Start) -> None:
    """Are cut off with the old host only."""
    projector = await start("hdr_cs", web_port=0)
    async with browsing(projector, b"GET ") as (reader, _):
        await projector.wait_until(lambda: bool(projector.network.browsers))
        await projector.move()
        assert projector.network.browsers
        await projector.move(host=ELSEWHERE)
        with pytest.raises(ConnectionResetError):
            await rest(reader)


async def test_nowhere_to_go(start: Start, connect: Connect) -> None:
    """Nothing happens if the port is taken, or outside."""
    projector, other = await start("hdr_cs"), await start("hdr_cs")
    client = await connect(projector)
    here = projector.port
    with pytest.raises(OSError, match="cannot listen"):
        await projector.move(other.port)
    with pytest.raises(ValueError, match="loopback"):
        await projector.move(host="192.0.2.1")
    assert projector.port == here
    assert await client.get("system.state") == "standby"
    assert not await refused(projector)


async def test_to_the_same_address(start: Start) -> None:
    """A router that only forgot its connections."""
    projector = await start("hdr_cs", web_port=0, ssdp_port=0)
    here = projector.port
    await projector.move(here, projector.host)
    assert projector.port == here
    assert not await refused(projector)


async def test_the_other_internet(start: Start) -> None:
    """IPv6 is loopback too."""
    projector = await start("hdr_cs", web_port=0, ssdp_port=0)
    await projector.move(host="::1")
    assert not await refused(projector)
    reply = await fetch(projector, DESCRIPTION_PATH)
    assert f"http://[::1]:{projector.web_port}/<".encode() in reply.body


async def test_nothing_is_left() -> None:
    """No socket, however often it moved."""
    files = descriptors()
    async with Simulator("hdr_cs", web_port=0, ssdp_port=0) as projector:
        opened = descriptors()
        for host in (ELSEWHERE, "127.0.0.3", None):
            await projector.move(host=host)
        assert descriptors() == opened
    assert descriptors() == files
