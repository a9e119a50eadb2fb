"""What the listener hears, and how often."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.publisher import Publisher
from custom_components.barco_pulse.pulse.snapshot import Snapshot
from custom_components.barco_pulse.pulse.timing import Pace

from .common import Listener

QUICK = Pace(burst=3, push=0.01)


class Told:
    """Something that is known, and who is told of it."""

    def __init__(self, pace: Pace = QUICK) -> None:
        """Know nothing but a number."""
        self.values: dict[str, JsonValue] = {"number": 0}
        self.listener = Listener()
        self.publisher = Publisher(self._make, self.listener, pace)

    def _make(self, error: PulseError | None) -> Snapshot:
        return Snapshot(error is None, error, values=dict(self.values))

    @property
    def numbers(self) -> list[JsonValue]:
        """Return the numbers that were told."""
        return [snapshot.values["number"] for snapshot in self.listener.snapshots]


def test_only_news_is_told() -> None:
    """A snapshot that says the same again is none."""
    told = Told()
    first = told.publisher.snapshot
    assert not first.reachable
    told.publisher.now()
    told.publisher.now()
    told.values["number"] = 1
    told.publisher.now()
    assert told.numbers == [0, 1]
    assert told.publisher.snapshot is told.listener.snapshots[-1]
    assert first.values["number"] == 0


async def test_what_comes_in_one_piece() -> None:
    """It is told once, and what is told at once meanwhile has it all."""
    told = Told()
    for number in range(1, 4):
        told.values["number"] = number
        told.publisher.soon()
    assert told.numbers == []
    await told.listener.until(lambda: told.numbers)
    told.publisher.soon()
    told.values["number"] = 4
    told.publisher.now()
    assert told.numbers == [3, 4]


async def test_a_flood() -> None:
    """A burst passes at once, what comes after it in steps, and the last at last."""
    told = Told(replace(QUICK, push=0.1))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(1, 200):
        told.values["number"] = number
        told.publisher.soon()
        await asyncio.sleep(0)
    await told.listener.until(lambda: told.numbers[-1] == 199)
    assert len(told.numbers) <= QUICK.burst + 2 + (loop.time() - begun) / 0.1


async def test_stop() -> None:
    """What was to be told is not told any more, until there is something again."""
    told = Told()
    told.values["number"] = 1
    told.publisher.soon()
    told.publisher.stop()
    told.publisher.stop()
    told.values["number"] = 2
    told.publisher.soon()
    await told.listener.until(lambda: told.numbers)
    assert told.numbers == [2]


async def test_errors() -> None:
    """The same error again is no news; each new one is kept with its time."""
    told = Told()
    publisher = told.publisher
    assert publisher.away_since is None
    for _ in range(3):
        publisher.note(PulseConnectionError("lost"))
        assert told.listener.snapshots == [], "it may be back in a moment"
    for _ in range(3):
        publisher.out_of_reach()
    away_since = publisher.away_since
    assert away_since == pytest.approx(asyncio.get_running_loop().time(), abs=1)
    publisher.note(PulseTimeoutError("lost"))
    publisher.out_of_reach()
    assert publisher.away_since == away_since, "from the first one on"
    assert [repr(s.error) for s in told.listener.snapshots] == [
        "PulseConnectionError('lost')",
        "PulseTimeoutError('lost')",
    ]
    publisher.now()
    assert publisher.away_since is None
    assert publisher.snapshot.reachable
    publisher.note(PulseTimeoutError("lost"))
    assert publisher.snapshot.reachable
    assert [error for _, error in publisher.errors] == [
        "PulseConnectionError('lost')",
        "PulseTimeoutError('lost')",
        "PulseTimeoutError('lost')",
    ]


async def test_news_while_it_is_out_of_reach() -> None:
    """What is new is told; that it is out of reach stays, and why."""
    told = Told()
    told.publisher.now()
    told.values["number"] = 1
    told.publisher.again()
    assert told.publisher.snapshot.reachable
    error = PulseConnectionError("lost")
    told.publisher.note(error)
    told.publisher.out_of_reach()
    told.values["number"] = 2
    told.publisher.again()
    told.publisher.again()
    assert told.numbers == [0, 1, 1, 2]
    assert told.publisher.snapshot.error is error
