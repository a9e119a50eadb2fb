"""A day in the life of a projector, a thousand times as fast, with raw clients."""

from contextlib import AsyncExitStack
from random import Random
import socket

import pytest

from simulator import Simulator
from simulator.ssdp import DEVICE_TYPE

from .client import DEADLINE, Client
from .conftest import Connect, Start
from .test_ssdp import Listening
from .test_wake import PACKET, refused


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """A Balder CS without a PIN, in standby, with everything that can listen."""
    return await start(
        "balder_cs", state="standby", pin=None, web_port=0, ssdp_port=0, drift=0.05
    )


async def states_until(client: Client, wanted: str) -> list[str]:
    """Return the power states that a client hears of until the one it waits for."""
    states: list[str] = []
    while wanted not in states:
        changes = await client.changed()
        if "system.state" in changes:
            states.append(changes["system.state"])
    return states


async def watching(connect: Connect, projector: Simulator) -> Client:
    """Connect a client that hears of power and source."""
    client = await connect(projector)
    await client.subscribe("system.state", "image.window.main.source")
    return client


async def test_a_day(projector: Simulator, connect: Connect) -> None:
    """From the morning's first key to the night's new address."""
    client, other = await watching(connect, projector), await connect(projector)

    # Morning: switched on by one controller, used by another.
    assert await client.call("system.poweron") is None
    path = await states_until(client, "on")
    assert path == ["ready", "conditioning", "on"]
    source = next(iter(set(projector.model.sources) - {await other.get(SOURCE)}))
    assert await other.set(SOURCE, source) is True
    assert await client.changed() == {SOURCE: ""}
    assert await client.changed() == {SOURCE: source}

    # Noon: off by the IR remote, a command on the way is refused, then to eco.
    projector.power_off()
    assert await states_until(client, "deconditioning")
    assert (await other.error("system.poweron"))[0] == -32009
    assert await states_until(client, "ready") == ["ready"]
    assert await client.call("system.gotoeco") is None
    assert await states_until(client, "eco") == ["eco"]
    assert await client.read_to_end() == b""
    assert await other.read_to_end() == b""
    assert await refused(projector)
    assert not projector.connections

    # Afternoon: woken by a magic packet, on again, with another source than it began.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(PACKET, (projector.host, projector.wake_port))
    await projector.wait_for_state("ready")
    client = await watching(connect, projector)
    await client.call("system.poweron")
    assert await states_until(client, "on") == ["conditioning", "on"]
    assert await client.get(SOURCE) == source

    # Thunder: no mains, which nobody tells; they come back, and it rests.
    projector.cut_mains()
    assert projector.state == "off"
    assert await refused(projector)
    projector.restore_mains()
    with pytest.raises(ConnectionResetError):
        await client.read_to_end()
    await projector.wait_for_state("ready")

    # Evening: on by the IR remote, while a controller looks on.
    client = await watching(connect, projector)
    projector.power_on()
    assert await states_until(client, "on") == ["conditioning", "on"]

    # Night: a firmware that wants a PIN.
    projector.update_firmware("3.0.0", pin="2468")
    assert projector.state == "boot"
    with pytest.raises(ConnectionResetError):
        await client.read_to_end()
    await projector.wait_for_state("ready")
    client = await watching(connect, projector)
    assert await client.get("system.firmwareversion") == "3.0.0"
    assert (await client.error("system.poweron"))[0] == -32001
    assert (await client.error("authenticate", {"code": 12345}))[0] == -32000
    assert await client.call("authenticate", {"code": 2468}) is True

    # Later: another address, where it is found, and obeys as before.
    before = projector.port
    await projector.move()
    assert projector.port != before
    await found(projector)
    client = await watching(connect, projector)
    assert await client.call("authenticate", {"code": 2468}) is True
    assert await client.call("system.poweron") is None
    assert await states_until(client, "on") == ["conditioning", "on"]
    assert await client.call("system.poweroff") is None
    assert await states_until(client, "ready") == ["deconditioning", "ready"]
    assert projector.state == "ready"


async def found(projector: Simulator) -> None:
    """Find the projector by SSDP."""
    listening = Listening()
    with listening.socket:
        listening.search(projector, DEVICE_TYPE)
        assert (await listening.packet())[1]["ST"] == DEVICE_TYPE


SOURCE = "image.window.main.source"


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx", "minimal"])
async def test_a_hundred_days(start: Start, model: str) -> None:
    """Whatever comes when, it ends where it should, and nobody stays connected."""
    projector = await start(model, drift=0.001)
    events = (
        projector.power_on,
        projector.cut_mains,
        projector.power_off,
        projector.restore_mains,
        projector.power_off,
        lambda: projector.wake(projector.model.mac),
    )
    random = Random(model)
    async with AsyncExitStack() as clients:
        for number in range(100):
            random.choice(events)()
            if projector.network.present and projector.state != "eco":
                client = await clients.enter_async_context(Client(projector))
                client.send(b"{}")
            if number % 9 == 0 and projector.network.has_mains:
                projector.update_firmware(f"4.0.{number}")
            if number % 20 == 0:
                await projector.move(reset=number % 40 == 0)
    projector.restore_mains()
    projector.update_firmware("5.0.0")
    await projector.wait_for_state(str(rest_of(projector)), DEADLINE)
    await projector.wait_until(lambda: not projector.connections)
    assert not await refused(projector)
    assert projector.get("system.firmwareversion") == "5.0.0"


def rest_of(projector: Simulator) -> object:
    """Return where the projector goes after mains."""
    initial = projector.device.setting("system.initialstate")
    return initial if initial in projector.model.rungs else projector.model.rests_in
