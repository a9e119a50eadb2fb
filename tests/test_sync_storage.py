"""Stored data of the synchronizer after a restart."""

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


async def stored_data(simulator: Simulator, **options: Any) -> JsonValue:
    """Return the stored data of a projector after connecting."""
    async with running_projector(simulator, **options) as projector:
        stored: JsonValue = json.loads(json.dumps(projector.to_storage()))
        return stored


def has_same_schema(one: Snapshot, other: Snapshot) -> bool:
    """Return whether two projectors have the same schema."""
    return (one.properties, one.methods, one.complete) == (
        other.properties,
        other.methods,
        other.complete,
    )


@pytest.mark.parametrize(("model", "state"), [("hdr_cs", None), ("udx", "on")])
async def test_everything_is_restored(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """Restore everything before connecting, then introspect only the root."""
    simulator = await start_projector(model, state=state)
    async with running_projector(simulator) as projector:
        before = projector.snapshot
        stored = json.loads(json.dumps(projector.to_storage()))
    asked = len(introspected(simulator))

    other = RunningProjector(simulator, stored=stored)
    assert not other.snapshot.reachable
    assert has_same_schema(other.snapshot, before)
    assert other.snapshot.values == {PHASE: before.phase}
    assert other.snapshot.options(SOURCES) == before.options(SOURCES)
    async with running(other):
        await other.until(lambda: before.values.items() <= other.values.items())
        assert introspected(simulator)[asked:] == [""]
        assert has_same_schema(other.snapshot, before)


async def test_restored_in_standby(start_projector: StartProjector) -> None:
    """Restore objects and options that are absent in standby."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        awake = projector.snapshot
        stored = json.loads(json.dumps(projector.to_storage()))
    simulator.device.power.start("standby")
    async with running_projector(simulator, stored=stored) as projector:
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


async def test_readings_are_restored_without_values(
    start_projector: StartProjector,
) -> None:
    """Restore counters and sensors with their units."""
    simulator = await start_projector("udx", state="on")
    other = RunningProjector(simulator, stored=await stored_data(simulator))
    assert other.snapshot.properties[INLET].quantity == "Temperature"
    assert other.snapshot.properties[INLET].unit == "degC"
    assert other.snapshot.properties[HOURS].unit == "hours"
    assert other.values.keys() == {PHASE}


@pytest.mark.parametrize("firmware", ["9.9.9", ""])
async def test_another_firmware(start_projector: StartProjector, firmware: str) -> None:
    """Discard the stored data of another firmware."""
    simulator = await start_projector("hdr_cs", state="on")
    stored = await stored_data(simulator)
    simulator.device.put("system.firmwareversion", firmware, tell=False)
    simulator.device.power.start("standby")
    async with running_projector(simulator, stored=stored) as projector:
        assert not projector.snapshot.has(SOURCE)
        assert not projector.snapshot.has(SOURCES)
        assert not projector.snapshot.options(PRESETS)
        assert not projector.snapshot.complete
        assert projector.snapshot.has(STATE)


async def test_changes_during_the_restart(
    start_projector: StartProjector,
) -> None:
    """Introspect everything again when idle."""
    simulator = await start_projector(state="on")
    stored = await stored_data(simulator)
    simulator.quirks.absent_methods = ("profile.activatepreset",)
    timings = replace(FAST_TIMINGS, resync_interval=0.05, recheck_delay=0.1)
    async with running_projector(
        simulator, stored=stored, timings=timings
    ) as projector:
        assert projector.snapshot.has("profile.activatepreset")
        asked = asked_again(simulator, "introspect", 5)
        await simulator.wait_until(asked)


async def test_storage_version(start_projector: StartProjector) -> None:
    """Change the version only if there is something to store."""
    simulator = await start_projector("hdr_cs")
    async with running_projector(simulator) as projector:
        version = projector.storage_version
        stored = projector.to_storage()
        simulator.change("system.health", "Warning")
        await projector.until_value("system.health", "Warning")
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        assert projector.storage_version == version
        assert projector.to_storage() == stored

        simulator.change(STATE, "eco")
        await projector.until_value(STATE, "eco")
        assert projector.storage_version != version, "the time of the state is stored"


async def test_counters_are_stored_when_off(
    start_projector: StartProjector,
) -> None:
    """Do not store running counters while the projector is on."""
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
        stored = json.loads(json.dumps(projector.to_storage()))

    assert stored["kept"][HOURS] == 4321
    snapshot = RunningProjector(simulator, stored=stored).snapshot
    assert snapshot.get_number(HOURS) == 4321


INVALID: dict[str, JsonValue] = {
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
    """Return the reported values, without the last known ones."""
    return {n: v for n, v in values.items() if not n.startswith("activated.")}


@pytest.mark.parametrize("stored", INVALID.values(), ids=INVALID.keys())
async def test_invalid_stored_data(
    start_projector: StartProjector, stored: JsonValue
) -> None:
    """Prefer current values to any stored data."""
    plain = await start_projector(state="on")
    async with (
        running_projector(plain) as usual,
        running_projector(plain, stored=stored) as other,
    ):
        assert best(other.values) == best(usual.values)
        assert usual.snapshot.properties.items() <= other.snapshot.properties.items()
        assert other.snapshot.presets == usual.snapshot.presets


async def test_stored_data_survives_a_failed_start(
    start_projector: StartProjector,
) -> None:
    """Keep the stored data of an unreachable projector."""
    simulator = await start_projector("hdr_cs", state="on")
    stored = await stored_data(simulator)
    simulator.faults.refuse = True
    serial_number = str(simulator.get("system.serialnumber"))
    projector = RunningProjector(simulator, stored=stored, serial_number=serial_number)
    async with running(projector):
        await projector.until(lambda: projector.errors)
        assert projector.to_storage() == stored
        assert projector.snapshot.has(SOURCE)
