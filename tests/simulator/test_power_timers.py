"""Power states that end by timers."""

from .conftest import Connect, Start


async def test_lowest_state_has_no_timer(start: Start, connect: Connect) -> None:
    """The lowest state has no countdown."""
    values = {
        "system.eco.enable": False,
        "system.standby.timeout.enable": True,
    }
    style = {"cooling_target": "rest"}
    projector = await start(state="on", values=values, quirks=style)
    client = await connect(projector)
    assert await client.call("system.poweroff") is None
    assert projector.get("system.targetstate") == "standby"
    projector.change("system.state", "standby")
    assert projector.get("system.standby.timeout.remaining") == 0


async def test_timer_ends_a_state(start: Start, connect: Connect) -> None:
    """A timer ends a state; activity restarts the countdown."""
    projector = await start("balder_cs", state="ready", pin=None, speed=1.0)
    client = await connect(projector)
    await client.set("system.ready.timeout.duration", 60)
    assert await client.get("system.ready.timeout.remaining") == 0
    await client.set("system.ready.timeout.enable", True)
    assert await client.get("system.ready.timeout.remaining") == 60
    assert await client.get("system.on.timeout.remaining") == 0
    assert await client.call("system.activity") is None
    assert await client.get("system.ready.timeout.remaining") == 60


async def test_timer_down_to_eco(start: Start) -> None:
    """A timer can lead to eco."""
    values = {"system.ready.timeout.enable": True}
    projector = await start("balder_cs", state="ready", values=values)
    await projector.wait_for_state("eco")


async def test_on_ends_without_signal_only(start: Start) -> None:
    """The timer of on runs only without a signal."""
    values = {"system.on.timeout.enable": True, "system.on.timeout.duration": 60}
    projector = await start("balder_cs", state="on", values=values)
    assert projector.get("system.on.timeout.remaining") == 0
    projector.change("image.connector.hdmi.detectedsignal", {"active": False})
    assert projector.get("system.on.timeout.remaining") == 60
    await projector.wait_for_state("ready")


async def test_target_can_be_the_final_state(start: Start, connect: Connect) -> None:
    """The target can be the final state of the timers."""
    projector = await start(state="on", quirks={"cooling_target": "rest"})
    client = await connect(projector)
    assert await client.call("system.poweroff") is None
    assert projector.get("system.targetstate") == "standby"
    projector.change("system.state", "on")
    projector.change("system.ready.timeout.enable", False)
    assert await client.call("system.poweroff") is None
    assert projector.get("system.targetstate") == "ready"
