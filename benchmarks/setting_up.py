"""(g) Setting a projector up that is not known yet, by how slow it answers."""

import statistics
from typing import Any

from .children import child
from .figure import Figure, Report

_DELAYS = (1, 20, 100)
_BARS = {20: 1.0}


async def run(*, quick: bool) -> Report:
    """Return seconds and requests."""
    repeats = 1 if quick else 5
    delays = _DELAYS[:2] if quick else _DELAYS
    figures = []
    async with child("hall") as hall, child("home") as home:
        known: list[dict[str, Any]]
        known = await hall.call("start", count=1 + repeats * len(delays))
        await home.call("add", projectors=known[:1])  # imports the integration
        index = 1
        for delay in delays:
            seconds, requests = [], []
            for _ in range(repeats):
                await hall.call("delay", index=index, seconds=delay / 1000)
                seconds += await home.call("add", projectors=[known[index]])
                requests.append(await hall.call("requests", index=index))
                index += 1
            what = f"Set-up at {delay} ms to an answer"
            bar = _BARS.get(delay)
            figures += [
                Figure("g", what, statistics.median(seconds), "s", bar),
                Figure("g", f"{what}: requests", statistics.median(requests)),
            ]
    return Report(figures)
