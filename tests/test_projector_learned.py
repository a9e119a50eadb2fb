"""Whatever was learned of a projector is questioned, and then corrected.

Each test teaches something wrong, or something that does not stay true. All but absent
names is asked again within `Timings.question`, without a new connection.
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
from custom_components.barco_pulse.pulse.exceptions import PulseInvalidStateError
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
    """Let a projector have no such methods, or have all of them again."""
    simulator.personality.absent_methods = methods


async def test_does_not_push(start_projector: StartProjector) -> None:
    """Subscriptions were refused; one is tried again, and then all others are."""
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


async def test_subscribed_in_vain(start_projector: StartProjector) -> None:
    """Subscriptions that the projector has forgotten are made again."""
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


async def test_not_subscribable(start_projector: StartProjector) -> None:
    """A property that was refused is subscribed to once it is not any more."""
    simulator = await start_projector(state="on")
    simulator.personality.unsubscribable = (INLET,)
    async with running_projector(simulator, timings=FREQUENT_RETRIES):
        assert LASER_POWER in subscribed(simulator)
        assert INLET not in subscribed(simulator)
        simulator.personality.unsubscribable = ()
        await simulator.wait_until(lambda: INLET in subscribed(simulator))


async def test_sends_no_signals(start_projector: StartProjector) -> None:
    """Who refused to signal is asked again."""
    simulator = await start_projector(state="on")
    refuse(simulator, "signal.subscribe")
    async with running_projector(simulator, timings=FREQUENT_RETRIES):
        [connection] = simulator.connections
        assert not connection.session.signals
        refuse(simulator)
        await simulator.wait_until(lambda: bool(connection.session.signals))
        assert simulator.counters.connections_opened == 1


async def test_refuses_introspection(start_projector: StartProjector) -> None:
    """Who did not describe itself, as while booting, is asked again."""
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


async def test_method_that_is_gone(start_projector: StartProjector) -> None:
    """A method that is refused though it was described is asked for again."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        refuse(simulator, "profile.activatepreset")
        asked = len(introspected(simulator))
        for _ in range(3):
            with pytest.raises(PulseInvalidStateError):
                await projector.command("profile.activatepreset", 1)
        await simulator.wait_until(lambda: "profile" in introspected(simulator)[asked:])
        assert introspected(simulator)[asked:].count("profile") == 1, "not each time"


@pytest.mark.parametrize("push", [True, False])
async def test_identity_while_connected(
    start_projector: StartProjector, push: bool
) -> None:
    """With another firmware it is asked anew what it has, on the same connection."""
    simulator = await start_projector(state="on")
    if not push:
        refuse(simulator, "property.subscribe")
    async with running_projector(simulator, timings=FREQUENT_RETRIES) as projector:
        assert projector.snapshot.properties[LASER_POWER].writable
        simulator.personality.access_form = "absent"
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


async def test_lists_that_were_refused(start_projector: StartProjector) -> None:
    """What could not be listed is listed later."""
    simulator = await start_projector("udx", state="on")
    fan = "environment.fan.ar1.tacho.value"
    async with running_projector(simulator) as projector:
        memory = projector.to_storage()
    refuse(simulator, CONTROL_BLOCKS, SOURCES)
    async with running_projector(
        simulator, stored=memory, timings=FREQUENT_RETRIES
    ) as projector:
        assert not {fan, SOURCES} & projector.values.keys()
        refuse(simulator)
        await projector.until(lambda: {fan, SOURCES} <= projector.values.keys())
        assert simulator.counters.connections_opened == 2


@pytest.mark.parametrize("missing", ["error", "omit"])
async def test_absent_names(start_projector: StartProjector, missing: str) -> None:
    """They are read once in each power state: each time is an error to the projector."""
    simulator = await start_projector(
        "hdr_cs",
        state="standby",
        personality={"missing_name": missing, "absent_methods": ("introspect",)},
    )
    reads = simulator.device.absent_reads
    timings = replace(FAST_TIMINGS, resync_interval=0.05, retry_refused=0.1)
    async with running_projector(simulator, timings=timings) as projector:
        assert reads[LASER_POWER] == 1
        once = reads.copy()
        memory: JsonValue = json.loads(json.dumps(projector.to_storage()))
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        await simulator.wait_until(asked_again(simulator, "property.get", 9))
        assert reads == once, "nor on another connection"

    async with running_projector(
        simulator, stored=memory, timings=timings
    ) as projector:
        await simulator.wait_until(asked_again(simulator, "property.get", 9))
        assert reads == once, "nor after a restart"

        simulator.change(STATE, "on")
        await projector.until_value(LASER_POWER, simulator.get(LASER_POWER))
        assert LASER_POWER in subscribed(simulator)


@pytest.mark.parametrize("code", [-32001, -32601], ids=["denied", "absent"])
async def test_refused_while_it_boots(
    start_projector: StartProjector, code: int
) -> None:
    """A projector that refuses every read has lost nothing, and is asked little."""
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
        told = len(projector.listener.snapshots)
        simulator.faults.clear()
        await projector.until_reachable()
        back = next(s for s in projector.listener.snapshots[told:] if s.reachable)
        assert back.identity == before.identity
        assert back.properties == before.properties
        assert back.values.keys() == before.values.keys()
        assert projector.to_storage()["absent"] == absent


async def test_identity_in_parts(start_projector: StartProjector) -> None:
    """A projector that tells only its serial number for now is still the same."""
    simulator = await start_projector("hdr_cs", state="on")
    others = [name for part, name in IDENTITY.items() if part != "serial_number"]
    async with running_projector(simulator) as projector:
        before = projector.snapshot
        simulator.personality.absent_properties = tuple(others)
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        assert projector.snapshot.identity == before.identity
        assert projector.snapshot.properties == before.properties


async def test_absent_names_of_another_firmware(
    start_projector: StartProjector,
) -> None:
    """It may have what the one before had not."""
    personality = {"missing_name": "error", "absent_methods": ("introspect",)}
    simulator = await start_projector(
        "hdr_cs", state="standby", personality=personality
    )
    reads = simulator.device.absent_reads
    async with running_projector(simulator) as projector:
        memory = projector.to_storage()
    simulator.device.put("system.firmwareversion", "9.9.9", tell=False)
    before = reads[LASER_POWER]
    other = RunningProjector(simulator, stored=memory)
    async with running(other):
        await simulator.wait_until(lambda: reads[LASER_POWER] > before)


async def test_absent_name_of_an_object_that_changed(
    start_projector: StartProjector,
) -> None:
    """What the projector reports as changed may have the name now."""
    gamma = "image.gamma"
    personality = {"missing_name": "error", "absent_properties": (gamma,)}
    simulator = await start_projector(state="on", personality=personality)
    async with running_projector(
        simulator, property_names=NAMES, default_names=lambda known: NAMES
    ) as projector:
        assert gamma not in projector.values
        simulator.personality.absent_properties = ()
        simulator.device.announce_object("image", new=False)
        await projector.until_value(gamma, simulator.get(gamma))
