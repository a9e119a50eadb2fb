"""Restore introspection from stored data."""

import json

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE
from custom_components.barco_pulse.pulse.exceptions import PulseSlowResponseError
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .fakes import ASKED, DIMMED, POWERED, STANDBY, FakeProjector, seen_on


def restored(discovery: Introspector, projector: FakeProjector) -> Introspector:
    """Return another introspector with the stored data of this one."""
    other = Introspector(projector)
    other.from_storage(json.loads(json.dumps(discovery.to_storage())))
    return other


async def test_restored_introspector_requests_only_the_root() -> None:
    """Restore all descriptions in a known power state."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    other = restored(discovery, projector)
    assert other.properties == discovery.properties
    assert other.methods == discovery.methods
    assert other.has_introspection
    assert other.complete

    await other.update("on")
    assert projector.take_requests() == [""]
    await other.update("standby")
    assert projector.take_requests() == ASKED
    assert other.to_storage().keys() == discovery.to_storage().keys()


async def test_restored_in_standby() -> None:
    """Restore the objects that are absent in standby."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = STANDBY
    other = restored(discovery, projector)
    await other.update("standby")
    assert other.properties.keys() == {STATE, LASER_POWER}
    assert other.properties[LASER_POWER].maximum == 80
    assert other.methods[DIMMED]["to"].base == "float"
    assert not other.is_present(LASER_POWER)


async def test_incomplete_data() -> None:
    """Introspect more if the projector was only seen in standby."""
    projector = FakeProjector(STANDBY)
    discovery = Introspector(projector)
    await discovery.update("standby")
    assert not restored(discovery, projector).complete


async def test_restored_without_introspection() -> None:
    """Restore the readable names."""
    projector = FakeProjector({})
    discovery = Introspector(projector)
    await discovery.update("on")
    discovery.add_readable([STATE, LASER_POWER])
    other = restored(discovery, projector)
    assert other.properties.keys() == {STATE, LASER_POWER}
    assert not other.has_introspection


async def test_restored_slow_introspection() -> None:
    """Restore that recursion is too slow, and retry it."""
    slow = PulseSlowResponseError("No answer in time")
    projector = FakeProjector(POWERED | {"system.*": slow})
    discovery = Introspector(projector)
    projector.answers["system"] = {"properties": ["state"]}
    await discovery.update("on")
    projector.take_requests()
    other = restored(discovery, projector)
    other.invalidate("")
    await other.update("on")
    assert "system.*" not in projector.take_requests()
    await other.retry_undescribed("on")
    assert "system.*" in projector.take_requests()


INVALID: list[JsonValue] = [
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


@pytest.mark.parametrize("memory", INVALID, ids=str)
async def test_invalid_data(memory: JsonValue) -> None:
    """Ignore invalid data, and introspect everything."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)
    discovery.from_storage(memory)
    assert not discovery.complete
    await discovery.update("on")
    assert projector.asked == ASKED
    assert {STATE, LASER_POWER} <= discovery.properties.keys()
    assert DIMMED in discovery.methods
    assert discovery.complete


async def test_invalid_parts() -> None:
    """Ignore only the invalid parts."""
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
