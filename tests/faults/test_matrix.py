"""Every fault at every moment, on a real Home Assistant core."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
import logging
from operator import attrgetter
import os
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest

from custom_components.barco_pulse import api, link
from custom_components.barco_pulse.connection import Deadlines
from custom_components.barco_pulse.const import CONF_CONNECTION, RELEASE
from custom_components.barco_pulse.pace import Pace
from simulator.faults import FAULT_NAMES
from tests.conftest import StartProjector, change_pace

from . import report
from .cell import MOMENTS, Cell
from .rows import FAULTS, Fault
from .small import small

OFTEN: Final = {"resync": 0.2, "poll_released": 0.07}
"""A hundred and fifty times as often; nearly all else is shortened as much."""
HASTY: Final = {"connect": 0.2, "first_byte": 0.2, "between_chunks": 0.2, "answer": 0.4}
"""A fifth to a twenty-fifth of what they are."""
WRITES: Final = "BARCO_PULSE_FAULTS_TABLE"
"""With this in the environment the table is written."""

SOME: Final = [
    fault
    for fault in FAULTS
    if fault.name
    in ("split", "half-open", "port closed", "another projector", "refused PIN")
]

type RunCell = Callable[..., Awaitable[str]]

outcomes: defaultdict[str, dict[str, str]] = defaultdict(dict)


@pytest.fixture
async def run_cell(
    quick: None,
    hass: HomeAssistant,
    start_projector: StartProjector,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> RunCell:
    """Go through one cell; return what to write into the table."""

    async def run(fault: Fault, moment: str, **options: Any) -> str:
        # What nobody looks at takes half of the time.
        caplog.set_level(logging.INFO)
        asyncio.get_running_loop().set_debug(False)
        change_pace(monkeypatch, **OFTEN)
        if fault.kind == "outage":
            for module in (link, api):
                monkeypatch.setattr(module, "Deadlines", partial(Deadlines, **HASTY))
        else:
            change_pace(monkeypatch, grace=Pace().grace)
        projector = await start_projector(
            small(), state="on", values={"system.initialstate": "on"}
        )
        return await Cell(hass, projector, fault, moment, caplog, **options).run()

    return run


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("fault", FAULTS, ids=attrgetter("name"))
@pytest.mark.timeout(20)
async def test_cell(run_cell: RunCell, fault: Fault, moment: str) -> None:
    """Bounded, nothing left, nothing cried, and right again by itself."""
    outcomes[fault.name][moment] = await run_cell(fault, moment)


@pytest.mark.parametrize("moment", ["connect", "authentication", "idle", "command"])
@pytest.mark.parametrize("fault", SOME, ids=attrgetter("name"))
@pytest.mark.timeout(20)
async def test_cell_of_a_projector_that_is_left_to_others(
    run_cell: RunCell, fault: Fault, moment: str
) -> None:
    """The same where the connection is released between two polls."""
    await run_cell(fault, moment, **{CONF_CONNECTION: RELEASE})


def test_every_switch_of_the_simulator_has_a_row() -> None:
    """`methods` and `count` only limit the others."""
    switched = {name for fault in FAULTS for name in fault.switches}
    assert switched == set(FAULT_NAMES) - {"methods", "count"}


def test_the_table_is_whole() -> None:
    """Whoever adds a fault or a moment runs scripts/faults."""
    if os.environ.get(WRITES):
        report.write(outcomes, list(MOMENTS))
    table = report.read()
    assert list(table) == [fault.name for fault in FAULTS]
    for cells in table.values():
        assert list(cells) == list(MOMENTS)
        assert all(cells.values())
