"""(c) Latency from a change at the projector to the state, and from an action.

Projectors and Home Assistant run in processes of their own; this one sleeps meanwhile.
All share the monotonic clock. The times include those of the simulator and of the
kernel to write or read a message.
"""

import asyncio
import statistics
from typing import Any

from .metric import Metric, Report, percentile
from .subprocess_rpc import Subprocess, start_subprocess

_BAR = 1.5
_BAR_P99 = 10.0
_PROJECTORS = 10
_PAUSE = 0.005
"""Seconds between samples, so that the client publishes each push at once."""


async def run(*, quick: bool) -> Report:
    """Measure the milliseconds in both directions."""
    samples, projectors = (6, 2) if quick else (500, _PROJECTORS)
    async with (
        start_subprocess("benchmarks.simulator_process") as simulators,
        start_subprocess("benchmarks.ha_process") as ha,
    ):
        started: list[dict[str, Any]] = await simulators.call("start", count=projectors)
        await ha.call("add", projectors=started)
        await asyncio.sleep(0 if quick else 15)  # until the storage is written
        to_state, to_projector = await _measure(simulators, ha, started, samples)
    return Report(
        [
            *_metrics("Change at the projector to state", to_state),
            *_metrics("Action to the projector", to_projector),
        ]
    )


async def _measure(
    simulators: Subprocess, ha: Subprocess, started: list[dict[str, Any]], samples: int
) -> tuple[list[float], list[float]]:
    """Return the milliseconds from changes to states, and from actions."""
    to_state, to_projector = [], []
    for sample in range(samples):
        index = sample % len(started)
        serial = started[index]["serial"]
        value = (sample // len(started) % 99 + 1) / 100
        changed = await simulators.call(
            "change", index=index, name="image.brightness", value=value
        )
        state_changed = await ha.call(
            "changed_at", serial=serial, name="number.brightness"
        )
        to_state.append((state_changed - changed) / 1e6)
        await asyncio.sleep(_PAUSE)
        called = await ha.call(
            "call_action",
            serial=serial,
            name="number.contrast",
            action="set_value",
            data={"value": value},
        )
        received = await simulators.call("set_at", index=index)
        to_projector.append((received - called) / 1e6)
        await asyncio.sleep(_PAUSE)
    return to_state, to_projector


def _metrics(what: str, times: list[float]) -> list[Metric]:
    p99 = percentile(times, 99)
    return [
        Metric("c", what, statistics.median(times), "ms", _BAR),
        Metric("c", f"{what}, 99 % within", p99, "ms", _BAR_P99),
        Metric("c", f"{what}, most", max(times), "ms"),
    ]
