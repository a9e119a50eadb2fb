"""(d), (e), (f) What projectors cost while they are there, and how that grows.

All Home Assistants run at the same time, so that whatever else the machine does meets
them alike. CPU time is that of their processes, less that of one without projectors;
memory is resident, less what it was with one projector in the same process.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
import statistics
from typing import Any, NamedTuple

from .children import Child, child
from .figure import Figure, Growth, Report
from .memory import BAR as _MEMORY

_COUNTS = (1, 10, 50, 100, 200)
_IDLE = 0.2  # CPU seconds per projector-hour
_WARM = 0.010  # CPU seconds per projector-minute
_GROWTH = 1.3
_BLOCKED = 20.0  # ms

_HOURLY = "CPU s per projector-hour"
_MINUTELY = "CPU s per projector-minute"


@dataclass
class _House:
    home: Child
    projectors: list[dict[str, Any]]
    seconds: list[float]
    kilobytes: float = 0.0
    blocked: float = 0.0

    @property
    def count(self) -> int:
        return len(self.projectors)


class _Cost(NamedTuple):
    """CPU time: all, and of which to collect garbage."""

    all: float
    collecting: float


@dataclass(frozen=True)
class _Plan:
    """How long to look, in seconds."""

    counts: tuple[int, ...]
    settle: float
    idle: float
    warm: float
    rate: float
    block: float


_FULL = _Plan(_COUNTS, settle=20, idle=60, warm=40, rate=15, block=10)
_QUICK = _Plan((2,), settle=0, idle=0.5, warm=2, rate=1, block=1)


async def run(*, quick: bool) -> Report:
    """Return what each costs."""
    plan = _QUICK if quick else _FULL
    async with AsyncExitStack() as stack:
        hall = await stack.enter_async_context(child("hall"))
        known = await hall.call("start", count=sum(plan.counts))
        houses = []
        empty = None
        if not quick:
            empty = _House(await stack.enter_async_context(child("home")), [], [])
        for count in plan.counts:
            home = await stack.enter_async_context(child("home"))
            mine, known = known[:count], known[count:]
            houses.append(await _move_in(home, mine))
        await asyncio.sleep(plan.settle)  # they write what they have learnt
        return _report(await _look(plan, hall, empty, houses))


async def _move_in(home: Child, projectors: list[dict[str, Any]]) -> _House:
    seconds = await home.call("add", projectors=projectors[:1])
    first = await home.call("memory")
    await home.call("measure")
    seconds += await home.call("add", projectors=projectors[1:])
    house = _House(home, projectors, seconds)
    house.blocked = await home.call("longest")
    if house.count > 1:
        house.kilobytes = (await home.call("memory") - first) / (house.count - 1)
    return house


@dataclass(frozen=True)
class _Seen:
    """What a look at all houses came to, in their order."""

    houses: list[_House]
    idle: list[_Cost]
    warm: list[_Cost]
    blocked: list[float]
    rates: dict[int, _Cost]
    """Of the house in the middle, by pushes a second."""
    collections: list[tuple[int, float]]
    """Count and seconds, of the empty house and the largest."""

    @property
    def middle(self) -> int:
        """The place of the house that most figures are about."""
        return len(self.houses) // 2


async def _look(
    plan: _Plan, hall: Child, empty: _House | None, houses: list[_House]
) -> _Seen:
    """Let nothing happen, then a little everywhere, then much in one house."""
    idle = await _cpu(plan.idle, empty, houses)
    everybody = sum(plan.counts)
    await hall.call("push", first=0, count=everybody, period=2.0, at_once=3)
    warm = await _cpu(plan.warm, empty, houses)
    for house in houses:
        await house.home.call("measure")
    await asyncio.sleep(plan.block)
    blocked = [await house.home.call("longest") for house in houses]
    collections = [
        (house.count, await house.home.call("collection"))
        for house in (*([empty] if empty else []), houses[-1])
    ]
    seen = _Seen(houses, idle, warm, blocked, {}, collections)
    middle, first = houses[seen.middle], sum(plan.counts[: seen.middle])
    for rate in (1, 10):
        await hall.call(
            "push", first=first, count=middle.count, period=1 / rate, at_once=1
        )
        [seen.rates[rate]] = await _cpu(plan.rate, empty, [middle])
    await hall.call("push", first=0, count=0, period=0, at_once=0)
    return seen


def _report(seen: _Seen) -> Report:
    """Return the figures, and how the costs grow with the number of projectors."""
    least, most = seen.houses[:2][-1], seen.houses[-1]
    memory = f"Resident memory, {most.count} projectors"
    growth = _growth(seen)
    figures = [
        *_of_the_middle(seen),
        Figure("e", memory, most.kilobytes, "kB per projector", _MEMORY),
        *_grown(growth, least.count, most.count),
        *_of_the_loop(seen),
    ]
    return Report(figures, growth)


def _growth(seen: _Seen) -> tuple[Growth, ...]:
    houses = seen.houses
    return (
        Growth("Idle", _HOURLY, _points(houses, seen.idle, 3600)),
        Growth("Temperatures every 2 s", _MINUTELY, _points(houses, seen.warm, 60)),
        Growth(
            "Memory",
            "kB per projector",
            [(house.count, house.kilobytes) for house in houses if house.count > 1],
        ),
        Growth(
            "Set-up",
            "s per projector",
            [(house.count, statistics.median(house.seconds)) for house in houses],
        ),
    )


def _of_the_middle(seen: _Seen) -> list[Figure]:
    """Return what the projectors of one house cost."""
    place = seen.middle
    idle, warm, n = seen.idle[place], seen.warm[place], seen.houses[place].count
    rest, warmth = (
        f"Idle, {n} projectors",
        f"Three temperatures every 2 s, {n} projectors",
    )
    of_which = "of which to collect garbage"
    return [
        Figure("d", rest, idle.all * 3600, _HOURLY, _IDLE),
        Figure("d", f"{rest}: {of_which}", idle.collecting * 3600, _HOURLY),
        Figure("d", warmth, warm.all * 60, _MINUTELY, _WARM),
        Figure("d", f"{warmth}: {of_which}", warm.collecting * 60, _MINUTELY),
        *(
            Figure(
                "d",
                f"{rate} pushes a second, {n} projectors",
                cost.all * 3600,
                _HOURLY,
            )
            for rate, cost in seen.rates.items()
        ),
    ]


def _of_the_loop(seen: _Seen) -> list[Figure]:
    """Return for how long nothing else could happen."""
    most, blocked = seen.houses[-1], "Event loop blocked at most"
    times = [
        (f"{blocked}, setting {most.count} up", most.blocked, _BLOCKED),
        (f"{blocked}, {most.count} with temperatures", seen.blocked[-1], _BLOCKED),
        *(
            (f"One whole garbage collection, {count} projectors", seconds, None)
            for count, seconds in seen.collections
        ),
    ]
    return [Figure("f", what, s * 1000, "CPU ms", limit) for what, s, limit in times]


def _points(
    houses: list[_House], costs: list[_Cost], seconds: float
) -> list[tuple[int, float]]:
    return [
        (house.count, cost.all * seconds)
        for house, cost in zip(houses, costs, strict=True)
    ]


def _grown(growth: tuple[Growth, ...], least: int, most: int) -> list[Figure]:
    """Compare what one of many costs with what one of few does."""
    figures = []
    for each in growth:
        costs = dict(each.points)
        if costs.get(least, 0) > 0:
            what = f"{each.what}, one of {most} against one of {least}"
            ratio = costs[most] / costs[least]
            figures.append(Figure("f", what, ratio, "x", _GROWTH))
    return figures


async def _cpu(
    seconds: float, empty: _House | None, houses: list[_House]
) -> list[_Cost]:
    """Return the CPU seconds per projector and second, of each house."""
    everyone = [*([empty] if empty else []), *houses]
    before = [await house.home.call("cpu") for house in everyone]
    await asyncio.sleep(seconds)
    after = [await house.home.call("cpu") for house in everyone]
    used = [
        _Cost(*(late - early for late, early in zip(*each, strict=True)))
        for each in zip(after, before, strict=True)
    ]
    own = used.pop(0) if empty else _Cost(0.0, 0.0)
    return [
        _Cost(
            max(cost.all - own.all, 0.0) / house.count / seconds,
            max(cost.collecting - own.collecting, 0.0) / house.count / seconds,
        )
        for house, cost in zip(houses, used, strict=True)
    ]
