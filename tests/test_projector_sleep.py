"""Projectors that leave the network while asleep, and how they are woken."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from custom_components.barco_pulse.pulse.const import STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseCanceledError,
    PulseConnectionError,
    PulseDeviceMismatchError,
    PulseError,
    PulsePermissionError,
)
from simulator import Simulator

from .common import FAST_TIMINGS, SHORT_TIMEOUTS, RunningProjector, running_projector
from .conftest import StartProjector
from .test_projector_power import power_requests

PENDING = "pending.power"
BOOT_SPEED = 40.0
"""A speed at which the client tries to connect several times during a boot."""


class Waker:
    """Sends magic packets to a simulated projector, which obeys from number `first` on."""

    def __init__(self, simulator: Simulator, first: int = 1) -> None:
        """Initialize without packets."""
        self._simulator = simulator
        self._first = first
        self.macs: list[str] = []
        self.times: list[float] = []
        self.error: PulseError | None = None

    def can_wake(self, mac: str | None) -> bool:
        """Return whether there is a MAC address."""
        return mac is not None

    async def wake(self, mac: str | None, *, again: bool) -> None:
        """Send one."""
        assert mac is not None
        assert again is bool(self.macs), "one command per test"
        self.macs.append(mac)
        self.times.append(asyncio.get_running_loop().time())
        if self.error is not None:
            raise self.error
        if len(self.macs) >= self._first:
            self._simulator.wake(mac)


async def fall_asleep(projector: RunningProjector) -> None:
    """Send a projector to ECO, and wait until it is asleep."""
    await projector.command("system.gotoeco")
    await projector.until(lambda: projector.snapshot.asleep)


@pytest.mark.parametrize(
    ("model", "eco_push"),
    [("hdr_cs", "both"), ("balder_cs", "state"), ("udx", "targetstate")],
)
async def test_asleep(
    start_projector: StartProjector, model: str, eco_push: str
) -> None:
    """Show a sleeping projector as off, without a problem."""
    simulator = await start_projector(
        model, state="ready", quirks={"eco_push": eco_push}
    )
    async with running_projector(simulator, waker=Waker(simulator)) as projector:
        assert projector.mac == simulator.model.mac
        await fall_asleep(projector)
        assert not projector.snapshot.reachable
        assert projector.snapshot.is_on is False
        assert projector.snapshot.phase in ("off", "cooling")
        simulator.device.power.boot("ready")  # by another controller
        await projector.until_reachable()
        assert not projector.snapshot.asleep


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs"])
async def test_woken(start_projector: StartProjector, model: str) -> None:
    """Send packets until the projector responds, and turn it on once after a delay."""
    simulator = await start_projector(model, state="ready", speed=200.0)
    waker = Waker(simulator, first=3)
    timings = replace(FAST_TIMINGS, delay_after_wake=0.2, retry_busy=5)
    async with running_projector(simulator, waker=waker, timings=timings) as projector:
        await fall_asleep(projector)
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        assert projector.snapshot.phase == "off", "the state is that of the projector"
        assert projector.snapshot.shows_on is True
        assert power_requests(simulator) == (0, 0)
        await projector.until_value(STATE, "ready")
        up_at = asyncio.get_running_loop().time()
        await turning
        assert asyncio.get_running_loop().time() - up_at > 0.15
        await projector.until_value(STATE, "on")
        assert set(waker.macs) == {simulator.model.mac}
        gaps = [b - a for a, b in pairwise(waker.times)]
        assert min(gaps) > 0.9 * FAST_TIMINGS.packet_interval, (
            "packets keep their interval"
        )
        assert power_requests(simulator) == (1, 0)
        phases = [s.phase for s in projector.listener.snapshots]
        woken = [*dict.fromkeys(phases[phases.index("starting") :])]
        assert woken == ["starting", "off", "warming", "on"]
        assert PENDING not in projector.values
        shown = [s.shows_on for s in projector.listener.snapshots]
        assert set(shown[shown.index(True) :]) == {True}, (
            "on is shown without interruption"
        )


async def test_mac_address_of_the_user(start_projector: StartProjector) -> None:
    """Prefer the MAC address that the user entered."""
    simulator = await start_projector(state="ready")
    waker = Waker(simulator)
    mac = "02:00:00:00:00:01"
    async with running_projector(simulator, waker=waker, mac=mac) as projector:
        assert projector.mac == mac
        await fall_asleep(projector)
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        simulator.wake(simulator.model.mac)
        await turning
        assert set(waker.macs) == {mac}


async def test_failure_of_a_later_packet(
    start_projector: StartProjector,
) -> None:
    """Go on waiting after one packet was sent."""
    simulator = await start_projector("hdr_cs", state="ready", speed=BOOT_SPEED)
    waker = Waker(simulator)
    async with running_projector(simulator, waker=waker) as projector:
        await fall_asleep(projector)
        turning = asyncio.create_task(projector.power_on())
        await projector.until(lambda: bool(waker.macs))
        waker.error = PulseConnectionError("no network")
        await turning
        await projector.until_value(STATE, "on")


async def test_selection_while_asleep(start_projector: StartProjector) -> None:
    """Select after waking if a command turns the projector on."""
    simulator = await start_projector(state="on", speed=200.0)
    waker = Waker(simulator)
    async with running_projector(simulator, waker=waker) as projector:
        simulator.device.power.start("ready")
        await fall_asleep(projector)
        with pytest.raises(PulseConnectionError):
            await projector.select_source("SDI")
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        await asyncio.gather(turning, projector.select_source("SDI"))
        await projector.until_value(STATE, "on")
        assert simulator.get("image.window.main.source") == "SDI"


@pytest.mark.parametrize(
    ("state", "after"),
    [("standby", None), ("ready", "deconditioning")],
    ids=["standby", "cooling"],
)
async def test_silent_in_a_state_that_sleeps(
    start_projector: StartProjector, state: str, after: str | None
) -> None:
    """Assume sleep after a state in which the projector leaves the network."""
    simulator = await start_projector("hdr_cs", state=after or state, speed=1.0)
    async with running_projector(simulator, waker=Waker(simulator)) as projector:
        simulator.device.power.start(state)
        await projector.until_value(STATE, state)
        simulator.faults.refuse = True
        simulator.drop()
        await projector.until_reachable(False)
        assert projector.snapshot.asleep


@pytest.mark.parametrize("state", ["on", "deconditioning"])
async def test_silent_in_another_state(
    start_projector: StartProjector, state: str
) -> None:
    """Do not assume sleep after other states."""
    simulator = await start_projector("hdr_cs", state=state)
    waker = Waker(simulator)
    async with running_projector(simulator, waker=waker) as projector:
        simulator.faults.refuse = True
        simulator.drop()
        await projector.until_reachable(False)
        assert not projector.snapshot.asleep
        with pytest.raises(PulseConnectionError):
            await projector.power_on()
        assert waker.macs == []


BOOTS = ["close", "silence", "garbage", "busy", "denied", "absent"]
"""Faults of a port that opens too early."""


@pytest.mark.parametrize("boot_port", BOOTS)
@pytest.mark.parametrize("pin", ["12345"])
async def test_unexpected_responses_while_booting(
    start_projector: StartProjector, boot_port: str, pin: str | None
) -> None:
    """Wait in spite of errors, without reporting a problem."""
    simulator = await start_projector(
        "hdr_cs",
        state="ready",
        speed=BOOT_SPEED,
        pin=pin,
        quirks={"boot_port": boot_port, "without_pin": "full"},
    )
    waker = Waker(simulator)
    async with running_projector(
        simulator,
        waker=waker,
        timeouts=SHORT_TIMEOUTS,
        timings=replace(FAST_TIMINGS, connection_limit_delay=60),
    ) as projector:
        await fall_asleep(projector)
        published = len(projector.listener.snapshots)
        identity = projector.snapshot.identity
        await projector.power_on()
        await projector.until_value(STATE, "on")
        seen = projector.listener.snapshots[published:]
        assert [s.error for s in seen if not (s.asleep or s.reachable)] == []
        assert {s.identity for s in seen} == {identity}
        assert not any(
            s.connection_limit_reached or s.control_denied or s.pin_refused
            for s in seen
        )
        phases = [*dict.fromkeys(s.phase for s in seen)]
        assert phases[:2] == ["off", "starting"]
        assert phases[-1] == "on"


@pytest.mark.parametrize("boot_port", ["close", "garbage"])
async def test_booting_after_cancellation(
    start_projector: StartProjector, boot_port: str
) -> None:
    """Show the projector as booting after the caller cancelled."""
    simulator = await start_projector(
        "hdr_cs",
        state="ready",
        speed=BOOT_SPEED,
        quirks={"boot_port": boot_port},
    )
    waker = Waker(simulator)
    async with running_projector(
        simulator,
        waker=waker,
        timeouts=SHORT_TIMEOUTS,
        timings=replace(FAST_TIMINGS, connection_limit_delay=0),
    ) as projector:
        await fall_asleep(projector)
        published = len(projector.listener.snapshots)
        turning = asyncio.create_task(projector.power_on())
        await projector.until(lambda: projector.snapshot.phase == "starting")
        await projector.power_off()
        with pytest.raises(PulseCanceledError):
            await turning
        assert projector.snapshot.phase == "starting"
        await projector.until_value(STATE, "ready")
        seen = projector.listener.snapshots[published:]
        assert all(s.asleep or s.reachable for s in seen)
        assert not any(s.connection_limit_reached for s in seen)
        assert power_requests(simulator) == (0, 0)


async def test_wrong_pin_ends_the_wait(start_projector: StartProjector) -> None:
    """Fail the command if the user has to act."""
    simulator = await start_projector("hdr_cs", state="ready", pin="12345", speed=200.0)
    waker = Waker(simulator)
    async with running_projector(simulator, waker=waker) as projector:
        await fall_asleep(projector)
        simulator.pin = "54321"
        with pytest.raises(PulsePermissionError):
            await projector.power_on()
        assert projector.snapshot.pin_refused


async def test_other_projector_ends_the_wait(
    start_projector: StartProjector,
) -> None:
    """Fail the command if another projector has the address."""
    simulator = await start_projector("hdr_cs", state="ready")
    waker = Waker(simulator, first=1000)
    async with running_projector(simulator, waker=waker) as projector:
        await fall_asleep(projector)
        turning = asyncio.create_task(projector.power_on())
        await projector.until_value(PENDING, "on")
        simulator.device.store.put("system.serialnumber", "another")
        simulator.device.power.boot("ready")
        with pytest.raises(PulseDeviceMismatchError):
            await turning
        assert not projector.snapshot.asleep


async def test_assumed_asleep(start_projector: StartProjector) -> None:
    """Assume sleep after minutes of silence, because it may be switched off by hand."""
    simulator = await start_projector("hdr_cs", state="on", speed=200.0)
    waker = Waker(simulator)
    timings = replace(FAST_TIMINGS, assume_asleep_delay=0.1)
    async with running_projector(simulator, waker=waker, timings=timings) as projector:
        simulator.device.power.stop()
        simulator.network.leave()
        published = projector.listener.snapshots
        await projector.until(lambda: projector.snapshot.asleep)
        assert [s.reachable or s.asleep for s in published[-2:]] == [False, True]
        assert projector.snapshot.assumed_asleep
        assert projector.snapshot.is_on is False
        assert projector.snapshot.phase == "off"
        simulator.device.power.start("eco")
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert not published[-1].assumed_asleep


async def test_responding_projector_is_not_assumed_asleep(
    start_projector: StartProjector,
) -> None:
    """Do not assume sleep while the projector responds."""
    simulator = await start_projector("hdr_cs", state="on")
    timings = replace(FAST_TIMINGS, assume_asleep_delay=0)
    async with running_projector(
        simulator, waker=Waker(simulator), timings=timings
    ) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until(lambda: projector.snapshot.connection_limit_reached)
        assert not projector.snapshot.asleep


async def test_connection_limit_is_reported_if_it_lasts(
    start_projector: StartProjector,
) -> None:
    """Report the connection limit only if it lasts."""
    simulator = await start_projector("hdr_cs", state="on")
    timings = replace(FAST_TIMINGS, connection_limit_delay=0.3)
    async with running_projector(
        simulator, waker=Waker(simulator), timings=timings
    ) as projector:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until_reachable(False)
        assert not projector.snapshot.connection_limit_reached
        await projector.until(lambda: projector.snapshot.connection_limit_reached)
        assert loop.time() - begun >= 0.3


async def test_unavailable_if_it_cannot_be_woken(
    start_projector: StartProjector,
) -> None:
    """Report the projector as unavailable without a way to wake it."""
    simulator = await start_projector(state="ready")
    async with running_projector(simulator) as projector:
        await projector.command("system.gotoeco")
        await projector.until_reachable(False)
        assert not projector.snapshot.asleep
        async with asyncio.timeout(1):
            with pytest.raises(PulseConnectionError):
                await projector.power_on()


async def test_connection_limit_is_not_sleep(start_projector: StartProjector) -> None:
    """Do not assume sleep if the projector closes connections."""
    simulator = await start_projector("hdr_cs", state="standby")
    async with running_projector(simulator, waker=Waker(simulator)) as projector:
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until(lambda: projector.snapshot.connection_limit_reached)
        assert not projector.snapshot.asleep
