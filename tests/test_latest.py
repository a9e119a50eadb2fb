"""Coalesce calls: only the newest waiting call acts."""

import asyncio

from custom_components.barco_pulse.pulse.latest import Coalescer


class CoalescerHarness:
    """Calls with numbers that wait for a slot."""

    def __init__(self) -> None:
        """Block all calls until `go` is set."""
        self.latest = Coalescer()
        self.acted: list[int] = []
        self.passed: list[int] = []
        self.go = asyncio.Event()

    async def act(self, number: int, name: str = "a") -> None:
        """Wait for a slot, and act if this is the newest call; that takes until `go`."""
        async with self.latest.slot(name) as newest:
            if newest:
                self.acted.append(number)
                await self.go.wait()
            else:
                self.passed.append(number)

    async def start(self, number: int, name: str = "a") -> asyncio.Task[None]:
        """Start a call."""
        task = asyncio.create_task(self.act(number, name))
        await asyncio.sleep(0)
        return task


async def test_first_and_last_act() -> None:
    """Run the first call at once, then only the newest."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number) for number in range(4)]
    assert callers.acted == [0]
    callers.go.set()
    await asyncio.gather(*tasks)
    assert callers.acted == [0, 3]
    assert callers.passed == [1, 2]


async def test_names_are_independent() -> None:
    """Keep a queue for each name."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number, name) for number, name in enumerate("ab")]
    assert callers.acted == [0, 1]
    callers.go.set()
    await asyncio.gather(*tasks)


async def test_cancelled_call_is_not_the_newest() -> None:
    """Run the call before a cancelled one."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number) for number in range(3)]
    tasks[2].cancel()
    callers.go.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert callers.acted == [0, 1]


async def test_failed_call_frees_the_slot() -> None:
    """Run the next call after a failure."""
    callers = CoalescerHarness()
    first = await callers.start(0)
    second = await callers.start(1)
    first.cancel()
    callers.go.set()
    await asyncio.gather(first, second, return_exceptions=True)
    assert callers.acted == [0, 1]
    await callers.act(2)
    assert callers.acted == [0, 1, 2]
