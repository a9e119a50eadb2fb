"""(g) Time to set up a new projector, by the delay of its responses."""

import statistics
from typing import Any

from .metric import Metric, Report
from .subprocess_rpc import start_subprocess

_DELAYS = (1, 20, 100)
_BARS = {20: 1.0}


async def run(*, quick: bool) -> Report:
    """Measure the seconds and count the requests."""
    repeats = 1 if quick else 5
    delays = _DELAYS[:2] if quick else _DELAYS
    metrics = []
    async with (
        start_subprocess("benchmarks.simulator_process") as simulators,
        start_subprocess("benchmarks.ha_process") as ha,
    ):
        projectors: list[dict[str, Any]]
        projectors = await simulators.call("start", count=1 + repeats * len(delays))
        await ha.call("add", projectors=projectors[:1])  # imports the integration
        index = 1
        for delay in delays:
            seconds, requests = [], []
            for _ in range(repeats):
                await simulators.call("delay", index=index, seconds=delay / 1000)
                seconds += await ha.call("add", projectors=[projectors[index]])
                requests.append(await simulators.call("requests", index=index))
                index += 1
            what = f"Set-up at {delay} ms to an answer"
            bar = _BARS.get(delay)
            metrics += [
                Metric("g", what, statistics.median(seconds), "s", bar),
                Metric("g", f"{what}: requests", statistics.median(requests)),
            ]
    return Report(metrics)
