"""Correct what was learned about a projector.

Each test teaches something wrong or temporary. All but absent names is checked again
within `Timings.question`, without a new connection.
"""

from dataclasses import replace
import json

import pytest

from custom_components.barco_pulse.pulse.const import (
    CONTROL_BLOCKS,
    IDENTITY,
    LASER_POWER,
    SOURCE,
    SOURCES,
    STATE,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseInvalidStateError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    INLET,
    RunningProjector,
    asked_again,
    introspected,
    running,
    running_projector,
    sent,
    subscribed,
)
from .conftest import StartProjector

FREQUENT_RETRIES = replace(
    FAST_TIMINGS, resync_interval=0.1, poll_on=0.02, poll_idle=0.05, retry_refused=0.2
)
NAMES = [STATE, SOURCE, SOURCES, LASER_POWER, INLET, "image.gamma"]


def refuse(simulator: Simulator, *methods: str) -> None:
    """Make a projector lack these methods, or have all of them again."""
    simulator.quirks.absent_methods = methods


async def test_refused_subscriptions_are_retried(
    start_projector: StartProjector,
) -> None:
    """Retry one refused subscription, and then all others."""
    simulator = await start_projector(state="on")
    refuse(simulator, "property.subscribe")
    async with running_projector(simulator, timings=FREQUENT_RETRIES) as projector:
        again = asked_again(simulator, "property.subscribe")
        await simulator.wait_until(again)
        assert sent(simulator, "property.subscribe")[-1] == {"property": [STATE]}

        refuse(simulator)
        await simulator.wait_until(lambda: INLET in subscribed(simulator))
        await projector.until(lambda: projector.values.get(INLET) is not None)
        assert simulator.counters.connections_opened == 1


async def test_lost_subscriptions_are_renewed(start_projector: StartProjector) -> None:
    """Subscribe again if the projector lost the subscriptions."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timings=FREQUENT_RETRIES) as projector:
        subscribed(simulator).clear()
        simulator.change(SOURCE, "SDI")
        await projector.until_value(SOURCE, "SDI")
        await simulator.wait_until(lambda: INLET in subscribed(simulator))
        for value in (44, 45):
            simulator.change(INLET, value)
            await projector.until_value(INLET, value)
        polled = asked_again(simulator, "property.get", 10)
        with pytest.raises(TimeoutError):
            await simulator.wait_until(polled, 0.3)


async def test_refused_property_is_subscribed_later(
    start_projector: StartProjector,
) -> None:
    """Subscribe to a refused property once it is accepted."""
    simulator = await start_projector(state="on")
    simulator.quirks.unsubscribable = (INLET,)
    async with running_projector(simulator, timings=FREQUENT_RETRIES):
        assert LASER_POWER in subscribed(simulator)
        assert INLET not in subscribed(simulator)
        simulator.quirks.unsubscribable = ()
        await simulator.wait_until(lambda: INLET in subscribed(simulator))


async def test_refused_signals_are_retried(start_projector: StartProjector) -> None:
    """Subscribe to refused signals again."""
    simulator = await start_projector(state="on")
    refuse(simulator, "signal.subscribe")
    async with running_projector(simulator, timings=FREQUENT_RETRIES):
        [connection] = simulator.connections
        assert not connection.session.signals
        refuse(simulator)
        await simulator.wait_until(lambda: bool(connection.session.signals))
        assert simulator.counters.connections_opened == 1


async def test_refused_introspection_is_retried(
    start_projector: StartProjector,
) -> None:
    """Introspect again if it was refused, for example while booting."""
    simulator = await start_projector(state="on")
    refuse(simulator, "introspect")
    async with running_projector(
        simulator, property_names=NAMES, timings=FREQUENT_RETRIES
    ) as projector:
        assert not projector.snapshot.has("image.gamma")
        refuse(simulator)
        await projector.until(lambda: projector.snapshot.complete)
        assert projector.snapshot.has("image.gamma")
        assert simulator.counters.connections_opened == 1


async def test_refused_method_is_introspected_again(
    start_projector: StartProjector,
) -> None:
    """Introspect the object of a refused method again."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        refuse(simulator, "profile.activatepreset")
        asked = len(introspected(simulator))
        for _ in range(3):
            with pytest.raises(PulseInvalidStateError):
                await projector.command("profile.activatepreset", 1)
        await simulator.wait_until(lambda: "profile" in introspected(simulator)[asked:])
        assert introspected(simulator)[asked:].count("profile") == 1, "only once"


@pytest.mark.parametrize("push", [True, False])
async def test_new_firmware_while_connected(
    start_projector: StartProjector, push: bool
) -> None:
    """Introspect everything if the firmware changes while connected."""
    simulator = await start_projector(state="on")
    if not push:
        refuse(simulator, "property.subscribe")
    async with running_projector(simulator, timings=FREQUENT_RETRIES) as projector:
        assert projector.snapshot.properties[LASER_POWER].writable
        simulator.quirks.access_form = "absent"
        simulator.device.put("system.firmwareversion", "9.9.9", tell=False)
        simulator.device.put("system.name", "Cinema", tell=False)
        await projector.until(
            lambda: not projector.snapshot.property_type(LASER_POWER).writable
        )
        assert projector.snapshot.identity == projector.identity
        assert projector.identity is not None
        assert projector.identity.firmware == "9.9.9"
        assert projector.identity.name == "Cinema"
        assert simulator.counters.connections_opened == 1


async def test_refused_lists_are_read_later(start_projector: StartProjector) -> None:
    """Read a refused list later."""
    simulator = await start_projector("udx", state="on")
    fan = "environment.fan.ar1.tacho.value"
    async with running_projector(simulator) as projector:
        stored = projector.to_storage()
    refuse(simulator, CONTROL_BLOCKS, SOURCES)
    async with running_projector(
        simulator, stored=stored, timings=FREQUENT_RETRIES
    ) as projector:
        assert not {fan, SOURCES} & projector.values.keys()
        refuse(simulator)
        await projector.until(lambda: {fan, SOURCES} <= projector.values.keys())
        assert simulator.counters.connections_opened == 2


@pytest.mark.parametrize("missing", ["error", "omit"])
async def test_absent_names_are_read_once_per_power_state(
    start_projector: StartProjector, missing: str
) -> None:
    """Read absent names once, because the projector logs an error each time."""
    simulator = await start_projector(
        "hdr_cs",
        state="standby",
        quirks={"missing_name": missing, "absent_methods": ("introspect",)},
    )
    reads = simulator.device.absent_reads
    timings = replace(FAST_TIMINGS, resync_interval=0.05, retry_refused=0.1)
    async with running_projector(simulator, timings=timings) as projector:
        assert reads[LASER_POWER] == 1
        once = reads.copy()
        stored: JsonValue = json.loads(json.dumps(projector.to_storage()))
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        await simulator.wait_until(asked_again(simulator, "property.get", 9))
        assert reads == once, "not read on another connection"

    async with running_projector(
        simulator, stored=stored, timings=timings
    ) as projector:
        await simulator.wait_until(asked_again(simulator, "property.get", 9))
        assert reads == once, "not read after a restart"

        simulator.change(STATE, "on")
        await projector.until_value(LASER_POWER, simulator.get(LASER_POWER))
        assert LASER_POWER in subscribed(simulator)


@pytest.mark.parametrize("code", [-32001, -32601], ids=["denied", "absent"])
async def test_refused_reads_while_booting(
    start_projector: StartProjector, code: int
) -> None:
    """Mark no names as absent if every read is refused."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        before, absent = projector.snapshot, projector.to_storage()["absent"]
        begun = len(sent(simulator, "property.get"))
        simulator.faults.error = code
        simulator.drop()
        await simulator.wait_until(lambda: simulator.counters.connections_opened >= 4)
        await projector.until_reachable(False)
        asked = [params["property"] for params in sent(simulator, "property.get")]
        singles = {name for name in asked[begun:] if isinstance(name, str)}
        assert singles == {STATE, IDENTITY["serial_number"]}
        published = len(projector.listener.snapshots)
        simulator.faults.clear()
        await projector.until_reachable()
        back = next(s for s in projector.listener.snapshots[published:] if s.reachable)
        assert back.identity == before.identity
        assert back.properties == before.properties
        assert back.values.keys() == before.values.keys()
        assert projector.to_storage()["absent"] == absent


async def test_incomplete_identity(start_projector: StartProjector) -> None:
    """Recognize a projector that reports only its serial number."""
    simulator = await start_projector("hdr_cs", state="on")
    others = [name for part, name in IDENTITY.items() if part != "serial_number"]
    async with running_projector(simulator) as projector:
        before = projector.snapshot
        simulator.quirks.absent_properties = tuple(others)
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        assert projector.snapshot.identity == before.identity
        assert projector.snapshot.properties == before.properties


async def test_absent_names_of_another_firmware(
    start_projector: StartProjector,
) -> None:
    """Read absent names again with another firmware."""
    quirks = {"missing_name": "error", "absent_methods": ("introspect",)}
    simulator = await start_projector("hdr_cs", state="standby", quirks=quirks)
    reads = simulator.device.absent_reads
    async with running_projector(simulator) as projector:
        stored = projector.to_storage()
    simulator.device.put("system.firmwareversion", "9.9.9", tell=False)
    before = reads[LASER_POWER]
    other = RunningProjector(simulator, stored=stored)
    async with running(other):
        await simulator.wait_until(lambda: reads[LASER_POWER] > before)


async def test_absent_name_of_an_updated_object(
    start_projector: StartProjector,
) -> None:
    """Read an absent name again if its object is updated."""
    gamma = "image.gamma"
    quirks = {"missing_name": "error", "absent_properties": (gamma,)}
    simulator = await start_projector(state="on", quirks=quirks)
    async with running_projector(
        simulator, property_names=NAMES, default_names=lambda schema: NAMES
    ) as projector:
        assert gamma not in projector.values
        simulator.quirks.absent_properties = ()
        simulator.device.announce_object("image", new=False)
        await projector.until_value(gamma, simulator.get(gamma))


async def test_absent_name_of_an_object_that_refused_a_write(
    start_projector: StartProjector,
) -> None:
    """Read a missing name again after the projector refused a write to its object."""
    name = "illumination.sources.laser.maxpower"
    simulator = await start_projector(state="on", quirks={"absent_properties": (name,)})
    names = [STATE, LASER_POWER, name]
    async with running_projector(
        simulator, property_names=names, default_names=lambda known: names
    ) as projector:
        assert name not in projector.values
        simulator.quirks.absent_properties = ()
        with pytest.raises(PulseRpcError):
            await projector.set_property(LASER_POWER, 5000)
        await projector.until_value(name, simulator.get(name))
