"""What a projector is asked about itself, and how seldom."""

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
"""Requests at most, until all is known of a projector that was never seen."""


def names_of(simulator: Simulator) -> list[str]:
    """Return the names of all that a projector could ever have."""
    return [*simulator.model.properties, *simulator.model.methods]


@pytest.mark.parametrize(
    ("model", "state"), [("hdr_cs", None), ("udx", "on"), ("minimal", "on")]
)
async def test_connecting_is_no_storm(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """A projector is asked some dozens of questions to begin with, at most."""
    simulator = await start_projector(model, state=state)
    async with running_projector(simulator):
        most = 20 if model == "minimal" else CONNECTING
        assert simulator.counters.requests.total() <= most


@pytest.mark.parametrize(("model", "state"), [("hdr_cs", None), ("udx", "on")])
async def test_wanting_everything_is_no_storm(
    start_projector: StartProjector, model: str, state: str | None
) -> None:
    """However much is shown of it, each object is asked for once."""
    simulator = await start_projector(model, state=state)
    names = [n for n in names_of(simulator) if not n.startswith("image.connector")]
    async with running_projector(
        simulator, property_names=names, default_names=lambda known: known.properties
    ) as projector:
        asked = introspected(simulator)
        assert len(asked) == len({*asked})
        assert {*asked} == {"", *projector.snapshot.objects}
        assert simulator.counters.requests.total() <= CONNECTING


@pytest.mark.parametrize("model", ["udx"])
async def test_connecting_takes_no_time(
    start_projector: StartProjector, model: str
) -> None:
    """Where every answer takes 20 ms all is known within two seconds."""
    simulator = await start_projector(model, state="on")
    simulator.faults.delay = 0.02
    async with (
        asyncio.timeout(2),
        running_projector(simulator, property_names=names_of(simulator)),
    ):
        pass


async def power_cycle(simulator: Simulator, projector: RunningProjector) -> list[str]:
    """Let a projector go on and off again; return what it was asked to describe."""
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
    ("personality", "doubtful"),
    [
        ({"model_signal": "none"}, set()),
        ({}, set()),
        ({"model_flag": "isnew"}, set()),
        # What is below an object that stays may have gone, or else have changed.
        ({"model_reason": False}, {"environment"}),
        ({"model_signal": "introspect.objectchanged"}, {"environment"}),
    ],
    ids=str,
)
async def test_a_power_state_is_explored_once(
    start_projector: StartProjector, personality: dict[str, Any], doubtful: set[str]
) -> None:
    """At the next power cycle only the root is asked what is there."""
    simulator = await start_projector("hdr_cs", personality=personality)
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
async def test_what_changed_is_asked_again(
    start_projector: StartProjector, arguments: dict[str, Any], asked: list[str] | None
) -> None:
    """The top level of it, nothing else; if it does not say what, everything."""
    simulator = await start_projector("udx", state="on")
    async with running_projector(simulator) as projector:
        first = introspected(simulator)
        simulator.signal("modelupdated", arguments)
        again = asked_again(simulator, "introspect", len(asked or first))
        await simulator.wait_until(again)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get", 2))
        told = introspected(simulator)[len(first) :]
        assert sorted(told) == sorted(asked or first)


async def test_a_refused_write_raises_doubts(start_projector: StartProjector) -> None:
    """What a property takes is asked again where it did not take what it should."""
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
async def test_refusals_that_say_nothing_of_the_property(
    start_projector: StartProjector, name: str, value: int, pin: str | None
) -> None:
    """What is not there now, or not allowed, is no reason to ask."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=pin) as projector:
        asked = introspected(simulator)
        with pytest.raises(PulseRpcError):
            await projector.set_property(name, value)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        assert introspected(simulator) == asked


async def test_reconnecting_doubts_nothing_at_first(
    start_projector: StartProjector,
) -> None:
    """After a loss only the root is asked; everything when it is calm again."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, resync_interval=0.1, recheck_delay=0.5)
    async with running_projector(simulator, timings=timings) as projector:
        everything_asked = introspected(simulator)
        listed = asked_again(simulator, CONTROL_BLOCKS)
        simulator.drop()
        await projector.until_reachable(False)
        await projector.until_reachable()
        await simulator.wait_until(listed)
        assert introspected(simulator)[len(everything_asked) :] == [""]

        again = asked_again(simulator, "introspect", len(everything_asked))
        await simulator.wait_until(again)
        later = introspected(simulator)[len(everything_asked) + 1 :]
        assert sorted(later) == sorted(everything_asked)


async def test_another_firmware(start_projector: StartProjector) -> None:
    """After an update nothing is taken for known that was known before."""
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
