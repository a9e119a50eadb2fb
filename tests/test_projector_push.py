"""Update the snapshot by pushes and by the resync."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_SIGNAL,
    LASER_POWER,
    PRESETS,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
)
from simulator import JsonObject

from .common import FAST_TIMINGS, INLET, asked_again, running_projector, subscribed
from .conftest import StartProjector

MAINBOARD = "environment.temperature.mainboard.value"


HDMI = "image.connector.hdmi.detectedsignal"


@pytest.mark.parametrize("pairs", [0, 1, 2])
async def test_push_reaches_the_snapshot(
    start_projector: StartProjector, pairs: int
) -> None:
    """Publish a pushed value without a request."""
    simulator = await start_projector(
        state="on", quirks={"pairs_per_notification": pairs}
    )
    async with running_projector(simulator) as projector:
        before = simulator.counters.requests.total()
        old = projector.snapshot
        simulator.change(LASER_POWER, 42.5)
        simulator.change(INLET, 31)
        simulator.change("system.health", "Warning")
        await projector.until_value("system.health", "Warning")
        await projector.until(lambda: projector.values[INLET] == 31)

        assert projector.snapshot.get_number(LASER_POWER) == 42.5
        assert old.get_number(LASER_POWER) == 75, "snapshots are immutable"
        assert simulator.counters.requests.total() == before


async def test_each_power_state_is_published(start_projector: StartProjector) -> None:
    """Publish two states that arrive in one segment."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.change(STATE, "error")
        simulator.change(STATE, "on")
        await projector.until(
            lambda: "error" in [s.state for s in projector.listener.snapshots]
        )
        await projector.until_value(STATE, "on")


async def test_unchanged_values_are_not_published(
    start_projector: StartProjector,
) -> None:
    """Publish nothing for a resync or a push of the same values."""
    simulator = await start_projector(state="on", quirks={"initial_push": True})
    timings = replace(FAST_TIMINGS, resync_interval=0.01)
    async with running_projector(simulator, timings=timings) as projector:
        published = len(projector.listener.snapshots)
        assert published == 1, "no incomplete snapshot"
        await simulator.wait_until(asked_again(simulator, "property.get", 3))
        assert len(projector.listener.snapshots) == published

        simulator.change(INLET, 40)
        await projector.until_value(INLET, 40)
        await simulator.wait_until(asked_again(simulator, "property.get", 3))
        assert len(projector.listener.snapshots) == published + 1


async def test_resync_repairs_a_missed_push(start_projector: StartProjector) -> None:
    """Read a value that was not pushed."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, resync_interval=0.02)
    async with running_projector(simulator, timings=timings) as projector:
        simulator.device.put(LASER_POWER, 33, tell=False)
        await projector.until_value(LASER_POWER, 33)
        assert simulator.counters.connections_opened == 1


async def test_refresh(start_projector: StartProjector) -> None:
    """Read everything at once."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.device.put(LASER_POWER, 33, tell=False)
        projector.refresh()
        await projector.until_value(LASER_POWER, 33)


async def test_projector_without_pushes_is_polled(
    start_projector: StartProjector,
) -> None:
    """Poll if accepted subscriptions bring no pushes."""
    simulator = await start_projector(state="on")
    simulator.faults.methods = ("property.changed", "signal.callback")
    simulator.faults.silence = True
    timings = replace(
        FAST_TIMINGS, resync_interval=0.2, poll_on=0.005, poll_changing=0.005
    )
    async with running_projector(simulator, timings=timings) as projector:
        simulator.change(SOURCE, "SDI")
        await projector.until_value(SOURCE, "SDI")
        polled = asked_again(simulator, "property.get", 8)
        simulator.change(SOURCE, "HDMI")
        await projector.until_value(SOURCE, "HDMI")
        await simulator.wait_until(polled, 1)
        assert projector.snapshot.reachable


SIGNALLING: list[dict[str, Any]] = [
    {},
    {"model_flag": "isnew"},
    {"model_reason": False},
    {"model_signal": "introspect.objectchanged"},
    {"model_signal": "none"},
    {"absent_methods": ("signal.subscribe",)},
    {"absent_methods": ("introspect",)},
    {"keeps_subscriptions": False},
    {"keeps_subscriptions": False, "model_signal": "none"},
    {"subscribe_missing": "error", "keeps_subscriptions": False},
    {"missing_name": "error"},
    {"missing_name": "null"},
    {"unsettled_error": -32601},
    {"missing_name": "error", "unsettled_error": -32601},
    {"missing_name": "error", "absent_methods": ("introspect",)},
    {"pairs_per_notification": 0},
    {"transition_delay": 2.0},
]


@pytest.mark.parametrize("quirks", SIGNALLING, ids=str)
async def test_objects_come_and_go_with_the_power_state(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Add and subscribe to objects that appear, and remove them later."""
    simulator = await start_projector("hdr_cs", speed=500, quirks=quirks)
    async with running_projector(
        simulator, timings=replace(FAST_TIMINGS, resync_interval=0.3)
    ) as projector:
        assert projector.snapshot.state == "standby"
        assert SOURCE not in projector.snapshot.properties
        simulator.power_on()
        powered = {SOURCE, SOURCES, ACTIVE_SIGNAL, PRESETS, LASER_POWER, INLET}
        await projector.until(lambda: powered <= projector.values.keys())
        await projector.until_value(STATE, "on")
        simulator.change(INLET, 55)
        await projector.until_value(INLET, 55)

        simulator.power_off()
        await projector.until_value(STATE, "standby")
        await projector.until(lambda: not powered & projector.values.keys())
        snapshot = projector.snapshot
        assert all(map(snapshot.has, powered - {SOURCES})), "its type is kept"
        assert snapshot.options(SOURCES), "and its options"
        assert snapshot.reachable
        assert simulator.counters.connections_opened == 1


@pytest.mark.parametrize("signal", ["modelupdated", "none"])
async def test_new_members_of_an_object(
    start_projector: StartProjector, signal: str
) -> None:
    """Add properties of an object that appear without a signal."""
    simulator = await start_projector("hdr_cs", quirks={"model_signal": signal})
    async with running_projector(simulator) as projector:
        assert MAINBOARD not in projector.snapshot.properties
        simulator.change(STATE, "on")
        await projector.until(lambda: MAINBOARD in projector.snapshot.properties)
        await projector.until(lambda: MAINBOARD in projector.values)


async def test_busy_introspection_is_retried(start_projector: StartProjector) -> None:
    """Introspect again if the projector was busy."""
    simulator = await start_projector(
        "hdr_cs", speed=10, quirks={"model_signal": "none"}
    )
    async with running_projector(simulator) as projector:
        simulator.change(STATE, "ready")
        await projector.until(lambda: SOURCES in projector.values)
        await projector.until(lambda: SOURCE in projector.values)


async def test_changes_without_signals(start_projector: StartProjector) -> None:
    """Introspect with every resync if the projector sends no signals."""
    simulator = await start_projector(
        state="on", quirks={"absent_methods": ("signal.subscribe",)}
    )
    timings = replace(FAST_TIMINGS, resync_interval=0.05)
    async with running_projector(simulator, timings=timings) as projector:
        assert SOURCES in projector.values
        simulator.quirks.absent_methods += ("image.source.list",)
        await projector.until(lambda: SOURCES not in projector.values)


@pytest.mark.parametrize("absent", [(), ("introspect",)])
async def test_snapshots_during_discovery_are_consistent(
    start_projector: StartProjector, absent: tuple[str, ...]
) -> None:
    """Publish no values without types."""
    simulator = await start_projector(
        "udx", state="on", quirks={"absent_methods": absent}
    )
    async with running_projector(simulator) as projector:
        properties = dict(projector.snapshot.properties)
        for power, method in enumerate(("image.source.list", "property.get"), 50):
            simulator.faults.methods = (method,)
            simulator.faults.delay = 0.1
            discovering = asked_again(simulator, method)
            simulator.device.announce_object("image", new=True)
            await simulator.wait_until(discovering)
            simulator.change(LASER_POWER, power)
            await projector.until_value(LASER_POWER, power)
            simulator.faults.clear()
        assert all(s.properties == properties for s in projector.listener.snapshots)


async def test_watch(start_projector: StartProjector) -> None:
    """Subscribe to and read the watched names and the internal ones."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        everything = set(subscribed(simulator))
        assert {INLET, HDMI} <= everything

        projector.watch({INLET})
        ours = {STATE, TARGET_STATE, SOURCE}
        await simulator.wait_until(lambda: subscribed(simulator) == {INLET} | ours)
        await projector.until(lambda: LASER_POWER not in projector.values)
        assert LASER_POWER in projector.snapshot.properties

        projector.watch({LASER_POWER, ACTIVE_SIGNAL})
        await projector.until(lambda: INLET not in projector.values)
        assert subscribed(simulator) == {LASER_POWER, HDMI} | ours
        assert {LASER_POWER, ACTIVE_SIGNAL} <= projector.values.keys()

        requests = simulator.counters.requests.total()
        projector.watch([ACTIVE_SIGNAL, LASER_POWER])
        simulator.change(LASER_POWER, 50)
        await projector.until_value(LASER_POWER, 50)
        assert simulator.counters.requests.total() == requests, "nothing published"


async def test_watch_without_introspection(start_projector: StartProjector) -> None:
    """Know names that are not watched, and watch them later."""
    quirks = {"absent_methods": ("introspect",)}
    simulator = await start_projector("udx", state="ready", quirks=quirks)
    async with running_projector(simulator) as projector:
        projector.watch({STATE})
        await projector.until(lambda: LASER_POWER not in projector.values)
        discovered = asked_again(simulator, "introspect")
        read = asked_again(simulator, "property.get", 2)
        simulator.change(STATE, "on")
        await simulator.wait_until(lambda: discovered() and read())

        projector.watch({LASER_POWER})
        await projector.until_value(LASER_POWER, 75)
        assert {LASER_POWER, SOURCE} <= projector.snapshot.properties.keys()


async def test_malformed_pushes(start_projector: StartProjector) -> None:
    """Ignore malformed notifications."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        [connection] = simulator.connections
        odd: list[JsonObject] = [
            {"method": "unheard.of", "params": {}},
            {"method": "property.changed", "params": {"property": 7}},
            {"method": "signal.callback", "params": {"signal": 7}},
            {"method": "signal.callback", "params": {"signal": [7, {"other": {}}]}},
            {"method": "signal.callback", "params": {"signal": {"other": None}}},
        ]
        for message in odd:
            connection.session.send(message)
        simulator.change(INLET, 41)
        await projector.until_value(INLET, 41)
        assert simulator.counters.connections_opened == 1
