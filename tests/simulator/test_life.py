"""What moves by itself, and that nothing does in tests."""

from .conftest import Connect, Start

INLET = "environment.temperature.inlet.value"
REMAINING = "system.ready.timeout.remaining"


async def test_temperatures_move(start: Start, connect: Connect) -> None:
    """A little, and subscribers hear of it."""
    projector = await start("balder_cs", drift=0.001)
    client = await connect(projector)
    await client.subscribe(INLET)
    value = (await client.changed())[INLET]
    assert value != 22.6
    assert abs(value - 22.6) < 5


async def test_temperatures_that_are_only_listed_move(start: Start) -> None:
    """Blocks without properties live, too."""
    projector = await start("udx", drift=0.001)
    kept = projector.device.store.kept
    await projector.wait_until(lambda: kept(INLET) != 24.2)
    assert kept("environment.fan.ar1.tacho.value") == 1800


async def test_counters_grow(start: Start) -> None:
    """The laser's only while it is on."""
    projector = await start("balder_cs", drift=0.001, speed=100_000.0)
    uptime, laser = "statistics.uptime.value", "statistics.laserruntime.value"
    before = projector.get(laser)
    await projector.wait_until(lambda: projector.get(uptime) != 86400)
    assert projector.get(laser) == before
    projector.change("system.state", "on")
    await projector.wait_until(lambda: projector.get(laser) != before)


async def test_countdowns(start: Start, connect: Connect) -> None:
    """Pushed to whoever subscribes to them in spite of everything."""
    values = {"system.ready.timeout.enable": True}
    projector = await start("balder_cs", values=values, drift=0.001, speed=1000.0)
    client = await connect(projector)
    await client.subscribe(REMAINING)
    first = (await client.changed())[REMAINING]
    assert 0 < first <= 900
    assert (await client.changed())[REMAINING] < first


async def test_quiet_by_default(start: Start) -> None:
    """Without `drift` nothing changes while another projector lives."""
    quiet, lively = await start("balder_cs"), await start("balder_cs", drift=0.001)
    await lively.wait_until(lambda: lively.get(INLET) != 22.6)
    assert quiet.get(INLET) == 22.6
