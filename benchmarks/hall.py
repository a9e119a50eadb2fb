"""A process of simulated projectors: `python -m benchmarks.hall`."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from itertools import cycle
import time
from typing import Any

from simulator import Record, Simulator, load_model

from .children import obey

TEMPERATURES = tuple(
    f"environment.temperature.{place}.value"
    for place in ("inlet", "outlet", "mainboard")
)
"""Those that are shown by default."""

_MODEL = "balder_cs"
_QUIET = 0.02  # seconds in which nothing else disturbs what was caused


class Hall:
    """Projectors on ports of their own, and what is done to them."""

    def __init__(self, stack: AsyncExitStack) -> None:
        """Nobody is there yet."""
        self._stack = stack
        self._projectors: list[Simulator] = []
        self._heard: dict[int, int] = {}
        self._pushing: asyncio.Task[None] | None = None

    async def start(self, count: int) -> list[dict[str, Any]]:
        """Start projectors that show a picture; return how to reach all."""
        model = load_model(_MODEL)
        for index in range(len(self._projectors), len(self._projectors) + count):
            values = {
                "system.name": f"Hall {index}",
                "system.serialnumber": str(1_730_000_000 + index),
            }
            projector = Simulator(model, state="on", speed=1000.0, values=values)
            await self._stack.enter_async_context(projector)
            projector.watch(partial(self._note, index))
            self._projectors.append(projector)
        return [
            {
                "host": projector.host,
                "port": projector.port,
                "pin": projector.pin,
                "serial": str(projector.get("system.serialnumber")),
            }
            for projector in self._projectors
        ]

    def _note(self, index: int, record: Record) -> None:
        if record.direction == "in" and b'"property.set"' in bytes(record.data):  # type: ignore[arg-type]
            self._heard[index] = time.monotonic_ns()

    async def heard(self, index: int) -> int | None:
        """Return when a property was set last, in nanoseconds of the machine's clock."""
        return self._heard.pop(index, None)

    async def change(self, index: int, name: str, value: Any) -> int:
        """Change a value; return when, in nanoseconds of the machine's clock."""
        changed = time.monotonic_ns()
        self._projectors[index].change(name, value)
        await asyncio.sleep(_QUIET)
        return changed

    async def delay(self, index: int, seconds: float) -> None:
        """Let a projector answer so much later from now on."""
        self._projectors[index].faults.delay = seconds

    async def requests(self, index: int) -> int:
        """Return how many requests a projector got so far."""
        return self._projectors[index].counters.requests.total()

    async def push(self, first: int, count: int, period: float, at_once: int) -> None:
        """Let temperatures change: `at_once` of each projector in each period.

        A period of 0 ends it. Projectors take turns, so that the load is even.
        """
        if self._pushing is not None:
            self._pushing.cancel()
            await asyncio.wait([self._pushing])
            self._pushing = None
        if period and count:
            some = self._projectors[first : first + count]
            self._pushing = asyncio.create_task(self._push(some, period, at_once))

    async def _push(self, some: list[Simulator], period: float, at_once: int) -> None:
        loop = asyncio.get_running_loop()
        names = cycle(TEMPERATURES)
        due = loop.time()
        step = 0.1
        while True:
            for index, projector in enumerate(some):
                for _ in range(at_once):
                    name = next(names)
                    projector.change(name, round(_number(projector, name) + step, 1))
                if index % 5 == 4 or index == len(some) - 1:
                    await asyncio.sleep(due - loop.time())
                due += period / len(some)
            step = -step


def _number(projector: Simulator, name: str) -> float:
    value = projector.get(name)
    assert isinstance(value, float | int)
    return value


async def main() -> None:
    """Obey until the parent has nothing more to say."""
    async with AsyncExitStack() as stack:
        hall = Hall(stack)
        await obey(
            {
                command.__name__: command
                for command in (
                    hall.start,
                    hall.heard,
                    hall.change,
                    hall.delay,
                    hall.requests,
                    hall.push,
                )
            }
        )
        await hall.push(0, 0, 0, 0)


if __name__ == "__main__":
    asyncio.run(main())
