"""(c) From a change at the projector to the state, and from an action to the projector.

Three processes: the projectors, Home Assistant, and this one, which sleeps meanwhile.
They share the machine's monotonic clock. What is counted includes the simulator's own
time to write or to read a message, and the kernel's.
"""

import asyncio
import statistics
from typing import Any

from .children import child
from .figure import Figure, Report, percentile

_BAR = 1.5
_BAR_P99 = 10.0
_PROJECTORS = 10
_PAUSE = 0.005
"""So that no projector says more than is told at once (burst and pace of the pushes)."""


async def run(*, quick: bool) -> Report:
    """Return the milliseconds of both ways."""
    samples, projectors = (6, 2) if quick else (500, _PROJECTORS)
    there: list[float] = []
    back: list[float] = []
    async with child("hall") as hall, child("home") as home:
        known: list[dict[str, Any]] = await hall.call("start", count=projectors)
        await home.call("add", projectors=known)
        await asyncio.sleep(0 if quick else 15)  # it writes what it has learnt
        for sample in range(samples):
            index = sample % projectors
            serial = known[index]["serial"]
            value = (sample // projectors % 99 + 1) / 100
            changed = await hall.call(
                "change", index=index, name="image.brightness", value=value
            )
            seen = await home.call("seen", serial=serial, name="number.brightness")
            there.append((seen - changed) / 1e6)
            await asyncio.sleep(_PAUSE)
            called = await home.call(
                "act",
                serial=serial,
                name="number.contrast",
                action="set_value",
                data={"value": value},
            )
            heard = await hall.call("heard", index=index)
            back.append((heard - called) / 1e6)
            await asyncio.sleep(_PAUSE)
    figures = []
    for what, times in (
        ("Change at the projector to state", there),
        ("Action to the projector", back),
    ):
        figures += [
            Figure("c", what, statistics.median(times), "ms", _BAR),
            Figure(
                "c",
                f"{what}, 99 % within",
                percentile(times, 99),
                "ms",
                _BAR_P99,
            ),
            Figure("c", f"{what}, most", max(times), "ms"),
        ]
    return Report(figures)
