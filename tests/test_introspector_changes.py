"""Objects that appear, disappear or change."""

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .fakes import ABSENT, ASKED, POWERED, STANDBY, FakeProjector, seen_on


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("system", ["", "system.*"]),
        ("system.state", ["", "system.*"]),
        ("illumination.sources.laser", ["", "illumination.*"]),
        ("", ASKED),
        ("sys", [""]),
        ("dmx", [""]),
    ],
)
async def test_invalidate(name: str, asked: list[str]) -> None:
    """Introspect the top level of a changed object again; "" is everything."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    await introspector.update("ready")
    projector.take_requests()

    introspector.invalidate(name)
    await introspector.update("ready")
    assert projector.take_requests() == asked
    await introspector.update("on")
    assert projector.take_requests() == asked, "in every power state"
    assert LASER_POWER in introspector.schema.properties


@pytest.mark.parametrize(
    ("name", "update", "asked"),
    [
        ("illumination", {"reason": "changed", "is_new": None}, ["illumination.*"]),
        ("illumination", {"reason": "changed", "is_new": True}, ["illumination.*"]),
        ("illumination", {"reason": "added", "is_new": True}, []),
        ("illumination", {"reason": "removed", "is_new": False}, []),
        ("illumination", {"reason": None, "is_new": True}, []),
        ("illumination", {"reason": None, "is_new": False}, ["illumination.*"]),
        ("illumination", {"reason": 7, "is_new": "yes"}, ["illumination.*"]),
        ("illumination.sources.laser", {"reason": "added", "is_new": True}, []),
        (
            "illumination.sources.led",
            {"reason": "added", "is_new": True},
            ["illumination.*"],
        ),
        ("", {"reason": None, "is_new": None}, ASKED[1:]),
    ],
)
async def test_on_model_changed(
    name: str, update: dict[str, JsonValue], asked: list[str]
) -> None:
    """Introspect only changed and new objects."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    introspector.on_model_changed(
        name, reason=update["reason"], is_new=update["is_new"]
    )
    await introspector.update("on")
    assert projector.take_requests() == ["", *asked]
    await introspector.update("on")
    assert projector.take_requests() == [""]


async def test_absent_object_is_not_introspected() -> None:
    """Do not introspect an invalidated object that is absent."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    projector.answers = STANDBY
    introspector.on_model_changed("illumination", is_new=False, reason=None)
    await introspector.update("standby")
    assert projector.take_requests() == ["", "system.*"]
    projector.answers = POWERED
    await introspector.update("on")
    assert projector.take_requests() == [""]


async def test_invalidate_during_introspection() -> None:
    """Introspect a change again that is reported during introspection."""
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector)

    def change(name: str) -> None:
        if name == "system.*":
            projector.answers = POWERED | {"system.*": {"properties": ["targetstate"]}}
            introspector.invalidate("system")

    projector.meanwhile = change
    await introspector.update("on")
    projector.meanwhile = lambda name: None
    await introspector.update("on")
    assert "system.targetstate" in introspector.schema.properties


async def test_removed_object() -> None:
    """Introspect a removed object once, and keep its description."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    projector.answers = POWERED | {"illumination.*": ABSENT}
    introspector.invalidate("illumination.sources.laser")
    await introspector.update("on")
    assert "illumination.*" in projector.take_requests()
    assert LASER_POWER in introspector.schema.properties
    await introspector.update("on")
    assert projector.take_requests() == [""]


@pytest.mark.parametrize("doubt", ["forget", "reset"])
async def test_invalidate_all_while_objects_are_absent(doubt: str) -> None:
    """Introspect absent objects when they appear after everything was invalidated."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    projector.answers = STANDBY
    await introspector.update("standby")
    if doubt == "forget":
        introspector.invalidate("")
    else:
        introspector.reset()
    await introspector.update("standby")
    projector.answers = POWERED
    projector.take_requests()

    await introspector.update("on")
    assert "illumination.*" in projector.take_requests()
    assert LASER_POWER in introspector.schema.properties
