"""What the listener hears, and how often."""

import asyncio
from dataclasses import replace

from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.publisher import SnapshotPublisher
from custom_components.barco_pulse.pulse.snapshot import Changes, Snapshot
from custom_components.barco_pulse.pulse.timing import Timings

from .common import Listener

FAST_PUBLISHING = Timings(publish_burst=3, publish_interval=0.01)


class PublisherHarness:
    """Something that is known, and who is harness of it."""

    def __init__(self, timings: Timings = FAST_PUBLISHING) -> None:
        """Know nothing but a number."""
        self.values: dict[str, JsonValue] = {"number": 0}
        self.error: PulseError | None = PulseConnectionError("Not connected")
        self.listener = Listener()
        self.publisher = SnapshotPublisher(self._make, self.listener, timings)
        self.error = None

    def _make(self) -> Snapshot:
        values = dict(self.values)
        return Snapshot(self.error is None, self.error, values=values)

    @property
    def numbers(self) -> list[JsonValue]:
        """Return the numbers that were harness."""
        return [snapshot.values["number"] for snapshot in self.listener.snapshots]


def test_only_news_is_told() -> None:
    """A snapshot that says the same again is none."""
    harness = PublisherHarness()
    first = harness.publisher.snapshot
    assert not first.reachable
    harness.publisher.publish()
    harness.publisher.publish()
    harness.values["number"] = 1
    harness.publisher.publish()
    assert harness.numbers == [0, 1]
    assert harness.publisher.snapshot is harness.listener.snapshots[-1]
    assert first.values["number"] == 0


async def test_what_comes_in_one_piece() -> None:
    """It is harness once, and what is harness at once meanwhile has it all."""
    harness = PublisherHarness()
    for number in range(1, 4):
        harness.values["number"] = number
        harness.publisher.publish_soon()
    assert harness.numbers == []
    await harness.listener.until(lambda: harness.numbers)
    harness.publisher.publish_soon()
    harness.values["number"] = 4
    harness.publisher.publish()
    assert harness.numbers == [3, 4]


async def test_a_flood() -> None:
    """A burst passes at once, what comes after it in steps, and the last at last."""
    harness = PublisherHarness(replace(FAST_PUBLISHING, publish_interval=0.1))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(1, 200):
        harness.values["number"] = number
        harness.publisher.publish_soon()
        await asyncio.sleep(0)
    await harness.listener.until(lambda: harness.numbers[-1] == 199)
    assert (
        len(harness.numbers)
        <= FAST_PUBLISHING.publish_burst + 2 + (loop.time() - begun) / 0.1
    )


async def test_stop() -> None:
    """What was to be harness is not harness any more, until there is something again."""
    harness = PublisherHarness()
    harness.values["number"] = 1
    harness.publisher.publish_soon()
    harness.publisher.stop()
    harness.publisher.stop()
    harness.values["number"] = 2
    harness.publisher.publish_soon()
    await harness.listener.until(lambda: harness.numbers)
    assert harness.numbers == [2]


async def test_what_changed() -> None:
    """The listener gets the names that changed, or None where that is not all."""
    heard: list[Changes] = []
    harness = PublisherHarness()
    publisher = SnapshotPublisher(
        lambda: Snapshot(True, None, values=dict(harness.values)),
        lambda snapshot, changes: heard.append(changes),
        FAST_PUBLISHING,
    )
    harness.values["number"] = 1
    publisher.publish()
    publisher.publish()
    assert heard == [{"number"}]
    harness.error = PulseConnectionError("lost")
    harness.publisher.publish()
    assert harness.listener.changes[-1] is None
