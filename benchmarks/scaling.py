"""(d), (e), (f) CPU time, memory and blocking, by the number of projectors.

Several Home Assistants run at the same time, so that other load on the machine affects
all of them. CPU time is that of their processes minus that of one without projectors;
memory is resident memory minus that with one projector in the same process.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
import statistics
from typing import Any, NamedTuple

from .memory import BAR as _MEMORY
from .metric import Growth, Metric, Report
from .subprocess_rpc import Subprocess, start_subprocess

_COUNTS = (1, 10, 50, 100, 200)
_IDLE = 0.2  # CPU seconds per projector-hour
_WARM = 0.010  # CPU seconds per projector-minute
_GROWTH = 1.3
_BLOCKED = 20.0  # ms

_HOURLY = "CPU s per projector-hour"
_MINUTELY = "CPU s per projector-minute"


@dataclass
class _Installation:
    """A Home Assistant with its projectors."""

    ha: Subprocess
    projectors: list[dict[str, Any]]
    seconds: list[float]
    kilobytes: float = 0.0
    blocked: float = 0.0

    @property
    def count(self) -> int:
        return len(self.projectors)


class _Cost(NamedTuple):
    """CPU seconds: in total, and of garbage collection."""

    all: float
    collecting: float


@dataclass(frozen=True)
class _Plan:
    """Numbers of projectors, and the seconds of each measurement."""

    counts: tuple[int, ...]
    settle: float
    idle: float
    warm: float
    rate: float
    block: float


_FULL = _Plan(_COUNTS, settle=20, idle=60, warm=40, rate=15, block=10)
_QUICK = _Plan((2,), settle=0, idle=0.5, warm=2, rate=1, block=1)


async def run(*, quick: bool) -> Report:
    """Measure the cost per projector."""
    plan = _QUICK if quick else _FULL
    async with AsyncExitStack() as stack:
        simulators = await stack.enter_async_context(
            start_subprocess("benchmarks.simulator_process")
        )
        projectors = await simulators.call("start", count=sum(plan.counts))
        installations = []
        empty = None
        if not quick:
            empty = _Installation(
                await stack.enter_async_context(
                    start_subprocess("benchmarks.ha_process")
                ),
                [],
                [],
            )
        for count in plan.counts:
            ha = await stack.enter_async_context(
                start_subprocess("benchmarks.ha_process")
            )
            mine, projectors = projectors[:count], projectors[count:]
            installations.append(await _set_up(ha, mine))
        await asyncio.sleep(plan.settle)  # until the storage is written
        return _report(await _measure(plan, simulators, empty, installations))


async def _set_up(ha: Subprocess, projectors: list[dict[str, Any]]) -> _Installation:
    seconds = await ha.call("add", projectors=projectors[:1])
    first = await ha.call("memory")
    await ha.call("start_measuring")
    seconds += await ha.call("add", projectors=projectors[1:])
    installation = _Installation(ha, projectors, seconds)
    installation.blocked = await ha.call("stop_measuring")
    if installation.count > 1:
        installation.kilobytes = (await ha.call("memory") - first) / (
            installation.count - 1
        )
    return installation


@dataclass(frozen=True)
class _Measurements:
    """The measurements of all installations, in their order."""

    installations: list[_Installation]
    idle: list[_Cost]
    warm: list[_Cost]
    blocked: list[float]
    rates: dict[int, _Cost]
    """Costs of the middle installation, by pushes per second."""
    collections: list[tuple[int, float]]
    """Count and seconds of the empty and of the largest installation."""

    @property
    def middle(self) -> int:
        """Return the index of the installation that most metrics describe."""
        return len(self.installations) // 2


async def _measure(
    plan: _Plan,
    simulators: Subprocess,
    empty: _Installation | None,
    installations: list[_Installation],
) -> _Measurements:
    """Measure idle, then pushed temperatures, then many pushes at one place."""
    idle = await _cpu(plan.idle, empty, installations)
    total = sum(plan.counts)
    await simulators.call("push", first=0, count=total, period=2.0, at_once=3)
    warm = await _cpu(plan.warm, empty, installations)
    for installation in installations:
        await installation.ha.call("start_measuring")
    await asyncio.sleep(plan.block)
    blocked = [
        await installation.ha.call("stop_measuring") for installation in installations
    ]
    collections = [
        (installation.count, await installation.ha.call("collection"))
        for installation in (*([empty] if empty else []), installations[-1])
    ]
    measured = _Measurements(installations, idle, warm, blocked, {}, collections)
    middle, first = installations[measured.middle], sum(plan.counts[: measured.middle])
    for rate in (1, 10):
        await simulators.call(
            "push", first=first, count=middle.count, period=1 / rate, at_once=1
        )
        [measured.rates[rate]] = await _cpu(plan.rate, empty, [middle])
    await simulators.call("push", first=0, count=0, period=0, at_once=0)
    return measured


def _report(measured: _Measurements) -> Report:
    """Return the metrics and the costs by number of projectors."""
    least, most = measured.installations[:2][-1], measured.installations[-1]
    memory = f"Resident memory, {most.count} projectors"
    growth = _growth(measured)
    metrics = [
        *_middle_metrics(measured),
        Metric("e", memory, most.kilobytes, "kB per projector", _MEMORY),
        *_growth_ratios(growth, least.count, most.count),
        *_loop_metrics(measured),
    ]
    return Report(metrics, growth)


def _growth(measured: _Measurements) -> tuple[Growth, ...]:
    installations = measured.installations
    return (
        Growth("Idle", _HOURLY, _points(installations, measured.idle, 3600)),
        Growth(
            "Temperatures every 2 s",
            _MINUTELY,
            _points(installations, measured.warm, 60),
        ),
        Growth(
            "Memory",
            "kB per projector",
            [
                (installation.count, installation.kilobytes)
                for installation in installations
                if installation.count > 1
            ],
        ),
        Growth(
            "Set-up",
            "s per projector",
            [
                (installation.count, statistics.median(installation.seconds))
                for installation in installations
            ],
        ),
    )


def _middle_metrics(measured: _Measurements) -> list[Metric]:
    """Return the costs of the middle installation."""
    place = measured.middle
    idle, warm, n = (
        measured.idle[place],
        measured.warm[place],
        measured.installations[place].count,
    )
    rest, warmth = (
        f"Idle, {n} projectors",
        f"Three temperatures every 2 s, {n} projectors",
    )
    of_which = "of which to collect garbage"
    return [
        Metric("d", rest, idle.all * 3600, _HOURLY, _IDLE),
        Metric("d", f"{rest}: {of_which}", idle.collecting * 3600, _HOURLY),
        Metric("d", warmth, warm.all * 60, _MINUTELY, _WARM),
        Metric("d", f"{warmth}: {of_which}", warm.collecting * 60, _MINUTELY),
        *(
            Metric(
                "d",
                f"{rate} pushes a second, {n} projectors",
                cost.all * 3600,
                _HOURLY,
            )
            for rate, cost in measured.rates.items()
        ),
    ]


def _loop_metrics(measured: _Measurements) -> list[Metric]:
    """Return how long the event loop was blocked."""
    most, blocked = measured.installations[-1], "Event loop blocked at most"
    times = [
        (f"{blocked}, setting {most.count} up", most.blocked, _BLOCKED),
        (f"{blocked}, {most.count} with temperatures", measured.blocked[-1], _BLOCKED),
        *(
            (f"One whole garbage collection, {count} projectors", seconds, None)
            for count, seconds in measured.collections
        ),
    ]
    return [Metric("f", what, s * 1000, "CPU ms", limit) for what, s, limit in times]


def _points(
    installations: list[_Installation], costs: list[_Cost], seconds: float
) -> list[tuple[int, float]]:
    return [
        (installation.count, cost.all * seconds)
        for installation, cost in zip(installations, costs, strict=True)
    ]


def _growth_ratios(growth: tuple[Growth, ...], least: int, most: int) -> list[Metric]:
    """Return the ratios of the costs with many and with few projectors."""
    metrics = []
    for each in growth:
        costs = dict(each.points)
        if costs.get(least, 0) > 0:
            what = f"{each.what}, one of {most} against one of {least}"
            ratio = costs[most] / costs[least]
            metrics.append(Metric("f", what, ratio, "x", _GROWTH))
    return metrics


async def _cpu(
    seconds: float, empty: _Installation | None, installations: list[_Installation]
) -> list[_Cost]:
    """Return the CPU seconds per projector and second of each installation."""
    everyone = [*([empty] if empty else []), *installations]
    before = [await installation.ha.call("cpu") for installation in everyone]
    await asyncio.sleep(seconds)
    after = [await installation.ha.call("cpu") for installation in everyone]
    used = [
        _Cost(*(late - early for late, early in zip(*each, strict=True)))
        for each in zip(after, before, strict=True)
    ]
    own = used.pop(0) if empty else _Cost(0.0, 0.0)
    return [
        _Cost(
            max(cost.all - own.all, 0.0) / installation.count / seconds,
            max(cost.collecting - own.collecting, 0.0) / installation.count / seconds,
        )
        for installation, cost in zip(installations, used, strict=True)
    ]
