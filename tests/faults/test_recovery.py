"""Measure the recovery after a fault of 20 s, with the default timings.

With BARCO_PULSE_REAL_TIME in the environment, which takes ten minutes: scripts/recovery.
"""

import asyncio
import os
import sys
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest

from custom_components.barco_pulse.pulse.exceptions import PulseError
from custom_components.barco_pulse.pulse.timing import Timings
from simulator import Simulator
from tests.common import RunningProjector, running
from tests.conftest import Home, StartProjector

from .fault_table import FAULTS, LASER, Fault
from .peers import PEERS, Peer

FAULT_LASTS: Final = 20.0
"""The duration of the fault in seconds."""

SOON: Final = 5.0
LATE: Final = 12.0
"""The limits in seconds; the second one if a request got no response."""

UNANSWERED: Final = (
    "drip",  # a started response continues byte by byte
    "delay, long",
    "silence",
    "auth hang",
    "half-open",
    "stop reading",
    "process hangs",
    "mains cut, no RST",
)

REAL: Final = [
    fault
    for fault in FAULTS
    if fault.kind != "asks" and not fault.client and fault.name != "busy"
]

pytestmark = pytest.mark.skipif(
    not os.environ.get("BARCO_PULSE_REAL_TIME"), reason="takes a minute"
)


async def recover(
    peer: Peer, fault: Fault, wait: float, start_projector: StartProjector
) -> tuple[float, float]:
    """Return the seconds until values arrive and until a command succeeds.

    The fault begins `wait` seconds after the start.
    """
    loop = asyncio.get_running_loop()
    simulator = await start_projector(
        "balder_cs",
        state="on",
        values={"system.initialstate": "on"},
        quirks=peer.quirks,
        pin=... if peer.pin else None,
        speed=1000.0,
    )
    home = cast(Home, SimpleNamespace(projector=simulator))
    projector = RunningProjector(simulator, timings=Timings())
    await projector.connect()
    async with running(projector):
        await asyncio.sleep(wait)
        fault.start(home)
        fault.cut(home)
        await asyncio.sleep(FAULT_LASTS)
        fault.stop(home)
        await simulator.wait_for_state("on")
        simulator.change(LASER, 41)
        ended = loop.time()
        await until(projector, lambda: projector.values.get(LASER) == 41)
        seen = loop.time() - ended
        await command(projector, simulator)
        return seen, loop.time() - ended


async def until(projector: RunningProjector, condition: Any) -> None:
    """Wait until a projector is reachable and a condition is true."""
    async with asyncio.timeout(60):
        while not (projector.snapshot.reachable and condition()):
            await asyncio.sleep(0.02)


async def command(projector: RunningProjector, simulator: Simulator) -> None:
    """Repeat a command until it succeeds."""
    async with asyncio.timeout(60):
        while simulator.get(LASER) != 52:
            try:
                await projector.set_property(LASER, 52)
            except PulseError:
                await asyncio.sleep(0.1)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
async def test_recovery(start_projector: StartProjector, peer: Peer) -> None:
    """Run all faults one after the other, each with its own projector."""
    faults = [f for f in REAL if all(n != "pin" or peer.pin for n in f.needs)]
    if peer.read_only:
        pytest.skip("nothing can be commanded there")
    results = await asyncio.gather(
        *(
            # Not simultaneously, because that would measure the machine.
            recover(peer, fault, 5 + 1.5 * number, start_projector)
            for number, fault in enumerate(faults)
        ),
        return_exceptions=True,
    )
    late = []
    for fault, result in zip(faults, results, strict=True):
        limit = LATE if fault.name in UNANSWERED else SOON
        if isinstance(result, BaseException):
            sys.stdout.write(f"\n{peer.name}, {fault.name}: {result!r}")
            late.append(fault.name)
            continue
        seen, commanded = result
        sys.stdout.write(
            f"\n{peer.name}, {fault.name}: seen {seen:.1f} s, commanded {commanded:.1f} s"
        )
        if commanded > limit:
            late.append(fault.name)
    assert not late
