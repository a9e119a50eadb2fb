"""The values of properties, by push and by reading."""

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
from custom_components.barco_pulse.pulse.property_cache import PropertyCache

ABSENT = PulseInvalidStateError("Property not found", -32601)
BUSY = PulseInvalidStateError("busy transitioning to ready", -32009)
DENIED = PulsePermissionError("Access permission error", -32001)
INVALID = PulseRpcError("Wrong parameter type", -32602)


class FakeProjector:
    """As much of a projector as reading and subscribing need.

    A value that is an exception is what reading or subscribing to it alone raises;
    `batch_error` is what asking for several names raises.
    """

    def __init__(self, **cache: JsonValue | Exception) -> None:
        """Hold these values, and a power state."""
        self.cache: dict[str, JsonValue | Exception] = {STATE: "on", **cache}
        self.asked: list[tuple[str, JsonValue]] = []
        self.batch_error: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        """Called when an answer is on its way."""

    async def __call__(self, method: str, params: JsonValue) -> JsonValue:
        """Answer a request."""
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
        """Return what was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked


def changed(**cache: JsonValue) -> JsonObject:
    """Return the params of the notification of these changes."""
    return {"property": [{name: value} for name, value in cache.items()]}


async def test_one_request_reads_all() -> None:
    """Names that are missing or null are left out."""
    projector = FakeProjector(a=1, b=None, c=False)
    cache = PropertyCache(projector)

    assert await cache.get({"c", "b", "a", "gone"}) == {"a": 1, "c": False}
    assert projector.asked == [("property.get", ["a", "b", "c", "gone"])]
    assert await cache.get([]) == {}
    assert len(projector.asked) == 1


@pytest.mark.parametrize("error", [ABSENT, INVALID, DENIED], ids=str)
async def test_a_refused_batch_is_read_singly_once(error: Exception) -> None:
    """One name that spoils the batch is found out, and not asked for again."""
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


async def test_no_access_to_anything() -> None:
    """A projector that shows nothing without a PIN is no projector without values."""
    projector = FakeProjector(a=DENIED, b=DENIED)
    projector.cache[STATE] = DENIED
    projector.batch_error = DENIED
    with pytest.raises(PulsePermissionError):
        await PropertyCache(projector).get(["a", "b"])


async def test_no_single_reads_of_a_projector_that_is_gone() -> None:
    """They would not mend it."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = PulseConnectionError("gone")
    with pytest.raises(PulseConnectionError):
        await PropertyCache(projector).get(["a", "b"])
    assert len(projector.asked) == 1


async def test_busy_for_a_batch() -> None:
    """A busy projector is asked for its power state, and for nothing else."""
    projector = FakeProjector(a=1, b=2)
    projector.cache[STATE] = "conditioning"
    projector.batch_error = BUSY
    cache = PropertyCache(projector)
    assert await cache.get(["a", "b", STATE]) == {STATE: "conditioning"}
    assert len(projector.asked) == 2
    assert cache.incomplete


async def test_busy_for_single_names() -> None:
    """What could not be told now is known to be asked for again."""
    projector = FakeProjector(a=1, b=BUSY)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)

    assert await cache.get(["a", "b"]) == {"a": 1}
    assert cache.incomplete
    cache.reset_subscriptions()
    assert not cache.incomplete


@pytest.mark.parametrize("answer", [None, "a", [1], True])
async def test_a_batch_must_be_answered_by_an_object(answer: JsonValue) -> None:
    """Anything else is not the Pulse protocol."""

    async def request(method: str, params: JsonValue) -> JsonValue:
        return answer

    with pytest.raises(PulseProtocolError):
        await PropertyCache(request).get(["a"])


async def test_read_makes_current_true() -> None:
    """It holds exactly what is asked for and has a value now."""
    projector = FakeProjector(a=1, b=2, c=3)
    cache = PropertyCache(projector)
    await cache.read({"a", "b", "c"})
    assert cache.values == {"a": 1, "b": 2, "c": 3}

    projector.cache = {"a": 4, "c": 5}
    await cache.read({"a", "b"})
    assert cache.values == {"a": 4}


async def test_read_of_a_busy_projector_changes_nothing() -> None:
    """What was known stays until it can tell."""
    projector = FakeProjector(a=1, b=2)
    cache = PropertyCache(projector)
    await cache.read({"a", "b"})
    projector.batch_error = BUSY
    await cache.read({"a", "b"})
    assert cache.values == {"a": 1, "b": 2}


async def test_a_push_is_newer_than_the_read_under_way() -> None:
    """What the answer says of a value that was pushed meanwhile is old."""
    projector = FakeProjector(a=1, b=2)
    cache = PropertyCache(projector)
    await cache.subscribe({"a", "b"})
    projector.meanwhile = lambda: cache.apply_push(changed(a=10))

    await cache.read({"a", "b"})
    assert cache.values == {"a": 10, "b": 2}
    projector.meanwhile = lambda: None
    await cache.read({"a", "b"})
    assert cache.values == {"a": 1, "b": 2}


async def test_subscribe_to_exactly_these() -> None:
    """Only what is new is subscribed to, what is not wanted any more is given up."""
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


async def test_a_refused_subscription_is_tried_singly_once() -> None:
    """One name that spoils it for all is found out, and left alone."""
    projector = FakeProjector(a=1, b=2)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)

    await cache.subscribe({"a", "b", "gone"})
    assert cache.subscribed == {"a", "b"}
    assert len(projector.take_requests()) == 4
    await cache.subscribe({"a", "b", "gone"})
    assert projector.take_requests() == []


async def test_false_is_a_refusal_too() -> None:
    """A projector that answers false to a subscription has not taken it."""

    async def request(method: str, params: JsonValue) -> JsonValue:
        return False

    cache = PropertyCache(request)
    await cache.subscribe({"a"})
    assert cache.subscribed == set()


async def test_a_projector_that_refuses_all_is_left_alone() -> None:
    """Who refuses every subscription is not asked again whenever objects change."""
    projector = FakeProjector(a=ABSENT, b=ABSENT)
    projector.batch_error = ABSENT
    cache = PropertyCache(projector)
    await cache.subscribe({"a", "b"})
    assert len(projector.take_requests()) == 3

    cache.reset_subscriptions()
    await cache.subscribe({"a", "b"})
    assert projector.take_requests() == []


async def test_busy_is_no_refusal_of_a_subscription() -> None:
    """A projector that has no time now is asked again."""
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


async def test_what_does_not_exist_is_not_subscribed_to() -> None:
    """What reading has shown to be missing is left out."""
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
    """Return values that are subscribed to and read."""
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
    # The order of a set differs between the processes that share the tests.
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_push(cache: PropertyCache, params: JsonObject, names: set[str]) -> None:
    """It tells what has changed; nothing else of a notification matters."""
    assert cache.apply_push(params) == names


def test_pushed_values_are_current(cache: PropertyCache) -> None:
    """A pushed null takes the value away, once."""
    cache.apply_push(changed(a=[1], b="y"))
    assert cache.values["a"] == [1]
    assert cache.values["b"] == "y"
    assert cache.apply_push(changed(a=None)) == {"a"}
    assert "a" not in cache.values
    assert cache.apply_push(changed(a=None)) == set()


def test_a_change_of_source_passes_through_nothing(cache: PropertyCache) -> None:
    """The empty name between two sources is no source."""
    assert cache.apply_push({"property": [{SOURCE: ""}]}) == set()
    assert cache.values[SOURCE] == "HDMI"
    assert cache.apply_push({"property": [{SOURCE: "SDI"}]}) == {SOURCE}
    assert cache.values[SOURCE] == "SDI"
