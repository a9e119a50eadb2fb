"""The values of properties, pushed and read."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import SOURCE, STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.model.property_cache import PropertyCache

ABSENT = PulseInvalidStateError("Property not found", -32601)
BUSY = PulseInvalidStateError("busy transitioning to ready", -32009)
DENIED = PulsePermissionError("Access permission error", -32001)
INVALID = PulseRpcError("Wrong parameter type", -32602)


class FakeProjector:
    """A fake projector for reading and subscribing.

    A value that is an exception is raised by a read of or a subscription to it alone.
    `batch_error` is raised by a read of several names.
    """

    def __init__(self, **cache: JsonValue | Exception) -> None:
        """Initialize with these values, including a power state."""
        self.cache: dict[str, JsonValue | Exception] = {STATE: "on", **cache}
        self.asked: list[tuple[str, JsonValue]] = []
        self.batch_error: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        """Called when an answer is on its way."""

    async def __call__(self, method: str, params: JsonValue) -> JsonValue:
        """Respond to a request."""
        assert isinstance(params, dict)
        names = params["property"]
        self.asked.append((method, names))
        several = isinstance(names, list) and len(names) > 1
        if several and self.batch_error is not None:
            raise self.batch_error
        answers: dict[str, Any] = {}
        for name in names if isinstance(names, list) else [names]:
            value = self.cache.get(name, ABSENT)
            if not several and isinstance(value, Exception):
                raise value
            if not isinstance(value, Exception):
                answers[name] = value
        self.meanwhile()
        if method != "property.get":
            return True
        return answers if isinstance(names, list) else answers[names]

    def take_requests(self) -> list[tuple[str, JsonValue]]:
        """Return the requests since the last call."""
        asked, self.asked = self.asked, []
        return asked


def changed(**cache: JsonValue) -> JsonObject:
    """Return the params of a property.changed notification."""
    return {"property": [{name: value} for name, value in cache.items()]}


async def test_one_request_reads_all() -> None:
    """Omit names that are missing or null."""
    projector = FakeProjector(a=1, b=None, c=False)
    cache = PropertyCache(projector)

    assert await cache.get({"c", "b", "a", "gone"}) == {"a": 1, "c": False}
    assert projector.asked == [("property.get", ["a", "b", "c", "gone"])]
    assert await cache.get([]) == {}
    assert len(projector.asked) == 1


@pytest.mark.parametrize("error", [ABSENT, INVALID, DENIED], ids=str)
async def test_refused_batch_is_read_singly_once(error: Exception) -> None:
    """Find the name that makes a batch fail, and omit it afterwards."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = error
    cache = PropertyCache(projector)

    assert await cache.get(["a", "b", "gone"]) == {"a": 1, "b": 2}
    assert sorted(projector.take_requests(), key=str) == [
        ("property.get", "a"),
        ("property.get", "b"),
        ("property.get", "gone"),
        ("property.get", STATE),
        ("property.get", ["a", "b", "gone"]),
    ]
    projector.batch_error = None
    assert await cache.get(["a", "b", "gone"]) == {"a": 1, "b": 2}
    assert projector.take_requests() == [("property.get", ["a", "b"])]

    cache.reset_subscriptions()
    await cache.get(["a", "b", "gone"])
    assert projector.take_requests() == [("property.get", ["a", "b", "gone"])]


async def test_everything_is_refused() -> None:
    """Raise a permission error instead of returning no values."""
    projector = FakeProjector(a=DENIED, b=DENIED)
    projector.cache[STATE] = DENIED
    projector.batch_error = DENIED
    with pytest.raises(PulsePermissionError):
        await PropertyCache(projector).get(["a", "b"])


async def test_no_single_reads_after_a_disconnect() -> None:
    """Do not read singly after a connection error."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = PulseConnectionError("gone")
    with pytest.raises(PulseConnectionError):
        await PropertyCache(projector).get(["a", "b"])
    assert len(projector.asked) == 1


async def test_busy_for_a_batch() -> None:
    """Read only the power state of a busy projector."""
    projector = FakeProjector(a=1, b=2)
    projector.cache[STATE] = "conditioning"
    projector.batch_error = BUSY
    cache = PropertyCache(projector)
    assert await cache.get(["a", "b", STATE]) == {STATE: "conditioning"}
    assert len(projector.asked) == 2
    assert cache.incomplete


async def test_busy_for_single_names() -> None:
    """Report names to read again after busy responses."""
    projector = FakeProjector(a=1, b=BUSY)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)

    assert await cache.get(["a", "b"]) == {"a": 1}
    assert cache.incomplete
    cache.reset_subscriptions()
    assert not cache.incomplete


@pytest.mark.parametrize("answer", [None, "a", [1], True])
async def test_batch_response_must_be_an_object(answer: JsonValue) -> None:
    """Raise a protocol error for other types."""

    async def request(method: str, params: JsonValue) -> JsonValue:
        return answer

    with pytest.raises(PulseProtocolError):
        await PropertyCache(request).get(["a"])


async def test_read_replaces_the_values() -> None:
    """Hold exactly the requested names that have a value."""
    projector = FakeProjector(a=1, b=2, c=3)
    cache = PropertyCache(projector)
    await cache.read({"a", "b", "c"})
    assert cache.values == {"a": 1, "b": 2, "c": 3}

    projector.cache = {"a": 4, "c": 5}
    await cache.read({"a", "b"})
    assert cache.values == {"a": 4}


async def test_read_of_a_busy_projector_changes_nothing() -> None:
    """Keep the values until the projector responds."""
    projector = FakeProjector(a=1, b=2)
    cache = PropertyCache(projector)
    await cache.read({"a", "b"})
    projector.batch_error = BUSY
    await cache.read({"a", "b"})
    assert cache.values == {"a": 1, "b": 2}


async def test_push_wins_over_a_read_in_progress() -> None:
    """Ignore the read value of a property that was pushed meanwhile."""
    projector = FakeProjector(a=1, b=2)
    cache = PropertyCache(projector)
    await cache.subscribe({"a", "b"})
    projector.meanwhile = lambda: cache.apply_push(changed(a=10))

    await cache.read({"a", "b"})
    assert cache.values == {"a": 10, "b": 2}
    projector.meanwhile = lambda: None
    await cache.read({"a", "b"})
    assert cache.values == {"a": 1, "b": 2}


async def test_subscribe_changes_only_the_difference() -> None:
    """Subscribe to new names, and unsubscribe from others."""
    projector = FakeProjector(a=1, b=2, c=3)
    cache = PropertyCache(projector)
    await cache.subscribe({"b", "a"})
    await cache.subscribe({"a", "b"})
    assert projector.take_requests() == [("property.subscribe", ["a", "b"])]

    await cache.subscribe({"b", "c"})
    assert projector.take_requests() == [
        ("property.unsubscribe", ["a"]),
        ("property.subscribe", ["c"]),
    ]
    assert cache.subscribed == {"b", "c"}
    assert cache.apply_push(changed(a=7, c=8)) == {"c"}

    cache.reset_subscriptions()
    await cache.subscribe({"b", "c"})
    assert projector.take_requests() == [("property.subscribe", ["b", "c"])]


async def test_refused_subscription_is_tried_singly_once() -> None:
    """Find the name that makes a subscription fail, and omit it afterwards."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)

    await cache.subscribe({"a", "b", "gone"})
    assert cache.subscribed == {"a", "b"}
    assert len(projector.take_requests()) == 4
    await cache.subscribe({"a", "b", "gone"})
    assert projector.take_requests() == []


async def test_false_is_a_refusal() -> None:
    """Treat the result false of a subscription as a refusal."""

    async def request(method: str, params: JsonValue) -> JsonValue:
        return False

    cache = PropertyCache(request)
    await cache.subscribe({"a"})
    assert cache.subscribed == set()


async def test_all_subscriptions_are_refused() -> None:
    """Do not subscribe again when objects change."""
    projector = FakeProjector(a=ABSENT, b=ABSENT)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)
    await cache.subscribe({"a", "b"})
    assert len(projector.take_requests()) == 3

    cache.reset_subscriptions()
    await cache.subscribe({"a", "b"})
    assert projector.take_requests() == []


async def test_busy_subscription_is_retried() -> None:
    """Subscribe again after a busy response."""
    projector = FakeProjector(a=BUSY, b=BUSY)
    projector.batch_error = BUSY
    cache = PropertyCache(projector)
    await cache.subscribe({"a", "b"})
    assert cache.subscribed == set()

    projector.cache = {"a": 1, "b": 2}
    projector.batch_error = None
    cache.reset_subscriptions()
    await cache.subscribe({"a", "b"})
    assert cache.subscribed == {"a", "b"}


async def test_missing_names_are_not_subscribed() -> None:
    """Omit names that a read showed to be missing."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)
    await cache.get(["a", "b", "gone"])
    projector.batch_error = None
    projector.take_requests()

    await cache.subscribe({"a", "b", "gone"})
    assert projector.take_requests() == [("property.subscribe", ["a", "b"])]


@pytest.fixture
async def cache() -> PropertyCache:
    """Return a cache with subscribed and read values."""
    projector = FakeProjector(a=1, b="x")
    projector.cache |= {SOURCE: "HDMI", STATE: "on"}
    cache = PropertyCache(projector)
    await cache.subscribe(projector.cache.keys())
    await cache.read(projector.cache.keys())
    return cache


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"property": [{"a": 2}]}, {"a"}),
        ({"property": [{"a": 2}, {"b": "y"}]}, {"a", "b"}),
        ({"property": [{"a": 2, "b": "y"}]}, {"a", "b"}),
        ({"property": {"a": 2}}, {"a"}),
        ({"property": [{"a": 1}, {"b": "x"}]}, set()),
        ({"property": [{"a": 2}, {"a": 1}]}, {"a"}),
        ({"property": [{"unheard.of": 1}]}, set()),
        ({"property": [{"a": None}]}, {"a"}),
        ({"property": [7, None, "a", ["a"], {}, {"a": 2}]}, {"a"}),
        ({"property": 7}, set()),
        ({"property": "a"}, set()),
        ({}, set()),
    ],
    # Sort sets, because their order differs between processes.
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_push(cache: PropertyCache, params: JsonObject, names: set[str]) -> None:
    """Return the changed names, and ignore the rest of a notification."""
    assert cache.apply_push(params) == names


def test_pushed_values_are_current(cache: PropertyCache) -> None:
    """Remove a value once by a pushed null."""
    cache.apply_push(changed(a=[1], b="y"))
    assert cache.values["a"] == [1]
    assert cache.values["b"] == "y"
    assert cache.apply_push(changed(a=None)) == {"a"}
    assert "a" not in cache.values
    assert cache.apply_push(changed(a=None)) == set()


def test_empty_source_during_a_change(cache: PropertyCache) -> None:
    """Ignore the empty name between two sources."""
    assert cache.apply_push({"property": [{SOURCE: ""}]}) == set()
    assert cache.values[SOURCE] == "HDMI"
    assert cache.apply_push({"property": [{SOURCE: "SDI"}]}) == {SOURCE}
    assert cache.values[SOURCE] == "SDI"
