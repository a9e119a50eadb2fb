"""Which snapshots the listener gets, and how often."""

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
    """Builds snapshots of a number, and records what is published."""

    def __init__(self, timings: Timings = FAST_PUBLISHING) -> None:
        """Initialize with a number."""
        self.values: dict[str, JsonValue] = {"number": 0, "other": 0}
        self.error: PulseError | None = PulseConnectionError("Not connected")
        self.listener = Listener()
        self.publisher = SnapshotPublisher(self._make, self.listener, timings)
        self.error = None

    def _make(self) -> Snapshot:
        values = dict(self.values)
        return Snapshot(self.error is None, self.error, values=values)

    @property
    def numbers(self) -> list[JsonValue]:
        """Return the published numbers."""
        return [snapshot.values["number"] for snapshot in self.listener.snapshots]


def test_equal_snapshots_are_not_published() -> None:
    """Publish a snapshot only if it differs."""
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


async def test_changes_in_one_step() -> None:
    """Publish once; an urgent snapshot contains all changes so far."""
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


async def test_flood() -> None:
    """Publish a burst at once, then at intervals, and the last one always."""
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


async def test_cancel() -> None:
    """Publish nothing after cancel until the next change."""
    harness = PublisherHarness()
    harness.values["number"] = 1
    harness.publisher.publish_soon()
    harness.publisher.cancel()
    harness.publisher.cancel()
    harness.values["number"] = 2
    harness.publisher.publish_soon()
    await harness.listener.until(lambda: harness.numbers)
    assert harness.numbers == [2]


async def test_changed_names() -> None:
    """Pass the changed names, or None if more changed."""
    changes_published: list[Changes] = []
    harness = PublisherHarness()
    publisher = SnapshotPublisher(
        lambda: Snapshot(True, None, values=dict(harness.values)),
        lambda snapshot, changes: changes_published.append(changes),
        FAST_PUBLISHING,
    )
    harness.values["number"] = 1
    publisher.publish()
    publisher.publish()
    assert changes_published == [{"number"}]
    harness.error = PulseConnectionError("lost")
    harness.publisher.publish()
    assert harness.listener.changes[-1] is None


async def test_urgent_changes() -> None:
    """Publish each in an iteration of its own, in order, and before anything newer."""
    harness = PublisherHarness(replace(FAST_PUBLISHING, publish_burst=9))
    for number in range(1, 5):
        harness.values["number"] = number
        harness.publisher.publish_urgent()
    assert harness.numbers == [1]
    await asyncio.sleep(0)
    assert harness.numbers == [1, 2]
    harness.values["number"] = 5
    harness.publisher.publish()
    assert harness.numbers == [1, 2, 3, 4, 5]


async def test_a_flood_of_urgent_changes() -> None:
    """Publish a burst at once, then at intervals; other changes do not delay it."""
    harness = PublisherHarness(replace(FAST_PUBLISHING, publish_interval=0.1))
    loop = asyncio.get_running_loop()
    for _ in range(99):
        harness.publisher.publish_soon()
        harness.publisher.cancel()
    begun = loop.time()
    for number in range(1, 200):
        harness.values["number"] = number
        harness.publisher.publish_urgent()
        assert number > 1 or harness.numbers == [1]
        await asyncio.sleep(0)
    await harness.listener.until(lambda: harness.numbers[-1] == 199)
    assert harness.numbers[:3] == [1, 2, 3]
    assert len(harness.numbers) <= 3 + 2 + (loop.time() - begun) / 0.1


async def test_only_values() -> None:
    """Publish values without a new snapshot of everything, unless more changed."""
    harness = PublisherHarness()
    harness.publisher.publish()
    harness.values["number"] = 2
    harness.publisher.publish_values({"number": 1})
    harness.publisher.publish_values({"number": 1.0})
    await harness.listener.until(lambda: len(harness.numbers) == 2)
    assert harness.numbers == [0, 1], "as given"
    assert harness.listener.changes[-1] == {"number"}

    harness.publisher.publish_values({"number": 3})
    harness.publisher.publish_soon()
    harness.publisher.publish_values({"number": 4})
    await harness.listener.until(lambda: len(harness.numbers) == 3)
    assert harness.numbers == [0, 1, 2], "as known"

    harness.publisher.publish_values({"number": 5})
    harness.publisher.cancel()
    harness.publisher.publish_values({"other": 1})
    await harness.listener.until(lambda: len(harness.numbers) == 4)
    assert harness.numbers == [0, 1, 2, 2], "cancelled"


def test_what_to_store() -> None:
    """Publish a snapshot also if only the stored data differ."""
    listener = Listener()
    version = 0

    def build() -> Snapshot:
        return Snapshot(storage_version=version)

    publisher = SnapshotPublisher(build, listener, FAST_PUBLISHING)
    publisher.publish()
    assert listener.snapshots == []
    version = 1
    publisher.publish()
    publisher.publish()
    assert [s.storage_version for s in listener.snapshots] == [1]
    assert listener.changes == [frozenset()]
