"""Firmware updates, and what mains do to what was under way."""

import asyncio
from contextlib import suppress
import socket

import pytest

from simulator import Simulator
from simulator.menu import SHOWN
from simulator.picture import SOURCE

from .client import GET_STATE
from .conftest import Connect, Start

VERSIONS = ["system.firmwareversion", "firmware.firmwareversion"]


async def test_firmware_update(start: Start, connect: Connect) -> None:
    """It resets every connection, boots, and tells the new version."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    await client.get("system.state")
    projector.update_firmware("3.0.0")
    assert projector.state == "boot"
    with pytest.raises(ConnectionResetError):
        await client.read_to_end()
    await projector.wait_for_state("standby")
    fresh = await connect(projector)
    assert await fresh.get(VERSIONS) == dict.fromkeys(VERSIONS, "3.0.0")
    assert await fresh.call("system.poweron") is None


@pytest.mark.parametrize("initial", ["ready", "on"])
async def test_where_an_update_ends(start: Start, initial: str) -> None:
    """Where the projector goes after mains."""
    values = {"system.initialstate": initial}
    projector = await start("udx", state="on", values=values)
    projector.update_firmware("2.0.0")
    await projector.wait_for_state(initial)


async def test_an_update_may_bring_a_pin(start: Start, connect: Connect) -> None:
    """Commands need it from then on."""
    projector = await start("hdr_cs")
    assert projector.pin is None
    projector.update_firmware("3.0.0", pin="4711")
    await projector.wait_for_state("standby")
    client = await connect(projector)
    assert await client.get("user.pincodeauthenticationenabled") is True
    assert (await client.error("system.poweron"))[0] == -32001
    assert await client.call("authenticate", {"code": 4711}) is True
    assert await client.call("system.poweron") is None


async def test_an_update_may_take_the_pin(start: Start, connect: Connect) -> None:
    """Or leave it as it is; a model without the second version has but one."""
    projector = await start("balder_cs")
    projector.update_firmware("3.0.0")
    assert projector.pin == "12345"
    assert projector.get("user.pincodeauthenticationenabled") is True
    projector.update_firmware("3.0.1", pin=None)
    assert projector.get("user.pincodeauthenticationenabled") is False
    client = await connect(projector)
    assert await client.call("system.activity") is None
    small = await start("minimal")
    small.update_firmware("1.3.0")
    assert small.get("system.firmwareversion") == "1.3.0"


async def test_an_update_needs_mains(projector: Simulator) -> None:
    """Nothing happens without."""
    projector.cut_mains()
    with pytest.raises(ValueError, match="mains"):
        projector.update_firmware("3.0.0")
    assert projector.state == "off"


async def test_an_update_in_eco(start: Start) -> None:
    """As by USB: it boots and is back on the network."""
    projector = await start("balder_cs", state="eco")
    projector.update_firmware("3.0.0")
    assert projector.network.present
    await projector.wait_for_state("ready")


async def test_mains_cut_while_the_source_changes(start: Start) -> None:
    """The source is there after booting; none would be there for ever."""
    projector = await start("udx", state="on", speed=1.0)
    source = next(s for s in projector.model.sources if s != projector.get(SOURCE))
    projector.change(SOURCE, source)
    assert projector.get(SOURCE) == ""
    projector.cut_mains()
    projector.restore_mains()
    assert projector.device.store.kept(SOURCE) == source


async def test_mains_cut_while_a_motor_runs(start: Start) -> None:
    """It is where it should be after booting, and does not run for ever."""
    projector = await start("udx", state="on", speed=1.0)
    motor = "optics.shutter"
    projector.change(f"{motor}.target", "Closed")
    assert projector.get(f"{motor}.position") == "Open"
    projector.cut_mains()
    projector.restore_mains()
    assert projector.device.store.kept(f"{motor}.position") == "Closed"


async def test_a_motor_that_is_told_otherwise(start: Start) -> None:
    """Goes where it was told last, and is not done before."""
    projector = await start("udx", state="on", speed=1.0)
    motor = "optics.shutter"
    projector.change(f"{motor}.target", "Closed")
    projector.change(f"{motor}.target", "Open")
    projector.device.clock.finish()
    assert projector.get(f"{motor}.position") == "Open"
    projector.change(f"{motor}.target", "Closed")
    projector.change(f"{motor}.target", "Closed")
    projector.device.clock.finish()
    assert projector.get(f"{motor}.position") == "Closed"


async def test_booting_closes_the_menu(projector: Simulator) -> None:
    """Nobody had opened it."""
    projector.change(SHOWN, True)
    assert projector.device.menu.opened
    projector.cut_mains()
    projector.restore_mains()
    assert not projector.device.menu.opened


async def test_no_life_without_mains(start: Start) -> None:
    """Temperatures and counters stand still."""
    projector = await start("balder_cs", state="on", drift=0.001, speed=1e6)
    name = "statistics.laser plate 1 bank 1 runtime.value"
    before = projector.get(name)
    await projector.wait_until(lambda: projector.get(name) != before)
    projector.cut_mains()
    stopped = projector.get(name)
    await asyncio.sleep(0.02)
    assert projector.get(name) == stopped
    projector.restore_mains()
    projector.change("system.state", "on")
    await projector.wait_until(lambda: projector.get(name) != stopped)


async def test_faults_cleared_without_mains(
    projector: Simulator, connect: Connect
) -> None:
    """Nothing answers all the same."""
    client = await connect(projector)
    await client.get("system.state")
    projector.cut_mains()
    projector.connections[0].faults.clear()
    replies = projector.counters.replies
    client.send(GET_STATE)
    await projector.wait_until(lambda: projector.log[-1].data == GET_STATE)
    assert projector.counters.replies == replies


async def test_idle_without_mains(start: Start, connect: Connect) -> None:
    """A projector without mains cannot end an idle connection."""
    style = {"idle_drop": 20.0}
    projector = await start("hdr_cs", personality=style)
    client = await connect(projector)
    await client.get("system.state")
    projector.cut_mains()
    client.send(GET_STATE)
    await asyncio.sleep(0.06)
    assert projector.counters.connections_open == 1


@pytest.mark.parametrize("eco", [False, True])
@pytest.mark.parametrize("turns", range(6))
async def test_leaving_while_somebody_connects(
    start: Start, eco: bool, turns: int
) -> None:
    """However far the connection had come: nobody is answered afterwards."""
    projector = await start("balder_cs")
    with socket.create_connection((projector.host, projector.port)) as sock:
        for _ in range(turns):
            await asyncio.sleep(0)
        if eco:
            projector.network.leave()
        else:
            projector.cut_mains()
        for _ in range(5):
            await asyncio.sleep(0)
        with suppress(ConnectionError):
            sock.send(GET_STATE)
        await asyncio.sleep(0.01)
    assert projector.counters.replies == 0
    await projector.wait_until(lambda: not projector.connections)
