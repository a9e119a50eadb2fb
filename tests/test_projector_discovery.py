"""Introspection requests, and how rare they are."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    CONTROL_BLOCKS,
    LASER_POWER,
    PRESETS,
    SOURCE,
    STATE,
)
from custom_components.barco_pulse.pulse.exceptions import PulseRpcError
from simulator import Simulator

from .common import (
    FAST_TIMINGS,
    RunningProjector,
    asked_again,
    introspected,
    running_projector,
)
from .conftest import StartProjector

CONNECTING = 40
"""The limit of requests to a new projector."""


def names_of(simulator: Simulator) -> list[str]:
    """Return the names of all properties in all power states."""
    return [*simulator.model.properties, *simulator.model.methods]


@pytest.mark.parametrize(
    ("model", "state"), [("hdr_cs", None), ("udx", "on"), ("minimal", "on")]
)
async def test_connecting_needs_few_requests(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """Connect with a limited number of requests."""
    simulator = await start_projector(model, state=state)
    async with running_projector(simulator):
        most = 20 if model == "minimal" else CONNECTING
        assert simulator.counters.requests.total() <= most


@pytest.mark.parametrize(("model", "state"), [("hdr_cs", None), ("udx", "on")])
async def test_watching_everything_needs_few_requests(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """Introspect each object once if all properties are watched."""
    simulator = await start_projector(model, state=state)
    names = [n for n in names_of(simulator) if not n.startswith("image.connector")]
    async with running_projector(
        simulator, property_names=names, default_names=lambda schema: schema.properties
    ) as projector:
        asked = introspected(simulator)
        assert len(asked) == len({*asked})
        assert {*asked} == {"", *projector.snapshot.objects}
        assert simulator.counters.requests.total() <= CONNECTING


@pytest.mark.parametrize("model", ["udx"])
async def test_connecting_takes_two_seconds_at_20_ms(
    start_projector: StartProjector, model: str
) -> None:
    """Connect within 2 s if each response takes 20 ms."""
    simulator = await start_projector(model, state="on")
    simulator.faults.delay = 0.02
    async with (
        asyncio.timeout(2),
        running_projector(simulator, property_names=names_of(simulator)),
    ):
        pass


async def power_cycle(simulator: Simulator, projector: RunningProjector) -> list[str]:
    """Turn a projector on and off; return the objects it was asked to describe."""
    before = len(introspected(simulator))
    simulator.power_on()
    await projector.until_value(STATE, "on")
    await projector.until(
        lambda: projector.snapshot.complete and PRESETS in projector.values
    )
    simulator.power_off()
    await projector.until_value(STATE, "standby")
    await projector.until(lambda: PRESETS not in projector.values)
    return introspected(simulator)[before:]


@pytest.mark.parametrize(
    ("quirks", "doubtful"),
    [
        ({"model_signal": "none"}, set()),
        ({}, set()),
        ({"model_flag": "isnew"}, set()),
        # Children of an object that stays can disappear or change.
        ({"model_reason": False}, {"environment"}),
        ({"model_signal": "introspect.objectchanged"}, {"environment"}),
    ],
    ids=str,
)
async def test_power_state_is_introspected_once(
    start_projector: StartProjector, quirks: dict[str, Any], doubtful: set[str]
) -> None:
    """Introspect only the root in the next power cycle."""
    simulator = await start_projector("hdr_cs", quirks=quirks)
    async with running_projector(simulator) as projector:
        first = await power_cycle(simulator, projector)
        assert {"image", "illumination", "profile", "system"} <= {*first}
        for _ in range(2):
            again = await power_cycle(simulator, projector)
            assert {*again} - doubtful == {""}


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ({"object": "image", "reason": "changed"}, ["", "image"]),
        ({"object": "image.window.main"}, ["", "image"]),
        ({"object": "dmx", "reason": "changed"}, [""]),
        ({}, None),
        ({"object": None}, None),
    ],
    ids=str,
)
async def test_updated_objects_are_introspected_again(
    start_projector: StartProjector, arguments: dict[str, Any], asked: list[str] | None
) -> None:
    """Introspect the top level of the updated objects, or everything."""
    simulator = await start_projector("udx", state="on")
    async with running_projector(simulator) as projector:
        first = introspected(simulator)
        simulator.signal("modelupdated", arguments)
        again = asked_again(simulator, "introspect", len(asked or first))
        await simulator.wait_until(again)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get", 2))
        requested = introspected(simulator)[len(first) :]
        assert sorted(requested) == sorted(asked or first)


async def test_refused_write_introspects_again(start_projector: StartProjector) -> None:
    """Introspect an object again if it refuses a valid value."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        before = len(introspected(simulator))
        with pytest.raises(PulseRpcError):
            await projector.set_property(LASER_POWER, 5000)
        await simulator.wait_until(asked_again(simulator, "introspect", 2))
        assert introspected(simulator)[before:] == ["", "illumination"]


@pytest.mark.parametrize(
    ("name", "value", "pin"),
    [("no.such.property", 1, "12345"), (LASER_POWER, 50, None)],
    ids=["absent", "no access"],
)
async def test_other_refusals_do_not_introspect(
    start_projector: StartProjector, name: str, value: int, pin: str | None
) -> None:
    """Do not introspect again if the property is absent or not permitted."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=pin) as projector:
        asked = introspected(simulator)
        with pytest.raises(PulseRpcError):
            await projector.set_property(name, value)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        assert introspected(simulator) == asked


async def test_reconnecting_introspects_only_the_root(
    start_projector: StartProjector,
) -> None:
    """Introspect the root after a reconnect, and everything later."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, resync_interval=0.1, recheck_delay=0.5)
    async with running_projector(simulator, timings=timings) as projector:
        everything_asked = introspected(simulator)
        is_listed = asked_again(simulator, CONTROL_BLOCKS)
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        await simulator.wait_until(is_listed)
        assert introspected(simulator)[len(everything_asked) :] == [""]

        again = asked_again(simulator, "introspect", len(everything_asked))
        await simulator.wait_until(again)
        later = introspected(simulator)[len(everything_asked) + 1 :]
        assert sorted(later) == sorted(everything_asked)


async def test_another_firmware(start_projector: StartProjector) -> None:
    """Discard everything that was known of another firmware."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        assert projector.snapshot.has(SOURCE)
        asked = introspected(simulator)
        simulator.device.put("system.firmwareversion", "9.9.9", tell=False)
        simulator.device.power.start("standby")
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        assert {*asked} & {*introspected(simulator)[len(asked) :]} >= {"", "system"}
        assert not projector.snapshot.has(SOURCE)
        assert not projector.snapshot.options(PRESETS)
        assert not projector.snapshot.complete
