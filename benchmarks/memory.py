"""(e) The memory of one more projector, without all the others that `many` needs."""

import asyncio

from .children import child
from .figure import Figure, Report

BAR = 500.0
"""kB per additional projector, right after it was set up."""

_MORE = 30
_STORED = 17.0
"""Seconds until Home Assistant, and then the integration, have written their files."""


async def run(*, quick: bool) -> Report:
    """Return kilobytes, resident, less what it was with one projector.

    Home Assistant keeps what it writes of each registry entry, so a second figure
    tells the memory when all is written.
    """
    more, stored = (1, 0.0) if quick else (_MORE, _STORED)
    async with child("hall") as hall, child("home") as home:
        known = await hall.call("start", count=1 + more)
        await home.call("add", projectors=known[:1])  # imports the integration
        await asyncio.sleep(stored)
        first = await home.call("memory")
        await home.call("add", projectors=known[1:])
        set_up = await home.call("memory")
        await asyncio.sleep(stored)
        written = await home.call("memory")
    what = f"Resident memory, {more} more projectors"
    return Report(
        [
            Figure("e", what, (set_up - first) / more, "kB per projector", BAR),
            Figure(
                "e",
                f"{what}, all written",
                (written - first) / more,
                "kB per projector",
            ),
        ]
    )
