"""ECO, mains, magic packets: the projector leaves the network and comes back."""

import asyncio
import socket

import pytest

from simulator import Simulator
from simulator.wake import normalized, woken

from .client import DEADLINE, Client
from .conftest import Connect, Start

MAC = bytes.fromhex("000d0a4e35c2")
PACKET = b"\xff" * 6 + MAC * 16


async def refused(projector: Simulator) -> bool:
    """Tell whether the port refuses connections."""
    try:
        async with Client(projector):
            return False
    except ConnectionRefusedError:
        return True


def test_magic_packets() -> None:
    """Six times FF, sixteen times the address; anything around it is no matter."""
    assert woken(PACKET) == MAC.hex()
    assert woken(b"noise" + PACKET + b"password") == MAC.hex()
    assert woken(PACKET[:-1]) is None
    assert woken(b"\xff" * 6 + MAC * 15 + b"\0" * 6) is None
    assert woken(MAC * 16) is None
    assert normalized("00:0D:0A:4E:35:C2") == normalized("000d.0a4e.35c2") == MAC.hex()


async def test_into_eco(start: Start, connect: Connect) -> None:
    """It says so, closes every connection, and the port."""
    projector = await start("balder_cs", state="ready", pin=None)
    client, other = await connect(projector), await connect(projector)
    await client.subscribe("system.state", "system.targetstate")
    assert await client.call("system.gotoeco") is None
    changes = await client.changed() | await client.changed()
    assert changes == {"system.state": "eco", "system.targetstate": "eco"}
    assert await client.read_to_end() == b""
    assert await other.read_to_end() == b""
    assert await refused(projector)


@pytest.mark.parametrize(
    ("push", "names"),
    [
        ("state", {"system.state"}),
        ("targetstate", {"system.targetstate"}),
        ("none", set()),
    ],
)
async def test_what_it_says_before(
    start: Start, connect: Connect, push: str, names: set[str]
) -> None:
    """Which of the two is pushed is not known."""
    projector = await start("balder_cs", pin=None, personality={"eco_push": push})
    client = await connect(projector)
    await client.subscribe("system.state", "system.targetstate")
    projector.power_off()
    pushed = await client.read_to_end()
    assert {
        n for n in ("system.state", "system.targetstate") if n.encode() in pushed
    } == names


async def test_wake_by_magic_packet(start: Start, connect: Connect) -> None:
    """Through boot, where the port answers already, to ready."""
    projector = await start("balder_cs", state="eco")
    assert await refused(projector)
    assert projector.model.mac == "00:0D:0A:4E:35:C2"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"good morning", (projector.host, projector.wake_port))
        sender.sendto(PACKET, (projector.host, projector.wake_port))
    await projector.wait_for_state("boot")
    client = await connect(projector)
    names = ["system.state", "image.brightness"]
    assert await client.get(names) == {"system.state": "boot"}
    await projector.wait_for_state("ready")


async def test_woken_before_it_had_left(start: Start, connect: Connect) -> None:
    """Between saying eco and leaving: the connections live on."""
    projector = await start("balder_cs", pin=None, speed=20.0)
    client = await connect(projector)
    await client.call("system.gotoeco")
    assert projector.wake(projector.model.mac)
    left = asyncio.Event()
    projector.device.clock.after(2.0, left.set)
    async with asyncio.timeout(DEADLINE):
        await left.wait()
    assert await client.get("system.state") == "boot"


async def test_silent_while_booting(start: Start) -> None:
    """Unless it is not."""
    style = {"boot_answers": False}
    projector = await start("balder_cs", state="eco", personality=style)
    assert projector.wake(projector.model.mac)
    assert projector.state == "boot"
    assert await refused(projector)
    await projector.wait_for_state("ready")
    assert not await refused(projector)
    projector.cut_mains()
    projector.restore_mains()
    assert projector.state == "boot"
    assert await refused(projector)


async def test_the_port_is_open_too_early(start: Start) -> None:
    """While it boots it closes connections, or refuses everything; then it works."""
    style = {"boot_port": "close"}
    projector = await start("balder_cs", state="boot", personality=style)
    async with Client(projector) as client:
        assert await client.read_to_end() == b""
    projector.personality.boot_port = "absent"
    async with Client(projector) as client:
        code, _ = await client.error("property.get", {"property": "system.state"})
        assert code == -32601
        projector.device.power.start("ready")
        assert await client.get("system.state") == "ready"


@pytest.mark.parametrize("state", ["ready", "on", "boot"])
async def test_awake_already(start: Start, state: str) -> None:
    """A magic packet does nothing to a projector that is awake."""
    projector = await start("balder_cs", state=state)
    assert not projector.wake(projector.model.mac)
    assert projector.state == state


async def test_not_meant(start: Start) -> None:
    """Another address, and a projector without one."""
    projector = await start("balder_cs", state="eco")
    assert not projector.wake("00:0D:0A:00:00:00")
    mute = await start("minimal", state="eco")
    assert not mute.wake("")
    assert mute.state == "eco"


async def test_ir_remote_wakes_too(start: Start) -> None:
    """All the way to on."""
    projector = await start("balder_cs", state="eco")
    projector.power_on()
    await projector.wait_for_state("on")


async def test_a_port_that_says_nothing(start: Start) -> None:
    """Whether a connect is refused or not answered in eco is not known."""
    style = {"absent_connect": "hang"}
    projector = await start("balder_cs", state="eco", personality=style)
    sock = socket.socket()
    sock.setblocking(False)
    with sock:
        connecting = asyncio.get_running_loop().sock_connect(
            sock, (projector.host, projector.port)
        )
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connecting, 0.05)
    assert projector.counters.connections_opened == 0
    projector.wake(projector.model.mac)
    assert not await refused(projector)


async def test_mains_cut(start: Start, connect: Connect) -> None:
    """Nobody says goodbye, nothing answers, nobody can connect."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    await client.get("system.state")
    projector.cut_mains()
    assert projector.state == "off"
    client.send({"jsonrpc": "2.0", "id": 1, "method": "property.get"})
    await projector.wait_until(lambda: projector.log[-1].direction == "in")
    assert projector.network.log.joined("in").endswith(b'get"}')
    assert await refused(projector)
    projector.power_on()
    projector.power_off()
    assert not projector.wake(projector.model.mac)
    assert projector.state == "off"


async def test_mains_back(start: Start, connect: Connect) -> None:
    """It boots, and resets what it does not know any more."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    await client.get("system.state")
    projector.cut_mains()
    projector.restore_mains()
    projector.restore_mains()
    assert projector.state == "boot"
    with pytest.raises(ConnectionResetError):
        await client.read_to_end()
    await projector.wait_for_state("ready")
    fresh = await connect(projector)
    assert await fresh.get("system.state") == "ready"


@pytest.mark.parametrize("initial", ["standby", "on"])
async def test_state_after_mains(start: Start, initial: str) -> None:
    """As set."""
    projector = await start("udx", state="on", values={"system.initialstate": initial})
    projector.cut_mains()
    projector.restore_mains()
    await projector.wait_for_state(initial, DEADLINE)
