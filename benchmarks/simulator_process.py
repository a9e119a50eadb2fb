"""A subprocess with simulated projectors."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from itertools import cycle
import time
from typing import Any

from simulator import Record, Simulator, load_model

from .subprocess_rpc import serve_commands

TEMPERATURES = tuple(
    f"environment.temperature.{place}.value"
    for place in ("inlet", "outlet", "mainboard")
)
"""The temperatures whose entities are enabled by default."""

_MODEL = "balder_cs"
_QUIET = 0.02  # seconds without other work, so that the change is processed


class SimulatorProcess:
    """Simulated projectors, and the commands for them."""

    def __init__(self, stack: AsyncExitStack) -> None:
        """Initialize without projectors."""
        self._stack = stack
        self._projectors: list[Simulator] = []
        self._set_at: dict[int, int] = {}
        self._pushing: asyncio.Task[None] | None = None

    async def start(self, count: int) -> list[dict[str, Any]]:
        """Start projectors that are on; return the addresses of all projectors."""
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
            self._set_at[index] = time.monotonic_ns()

    async def set_at(self, index: int) -> int | None:
        """Return when a property was set last, in ns of the monotonic clock."""
        return self._set_at.pop(index, None)

    async def change(self, index: int, name: str, value: Any) -> int:
        """Change a value; return when, in ns of the monotonic clock."""
        changed = time.monotonic_ns()
        self._projectors[index].change(name, value)
        await asyncio.sleep(_QUIET)
        return changed

    async def delay(self, index: int, seconds: float) -> None:
        """Set the delay of a projector's responses in seconds."""
        self._projectors[index].faults.delay = seconds

    async def requests(self, index: int) -> int:
        """Return the number of requests that a projector has received."""
        return self._projectors[index].counters.requests.total()

    async def push(self, first: int, count: int, period: float, at_once: int) -> None:
        """Change `at_once` temperatures of each projector in each period of seconds.

        A period of 0 stops it. The changes are spread evenly over the period.
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
    """Serve commands until standard input is closed."""
    async with AsyncExitStack() as stack:
        simulators = SimulatorProcess(stack)
        await serve_commands(
            simulators.start,
            simulators.set_at,
            simulators.change,
            simulators.delay,
            simulators.requests,
            simulators.push,
        )
        await simulators.push(0, 0, 0, 0)


if __name__ == "__main__":
    asyncio.run(main())
