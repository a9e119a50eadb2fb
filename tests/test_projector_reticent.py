"""Floor 3: projectors that are slow, busy or short-spoken about themselves."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.catalogue import (
    LASER_POWER,
    PRESETS,
    PROFILES,
    SIGNAL,
    SOURCE,
    SOURCES,
    STATE,
)
from simulator import Simulator
from simulator.traffic import Record

from .common import (
    HASTY,
    INLET,
    PROMPT,
    Followed,
    asked_again,
    following,
    running,
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


@pytest.mark.parametrize("personality", RECURSION, ids=str)
async def test_without_recursion(
    start_projector: StartProjector, personality: dict[str, Any]
) -> None:
    """Object by object the same is found out, of what matters."""
    plain = await start_projector(state="on")
    special = await start_projector(state="on", personality=personality)
    async with (
        following(plain, names=NAMES) as usual,
        following(special, names=NAMES) as other,
    ):
        said, usually = other.snapshot.properties, usual.snapshot.properties
        for name in {*NAMES, PROFILES} & usually.keys():
            assert said[name] == usually[name], name
            assert other.values.get(name) == usual.values.get(name), name
        assert other.snapshot.has(SOURCES)
        assert other.snapshot.complete
        assert special.counters.requests.total() <= 60

        asked = len(sent(special, "introspect"))
        special.drop()
        await other.until_reachable(False)
        await other.until_reachable()
        assert len(sent(special, "introspect")) == asked + 1


async def test_names_only(start_projector: StartProjector) -> None:
    """A projector that only names its objects is known by what can be read."""
    simulator = await start_projector(
        state="on", personality={"shallow": "names", "recursion": "refused"}
    )
    async with following(simulator) as projector:
        names = {STATE, SOURCE, LASER_POWER, INLET, PRESETS}
        assert names <= projector.values.keys()
        assert names <= projector.snapshot.properties.keys()
        assert SIGNAL in projector.values
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)


class SlowToTellAll:
    """Lets a projector never finish an answer that tells of all below an object."""

    def __init__(self, simulator: Simulator) -> None:
        """Watch what it is asked."""
        self._simulator = simulator
        self.connections = 0
        simulator.watch(self._see)

    def _see(self, record: Record) -> None:
        faults = self._simulator.faults
        if record.data == "opened":
            self.connections += 1
            faults.clear()
        elif isinstance(record.data, bytes) and b'"recursive":true' in record.data:
            faults.methods = ("introspect",)
            faults.silence = True


async def test_too_slow_to_tell_all_at_once(start_projector: StartProjector) -> None:
    """It is lost for that, and then asked object by object, then and later."""
    simulator = await start_projector("udx", state="on")
    slow = SlowToTellAll(simulator)
    projector = Followed(simulator, names=NAMES, deadlines=HASTY)
    async with running(projector):
        await projector.until_reachable()
        assert slow.connections > 1
        assert projector.values[LASER_POWER] == simulator.get(LASER_POWER)
        assert projector.snapshot.properties["system.eco.enable"].writable
        assert projector.snapshot.complete
        connections = slow.connections

        again = asked_again(simulator, "introspect", 5)
        simulator.signal("modelupdated", {"object": "", "reason": "changed"})
        await simulator.wait_until(again)
        simulator.change(LASER_POWER, 44)
        await projector.until_value(LASER_POWER, 44)
        assert slow.connections == connections


async def test_too_slow_for_whoever_connects_once(
    start_projector: StartProjector,
) -> None:
    """Nor does a first meeting fail for it, or it would fail each time."""
    simulator = await start_projector("udx", state="on")
    SlowToTellAll(simulator)
    projector = Followed(simulator, names=NAMES, deadlines=HASTY)
    await projector.connect()
    assert projector.snapshot.properties["system.eco.enable"].writable
    await projector.disconnect()


@pytest.mark.parametrize("unsettled", [-32000, -32601])
async def test_busy_at_first(start_projector: StartProjector, unsettled: int) -> None:
    """A projector amid a change of state is complete as soon as it can tell."""
    simulator = await start_projector(
        "hdr_cs", speed=100.0, personality={"unsettled_error": unsettled}
    )
    simulator.power_on()
    await simulator.wait_for_state("conditioning")
    powered = {SOURCE, SOURCES, SIGNAL, LASER_POWER, PRESETS, PROFILES}
    async with following(simulator, pace=replace(PROMPT, resync=0.5)) as projector:
        await projector.until_value(STATE, "on")
        await projector.until(lambda: projector.values.keys() >= powered)
        await projector.until(lambda: projector.snapshot.complete)
