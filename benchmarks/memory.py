"""(e) Memory of an additional projector."""

import asyncio

from .metric import Metric, Report
from .subprocess_rpc import start_subprocess

BAR = 500.0
"""Upper limit in kB per additional projector, right after set-up."""

_ADDED = 30
_WRITE_SECONDS = 17.0
"""Seconds until Home Assistant and the integration have written their files."""


async def run(*, quick: bool) -> Report:
    """Measure the growth of resident memory beyond one projector.

    Home Assistant caches what it writes for each registry entry, so a second metric
    gives the memory after all files are written.
    """
    more, stored = (1, 0.0) if quick else (_ADDED, _WRITE_SECONDS)
    async with (
        start_subprocess("benchmarks.simulator_process") as simulators,
        start_subprocess("benchmarks.ha_process") as ha,
    ):
        projectors = await simulators.call("start", count=1 + more)
        await ha.call("add", projectors=projectors[:1])  # imports the integration
        await asyncio.sleep(stored)
        first = await ha.call("memory")
        await ha.call("add", projectors=projectors[1:])
        set_up = await ha.call("memory")
        await asyncio.sleep(stored)
        written = await ha.call("memory")
    what = f"Resident memory, {more} more projectors"
    return Report(
        [
            Metric("e", what, (set_up - first) / more, "kB per projector", BAR),
            Metric(
                "e",
                f"{what}, all written",
                (written - first) / more,
                "kB per projector",
            ),
        ]
    )
