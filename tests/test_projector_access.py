"""Permissions with the right PIN, a wrong PIN and no PIN."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, SOURCE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulsePermissionError,
    PulseRpcError,
)
from simulator import Simulator

from .common import RunningProjector, running, running_projector
from .conftest import StartProjector

WRONG = "54321"
REFUSALS: list[dict[str, Any]] = [
    {"wrong_pin": "error", "wrong_pin_code": -32000},
    {"wrong_pin": "error", "wrong_pin_code": -32001},
    {"wrong_pin": "false"},
]


def pin_attempts(simulator: Simulator) -> int:
    """Return how often a PIN was sent."""
    return simulator.counters.requests["authenticate"]


def has_opened(simulator: Simulator, count: int) -> bool:
    """Return a condition: this number of connections was opened."""
    return simulator.counters.connections_opened >= count


@pytest.mark.parametrize("quirks", REFUSALS, ids=str)
async def test_wrong_pin(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Send a wrong PIN once; read and subscribe to what needs no PIN."""
    simulator = await start_projector(state="on", quirks=quirks)
    async with running_projector(simulator, pin=WRONG) as projector:
        assert projector.snapshot.reachable
        assert projector.snapshot.pin_refused
        assert projector.snapshot.state == "on"
        simulator.change(LASER_POWER, 44)
        await projector.until_value(LASER_POWER, 44)
        for _ in range(3):
            simulator.drop()
            await projector.until_reachable(False)
            await projector.until_reachable()
        assert projector.snapshot.pin_refused
        assert pin_attempts(simulator) == 1


async def test_commands_with_a_wrong_pin(start_projector: StartProjector) -> None:
    """Refuse commands because of the wrong PIN, not because of a missing one."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=WRONG) as projector:
        for command in (
            projector.power_off(),
            projector.select_source("SDI"),
            projector.set_property(LASER_POWER, 50),
            projector.activate_profile("Cinema"),
        ):
            with pytest.raises(PulsePermissionError) as refused:
                await command
            assert refused.value.code == -32001
        assert projector.snapshot.reachable
        assert projector.snapshot.pin_refused
        assert not projector.snapshot.control_denied
        assert pin_attempts(simulator) == 1


@pytest.mark.parametrize("without_pin", ["none", "hidden"])
async def test_wrong_pin_and_nothing_to_read(
    start_projector: StartProjector, without_pin: str
) -> None:
    """Report the wrong PIN once, and retry reading."""
    simulator = await start_projector(quirks={"without_pin": without_pin})
    projector = RunningProjector(simulator, pin=WRONG)
    async with running(projector):
        await simulator.wait_until(lambda: simulator.counters.connections_opened > 5)
        assert not projector.snapshot.reachable
        assert isinstance(projector.snapshot.error, PulseAuthenticationError)
        assert len(projector.listener.snapshots) == 1
        assert pin_attempts(simulator) == 1
        simulator.pin = None
        await projector.until_reachable()
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_everything_refused_for_a_while(start_projector: StartProjector) -> None:
    """Send the PIN once more after a time in which everything was refused."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        for number in range(2):
            simulator.faults.error = -32001
            simulator.drop()
            await projector.until(lambda: projector.snapshot.pin_refused)
            before = pin_attempts(simulator)
            later = simulator.counters.connections_opened + 3
            await simulator.wait_until(partial(has_opened, simulator, later))
            assert pin_attempts(simulator) == before
            simulator.faults.clear()
            await projector.until(lambda: not projector.snapshot.pin_refused)
            await projector.set_property(LASER_POWER, 50 + number)


async def test_another_projector_with_another_pin(
    start_projector: StartProjector,
) -> None:
    """Do not count the refusal of another projector as a wrong PIN."""
    simulator = await start_projector(state="on")
    own, right = simulator.get("system.serialnumber"), simulator.pin
    async with running_projector(simulator) as projector:
        simulator.pin = WRONG
        simulator.device.put("system.serialnumber", "0000000001", tell=False)
        before = pin_attempts(simulator)
        later = simulator.counters.connections_opened + 5
        simulator.drop()
        await simulator.wait_until(partial(has_opened, simulator, later))
        assert pin_attempts(simulator) == before + 1
        assert not projector.snapshot.pin_refused

        simulator.pin = right
        simulator.device.put("system.serialnumber", own, tell=False)
        await projector.until_reachable()
        await projector.set_property(LASER_POWER, 50)
        assert pin_attempts(simulator) == before + 2
        assert not any(
            snapshot.pin_refused for snapshot in projector.listener.snapshots
        )


async def test_wrong_pin_after_everything_was_refused(
    start_projector: StartProjector,
) -> None:
    """Send the PIN once more when reading is allowed, and not again."""
    simulator = await start_projector(
        state="on", quirks={"wrong_pin": "error", "wrong_pin_code": -32001}
    )
    async with running_projector(simulator, pin=WRONG) as projector:
        for _ in range(3):
            simulator.faults.error = -32001
            simulator.drop()
            await projector.until_reachable(False)
            simulator.faults.clear()
            await projector.until_reachable()
            await projector.until(lambda: projector.snapshot.pin_refused)
        assert pin_attempts(simulator) <= 2


@pytest.mark.parametrize("without_pin", ["read", "none", "hidden"])
async def test_malformed_response_to_the_pin(
    start_projector: StartProjector, without_pin: str
) -> None:
    """Go on without the PIN after a malformed response to it."""
    simulator = await start_projector(state="on", quirks={"without_pin": without_pin})
    simulator.faults.methods = ("authenticate",)
    simulator.faults.nesting = 5000
    simulator.faults.count = 1
    async with running_projector(simulator) as projector:
        assert projector.snapshot.reachable
        await projector.set_property(LASER_POWER, 50)
        assert simulator.get(LASER_POWER) == 50
        assert not any(s.pin_refused for s in projector.listener.snapshots)
        assert not any(s.control_denied for s in projector.listener.snapshots)
    assert pin_attempts(simulator) == (2 if without_pin == "read" else 3)


async def test_malformed_response_to_the_pin_then_silence(
    start_projector: StartProjector,
) -> None:
    """Reconnect without end after a malformed response and other failures."""
    simulator = await start_projector(state="on")
    projector = RunningProjector(simulator)
    simulator.faults.oversized = 9_000_000
    async with running(projector):
        await simulator.wait_until(lambda: simulator.counters.connections_opened > 5)
        simulator.faults.clear()
        await projector.until_reachable()
        assert not projector.snapshot.pin_refused
        await projector.set_property(LASER_POWER, 50)
    assert pin_attempts(simulator) == 2


async def test_pin_refused_by_a_command_after_an_unclear_response(
    start_projector: StartProjector,
) -> None:
    """Report a wrong PIN once, and do not send it again."""
    simulator = await start_projector(
        state="on", quirks={"wrong_pin": "null"}, pin=WRONG
    )
    async with running_projector(simulator, pin="11111") as projector:
        assert all(not s.pin_refused for s in projector.listener.snapshots)
        simulator.quirks.wrong_pin = "false"
        with pytest.raises(PulseAuthenticationError):
            await projector.set_property(LASER_POWER, 50)
        assert projector.snapshot.pin_refused
        with pytest.raises(PulsePermissionError):
            await projector.set_property(LASER_POWER, 50)
    assert pin_attempts(simulator) == 2


async def test_pin_changed_at_run_time(start_projector: StartProjector) -> None:
    """Go on without the PIN, and report it as wrong."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        assert not projector.snapshot.pin_refused
        await projector.set_property(LASER_POWER, 50)
        simulator.pin = WRONG
        simulator.drop()
        await projector.until(lambda: projector.snapshot.pin_refused)
        await projector.until_reachable()
        assert pin_attempts(simulator) == 2
        with pytest.raises(PulsePermissionError):
            await projector.set_property(LASER_POWER, 60)
        assert simulator.get(LASER_POWER) == 50


async def test_right_pin(start_projector: StartProjector) -> None:
    """Accept all commands with the right PIN."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        await projector.set_property(LASER_POWER, 50)
        assert not projector.snapshot.pin_refused
        assert not projector.snapshot.control_denied


async def test_missing_pin_is_reported_by_the_first_refused_command(
    start_projector: StartProjector,
) -> None:
    """Report a missing PIN until a command is accepted."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=None) as projector:
        await projector.get_property(SOURCE)
        assert not any(s.control_denied for s in projector.listener.snapshots)
        with pytest.raises(PulsePermissionError):
            await projector.set_property(LASER_POWER, 50)
        assert projector.snapshot.control_denied
        assert projector.listener.snapshots[-1].control_denied
        assert not projector.snapshot.pin_refused

        simulator.drop()
        await projector.until_reachable(False)
        assert projector.snapshot.control_denied
        await projector.until_reachable()
        await projector.get_property(SOURCE)
        assert projector.snapshot.control_denied, "a read does not clear it"

        simulator.quirks.without_pin = "full"
        await projector.set_property(LASER_POWER, 50)
        await projector.until(lambda: not projector.snapshot.control_denied)
    assert pin_attempts(simulator) == 0


@pytest.mark.parametrize("command", ["power", "source", "profile", "preset"])
async def test_each_command_can_report_a_missing_pin(
    start_projector: StartProjector, command: str
) -> None:
    """Report a missing PIN by any refused command."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=None) as projector:
        preset = next(iter(projector.snapshot.presets))
        commands: dict[str, Callable[[], Awaitable[None]]] = {
            "power": projector.power_off,
            "source": lambda: projector.select_source("SDI"),
            "profile": lambda: projector.activate_profile("Cinema"),
            "preset": lambda: projector.activate_preset(preset),
        }
        with pytest.raises(PulsePermissionError):
            await commands[command]()
        assert projector.snapshot.control_denied


async def test_read_only_property_does_not_report_a_missing_pin(
    start_projector: StartProjector,
) -> None:
    """Do not report a missing PIN if a property is read-only."""
    simulator = await start_projector(state="on", pin=None)
    async with running_projector(simulator, pin=None) as projector:
        with pytest.raises(PulseRpcError):
            await projector.set_property("system.modelname", "x")
        assert not projector.snapshot.control_denied
