"""What the listener hears, and how often."""

import asyncio
from dataclasses import replace

from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.publisher import Publisher
from custom_components.barco_pulse.pulse.snapshot import Changes, Snapshot
from custom_components.barco_pulse.pulse.timing import Timings

from .common import Listener

QUICK = Timings(publish_burst=3, publish_interval=0.01)


class Told:
    """Something that is known, and who is told of it."""

    def __init__(self, pace: Timings = QUICK) -> None:
        """Know nothing but a number."""
        self.values: dict[str, JsonValue] = {"number": 0}
        self.error: PulseError | None = PulseConnectionError("Not connected")
        self.listener = Listener()
        self.publisher = Publisher(self._make, self.listener, pace)
        self.error = None

    def _make(self) -> Snapshot:
        values = dict(self.values)
        return Snapshot(self.error is None, self.error, values=values)

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
    told = Told(replace(QUICK, publish_interval=0.1))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(1, 200):
        told.values["number"] = number
        told.publisher.soon()
        await asyncio.sleep(0)
    await told.listener.until(lambda: told.numbers[-1] == 199)
    assert len(told.numbers) <= QUICK.publish_burst + 2 + (loop.time() - begun) / 0.1


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


async def test_what_changed() -> None:
    """The listener gets the names that changed, or None where that is not all."""
    heard: list[Changes] = []
    told = Told()
    publisher = Publisher(
        lambda: Snapshot(True, None, values=dict(told.values)),
        lambda snapshot, changes: heard.append(changes),
        QUICK,
    )
    told.values["number"] = 1
    publisher.now()
    publisher.now()
    assert heard == [{"number"}]
    told.error = PulseConnectionError("lost")
    told.publisher.now()
    assert told.listener.changes[-1] is None
