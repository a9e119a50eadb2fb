"""Pending commands, which wait until the projector is ready."""

import asyncio

import pytest

from custom_components.barco_pulse.pulse.const import PENDING_KINDS
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
"""Seconds to a retry, which only `retry_now` shortens."""


class PendingHarness:
    """Pending commands, with attempts that end as a test sets."""

    def __init__(self, limit: float = LONG) -> None:
        """Start without commands; no attempt succeeds yet."""
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
        commands = PendingCommands(limit, lambda command: self.new.append(command))
        commands.attempts = dict.fromkeys(PENDING_KINDS, self._attempt)
        commands.on_change = self._note
        return commands

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
        """Suspend the commands, and resume them in another object."""
        suspended = await self.commands.suspend()
        self.commands = self._another()
        self.commands.resume(suspended)
        return suspended

    def request(self, value: JsonValue, kind: str = "source") -> asyncio.Task[None]:
        """Request a command."""
        return asyncio.create_task(self.commands.request(kind, value))

    async def until_tried(self, times: int) -> None:
        """Wait for this number of attempts."""
        async with asyncio.timeout(TEST_TIMEOUT):
            while len(self.tried) < times:
                self._news.clear()
                await self._news.wait()

    async def until_waiting(self, **waiting: JsonValue) -> None:
        """Wait until exactly these values are pending."""
        expected = {f"pending.{what}": value for what, value in waiting.items()}
        async with asyncio.timeout(TEST_TIMEOUT):
            while self.commands.waiting != expected:
                self._news.clear()
                await self._news.wait()


async def test_successful_first_attempt() -> None:
    """Complete a command without waiting."""
    home = PendingHarness()
    home.wait = None
    home.gate.clear()
    task = home.request("A")
    await home.until_tried(1)
    assert home.commands.wants("source", "A")
    home.gate.set()
    await task
    assert home.tried == ["A"]
    assert home.seen == [{}, {}], "pending, then no longer"
    assert not home.commands.wants("source", "A")


async def test_no_attempt_after_the_end() -> None:
    """Make no further attempt if something changes at the moment of the end."""
    home = PendingHarness()
    task = home.request("A")
    await home.until_waiting(source="A")
    home.commands.retry_now()
    home.new[0].end()
    await task
    await home.commands.suspend()
    assert home.tried == ["A"]


async def test_retry_now() -> None:
    """Show the command as pending, and retry it when asked."""
    home = PendingHarness()
    task = home.request("A")
    await home.until_waiting(source="A")
    assert home.commands.wants("source", "A")
    assert not home.commands.wants("source", "B")
    home.commands.retry_now()
    await home.until_tried(2)
    assert not task.done()
    home.wait = None
    home.commands.retry_now()
    await task
    assert home.tried == ["A"] * 3
    assert home.commands.waiting == {}
    assert home.seen == [{}, {"pending.source": "A"}, {}], "each once"


async def test_retry_after_the_delay() -> None:
    """Retry after the delay that the attempt returned."""
    home = PendingHarness()
    home.wait = 0.01
    task = home.request("A")
    await home.until_tried(3)
    home.wait = None
    await task


async def test_retry_now_during_an_attempt() -> None:
    """Retry after an attempt, because it may have missed the change."""
    home = PendingHarness()
    home.gate.clear()
    task = home.request("A")
    await home.until_tried(1)
    home.commands.retry_now()
    home.gate.set()
    await home.until_tried(2)
    home.wait = None
    home.commands.retry_now()
    await task


async def test_equal_commands_share_the_result() -> None:
    """Wait once for equal commands, and return one result to all."""
    home = PendingHarness()
    first, second = home.request("A"), home.request("A")
    await home.until_waiting(source="A")
    third = home.request("A")
    home.error = PulseInvalidStateError("no", -32601)
    home.commands.retry_now()
    for error in await asyncio.gather(first, second, third, return_exceptions=True):
        assert isinstance(error, PulseInvalidStateError)
        assert str(error) == "no"
        assert error.not_found, "the error code is kept"
        assert error is not home.error, "each caller gets its own traceback"
    assert home.tried == ["A", "A"]
    assert home.commands.waiting == {}


async def test_newest_value_replaces_the_pending_one() -> None:
    """Complete the caller of the replaced value."""
    home = PendingHarness()
    older = home.request("A")
    await home.until_waiting(source="A")
    newer = home.request("B")
    await older
    await home.until_waiting(source="B")
    assert not newer.done()
    home.wait = None
    home.commands.retry_now()
    await newer
    assert home.tried == ["A", "B", "B"]


async def test_kinds_are_independent() -> None:
    """Keep one pending command of each kind."""
    home = PendingHarness()
    both = [home.request("A"), home.request("1", "preset")]
    await home.until_waiting(source="A", preset="1")
    home.commands.cancel("preset", "switched_off")
    with pytest.raises(PulseCanceledError):
        await both[1]
    assert home.commands.waiting == {"pending.source": "A"}
    assert not both[0].done()
    home.wait = None
    home.commands.retry_now()
    await both[0]


async def test_cancel() -> None:
    """Raise the reason to callers, and stop retrying."""
    home = PendingHarness()
    task = home.request("A")
    await home.until_waiting(source="A")
    home.commands.cancel("source", "switched_off")
    assert home.commands.waiting == {}
    assert not home.commands.wants("source", "A")
    with pytest.raises(PulseCanceledError, match="switched_off"):
        await task
    home.commands.retry_now()
    home.commands.cancel("source", "switched_off")
    assert home.tried == ["A"]


@pytest.mark.parametrize("error", [None, PulseInvalidStateError("no")])
async def test_cancel_during_an_attempt(error: PulseError | None) -> None:
    """Let the attempt end, and raise the reason."""
    home = PendingHarness()
    home.gate.clear()
    task = home.request("A")
    await home.until_tried(1)
    home.commands.cancel("source", "switched_off")
    await asyncio.sleep(0)
    assert not task.done()
    home.error = error
    home.gate.set()
    with pytest.raises(PulseCanceledError):
        await task
    assert home.tried == ["A"]
    assert {} in home.seen
    assert {"pending.source": "A"} not in home.seen


async def test_request_again_after_cancel() -> None:
    """Do not cancel the next command with the previous one."""
    home = PendingHarness()
    home.gate.clear()
    first = home.request("A")
    await home.until_tried(1)
    home.commands.cancel("source", "switched_off")
    second = home.request("A")
    await home.until_tried(2)
    home.gate.set()
    with pytest.raises(PulseCanceledError):
        await first
    await home.until_waiting(source="A")
    home.wait = None
    home.commands.retry_now()
    await second


@pytest.mark.parametrize("amid", [False, True], ids=["waiting", "amid an attempt"])
async def test_timeout(*, amid: bool) -> None:
    """Fail at the deadline in any step."""
    home = PendingHarness(limit=0.05)
    if amid:
        home.gate.clear()
    before = asyncio.all_tasks()
    task = home.request("A")
    with pytest.raises(PulsePendingTimeoutError) as late:
        await task
    assert late.value.what == "source"
    assert home.commands.waiting == {}
    assert not home.commands.wants("source", "A")
    assert asyncio.all_tasks() == before


async def test_cancelled_caller() -> None:
    """Continue the command after its caller was cancelled."""
    home = PendingHarness()
    task = home.request("A")
    await home.until_waiting(source="A")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert home.commands.waiting == {"pending.source": "A"}
    home.wait = None
    home.commands.retry_now()
    await home.until_waiting()
    assert home.tried == ["A", "A"]


async def test_resume() -> None:
    """Continue after a reload, and return the result to the callers."""
    home = PendingHarness()
    callers = [home.request("A"), home.request("A")]
    await home.until_waiting(source="A")
    [command] = await home.reload()
    assert home.commands.waiting == {"pending.source": "A"}, "shown at once"
    await home.until_tried(2)
    callers.append(home.request("A"))
    await asyncio.sleep(0)
    assert home.new == [command]
    home.wait = None
    home.commands.retry_now()
    await asyncio.gather(*callers)
    assert home.tried == ["A"] * 3
    assert home.commands.waiting == {}


async def test_suspend_during_an_attempt() -> None:
    """Leave no task, and repeat the attempt."""
    home = PendingHarness()
    before = asyncio.all_tasks()
    home.gate.clear()
    caller = home.request("A")
    await home.until_tried(1)
    suspended = await home.commands.suspend()
    assert asyncio.all_tasks() - before == {caller}
    with pytest.raises(PulseCanceledError, match="unloaded"):
        await home.request("B")
    home.commands.resume(suspended)
    await home.until_tried(2)
    home.wait = None
    home.gate.set()
    await caller


async def test_suspend_after_the_end() -> None:
    """Do not resume completed or cancelled commands."""
    home = PendingHarness()
    home.gate.clear()
    callers = [home.request("A"), home.request("1", "preset")]
    await home.until_tried(2)
    home.commands.cancel("preset", "switched_off")
    [source] = await home.commands.suspend()
    assert source.kind == "source"
    with pytest.raises(PulseCanceledError, match="switched_off"):
        await callers[1]
    source.cancel("stopped")
    with pytest.raises(PulseCanceledError, match="stopped"):
        await callers[0]
    home.commands.resume([source])
    assert home.commands.waiting == {}
    assert len(home.tried) == 2


async def test_timeout_while_suspended() -> None:
    """Fail at the deadline if the reload does not end."""
    home = PendingHarness(limit=0.1)
    caller = home.request("A")
    await home.until_waiting(source="A")
    await home.commands.suspend()
    assert home.commands.waiting == {}
    with pytest.raises(PulsePendingTimeoutError):
        await caller


async def test_unexpected_exception() -> None:
    """Raise exceptions that are no PulseError, too."""
    home = PendingHarness()
    home.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await home.request("A")
    assert not home.commands.wants("source", "A")
