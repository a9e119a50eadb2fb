"""Attempts to turn on and off, each with the current power state."""

from collections.abc import Iterator
import contextlib
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.const import POWER
from custom_components.barco_pulse.pulse.exceptions import (
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.pending import PendingCommand, PendingCommands
from custom_components.barco_pulse.pulse.phase import PowerPhaseTracker
from custom_components.barco_pulse.pulse.power import PowerControl
from custom_components.barco_pulse.pulse.sleep import SleepMonitor
from custom_components.barco_pulse.pulse.snapshot import Snapshot
from custom_components.barco_pulse.pulse.state import ProjectorState
from custom_components.barco_pulse.pulse.timing import Timings

SLOW_TIMINGS = Timings(
    retry_busy=100, packet_interval=200, delay_after_wake=300, fast_poll_after_power=400
)
"""Timings that do not pass within a test."""
INSTANT_TIMINGS = replace(
    SLOW_TIMINGS, retry_busy=0, delay_after_wake=0, fast_poll_after_power=0
)
"""Timings that pass at once."""

ON = "system.poweron"
OFF = "system.poweroff"


async def _request(method: str, params: JsonValue = None) -> JsonValue:
    """Fail, because no request is expected."""
    pytest.fail(f"{method} was requested")


class PowerHarness:
    """A projector whose power state a test sets; records the commands."""

    def __init__(
        self,
        state: JsonValue,
        target: JsonValue = None,
        timings: Timings = SLOW_TIMINGS,
    ) -> None:
        """Set the power state."""
        self.at: tuple[JsonValue, JsonValue] = (state, target)
        self.asked: list[str] = []
        self.refusal: PulseRpcError | None = None
        self.snapshot = Snapshot()
        self.connected = True
        pending = PendingCommands(100)
        phase = PowerPhaseTracker(timings)
        sleep = SleepMonitor(ProjectorState(_request), phase, pending, timings)
        self.power = PowerControl(self, pending, sleep, timings)
        self.canceled = False

    @contextlib.contextmanager
    def _command(self, value: str) -> Iterator[PendingCommand]:
        command = PendingCommand(POWER, value, 100)
        command.over = self.canceled
        try:
            yield command
        finally:
            command.end()

    def reconnect_soon(self) -> None:
        """Do nothing, because the projector is always connected."""

    async def read_power(self) -> tuple[JsonValue, JsonValue]:
        """Return the power state."""
        return self.at

    async def command_power(self, method: str) -> None:
        """Record the command."""
        self.asked.append(method)
        if self.refusal is not None:
            raise self.refusal

    async def try_on(self) -> float | None:
        """Attempt to turn on."""
        with self._command("on") as command:
            return await self.power.try_on(command)

    async def try_off(self) -> float | None:
        """Attempt to turn off."""
        with self._command("off") as command:
            return await self.power.try_off(command)


@pytest.mark.parametrize(
    ("state", "target", "asked", "wait"),
    [
        ("standby", "standby", [ON], 100),
        ("standby", None, [ON], 100),
        ("ready", "ready", [ON], 100),
        ("ready", "standby", [ON], 100),
        ("standby", "ready", [ON], 100),
        ("a new one", None, [ON], 100),
        ("on", "on", [], None),
        ("on", None, [], None),
        ("conditioning", None, [], None),
        ("ready", "on", [], None),
        ("boot", "on", [], None),
        ("boot", None, [], 100),
        ("boot", "ready", [], 100),
        ("eco", "eco", [], 100),
        ("deconditioning", "ready", [], 100),
        ("deconditioning", None, [], 100),
        (None, None, [], 100),
    ],
)
async def test_on(
    state: str, target: str | None, asked: list[str], wait: float | None
) -> None:
    """Send the request if the state allows it, and wait otherwise."""
    power_harness = PowerHarness(state, target)
    assert await power_harness.try_on() == wait
    assert power_harness.asked == asked


@pytest.mark.parametrize("state", ["error", "service"])
async def test_on_is_impossible(state: str) -> None:
    """Fail if waiting cannot help."""
    power_harness = PowerHarness(state)
    with pytest.raises(PulseInvalidStateError, match=state):
        await power_harness.try_on()
    assert power_harness.asked == []


async def test_on_is_sent_once() -> None:
    """Send one request until the state has had time to change."""
    power_harness = PowerHarness("standby")
    assert await power_harness.try_on() == 100
    wait = await power_harness.try_on()
    assert wait is not None
    assert 99 < wait <= 100, "the remaining time"
    assert power_harness.asked == [ON]
    power_harness.at = ("conditioning", None)
    assert await power_harness.try_on() is None
    assert power_harness.asked == [ON]


async def test_on_is_sent_again() -> None:
    """Send the request again if it had no effect, or for a new command."""
    power_harness = PowerHarness("standby", timings=INSTANT_TIMINGS)
    await power_harness.try_on()
    await power_harness.try_on()
    assert power_harness.asked == [ON, ON]

    power_harness = PowerHarness("standby")
    await power_harness.try_on()
    power_harness.power.on_power_state(is_on=True)
    power_harness.power.on_power_state(is_on=False)
    await power_harness.try_on()
    assert power_harness.asked == [ON, ON]


@pytest.mark.parametrize("code", [-32009, -32000])
async def test_on_while_busy(code: int) -> None:
    """Retry after a refusal."""
    power_harness = PowerHarness("ready")
    power_harness.refusal = PulseInvalidStateError("Ignored, busy", code)
    assert await power_harness.try_on() == 100
    power_harness.refusal = None
    assert await power_harness.try_on() == 100
    assert power_harness.asked == [ON, ON]
    wait = await power_harness.try_on()
    assert wait is not None
    assert power_harness.asked == [ON, ON]


@pytest.mark.parametrize(
    "refusal",
    [
        PulseInvalidStateError("Method not found", -32601),
        PulsePermissionError("No permission", -32001),
        PulseRpcError("false"),
    ],
)
async def test_on_is_refused(refusal: PulseRpcError) -> None:
    """Raise an error that waiting does not change."""
    power_harness = PowerHarness("ready")
    power_harness.refusal = refusal
    with pytest.raises(PulseRpcError) as refused:
        await power_harness.try_on()
    assert refused.value is refusal
    power_harness.at = ("on", "on")
    with pytest.raises(PulseRpcError):
        await power_harness.try_off()


@pytest.mark.parametrize("how", ["magic packet", "by itself"])
async def test_delay_after_waking(how: str) -> None:
    """Wait once after booting before the request."""
    power_harness = PowerHarness("boot")
    if how == "magic packet":
        assert power_harness.power.on_packet_sent() == 200
    else:
        await power_harness.try_on()
    power_harness.at = ("ready", "ready")
    assert await power_harness.try_on() == pytest.approx(300, abs=1)
    assert await power_harness.try_on() == pytest.approx(300, abs=1)
    assert power_harness.asked == []


async def test_magic_packets() -> None:
    """Send packets only when they are due."""
    power_harness = PowerHarness("eco")
    assert power_harness.power.next_packet_in() <= 0
    assert power_harness.power.on_packet_sent() == 200
    assert power_harness.power.next_packet_in() == pytest.approx(200, abs=1)


async def test_on_after_the_delay() -> None:
    """Send the request after the delay."""
    power_harness = PowerHarness(
        "ready", timings=replace(SLOW_TIMINGS, delay_after_wake=0)
    )
    power_harness.power.on_packet_sent()
    assert await power_harness.try_on() == 100
    assert power_harness.asked == [ON]


@pytest.mark.parametrize(
    ("state", "target", "asked", "wait"),
    [
        ("on", "on", [OFF], None),
        ("on", None, [OFF], None),
        ("conditioning", "on", [], 100),
        ("conditioning", None, [], 100),
        ("ready", "on", [], 100),
        ("ready", "ready", [], None),
        ("standby", None, [], None),
        ("deconditioning", "ready", [], None),
        ("eco", "eco", [], None),
        ("error", None, [], None),
        ("boot", "ready", [], None),
        (None, None, [], 100),
    ],
)
async def test_off(
    state: str, target: str | None, asked: list[str], wait: float | None
) -> None:
    """Send a request in on, and none in lower states."""
    power_harness = PowerHarness(state, target)
    assert await power_harness.try_off() == wait
    assert power_harness.asked == asked


async def test_off_is_sent_once() -> None:
    """Send one request until the state has changed."""
    power_harness = PowerHarness("on", "on")
    for _ in range(3):
        assert await power_harness.try_off() is None
    assert power_harness.asked == [OFF]
    power_harness.power.on_power_state(is_on=True)
    assert await power_harness.try_off() is None
    assert power_harness.asked == [OFF]
    power_harness.power.on_power_state(is_on=False)
    assert await power_harness.try_off() is None
    assert power_harness.asked == [OFF, OFF]


async def test_off_had_no_effect() -> None:
    """Allow another request after some time."""
    power_harness = PowerHarness("on", "on", timings=INSTANT_TIMINGS)
    await power_harness.try_off()
    await power_harness.try_off()
    assert power_harness.asked == [OFF, OFF]


async def test_off_while_busy() -> None:
    """Retry after a refusal."""
    power_harness = PowerHarness("on", "on")
    power_harness.refusal = PulseInvalidStateError("Ignored, busy", -32009)
    assert await power_harness.try_off() == 100
    power_harness.refusal = None
    assert await power_harness.try_off() is None
    assert power_harness.asked == [OFF, OFF]


async def test_cancelled_attempt_sends_nothing() -> None:
    """Send nothing if the command was cancelled while reading the state."""
    for state in ("ready", "on"):
        power_harness = PowerHarness(state, state)
        power_harness.canceled = True
        assert await power_harness.try_on() is None
        assert await power_harness.try_off() is None
        assert power_harness.asked == []
