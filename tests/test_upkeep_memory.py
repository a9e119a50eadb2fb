"""A projector that was known before we were restarted."""

from collections.abc import Mapping
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_SIGNAL,
    LASER_POWER,
    PHASE,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    STATE,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.snapshot import Snapshot
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    INLET,
    RunningProjector,
    asked_again,
    introspected,
    running,
    running_projector,
)
from .conftest import StartProjector

HOURS = "statistics.laserruntime.value"


async def memory_of(simulator: Simulator, **options: Any) -> JsonValue:
    """Return what is kept of a projector that was met as it is now."""
    async with running_projector(simulator, **options) as projector:
        memory: JsonValue = json.loads(json.dumps(projector.to_storage()))
        return memory


def same_model(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether the same is known of what there is."""
    return (one.properties, one.methods, one.complete) == (
        other.properties,
        other.methods,
        other.complete,
    )


@pytest.mark.parametrize(("model", "state"), [("hdr_cs", None), ("udx", "on")])
async def test_all_is_known_again(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """Before it is connected, and then without asking for more than the root."""
    simulator = await start_projector(model, state=state)
    async with running_projector(simulator) as projector:
        before = projector.snapshot
        memory = json.loads(json.dumps(projector.to_storage()))
    asked = len(introspected(simulator))

    other = RunningProjector(simulator, stored=memory)
    assert not other.snapshot.reachable
    assert same_model(other.snapshot, before)
    assert other.snapshot.values == {PHASE: before.phase}
    assert other.snapshot.options(SOURCES) == before.options(SOURCES)
    async with running(other):
        await other.until(lambda: before.values.items() <= other.values.items())
        assert introspected(simulator)[asked:] == [""]
        assert same_model(other.snapshot, before)


async def test_asleep_after_a_restart(start_projector: StartProjector) -> None:
    """In standby is known what it has when it is on, and what can be chosen then."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        awake = projector.snapshot
        memory = json.loads(json.dumps(projector.to_storage()))
    simulator.device.power.start("standby")
    async with running_projector(simulator, stored=memory) as projector:
        asleep = projector.snapshot
        assert asleep.properties.keys() >= awake.properties.keys()
        assert asleep.methods.keys() >= awake.methods.keys()
        assert asleep.complete
        powered = {SOURCE, SOURCES, ACTIVE_SIGNAL, LASER_POWER, PRESETS, PROFILES}
        assert not powered & asleep.values.keys()
        assert not asleep.present(SOURCE)
        assert asleep.options(SOURCES) == awake.options(SOURCES)
        assert asleep.presets == awake.presets
        laser = asleep.properties[LASER_POWER]
        assert (laser.minimum, laser.maximum) == (
            awake.properties[LASER_POWER].minimum,
            awake.properties[LASER_POWER].maximum,
        )
        limit = "illumination.sources.laser.maxpower"
        assert asleep.get_number(limit) == awake.get_number(limit)

        simulator.power_on()
        await projector.until_value(STATE, "on")
        await projector.until(lambda: powered <= projector.values.keys())


async def test_what_is_only_listed(start_projector: StartProjector) -> None:
    """Counters and sensors are known with their units, but have no values yet."""
    simulator = await start_projector("udx", state="on")
    other = RunningProjector(simulator, stored=await memory_of(simulator))
    assert other.snapshot.properties[INLET].quantity == "Temperature"
    assert other.snapshot.properties[INLET].unit == "degC"
    assert other.snapshot.properties[HOURS].unit == "hours"
    assert other.values.keys() == {PHASE}


@pytest.mark.parametrize("firmware", ["9.9.9", ""])
async def test_another_firmware(start_projector: StartProjector, firmware: str) -> None:
    """What was kept of an older one is forgotten when it answers."""
    simulator = await start_projector("hdr_cs", state="on")
    memory = await memory_of(simulator)
    simulator.device.put("system.firmwareversion", firmware, tell=False)
    simulator.device.power.start("standby")
    async with running_projector(simulator, stored=memory) as projector:
        assert not projector.snapshot.has(SOURCE)
        assert not projector.snapshot.has(SOURCES)
        assert not projector.snapshot.options(PRESETS)
        assert not projector.snapshot.complete
        assert projector.snapshot.has(STATE)


async def test_what_changed_while_nobody_was_there(
    start_projector: StartProjector,
) -> None:
    """What is remembered is doubted when all is calm."""
    simulator = await start_projector(state="on")
    memory = await memory_of(simulator)
    simulator.personality.absent_methods = ("profile.activatepreset",)
    timings = replace(FAST_TIMINGS, resync_interval=0.05, recheck_delay=0.1)
    async with running_projector(
        simulator, stored=memory, timings=timings
    ) as projector:
        assert projector.snapshot.has("profile.activatepreset")
        asked = asked_again(simulator, "introspect", 5)
        await simulator.wait_until(asked)


async def test_news_for_the_memory(start_projector: StartProjector) -> None:
    """Its version tells whether there is anything to write; a resync is no news."""
    simulator = await start_projector("hdr_cs")
    async with running_projector(simulator) as projector:
        version = projector.storage_version
        memory = projector.to_storage()
        simulator.change("system.health", "Warning")
        await projector.until_value("system.health", "Warning")
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        assert projector.storage_version == version
        assert projector.to_storage() == memory

        simulator.change(STATE, "eco")
        await projector.until_value(STATE, "eco")
        assert projector.storage_version != version, "when it went there matters"


async def test_hours_are_written_when_it_is_off(
    start_projector: StartProjector,
) -> None:
    """While it is on they run: nobody writes to the storage each time."""
    simulator = await start_projector("hdr_cs", state="on")
    timings = replace(FAST_TIMINGS, slow_interval=0.0)
    async with running_projector(
        simulator, timings=timings, default_names=lambda _: {HOURS}
    ) as projector:
        version = projector.storage_version
        simulator.change(HOURS, 4321)
        projector.refresh()
        await projector.until_value(HOURS, 4321)
        assert projector.storage_version == version

        simulator.change(STATE, "standby")
        await projector.until(lambda: projector.storage_version != version)
        memory = json.loads(json.dumps(projector.to_storage()))

    assert memory["kept"][HOURS] == 4321
    known = RunningProjector(simulator, stored=memory).snapshot
    assert known.get_number(HOURS) == 4321


ODD: dict[str, JsonValue] = {
    "nothing": None,
    "a number": 7,
    "a list": [],
    "an empty one": {},
    "wrong parts": {
        "firmware": [],
        "discovery": 7,
        "listed": "x",
        "kept": [1],
        "activated": None,
    },
    "wrong parts of parts": {
        "firmware": 7,
        "discovery": {"models": {"image": 7}, "asked": {"on": 7}, "complete": "x"},
        "listed": {"environment.x.value": None, "statistics.x.value": []},
        "kept": {SOURCES: 7, PRESETS: "x", "illumination.sources.laser.maxpower": []},
        "activated": {"activated.preset": 7, "activated.profile": {}},
    },
}


def best(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values that are told, not remembered."""
    return {n: v for n, v in values.items() if not n.startswith("activated.")}


@pytest.mark.parametrize("memory", ODD.values(), ids=ODD.keys())
async def test_odd_memory(start_projector: StartProjector, memory: JsonValue) -> None:
    """However odd the memory is, what the projector tells now is the truth."""
    plain = await start_projector(state="on")
    async with (
        running_projector(plain) as usual,
        running_projector(plain, stored=memory) as other,
    ):
        assert best(other.values) == best(usual.values)
        assert usual.snapshot.properties.items() <= other.snapshot.properties.items()
        assert other.snapshot.presets == usual.snapshot.presets


async def test_memory_of_a_failed_start(start_projector: StartProjector) -> None:
    """A projector that is away keeps its memory, and what was kept of it."""
    simulator = await start_projector("hdr_cs", state="on")
    memory = await memory_of(simulator)
    simulator.faults.refuse = True
    serial_number = str(simulator.get("system.serialnumber"))
    projector = RunningProjector(simulator, stored=memory, serial_number=serial_number)
    async with running(projector):
        await projector.until(lambda: projector.errors)
        assert projector.to_storage() == memory
        assert projector.snapshot.has(SOURCE)
