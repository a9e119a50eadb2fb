"""An object of the projector came, went or changed."""

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
async def test_forget(name: str, asked: list[str]) -> None:
    """What has changed is asked for again with its top level; "" is everything."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    await discovery.update("ready")
    projector.take_requests()

    discovery.invalidate(name)
    await discovery.update("ready")
    assert projector.take_requests() == asked
    await discovery.update("on")
    assert projector.take_requests() == asked, "in every state"
    assert LASER_POWER in discovery.properties


@pytest.mark.parametrize(
    ("name", "told", "asked"),
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
async def test_note_change(
    name: str, told: dict[str, JsonValue], asked: list[str]
) -> None:
    """What comes and goes is known already; what changed, or was never seen, is not."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    discovery.on_model_changed(name, reason=told["reason"], is_new=told["is_new"])
    await discovery.update("on")
    assert projector.take_requests() == ["", *asked]
    await discovery.update("on")
    assert projector.take_requests() == [""]


async def test_what_is_gone_is_not_asked_for() -> None:
    """Without a reason an object may have gone: then there is nothing to ask."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = STANDBY
    discovery.on_model_changed("illumination", is_new=False, reason=None)
    await discovery.update("standby")
    assert projector.take_requests() == ["", "system.*"]
    projector.answers = POWERED
    await discovery.update("on")
    assert projector.take_requests() == [""]


async def test_forget_while_asking() -> None:
    """A change that is told amid the answers is asked for by the next update."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)

    def change(name: str) -> None:
        if name == "system.*":
            projector.answers = POWERED | {"system.*": {"properties": ["targetstate"]}}
            discovery.invalidate("system")

    projector.meanwhile = change
    await discovery.update("on")
    projector.meanwhile = lambda name: None
    await discovery.update("on")
    assert "system.targetstate" in discovery.properties


async def test_an_object_that_is_announced_to_be_gone() -> None:
    """It is asked for in vain, once; what it had may come back."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = POWERED | {"illumination.*": ABSENT}
    discovery.invalidate("illumination.sources.laser")
    await discovery.update("on")
    assert "illumination.*" in projector.take_requests()
    assert LASER_POWER in discovery.properties
    await discovery.update("on")
    assert projector.take_requests() == [""]


@pytest.mark.parametrize("doubt", ["forget", "reset"])
async def test_all_is_asked_again_though_it_sleeps(doubt: str) -> None:
    """What is not there when everything is in doubt is asked for when it comes."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = STANDBY
    await discovery.update("standby")
    if doubt == "forget":
        discovery.invalidate("")
    else:
        discovery.reset()
    await discovery.update("standby")
    projector.answers = POWERED
    projector.take_requests()

    await discovery.update("on")
    assert "illumination.*" in projector.take_requests()
    assert LASER_POWER in discovery.properties
