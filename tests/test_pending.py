"""Commands that wait until the projector can carry them out."""

import asyncio

import pytest

from custom_components.barco_pulse.pulse.exceptions import (
    PulseCanceledError,
    PulseError,
    PulseInvalidStateError,
    PulsePendingTimeoutError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.pending import PendingCommand, PendingCommands

from .common import TEST_TIMEOUT

LONG = 3600.0
"""Seconds: only a nudge comes before."""


class PendingHarness:
    """Pending commands, and attempts that end as a test says."""

    def __init__(self, limit: float = LONG) -> None:
        """Start without commands; nothing is possible yet."""
        self.commands = self._another(limit)
        self.seen: list[dict[str, JsonValue]] = []
        self.new: list[PendingCommand] = []
        self.tried: list[JsonValue] = []
        self.wait: float | None = LONG
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self._news = asyncio.Event()

    def _another(self, limit: float = LONG) -> PendingCommands:
        return PendingCommands(
            limit, self._attempt, self._note, lambda command: self.new.append(command)
        )

    def _note(self) -> None:
        self.seen.append(self.commands.waiting)
        self._news.set()

    async def _attempt(self, command: PendingCommand) -> float | None:
        self.tried.append(command.value)
        self._news.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.wait

    async def reload(self) -> list[PendingCommand]:
        """Suspend the commands, and let another object go on with them."""
        suspended = await self.commands.suspend()
        self.commands = self._another()
        self.commands.resume(suspended)
        return suspended

    def want(self, value: JsonValue, kind: str = "source") -> asyncio.Task[None]:
        """Request something."""
        return asyncio.create_task(self.commands.request(kind, value))

    async def until_tried(self, times: int) -> None:
        """Wait until there were so many attempts."""
        async with asyncio.timeout(TEST_TIMEOUT):
            while len(self.tried) < times:
                self._news.clear()
                await self._news.wait()

    async def until_waiting(self, **waiting: JsonValue) -> None:
        """Wait until exactly this has to wait."""
        wanted = {f"pending.{what}": value for what, value in waiting.items()}
        async with asyncio.timeout(TEST_TIMEOUT):
            while self.commands.waiting != wanted:
                self._news.clear()
                await self._news.wait()


async def test_done_at_once() -> None:
    """What can be done now never waits."""
    home = PendingHarness()
    home.wait = None
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    assert home.commands.wants("source", "A")
    home.gate.set()
    await wanting
    assert home.tried == ["A"]
    assert home.seen == [{}, {}], "that it is wanted, and that it is not any more"
    assert not home.commands.wants("source", "A")


async def test_done_when_something_happened() -> None:
    """It waits for the nudge, for all to see, and tries again."""
    home = PendingHarness()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    assert home.commands.wants("source", "A")
    assert not home.commands.wants("source", "B")
    home.commands.nudge()
    await home.until_tried(2)
    assert not wanting.done()
    home.wait = None
    home.commands.nudge()
    await wanting
    assert home.tried == ["A"] * 3
    assert home.commands.waiting == {}
    assert home.seen == [{}, {"pending.source": "A"}, {}], "each of them once"


async def test_tried_again_after_a_while() -> None:
    """Without a nudge, after as long as the attempt said."""
    home = PendingHarness()
    home.wait = 0.01
    wanting = home.want("A")
    await home.until_tried(3)
    home.wait = None
    await wanting


async def test_a_nudge_amid_an_attempt() -> None:
    """What happened while it was tried may have come too late for the attempt."""
    home = PendingHarness()
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    home.commands.nudge()
    home.gate.set()
    await home.until_tried(2)
    home.wait = None
    home.commands.nudge()
    await wanting


async def test_the_same_again() -> None:
    """Whoever wants the same waits for the same, and hears the same."""
    home = PendingHarness()
    first, second = home.want("A"), home.want("A")
    await home.until_waiting(source="A")
    third = home.want("A")
    home.error = PulseInvalidStateError("no", -32601)
    home.commands.nudge()
    for error in await asyncio.gather(first, second, third, return_exceptions=True):
        assert isinstance(error, PulseInvalidStateError)
        assert str(error) == "no"
        assert error.not_found, "the code is kept"
        assert error is not home.error, "each has a traceback of its own"
    assert home.tried == ["A", "A"]
    assert home.commands.waiting == {}


async def test_the_newest_wins() -> None:
    """Whoever wanted another value of the same kind is done."""
    home = PendingHarness()
    older = home.want("A")
    await home.until_waiting(source="A")
    newer = home.want("B")
    await older
    await home.until_waiting(source="B")
    assert not newer.done()
    home.wait = None
    home.commands.nudge()
    await newer
    assert home.tried == ["A", "B", "B"]


async def test_kinds_do_not_mix() -> None:
    """One of each may wait."""
    home = PendingHarness()
    both = [home.want("A"), home.want("1", "preset")]
    await home.until_waiting(source="A", preset="1")
    home.commands.withdraw("preset", "switched_off")
    with pytest.raises(PulseCanceledError):
        await both[1]
    assert home.commands.waiting == {"pending.source": "A"}
    assert not both[0].done()
    home.wait = None
    home.commands.nudge()
    await both[0]


async def test_withdrawn() -> None:
    """Whoever waits is told the reason, and nothing is tried any more."""
    home = PendingHarness()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    home.commands.withdraw("source", "switched_off")
    assert home.commands.waiting == {}
    assert not home.commands.wants("source", "A")
    with pytest.raises(PulseCanceledError, match="switched_off"):
        await wanting
    home.commands.nudge()
    home.commands.withdraw("source", "switched_off")
    assert home.tried == ["A"]


@pytest.mark.parametrize("error", [None, PulseInvalidStateError("no")])
async def test_withdrawn_amid_an_attempt(error: PulseError | None) -> None:
    """What is under way comes to its end, whatever that is; the reason is told."""
    home = PendingHarness()
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    home.commands.withdraw("source", "switched_off")
    await asyncio.sleep(0)
    assert not wanting.done()
    home.error = error
    home.gate.set()
    with pytest.raises(PulseCanceledError):
        await wanting
    assert home.tried == ["A"]
    assert {} in home.seen
    assert {"pending.source": "A"} not in home.seen


async def test_wanted_again_at_once() -> None:
    """A command that was withdrawn does not take the next one with it."""
    home = PendingHarness()
    home.gate.clear()
    first = home.want("A")
    await home.until_tried(1)
    home.commands.withdraw("source", "switched_off")
    second = home.want("A")
    await home.until_tried(2)
    home.gate.set()
    with pytest.raises(PulseCanceledError):
        await first
    await home.until_waiting(source="A")
    home.wait = None
    home.commands.nudge()
    await second


@pytest.mark.parametrize("amid", [False, True], ids=["waiting", "amid an attempt"])
async def test_too_late(*, amid: bool) -> None:
    """It fails at its deadline, whatever it is doing then."""
    home = PendingHarness(limit=0.05)
    if amid:
        home.gate.clear()
    before = asyncio.all_tasks()
    wanting = home.want("A")
    with pytest.raises(PulsePendingTimeoutError) as late:
        await wanting
    assert late.value.what == "source"
    assert home.commands.waiting == {}
    assert not home.commands.wants("source", "A")
    assert asyncio.all_tasks() == before


async def test_it_goes_on_without_whoever_asked() -> None:
    """A caller that was cancelled takes nothing back."""
    home = PendingHarness()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    wanting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wanting
    assert home.commands.waiting == {"pending.source": "A"}
    home.wait = None
    home.commands.nudge()
    await home.until_waiting()
    assert home.tried == ["A", "A"]


async def test_resumed_after_a_reload() -> None:
    """It goes on where it was, and its callers wait for the same outcome."""
    home = PendingHarness()
    callers = [home.want("A"), home.want("A")]
    await home.until_waiting(source="A")
    [command] = await home.reload()
    assert home.commands.waiting == {"pending.source": "A"}, "shown at once"
    await home.until_tried(2)
    callers.append(home.want("A"))
    await asyncio.sleep(0)
    assert home.new == [command]
    home.wait = None
    home.commands.nudge()
    await asyncio.gather(*callers)
    assert home.tried == ["A"] * 3
    assert home.commands.waiting == {}


async def test_suspended_amid_an_attempt() -> None:
    """No task is left; the attempt is made again."""
    home = PendingHarness()
    before = asyncio.all_tasks()
    home.gate.clear()
    caller = home.want("A")
    await home.until_tried(1)
    suspended = await home.commands.suspend()
    assert asyncio.all_tasks() - before == {caller}
    with pytest.raises(PulseCanceledError, match="unloaded"):
        await home.want("B")
    home.commands.resume(suspended)
    await home.until_tried(2)
    home.wait = None
    home.gate.set()
    await caller


async def test_suspended_after_it_ended() -> None:
    """What is done or withdrawn is not done again."""
    home = PendingHarness()
    home.gate.clear()
    callers = [home.want("A"), home.want("1", "preset")]
    await home.until_tried(2)
    home.commands.withdraw("preset", "switched_off")
    [source] = await home.commands.suspend()
    assert source.kind == "source"
    with pytest.raises(PulseCanceledError, match="switched_off"):
        await callers[1]
    source.withdraw("stopped")
    with pytest.raises(PulseCanceledError, match="stopped"):
        await callers[0]
    home.commands.resume([source])
    assert home.commands.waiting == {}
    assert len(home.tried) == 2


async def test_too_late_while_suspended() -> None:
    """A reload that never ends does not keep callers waiting."""
    home = PendingHarness(limit=0.1)
    caller = home.want("A")
    await home.until_waiting(source="A")
    await home.commands.suspend()
    assert home.commands.waiting == {}
    with pytest.raises(PulsePendingTimeoutError):
        await caller


async def test_a_bug_is_told() -> None:
    """CoalescerHarness get what is no PulseError, too."""
    home = PendingHarness()
    home.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await home.want("A")
    assert not home.commands.wants("source", "A")
