"""Floor 3: what was asked for and has to wait until it can be done."""

import asyncio

import pytest

from custom_components.barco_pulse.protocol import (
    JsonValue,
    PulseError,
    PulseStateError,
    PulseTooLateError,
    PulseWithdrawnError,
)
from custom_components.barco_pulse.wishes import Wishes

from .common import PATIENCE

LONG = 3600.0
"""Seconds: only a nudge comes before."""


class Household:
    """Wishes, and attempts that do what they are told."""

    def __init__(self, limit: float = LONG) -> None:
        """Want nothing; nothing is possible yet."""
        self.wishes = Wishes(limit, self._note)
        self.seen: list[dict[str, JsonValue]] = []
        self.tried: list[JsonValue] = []
        self.wait: float | None = LONG
        self.error: PulseError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self._news = asyncio.Event()

    def _note(self) -> None:
        self.seen.append(self.wishes.waiting)
        self._news.set()

    async def _attempt(self, value: JsonValue) -> float | None:
        self.tried.append(value)
        self._news.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.wait

    def want(self, value: JsonValue, what: str = "source") -> asyncio.Task[None]:
        """Want something."""
        granting = self.wishes.grant(what, value, lambda: self._attempt(value))
        return asyncio.create_task(granting)

    async def until_tried(self, times: int) -> None:
        """Wait until there were so many attempts."""
        async with asyncio.timeout(PATIENCE):
            while len(self.tried) < times:
                self._news.clear()
                await self._news.wait()

    async def until_waiting(self, **waiting: JsonValue) -> None:
        """Wait until exactly this has to wait."""
        wanted = {f"wish.{what}": value for what, value in waiting.items()}
        async with asyncio.timeout(PATIENCE):
            while self.wishes.waiting != wanted:
                self._news.clear()
                await self._news.wait()


async def test_done_at_once() -> None:
    """What can be done now never waits."""
    home = Household()
    home.wait = None
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    assert home.wishes.wants("source", "A")
    home.gate.set()
    await wanting
    assert home.tried == ["A"]
    assert home.seen == [{}, {}], "that it is wanted, and that it is not any more"
    assert not home.wishes.wants("source", "A")


async def test_done_when_something_happened() -> None:
    """It waits for the nudge, for all to see, and tries again."""
    home = Household()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    assert home.wishes.wants("source", "A")
    assert not home.wishes.wants("source", "B")
    home.wishes.nudge()
    await home.until_tried(2)
    assert not wanting.done()
    home.wait = None
    home.wishes.nudge()
    await wanting
    assert home.tried == ["A"] * 3
    assert home.wishes.waiting == {}
    assert home.seen == [{}, {"wish.source": "A"}, {}], "each of them once"


async def test_tried_again_after_a_while() -> None:
    """Without a nudge, after as long as the attempt said."""
    home = Household()
    home.wait = 0.01
    wanting = home.want("A")
    await home.until_tried(3)
    home.wait = None
    await wanting


async def test_a_nudge_amid_an_attempt() -> None:
    """What happened while it was tried may have come too late for the attempt."""
    home = Household()
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    home.wishes.nudge()
    home.gate.set()
    await home.until_tried(2)
    home.wait = None
    home.wishes.nudge()
    await wanting


async def test_the_same_again() -> None:
    """Whoever wants the same waits for the same, and hears the same."""
    home = Household()
    first, second = home.want("A"), home.want("A")
    await home.until_waiting(source="A")
    third = home.want("A")
    home.error = PulseStateError("no", -32601)
    home.wishes.nudge()
    for error in await asyncio.gather(first, second, third, return_exceptions=True):
        assert isinstance(error, PulseStateError)
        assert str(error) == "no"
        assert error.absent, "the code is kept"
        assert error is not home.error, "each has a traceback of its own"
    assert home.tried == ["A", "A"]
    assert home.wishes.waiting == {}


async def test_the_newest_wins() -> None:
    """Whoever wanted another value of the same kind is done."""
    home = Household()
    older = home.want("A")
    await home.until_waiting(source="A")
    newer = home.want("B")
    await older
    await home.until_waiting(source="B")
    assert not newer.done()
    home.wait = None
    home.wishes.nudge()
    await newer
    assert home.tried == ["A", "B", "B"]


async def test_kinds_do_not_mix() -> None:
    """One of each may wait."""
    home = Household()
    both = [home.want("A"), home.want("1", "preset")]
    await home.until_waiting(source="A", preset="1")
    home.wishes.withdraw("preset", "changed my mind")
    with pytest.raises(PulseWithdrawnError):
        await both[1]
    assert home.wishes.waiting == {"wish.source": "A"}
    await home.wishes.close()
    with pytest.raises(PulseWithdrawnError):
        await both[0]


async def test_withdrawn() -> None:
    """Whoever waits is told the reason, and nothing is tried any more."""
    home = Household()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    home.wishes.withdraw("source", "changed my mind")
    assert home.wishes.waiting == {}
    assert not home.wishes.wants("source", "A")
    with pytest.raises(PulseWithdrawnError, match="changed my mind"):
        await wanting
    home.wishes.nudge()
    home.wishes.withdraw("source", "there is none")
    assert home.tried == ["A"]


@pytest.mark.parametrize("error", [None, PulseStateError("no")])
async def test_withdrawn_amid_an_attempt(error: PulseError | None) -> None:
    """What is under way comes to its end, whatever that is; the reason is told."""
    home = Household()
    home.gate.clear()
    wanting = home.want("A")
    await home.until_tried(1)
    home.wishes.withdraw("source", "changed my mind")
    await asyncio.sleep(0)
    assert not wanting.done()
    home.error = error
    home.gate.set()
    with pytest.raises(PulseWithdrawnError):
        await wanting
    assert home.tried == ["A"]
    assert {} in home.seen
    assert {"wish.source": "A"} not in home.seen


async def test_wanted_again_at_once() -> None:
    """A wish that was withdrawn does not take the next one with it."""
    home = Household()
    home.gate.clear()
    first = home.want("A")
    await home.until_tried(1)
    home.wishes.withdraw("source", "changed my mind")
    second = home.want("A")
    await home.until_tried(2)
    home.gate.set()
    with pytest.raises(PulseWithdrawnError):
        await first
    await home.until_waiting(source="A")
    home.wait = None
    home.wishes.nudge()
    await second


async def test_too_late() -> None:
    """No wish lives for ever."""
    home = Household(limit=0.05)
    wanting = home.want("A")
    with pytest.raises(PulseTooLateError):
        await wanting
    assert home.wishes.waiting == {}
    assert not home.wishes.wants("source", "A")


async def test_it_goes_on_without_whoever_asked() -> None:
    """A caller that was cancelled takes nothing back."""
    home = Household()
    wanting = home.want("A")
    await home.until_waiting(source="A")
    wanting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wanting
    assert home.wishes.waiting == {"wish.source": "A"}
    home.wait = None
    home.wishes.nudge()
    await home.until_waiting()
    assert home.tried == ["A", "A"]


async def test_close() -> None:
    """Nothing is left: no task, no wish, and nobody who waits."""
    home = Household()
    before = asyncio.all_tasks()
    home.gate.clear()
    wanting = [home.want("A"), home.want("1", "preset")]
    await home.until_tried(2)
    await home.wishes.close()
    for result in await asyncio.gather(*wanting, return_exceptions=True):
        assert isinstance(result, PulseWithdrawnError)
    assert home.wishes.waiting == {}
    assert asyncio.all_tasks() == before
    await home.wishes.close()


async def test_a_bug_is_told() -> None:
    """What is no PulseError is not kept secret from whoever asked."""
    home = Household()

    async def attempt() -> float | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await home.wishes.grant("source", "A", attempt)
    assert not home.wishes.wants("source", "A")
