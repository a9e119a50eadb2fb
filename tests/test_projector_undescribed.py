"""Projectors that describe themselves slowly, incompletely or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_SIGNAL,
    CONTROL_BLOCKS,
    LASER_POWER,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    STATE,
)
from simulator import Simulator
from simulator.traffic import Record

from .common import (
    FAST_TIMINGS,
    INLET,
    SHORT_TIMEOUTS,
    asked_again,
    running_projector,
    sent,
)
from .conftest import StartProjector

NAMES = [
    STATE,
    LASER_POWER,
    SOURCE,
    SOURCES,
    INLET,
    PRESETS,
    "system.eco.enable",
    "image.gamma",
    "screen.hdrboost",
]
RECURSION: list[dict[str, Any]] = [
    {"recursion": "refused"},
    {"recursion": "ignored"},
]


@pytest.mark.parametrize("quirks", RECURSION, ids=str)
async def test_without_recursion(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Introspect object by object, and only the needed ones."""
    plain = await start_projector(state="on")
    special = await start_projector(state="on", quirks=quirks)
    async with (
        running_projector(plain, property_names=NAMES) as usual,
        running_projector(special, property_names=NAMES) as other,
    ):
        described, described_by_default = (
            other.snapshot.properties,
            usual.snapshot.properties,
        )
        for name in {*NAMES, PROFILES} & described_by_default.keys():
            assert described[name] == described_by_default[name], name
            assert other.values.get(name) == usual.values.get(name), name
        assert other.snapshot.has(SOURCES)
        assert other.snapshot.complete
        assert special.counters.requests.total() <= 60

        asked = len(sent(special, "introspect"))
        is_listed = asked_again(special, CONTROL_BLOCKS)
        special.drop()
        await special.wait_until(is_listed)
        assert len(sent(special, "introspect")) == asked + 1


async def test_names_only(start_projector: StartProjector) -> None:
    """Read the properties of a projector that lists only names."""
    simulator = await start_projector(
        state="on", quirks={"shallow": "names", "recursion": "refused"}
    )
    async with running_projector(simulator) as projector:
        names = {STATE, SOURCE, LASER_POWER, INLET, PRESETS}
        assert names <= projector.values.keys()
        assert names <= projector.snapshot.properties.keys()
        assert ACTIVE_SIGNAL in projector.values
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)


class SlowToDescribe:
    """Makes a projector never complete some descriptions."""

    def __init__(self, simulator: Simulator, *, marks: bytes = b"introspect") -> None:
        """Observe the requests; `marks` are the texts of such a request."""
        self._faults = simulator.faults
        self.marks = marks
        simulator.watch(self._see)

    def _see(self, record: Record) -> None:
        if record.direction == "in" and isinstance(record.data, bytes):
            if self.marks and self.marks in record.data:
                self._faults.methods = ("introspect",)
                self._faults.silence = True
            else:
                self._faults.clear()


async def test_recursive_introspection_is_too_slow(
    start_projector: StartProjector,
) -> None:
    """Introspect object by object until recursion works."""
    simulator = await start_projector("udx", state="on")
    slow = SlowToDescribe(simulator, marks=b'"recursive":true')
    timings = replace(FAST_TIMINGS, resync_interval=0.1, retry_refused=0.2)
    async with running_projector(
        simulator, property_names=NAMES, timeouts=SHORT_TIMEOUTS, timings=timings
    ) as projector:
        await projector.until(lambda: projector.snapshot.complete)
        assert projector.values[LASER_POWER] == simulator.get(LASER_POWER)
        assert projector.snapshot.properties["system.eco.enable"].writable

        slow.marks = b""
        everything = "image.color.p7.custom.mode"
        await projector.until(lambda: projector.snapshot.has(everything))
        assert simulator.counters.connections_opened == 1


async def test_no_description_in_time(start_projector: StartProjector) -> None:
    """Serve values, pushes and commands, and retry introspection."""
    simulator = await start_projector("udx", state="on")
    slow = SlowToDescribe(simulator)
    timings = replace(
        FAST_TIMINGS, introspection_limit=0.1, resync_interval=0.1, retry_refused=0.2
    )
    async with running_projector(
        simulator, property_names=NAMES, timeouts=SHORT_TIMEOUTS, timings=timings
    ) as projector:
        assert {STATE, SOURCE, SOURCES, LASER_POWER, INLET} <= projector.values.keys()
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        await projector.set_property(LASER_POWER, 44)
        await projector.until_value(LASER_POWER, 44)

        slow.marks = b""
        await projector.until(lambda: projector.snapshot.complete)
        assert projector.snapshot.properties["system.eco.enable"].writable
        assert simulator.counters.connections_opened == 1
        assert all(snapshot.reachable for snapshot in projector.listener.snapshots)


async def test_slow_descriptions(start_projector: StartProjector) -> None:
    """Use the fallback types until the descriptions arrive."""
    simulator = await start_projector("udx", state="on")
    simulator.faults.methods = ("introspect",)
    simulator.faults.delay = 0.3
    timings = replace(FAST_TIMINGS, introspection_limit=0.1, resync_interval=5)
    async with running_projector(
        simulator, property_names=NAMES, timeouts=SHORT_TIMEOUTS, timings=timings
    ) as projector:
        assert {STATE, SOURCE, SOURCES, LASER_POWER, INLET} <= projector.values.keys()
        assert not projector.snapshot.complete
        await projector.until(lambda: projector.snapshot.has("image.gamma"))
        assert not projector.snapshot.complete, "the rest comes later"
        await projector.until(lambda: projector.snapshot.complete)
        assert simulator.counters.connections_opened == 1


@pytest.mark.parametrize("incomplete", [-32000, -32601])
async def test_busy_at_first(start_projector: StartProjector, incomplete: int) -> None:
    """Complete the introspection when the projector is no longer busy."""
    simulator = await start_projector(
        "hdr_cs", speed=100.0, quirks={"unsettled_error": incomplete}
    )
    simulator.power_on()
    await simulator.wait_for_state("conditioning")
    powered = {SOURCE, SOURCES, ACTIVE_SIGNAL, LASER_POWER, PRESETS, PROFILES}
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, resync_interval=0.5)
    ) as projector:
        await projector.until_value(STATE, "on")
        await projector.until(lambda: projector.values.keys() >= powered)
        await projector.until(lambda: projector.snapshot.complete)
