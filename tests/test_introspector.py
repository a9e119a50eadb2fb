"""Finding out what a projector has."""

from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, STATE, STATES
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseSlowResponseError,
)
from custom_components.barco_pulse.pulse.introspection import (
    Introspector,
    to_object_name,
    top_level_object,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue

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
    """Names of sources and connectors lead to their objects."""
    assert to_object_name(name) == found


@pytest.mark.parametrize(
    ("name", "top"), [("image.window.main", "image"), ("image", "image"), ("", "")]
)
def test_top_of(name: str, top: str) -> None:
    """An object of the top level is its own."""
    assert top_level_object(name) == top


async def test_what_the_projector_describes() -> None:
    """Its own description wins, the catalogue fills it up."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)
    await discovery.update("on")

    assert projector.asked == ASKED
    assert discovery.has_introspection
    assert not discovery.incomplete
    assert discovery.properties.keys() == {STATE, LASER_POWER}
    assert discovery.properties[STATE].options == STATES
    laser = discovery.properties[LASER_POWER]
    assert (laser.writable, laser.minimum, laser.maximum) == (True, 0, 80)
    assert discovery.methods.keys() == {DIMMED}
    assert discovery.methods[DIMMED]["to"].base == "float"


async def test_only_what_somebody_could_want_is_asked_for() -> None:
    """The top level is looked through for what owns the wanted names.

    What most people use comes first.
    """
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector, ["dmx.mode", "optics.zoom.target"])
    await discovery.update("on")
    assert projector.asked == [*ASKED, "dmx.*"]
    assert "dmx.mode" in discovery.properties


@pytest.mark.parametrize("state", ["eco", "standby", "ready", "on", "error"])
async def test_nothing_is_asked_twice(state: str) -> None:
    """In a power state that was seen only the root tells what is there."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    known = discovery.properties

    await discovery.update(state)
    assert projector.take_requests() == ([""] if state == "on" else ASKED)
    await discovery.update(state)
    await discovery.update("on")
    assert projector.take_requests() == ["", ""]
    assert discovery.properties == known


@pytest.mark.parametrize("state", ["conditioning", "deconditioning", "boot", None, 7])
async def test_what_is_known_can_wait_while_the_state_changes(state: JsonValue) -> None:
    """On the way from one state to another only new objects are asked for."""
    projector = FakeProjector(STANDBY)
    discovery = Introspector(projector)
    await discovery.update("standby")
    projector.take_requests()
    projector.answers = POWERED
    await discovery.update(state)
    assert projector.take_requests() == ["", "illumination.*"]
    await discovery.update(state)
    assert projector.take_requests() == [""]
    await discovery.update("on")
    assert projector.take_requests() == ASKED


async def test_what_was_seen_stays_known() -> None:
    """What is there now is another question than what this firmware has."""
    projector = FakeProjector(STANDBY)
    discovery = Introspector(projector)
    await discovery.update("standby")
    assert discovery.properties.keys() == {STATE}
    assert not discovery.is_present(LASER_POWER)

    projector.answers = POWERED
    await discovery.update("on")
    assert discovery.properties.keys() == {STATE, LASER_POWER}
    assert discovery.objects == {"system", "illumination", "dmx"}
    assert discovery.is_present(LASER_POWER)

    projector.answers = STANDBY
    await discovery.update("standby")
    assert discovery.properties.keys() == {STATE, LASER_POWER}
    assert discovery.methods.keys() == {DIMMED}
    assert not discovery.is_present(LASER_POWER)
    assert discovery.is_present(STATE)


async def test_an_object_grows_with_the_power_state() -> None:
    """What it tells in one state is added to what it told in another."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    projector.answers = POWERED | {"illumination.*": MORE_LASER}
    await discovery.update("ready")
    assert discovery.properties.keys() == {STATE, LASER_POWER, ON_LASER}


async def test_complete() -> None:
    """All that it can have it shows with a picture only, and when it is not busy."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)
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
        await discovery.update(state)
        complete.append(discovery.complete)
    assert complete == [False, False, False, False, True, True]
    discovery.reset()
    await discovery.update("standby")
    assert not discovery.complete


async def test_another_firmware() -> None:
    """After a reset only what is told now is known."""
    projector = FakeProjector(POWERED)
    discovery = await seen_on(projector)
    discovery.reset()
    projector.answers = POWERED | {"illumination.*": MORE_LASER}
    await discovery.update("on")
    assert projector.take_requests() == ASKED
    assert discovery.properties.keys() == {STATE, ON_LASER}
    assert discovery.methods == {}


async def test_no_half_made_model() -> None:
    """What is known changes at once, when all was answered."""
    projector = FakeProjector(POWERED)
    discovery = Introspector(projector)
    seen: list[Any] = []
    projector.meanwhile = lambda name: seen.append(
        (discovery.properties, discovery.methods)
    )
    await discovery.update("on")
    assert seen == [({}, {})] * 3

    seen.clear()
    first = (discovery.properties, discovery.methods)
    discovery.invalidate("")
    await discovery.update("on")
    assert seen == [first] * 3
    assert (discovery.properties, discovery.methods) == first


@pytest.mark.parametrize("name", ASKED)
async def test_a_lost_connection_is_no_answer(name: str) -> None:
    """Only the projector's own words tell that something is not there."""
    lost = PulseConnectionError("lost")
    projector = FakeProjector(POWERED | {name: lost})
    discovery = Introspector(projector)
    with pytest.raises(PulseConnectionError):
        await discovery.update("on")
    projector.answers = POWERED
    await discovery.update("on")
    assert discovery.properties.keys() == {STATE, LASER_POWER}


async def test_an_answer_that_comes_too_late() -> None:
    """Only this answer is missing; the projector has to be asked again."""

    async def request(method: str, params: JsonValue = None) -> JsonValue:
        raise PulseSlowResponseError(f"No answer to {method}")

    discovery = Introspector(request)
    assert not discovery.can_retry

    assert await discovery.request_optional("dmx.listmodes") is None

    assert discovery.incomplete


async def test_a_guessed_connector_is_asked_for_again() -> None:
    """Where the projector lists no connector, its name is taken from the source."""
    listed: JsonValue = None
    asked = []

    async def request(method: str, params: JsonValue = None) -> JsonValue:
        asked.append(method)
        return listed if method.endswith("listconnectors") else None

    discovery = Introspector(request)
    assert await discovery.connectors("HDMI 1") == ("hdmi1",)
    assert await discovery.connectors("HDMI 1") == ("hdmi1",)
    assert asked == ["image.source.hdmi1.listconnectors"]

    listed = [{"name": "HDMI A"}]
    await discovery.retry_undescribed("on")

    assert await discovery.connectors("HDMI 1") == ("hdmia",)
