"""Every fault at every moment, on a real Home Assistant core."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
import logging
from operator import attrgetter
import os
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest

from custom_components.barco_pulse.const import CONF_CONNECTION, RELEASE, TIMEOUTS
from custom_components.barco_pulse.pulse import Timeouts, Timings
from simulator.faults import FAULT_NAMES
from tests.conftest import StartProjector, change_timings

from . import report
from .fault_case import MOMENTS, FaultCase
from .fault_table import FAULTS, Fault
from .peers import PEERS, Peer
from .small import small

OFTEN: Final = {"resync_interval": 0.2, "poll_released": 0.07}
"""Intervals divided by about 150, as most other timings."""
SHORT_TIMEOUTS: Final = Timeouts(
    connect=0.2,
    first_byte=0.2,
    between_chunks=0.2,
    response=0.4,
)
"""Timeouts divided by 5 to 25."""
WRITES: Final = "BARCO_PULSE_FAULTS_TABLE"
"""The environment variable that makes the test write the table."""

SOME: Final = [
    fault
    for fault in FAULTS
    if fault.name
    in ("split", "half-open", "port closed", "another projector", "refused PIN")
]

type RunCase = Callable[..., Awaitable[str]]

outcomes: defaultdict[str, defaultdict[str, dict[str, str]]]
outcomes = defaultdict(lambda: defaultdict(dict))


@pytest.fixture
async def run_case(
    fast_timings: None,
    hass: HomeAssistant,
    start_projector: StartProjector,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> RunCase:
    """Return a function that runs one case and returns the text for the table."""

    async def run(peer: Peer, fault: Fault, moment: str, **options: Any) -> str:
        # Debug logging would take half of the time.
        caplog.set_level(logging.INFO)
        asyncio.get_running_loop().set_debug(False)
        change_timings(hass, **OFTEN)
        if fault.kind == "outage" or fault.short_timeouts:
            # Where each request connects, a busy machine must not break one.
            hass.data[TIMEOUTS] = (
                SHORT_TIMEOUTS if peer.lasting else replace(SHORT_TIMEOUTS, connect=0.5)
            )
        if fault.kind != "outage":
            change_timings(hass, unavailable_delay=Timings().unavailable_delay)
        projector = await start_projector(
            small(),
            state="on",
            values={"system.initialstate": "on"},
            quirks=peer.quirks,
            pin=... if peer.pin else None,
        )
        case = FaultCase(hass, projector, peer, fault, moment, caplog, **options)
        return await case.run()

    return run


def cases() -> Iterator[Any]:
    """Return all cases with WRITES; without, a few of every fault and every peer."""
    for number, peer in enumerate(PEERS):
        for row, fault in enumerate(FAULTS):
            moments = [m for m in MOMENTS if peer.supports(fault, m)]
            if moments and not os.environ.get(WRITES):
                if number and row % (len(PEERS) - 1) != number - 1:
                    continue
                step = 4 if number == 0 else len(moments)
                moments = moments[(row + number) % step :: step]
            for moment in moments:
                ids = f"{peer.name}-{fault.name}-{moment}"
                yield pytest.param(peer, fault, moment, id=ids)


@pytest.mark.parametrize(("peer", "fault", "moment"), cases())
async def test_fault(run_case: RunCase, peer: Peer, fault: Fault, moment: str) -> None:
    """The integration recovers by itself, without leaks and without log messages."""
    outcomes[peer.name][fault.name][moment] = await run_case(peer, fault, moment)


@pytest.mark.parametrize("moment", ["connect", "command"])
@pytest.mark.parametrize("fault", SOME, ids=attrgetter("name"))
async def test_fault_while_connection_is_released(
    run_case: RunCase, fault: Fault, moment: str
) -> None:
    """The integration recovers if the connection is released between polls."""
    await run_case(PEERS[0], fault, moment, **{CONF_CONNECTION: RELEASE})


def test_every_simulator_fault_has_a_row() -> None:
    """Each fault has a row, except `methods`, `count` and `error` (tested at boot)."""
    switched = {name for fault in FAULTS for name in fault.switches}
    assert switched == set(FAULT_NAMES) - {"methods", "count", "error"}


def test_table_is_complete() -> None:
    """The table is complete: run scripts/faults after adding a fault or a moment."""
    if os.environ.get(WRITES):
        report.write(outcomes, list(MOMENTS))
    faults = [fault.name for fault in FAULTS]
    table, peers = report.read(), report.read(report.PEERS)
    assert list(table) == list(peers) == faults
    for row in table.values():
        assert list(row) == list(MOMENTS)
        assert all(row.values())
    for row in peers.values():
        assert list(row) == [peer.name for peer in PEERS]
        assert all(row.values())
