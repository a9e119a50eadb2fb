"""Of several who want the same, only the newest matters."""

import asyncio

from custom_components.barco_pulse.pulse.latest import Coalescer


class CoalescerHarness:
    """Whoever wants a turn, each under a number of its own."""

    def __init__(self) -> None:
        """Nobody acts before `go` is set."""
        self.latest = Coalescer()
        self.acted: list[int] = []
        self.passed: list[int] = []
        self.go = asyncio.Event()

    async def act(self, number: int, name: str = "a") -> None:
        """Wait for a turn, and act if it still matters; that takes until `go`."""
        async with self.latest.slot(name) as newest:
            if newest:
                self.acted.append(number)
                await self.go.wait()
            else:
                self.passed.append(number)

    async def start(self, number: int, name: str = "a") -> asyncio.Task[None]:
        """Let one ask for a turn."""
        task = asyncio.create_task(self.act(number, name))
        await asyncio.sleep(0)
        return task


async def test_first_and_last_act() -> None:
    """The first acts at once; behind it the newest only."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number) for number in range(4)]
    assert callers.acted == [0]
    callers.go.set()
    await asyncio.gather(*tasks)
    assert callers.acted == [0, 3]
    assert callers.passed == [1, 2]


async def test_names_do_not_wait_for_each_other() -> None:
    """There is a queue for each name."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number, name) for number, name in enumerate("ab")]
    assert callers.acted == [0, 1]
    callers.go.set()
    await asyncio.gather(*tasks)


async def test_whoever_gives_up_is_not_the_newest_any_more() -> None:
    """The one before it acts in its place."""
    callers = CoalescerHarness()
    tasks = [await callers.start(number) for number in range(3)]
    tasks[2].cancel()
    callers.go.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert callers.acted == [0, 1]


async def test_failure_gives_the_turn_away() -> None:
    """One who fails holds up nobody."""
    callers = CoalescerHarness()
    first = await callers.start(0)
    second = await callers.start(1)
    first.cancel()
    callers.go.set()
    await asyncio.gather(first, second, return_exceptions=True)
    assert callers.acted == [0, 1]
    await callers.act(2)
    assert callers.acted == [0, 1, 2]
