"""Restore introspection from stored data."""

import json

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE
from custom_components.barco_pulse.pulse.exceptions import PulseSlowResponseError
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .fakes import ASKED, DIMMED, POWERED, STANDBY, FakeProjector, seen_on


def restored(introspector: Introspector, projector: FakeProjector) -> Introspector:
    """Return another introspector with the stored data of this one."""
    other = Introspector(projector)
    other.from_storage(json.loads(json.dumps(introspector.to_storage())))
    return other


async def test_restored_introspector_requests_only_the_root() -> None:
    """Restore all descriptions in a known power state."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    other = restored(introspector, projector)
    assert other.schema.properties == introspector.schema.properties
    assert other.schema.methods == introspector.schema.methods
    assert other.schema.has_introspection
    assert other.complete

    await other.update("on")
    assert projector.take_requests() == [""]
    await other.update("standby")
    assert projector.take_requests() == ASKED
    assert other.to_storage().keys() == introspector.to_storage().keys()


async def test_restored_in_standby() -> None:
    """Restore the objects that are absent in standby."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    projector.answers = STANDBY
    other = restored(introspector, projector)
    await other.update("standby")
    assert other.schema.properties.keys() == {STATE, LASER_POWER}
    assert other.schema.properties[LASER_POWER].maximum == 80
    assert other.schema.methods[DIMMED]["to"].base == "float"
    assert not other.schema.is_present(LASER_POWER)


async def test_incomplete_data() -> None:
    """Introspect more if the projector was only seen in standby."""
    projector = FakeProjector(STANDBY)
    introspector = Introspector(projector)
    await introspector.update("standby")
    assert not restored(introspector, projector).complete


async def test_restored_without_introspection() -> None:
    """Restore the readable names."""
    projector = FakeProjector({})
    introspector = Introspector(projector)
    await introspector.update("on")
    introspector.schema.add_readable([STATE, LASER_POWER])
    other = restored(introspector, projector)
    assert other.schema.properties.keys() == {STATE, LASER_POWER}
    assert not other.schema.has_introspection


async def test_restored_slow_introspection() -> None:
    """Restore that recursion is too slow, and retry it."""
    slow = PulseSlowResponseError("No answer in time")
    projector = FakeProjector(POWERED | {"system.*": slow})
    introspector = Introspector(projector)
    projector.answers["system"] = {"properties": ["state"]}
    await introspector.update("on")
    projector.take_requests()
    other = restored(introspector, projector)
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


@pytest.mark.parametrize("stored", INVALID, ids=str)
async def test_invalid_data(stored: JsonValue) -> None:
    """Ignore invalid data, and introspect everything."""
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector)
    introspector.from_storage(stored)
    assert not introspector.complete
    await introspector.update("on")
    assert projector.asked == ASKED
    assert {STATE, LASER_POWER} <= introspector.schema.properties.keys()
    assert DIMMED in introspector.schema.methods
    assert introspector.complete


async def test_invalid_parts() -> None:
    """Ignore only the invalid parts."""
    projector = FakeProjector(POWERED)
    stored = (await seen_on(projector)).to_storage()
    models, asked = stored["models"], stored["asked"]
    assert isinstance(models, dict)
    assert isinstance(asked, dict)
    introspector = Introspector(projector)
    introspector.from_storage(
        {
            **stored,
            "models": models | {"odd": 7},
            "asked": asked | {"ready": 7, "eco": [{}, None]},
            "more": 7,
        }
    )
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}
    await introspector.update("on")
    assert projector.take_requests() == [""]
    await introspector.update("ready")
    assert projector.take_requests() == ASKED
