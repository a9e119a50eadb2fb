"""A projector that pushes without a pause."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, SOURCE
from simulator import Simulator

from .common import FAST_TIMINGS, INLET, asked_again, running_projector
from .conftest import StartProjector

PUSHES = 1000
AT_MOST = 20
"""The limit of snapshots for all of these pushes."""


def flood(simulator: Simulator) -> None:
    """Change one value at a high rate."""
    for number in range(1, PUSHES + 1):
        simulator.change(INLET, number)


@pytest.mark.parametrize("pairs", [0, 1, 10])
async def test_flood_in_one_segment(
    start_projector: StartProjector, pairs: int
) -> None:
    """Publish one snapshot for changes that arrive together."""
    simulator = await start_projector(
        state="on", quirks={"pairs_per_notification": pairs}
    )
    async with running_projector(simulator) as projector:
        published = len(projector.listener.snapshots)
        requests = simulator.counters.requests.total()
        flood(simulator)
        await projector.until_value(INLET, PUSHES)
        assert len(projector.listener.snapshots) - published <= AT_MOST
        assert simulator.counters.requests.total() == requests, "no request"


async def test_steady_flood(start_projector: StartProjector) -> None:
    """Publish a limited number of snapshots."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        published = len(projector.listener.snapshots)
        for number in range(1, PUSHES + 1):
            simulator.change(INLET, number)
            await asyncio.sleep(0)  # in its own segment
        await projector.until_value(INLET, PUSHES)
        assert len(projector.listener.snapshots) - published <= PUSHES / 10


async def test_flood_delays_neither_resync_nor_commands(
    start_projector: StartProjector,
) -> None:
    """Resync on time, and send commands at once."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, resync_interval=0.03)
    async with (
        running_projector(simulator, timings=timings) as projector,
        asyncio.TaskGroup() as two,
    ):

        async def flood_without_end() -> None:
            for number in count():
                simulator.change(INLET, number)
                await asyncio.sleep(0)

        flooding = two.create_task(flood_without_end())
        simulator.device.put(LASER_POWER, 33, tell=False)
        async with asyncio.timeout(1):
            await simulator.wait_until(asked_again(simulator, "property.get", 3))
            await projector.until_value(LASER_POWER, 33)
            await projector.set_property(SOURCE, "SDI")
            await projector.until_value(SOURCE, "SDI")
        flooding.cancel()
        assert simulator.counters.connections_opened == 1


async def test_flood_of_many_values(start_projector: StartProjector) -> None:
    """Publish one snapshot for a hundred values that change together."""
    simulator = await start_projector("udx", state="on")
    async with running_projector(
        simulator, default_names=lambda schema: schema.properties
    ) as udx:
        numbers = [
            name
            for name in sorted(udx.subscribed)
            if isinstance(udx.values.get(name), float) and "image." in name
        ]
        published = len(udx.listener.snapshots)
        for name in numbers:
            simulator.change(name, 0.123)
        await udx.until(lambda: all(udx.values[name] == 0.123 for name in numbers))
        assert len(numbers) > 10
        assert len(udx.listener.snapshots) - published <= 3
