"""Values that change all the time are read rarely."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    CONTROL_BLOCKS,
    COUNTERS,
    LASER_POWER,
    MEASURING_METHODS,
    SOURCES,
    STATE,
)
from custom_components.barco_pulse.pulse.snapshot import Snapshot
from simulator import Simulator

from .common import FAST_TIMINGS, RunningProjector, asked_again, running_projector, sent
from .conftest import StartProjector

HOURS = "statistics.laserruntime.value"
FAN = "environment.fan.psu.tacho.value"
REMAINING = "system.on.timeout.remaining"
[LIGHT] = MEASURING_METHODS
NAMES = [HOURS, FAN, LIGHT, LASER_POWER, STATE, SOURCES]
FREQUENT_READS = replace(FAST_TIMINGS, resync_interval=0.02, slow_interval=0.04)
NO_SLOW_READS = replace(FAST_TIMINGS, resync_interval=0.02, slow_interval=3600.0)


async def two_resyncs(simulator: Simulator) -> None:
    """Wait for two more reads."""
    await simulator.wait_until(asked_again(simulator, "property.get", 2))


def properties_asked(simulator: Simulator, method: str) -> set[str]:
    """Return the names that a method requested."""
    names: set[str] = set()
    for params in sent(simulator, method):
        some = params["property"]
        names |= {some} if isinstance(some, str) else {*some}
    return names


async def test_counters_are_listed_while_watched(
    start_projector: StartProjector,
) -> None:
    """Read counters by their list, only while watched."""
    simulator = await start_projector("udx", state="on")
    requests = simulator.counters.requests
    async with running_projector(simulator, timings=FREQUENT_READS) as projector:
        projector.watch([LASER_POWER])
        await projector.until(lambda: HOURS not in projector.values)
        assert projector.snapshot.has(HOURS)
        times = requests[COUNTERS]
        await two_resyncs(simulator)
        await two_resyncs(simulator)
        assert requests[COUNTERS] == times

        projector.watch([LASER_POWER, HOURS])
        await projector.until_value(HOURS, simulator.get(HOURS))
        simulator.device.put(HOURS, 4711, tell=False)
        await projector.until_value(HOURS, 4711)
        assert projector.snapshot.properties[HOURS].unit == "hours"


@pytest.mark.parametrize("model", ["udx"])
async def test_counters_are_not_subscribed(
    start_projector: StartProjector, model: str
) -> None:
    """Request the list of counters, and subscribe to none."""
    simulator = await start_projector(model, state="on")
    async with running_projector(
        simulator,
        timings=FREQUENT_READS,
        default_names=lambda schema: schema.properties,
    ) as projector:
        await simulator.wait_until(asked_again(simulator, COUNTERS, 2))
        counters = [n for n in simulator.model.properties if n.startswith("statistics")]
        assert all(projector.values[name] == simulator.get(name) for name in counters)
        asked = properties_asked(simulator, "property.get")
        asked |= properties_asked(simulator, "property.subscribe")
        assert not {name for name in asked if name.startswith("statistics.")}


async def test_readings_without_a_property(start_projector: StartProjector) -> None:
    """Read the blocks that only a list has, with all of one type."""
    simulator = await start_projector("udx", state="on")
    async with running_projector(
        simulator, property_names=NAMES, timings=FREQUENT_READS
    ) as projector:
        projector.watch([FAN])
        simulator.change(FAN, 1717)
        await projector.until_value(FAN, 1717)
        projector.watch([LASER_POWER])
        await projector.until(lambda: FAN not in projector.values)
        times = simulator.counters.requests[CONTROL_BLOCKS]
        await two_resyncs(simulator)
        assert simulator.counters.requests[CONTROL_BLOCKS] == times


@pytest.mark.parametrize("quirks", [{}, {"block_keys": "relative"}], ids=str)
async def test_readings_of_any_spelling(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Name a block by its property, with any spelling in the list."""
    simulator = await start_projector("udx", state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        blocks = [f"{name}.value" for name in simulator.model.blocks]
        sensors = [name for name in blocks if name in projector.values]
        assert {FAN, "environment.temperature.inlet.value"} <= {*sensors}
        for name in sensors:
            assert projector.values[name] == simulator.device.store.kept(name), name
            assert projector.snapshot.properties[name].unit, name


@pytest.mark.parametrize(
    ("model", "name", "method"),
    [("hdr_cs", REMAINING, "property.get"), ("udx", LIGHT, LIGHT)],
)
async def test_remaining_time_and_light_are_polled(
    start_projector: StartProjector, model: str, name: str, method: str
) -> None:
    """Read remaining times and the light output, without subscriptions."""
    simulator = await start_projector(model, state="on", speed=1.0)
    async with running_projector(
        simulator, property_names=[name], timings=FREQUENT_READS
    ) as projector:
        projector.watch([STATE])
        await projector.until(lambda: name not in projector.values)
        projector.watch([STATE, name])
        await projector.until(lambda: name in projector.values)
        await simulator.wait_until(asked_again(simulator, method, 3))
        assert name not in projector.subscribed
        assert name not in properties_asked(simulator, "property.subscribe")


async def test_newly_watched_values_are_read_at_once(
    start_projector: StartProjector,
) -> None:
    """Read new names at once, and the others slowly."""
    simulator = await start_projector("udx", state="on")
    async with running_projector(simulator, property_names=NAMES) as projector:
        projector.watch([STATE])
        await projector.until(lambda: LASER_POWER not in projector.values)
        projector.watch(NAMES)
        await projector.until(lambda: {*NAMES} <= projector.values.keys())
        requests = simulator.counters.requests.total()
        projector.watch(NAMES[::-1])
        simulator.change(LASER_POWER, 50)
        await projector.until_value(LASER_POWER, 50)
        assert simulator.counters.requests.total() == requests, "nothing published"


def everything(snapshot: Snapshot) -> Iterable[str]:
    """Return the names that a projector can be asked for automatically."""
    return {*snapshot.properties, *snapshot.methods}


async def idle(simulator: Simulator, projector: RunningProjector) -> dict[str, int]:
    """Return the requests during ten resyncs without changes."""
    await two_resyncs(simulator)
    before = simulator.counters.requests.copy()
    published = len(projector.listener.snapshots)
    await simulator.wait_until(asked_again(simulator, "property.get", 10))
    assert len(projector.listener.snapshots) == published
    return dict(simulator.counters.requests - before)


@pytest.mark.parametrize(("model", "state"), [("hdr_cs", None), ("udx", "on")])
async def test_idle(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """Send one request per 30 s with any number of watched names."""
    simulator = await start_projector(model, state=state, speed=1.0)
    names = [*simulator.model.properties, *simulator.model.methods]
    async with running_projector(
        simulator, property_names=names, default_names=everything, timings=NO_SLOW_READS
    ) as projector:
        assert len(projector.subscribed) > 90
        assert await idle(simulator, projector) == {"property.get": 10}


async def test_idle_with_slow_reads(start_projector: StartProjector) -> None:
    """Read slow values in every second resync, by one request per method."""
    simulator = await start_projector("udx", state="on", speed=1.0)
    async with running_projector(
        simulator,
        property_names=NAMES,
        default_names=lambda schema: NAMES,
        timings=FREQUENT_READS,
    ):
        await two_resyncs(simulator)
        before = simulator.counters.requests.copy()
        await simulator.wait_until(asked_again(simulator, COUNTERS, 10))
        asked = simulator.counters.requests - before
        assert asked.keys() == {"property.get", COUNTERS, CONTROL_BLOCKS, LIGHT}
        assert asked[CONTROL_BLOCKS] in (9, 10, 11)
        assert asked[LIGHT] in (9, 10, 11)
        assert asked["property.get"] < 40
