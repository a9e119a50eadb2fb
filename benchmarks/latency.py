"""(c) Latency from a change at the projector to the state, and from an action.

Projectors and Home Assistant run in processes of their own; this one sleeps meanwhile.
All share the monotonic clock. The times include those of the simulator and of the
kernel to write or read a message.
"""

import asyncio
import statistics
from typing import Any

from .metric import Metric, Report, percentile
from .subprocess_rpc import start_subprocess

_BAR = 1.5
_BAR_P99 = 10.0
_PROJECTORS = 10
_PAUSE = 0.005
"""Seconds between samples, so that the client publishes each push at once."""


async def run(*, quick: bool) -> Report:
    """Measure the milliseconds in both directions."""
    samples, projectors = (6, 2) if quick else (500, _PROJECTORS)
    to_state: list[float] = []
    to_projector: list[float] = []
    async with (
        start_subprocess("benchmarks.simulator_process") as simulators,
        start_subprocess("benchmarks.ha_process") as ha,
    ):
        known: list[dict[str, Any]] = await simulators.call("start", count=projectors)
        await ha.call("add", projectors=known)
        await asyncio.sleep(0 if quick else 15)  # until the storage is written
        for sample in range(samples):
            index = sample % projectors
            serial = known[index]["serial"]
            value = (sample // projectors % 99 + 1) / 100
            changed = await simulators.call(
                "change", index=index, name="image.brightness", value=value
            )
            changed_at = await ha.call(
                "changed_at", serial=serial, name="number.brightness"
            )
            to_state.append((changed_at - changed) / 1e6)
            await asyncio.sleep(_PAUSE)
            called = await ha.call(
                "call_action",
                serial=serial,
                name="number.contrast",
                action="set_value",
                data={"value": value},
            )
            set_at = await simulators.call("set_at", index=index)
            to_projector.append((set_at - called) / 1e6)
            await asyncio.sleep(_PAUSE)
    metrics = []
    for what, times in (
        ("Change at the projector to state", to_state),
        ("Action to the projector", to_projector),
    ):
        metrics += [
            Metric("c", what, statistics.median(times), "ms", _BAR),
            Metric(
                "c",
                f"{what}, 99 % within",
                percentile(times, 99),
                "ms",
                _BAR_P99,
            ),
            Metric("c", f"{what}, most", max(times), "ms"),
        ]
    return Report(metrics)
