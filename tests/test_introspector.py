"""Introspection of a projector."""

from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE, PowerState
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseSlowResponseError,
)
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.model.projector_schema import (
    to_object_name,
    top_level_object,
)

from .fakes import ASKED, BUSY, DIMMED, POWERED, STANDBY, FakeProjector, seen_on

ON_LASER = "illumination.sources.laser.on"
MORE_LASER: JsonValue = {
    "objects": [
        {"name": "sources", "objects": [{"name": "laser", "properties": ["on"]}]}
    ]
}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("HDMI", "hdmi"),
        ("DisplayPort 1", "displayport1"),
        ("L2 Dual Head DP - A|C", "l2dualheaddpac"),
        ("", ""),
    ],
)
def test_object_name(name: str, found: str) -> None:
    """Convert names of sources and connectors to object names."""
    assert to_object_name(name) == found


@pytest.mark.parametrize(
    ("name", "top"), [("image.window.main", "image"), ("image", "image"), ("", "")]
)
def test_top_level_object(name: str, top: str) -> None:
    """Return an object of the top level as its own top level."""
    assert top_level_object(name) == top


async def test_description_wins_over_fallback_types() -> None:
    """Prefer the description of the projector, and add the fallback types."""
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector)
    await introspector.update("on")

    assert projector.asked == ASKED
    assert introspector.schema.has_introspection
    assert not introspector.requests.incomplete
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}
    assert introspector.schema.properties[STATE].options == tuple(PowerState)
    laser = introspector.schema.properties[LASER_POWER]
    assert (laser.writable, laser.minimum, laser.maximum) == (True, 0, 80)
    assert introspector.schema.methods.keys() == {DIMMED}
    assert introspector.schema.methods[DIMMED]["to"].base == "float"


async def test_only_needed_objects_are_introspected() -> None:
    """Introspect the top-level objects of the wanted names.

    The most used objects come first.
    """
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector, ["dmx.mode", "optics.zoom.target"])
    await introspector.update("on")
    assert projector.asked == [*ASKED, "dmx.*"]
    assert "dmx.mode" in introspector.schema.properties


@pytest.mark.parametrize("state", ["eco", "standby", "ready", "on", "error"])
async def test_known_power_state_introspects_only_the_root(state: str) -> None:
    """Introspect only the root in a known power state."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    properties = introspector.schema.properties

    await introspector.update(state)
    assert projector.take_requests() == ([""] if state == "on" else ASKED)
    await introspector.update(state)
    await introspector.update("on")
    assert projector.take_requests() == ["", ""]
    assert introspector.schema.properties == properties


@pytest.mark.parametrize("state", ["conditioning", "deconditioning", "boot", None, 7])
async def test_transition_introspects_only_new_objects(state: JsonValue) -> None:
    """Introspect only new objects between two power states."""
    projector = FakeProjector(STANDBY)
    introspector = Introspector(projector)
    await introspector.update("standby")
    projector.take_requests()
    projector.answers = POWERED
    await introspector.update(state)
    assert projector.take_requests() == ["", "illumination.*"]
    await introspector.update(state)
    assert projector.take_requests() == [""]
    await introspector.update("on")
    assert projector.take_requests() == ASKED


async def test_objects_are_kept_when_they_disappear() -> None:
    """Keep the description of objects that are absent now."""
    projector = FakeProjector(STANDBY)
    introspector = Introspector(projector)
    await introspector.update("standby")
    assert introspector.schema.properties.keys() == {STATE}
    assert not introspector.schema.is_present(LASER_POWER)

    projector.answers = POWERED
    await introspector.update("on")
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}
    assert introspector.schema.objects == {"system", "illumination", "dmx"}
    assert introspector.schema.is_present(LASER_POWER)

    projector.answers = STANDBY
    await introspector.update("standby")
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}
    assert introspector.schema.methods.keys() == {DIMMED}
    assert not introspector.schema.is_present(LASER_POWER)
    assert introspector.schema.is_present(STATE)


async def test_object_with_more_members_in_another_power_state() -> None:
    """Merge the members of an object in all power states."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    projector.answers = POWERED | {"illumination.*": MORE_LASER}
    await introspector.update("ready")
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER, ON_LASER}


async def test_complete() -> None:
    """Be complete only after introspection with a picture, without busy responses."""
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector)
    complete = []
    for state, answers in (
        ("standby", STANDBY),
        ("ready", POWERED),
        ("conditioning", POWERED),
        ("on", POWERED | {"illumination.*": BUSY}),
        ("on", POWERED),
        ("standby", STANDBY),
    ):
        projector.answers = answers
        await introspector.update(state)
        complete.append(introspector.complete)
    assert complete == [False, False, False, False, True, True]
    introspector.reset()
    await introspector.update("standby")
    assert not introspector.complete


async def test_another_firmware() -> None:
    """Discard everything after a reset."""
    projector = FakeProjector(POWERED)
    introspector = await seen_on(projector)
    introspector.reset()
    projector.answers = POWERED | {"illumination.*": MORE_LASER}
    await introspector.update("on")
    assert projector.take_requests() == ASKED
    assert introspector.schema.properties.keys() == {STATE, ON_LASER}
    assert introspector.schema.methods == {}


async def test_model_changes_after_all_responses() -> None:
    """Replace the model once, after all responses."""
    projector = FakeProjector(POWERED)
    introspector = Introspector(projector)
    seen: list[Any] = []
    projector.meanwhile = lambda name: seen.append(
        (introspector.schema.properties, introspector.schema.methods)
    )
    await introspector.update("on")
    assert seen == [({}, {})] * 3

    seen.clear()
    first = (introspector.schema.properties, introspector.schema.methods)
    introspector.invalidate("")
    await introspector.update("on")
    assert seen == [first] * 3
    assert (introspector.schema.properties, introspector.schema.methods) == first


@pytest.mark.parametrize("name", ASKED)
async def test_disconnect_marks_nothing_as_absent(name: str) -> None:
    """Mark objects as absent only after a response."""
    lost = PulseConnectionError("lost")
    projector = FakeProjector(POWERED | {name: lost})
    introspector = Introspector(projector)
    with pytest.raises(PulseConnectionError):
        await introspector.update("on")
    projector.answers = POWERED
    await introspector.update("on")
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}


async def test_late_response() -> None:
    """Skip the late response, and introspect that object again."""

    async def request(method: str, params: JsonValue = None) -> JsonValue:
        raise PulseSlowResponseError(f"No answer to {method}")

    introspector = Introspector(request)
    assert not introspector.can_retry

    assert await introspector.requests.request("dmx.listmodes") is None

    assert introspector.requests.incomplete


async def test_guessed_connector_is_requested_again() -> None:
    """Guess the connector from the source if none is listed, and ask again."""
    connectors: JsonValue = None
    asked = []

    async def request(method: str, params: JsonValue = None) -> JsonValue:
        asked.append(method)
        return connectors if method.endswith("listconnectors") else None

    introspector = Introspector(request)
    assert await introspector.source_connectors.find("HDMI 1") == ("hdmi1",)
    assert await introspector.source_connectors.find("HDMI 1") == ("hdmi1",)
    assert asked == ["image.source.hdmi1.listconnectors"]

    connectors = [{"name": "HDMI A"}]
    await introspector.retry_undescribed("on")

    assert await introspector.source_connectors.find("HDMI 1") == ("hdmia",)
