"""Knowing a projector again without asking it."""

import json

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE
from custom_components.barco_pulse.pulse.exceptions import PulseSlowResponseError
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .fakes import ASKED, DIMMED, POWERED, STANDBY, FakeProjector, seen_on


def known_again(discovery: Introspector, projector: FakeProjector) -> Introspector:
    """Return another one that remembers what this one knew."""
    other = Introspector(projector)
    other.from_storage(json.loads(json.dumps(discovery.to_storage())))
    return other


async def test_nothing_but_the_root_is_asked() -> None:
    """In a power state that was seen, and what is known is known at once."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    other = known_again(discovery, projector)
    assert other.properties == discovery.properties
    assert other.methods == discovery.methods
    assert other.has_introspection
    assert other.complete

    await other.update("on")
    assert projector.take_requests() == [""]
    await other.update("standby")
    assert projector.take_requests() == ASKED
    assert other.to_storage().keys() == discovery.to_storage().keys()


async def test_in_standby_the_rest_is_remembered() -> None:
    """What is not there now is known from before."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = STANDBY
    other = known_again(discovery, projector)
    await other.update("standby")
    assert other.properties.keys() == {STATE, LASER_POWER}
    assert other.properties[LASER_POWER].maximum == 80
    assert other.methods[DIMMED]["to"].base == "float"
    assert not other.is_present(LASER_POWER)


async def test_what_was_never_complete() -> None:
    """Who was only seen in standby may have more."""
    projector = FakeProjector(STANDBY)
    discovery = Introspector(projector)
    await discovery.update("standby")
    assert not known_again(discovery, projector).complete


async def test_who_does_not_introspect() -> None:
    """What could be read is known again."""
    projector = FakeProjector({})
    discovery = Introspector(projector)
    await discovery.update("on")
    discovery.add_readable([STATE, LASER_POWER])
    other = known_again(discovery, projector)
    assert other.properties.keys() == {STATE, LASER_POWER}
    assert not other.has_introspection


async def test_who_is_too_slow_to_tell_all() -> None:
    """It need not be found out again, but is questioned."""
    slow = PulseSlowResponseError("No answer in time")
    projector = FakeProjector(POWERED | {"system.*": slow})
    discovery = Introspector(projector)
    projector.answers["system"] = {"properties": ["state"]}
    await discovery.update("on")
    projector.take_requests()
    other = known_again(discovery, projector)
    other.invalidate("")
    await other.update("on")
    assert "system.*" not in projector.take_requests()
    await other.retry_undescribed("on")
    assert "system.*" in projector.take_requests()


ODD: list[JsonValue] = [
    None,
    7,
    "models",
    [],
    {},
    {"models": None, "asked": None, "complete": None, "readable": None},
    {"models": [], "asked": [], "complete": 1, "readable": {}},
    {"models": {}, "asked": {"on": ["system"]}, "complete": True},
    {"models": {"system": None, "illumination": 7, "x": []}, "asked": {"on": None}},
    {"models": {"system": {"properties": 7, "methods": "x"}}, "asked": {"on": [{}, 7]}},
    {"models": {"system": {"properties": {"system.a": 7}}}, "asked": {"": {"a": 1}}},
    {"models": {"system": {"methods": {"system.a": 7}}}, "asked": {}, "readable": [7]},
    {"in_parts": "yes", "readable": [None, [], {}]},
]


@pytest.mark.parametrize("memory", ODD, ids=str)
async def test_odd_memory(memory: JsonValue) -> None:
    """What is odd in it is not remembered, and the projector is asked as ever."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)
    discovery.from_storage(memory)
    assert not discovery.complete
    await discovery.update("on")
    assert projector.asked == ASKED
    assert {STATE, LASER_POWER} <= discovery.properties.keys()
    assert DIMMED in discovery.methods
    assert discovery.complete


async def test_odd_parts_of_a_memory() -> None:
    """An odd part harms no other, and what is right is not asked again."""
    projector = FakeProjector(POWERED)
    memory = (await seen_on(projector)).to_storage()
    models, asked = memory["models"], memory["asked"]
    assert isinstance(models, dict)
    assert isinstance(asked, dict)
    discovery = Introspector(projector)
    discovery.from_storage(
        {
            **memory,
            "models": models | {"odd": 7},
            "asked": asked | {"ready": 7, "eco": [{}, None]},
            "more": 7,
        }
    )
    assert discovery.properties.keys() == {STATE, LASER_POWER}
    await discovery.update("on")
    assert projector.take_requests() == [""]
    await discovery.update("ready")
    assert projector.take_requests() == ASKED
