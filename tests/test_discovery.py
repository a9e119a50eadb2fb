"""Floor 3: finding out what a projector has in its present power state."""

from collections.abc import Callable

import pytest

from custom_components.barco_pulse.catalogue import (
    BLOCKS,
    COUNTERS,
    LASER_POWER,
    PROPERTIES,
    SIGNAL,
    SOURCES,
    STATE,
    STATES,
)
from custom_components.barco_pulse.discovery import Discovery, object_name
from custom_components.barco_pulse.introspection import PropertyType
from custom_components.barco_pulse.protocol import (
    JsonValue,
    PulseConnectionError,
    PulseStateError,
)

from .common import INLET

ABSENT = PulseStateError("Object not found", -32601)
BUSY = PulseStateError("Method doesn't exist on interface", -32000)
LASER = "illumination.sources.laser"
POWERED: dict[str, JsonValue | Exception] = {
    "": {"objects": [{"name": "system"}, {"name": "illumination"}]},
    "system": {"properties": [{"name": "state", "type": "enum"}]},
    LASER: {
        "properties": [
            {"name": "power", "type": {"base": "float", "max": 80}, "access": "RW"}
        ]
    },
}
STANDBY: dict[str, JsonValue | Exception] = {
    "": {"objects": [{"name": "system"}]},
    "system": POWERED["system"],
}


class FakeProjector:
    """As much of a projector as introspection needs.

    `answers` are the descriptions of objects and the results of other methods; what
    is not in there is absent, and an exception is raised.
    """

    def __init__(self, answers: dict[str, JsonValue | Exception]) -> None:
        """Answer this."""
        self.answers = answers
        self.asked: list[str] = []
        self.meanwhile: Callable[[str], object] = lambda name: None
        """Called with what was asked for when the answer is on its way."""

    async def __call__(self, method: str, params: JsonValue) -> JsonValue:
        """Answer a request."""
        name = method
        if method == "introspect":
            assert isinstance(params, dict)
            assert params["recursive"] is False
            name = str(params["object"])
        self.asked.append(name)
        answer = self.answers.get(name, ABSENT)
        self.meanwhile(name)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def take_requests(self) -> list[str]:
        """Return what was asked for since the last time."""
        asked, self.asked = self.asked, []
        return asked


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
    assert object_name(name) == found


async def test_what_the_projector_describes() -> None:
    """Its own description wins, the catalogue fills it up."""
    projector = FakeProjector(POWERED | {SOURCES: ["HDMI"]})
    discovery = Discovery(projector)
    await discovery.update()

    assert discovery.described
    assert not discovery.unsettled
    assert discovery.properties.keys() == {STATE, LASER_POWER}
    assert discovery.properties[STATE].options == STATES
    laser = discovery.properties[LASER_POWER]
    assert (laser.writable, laser.minimum, laser.maximum) == (True, 0, 80)
    assert discovery.lists == {SOURCES: ["HDMI"]}


async def test_only_objects_of_interest_are_asked_for_once() -> None:
    """A top level that is not there spares the questions about what is below it."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)
    await discovery.update()
    first = projector.take_requests()
    assert {name.partition(".")[0] for name in first} == {
        "",
        "system",
        "illumination",
        "image",  # image.source.list
        "statistics",  # statistics.listcounters
        "environment",  # environment.getcontrolblocks
    }
    await discovery.update()
    again = projector.take_requests()
    assert "system" not in again
    assert LASER not in again


async def test_objects_come_and_go() -> None:
    """What has gone from the top level is forgotten, what came is asked for."""
    projector = FakeProjector(STANDBY)
    discovery = Discovery(projector)
    await discovery.update()
    assert discovery.properties.keys() == {STATE}

    projector.answers = POWERED
    await discovery.update()
    assert discovery.properties.keys() == {STATE, LASER_POWER}

    projector.answers = STANDBY
    await discovery.update()
    assert discovery.properties.keys() == {STATE}


@pytest.mark.parametrize("name", ["system", "", "sys"])
async def test_forget(name: str) -> None:
    """What has changed is asked for again, and what is below it; "" is everything."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)
    await discovery.update()
    projector.answers = POWERED | {"system": {"properties": ["state", "targetstate"]}}
    discovery.forget(name)
    await discovery.update()
    assert ("system.targetstate" in discovery.properties) is (name != "sys")


async def test_forget_below() -> None:
    """An object goes with the one it belongs to."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)
    await discovery.update()
    projector.take_requests()
    discovery.forget("illumination")
    await discovery.update()
    asked = projector.take_requests()
    assert LASER in asked
    assert "system" not in asked


async def test_forget_while_asking() -> None:
    """A change that is told amid the answers is asked for by the next update."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)

    def change(name: str) -> None:
        if name == "system":
            projector.answers = POWERED | {"system": {"properties": ["targetstate"]}}
            discovery.forget("system")

    projector.meanwhile = change
    await discovery.update()
    projector.meanwhile = lambda name: None
    await discovery.update()
    assert "system.targetstate" in discovery.properties


async def test_no_half_made_properties() -> None:
    """What is known changes at once, complete with units, when all was answered."""
    counters: JsonValue = [{"name": "laserruntime", "unit": "hours"}]
    projector = FakeProjector({COUNTERS: counters})
    discovery = Discovery(projector)
    seen = []
    projector.meanwhile = lambda name: seen.append(discovery.properties)
    await discovery.update()
    first = discovery.properties
    assert all(properties == {} for properties in seen)

    seen.clear()
    await discovery.update()
    assert all(properties is first for properties in seen)
    assert first == discovery.properties


@pytest.mark.parametrize("root", [ABSENT, {}, {"objects": [{"name": "system"}]}])
async def test_without_introspection(root: JsonValue | Exception) -> None:
    """The catalogue stands in; what cannot be read does not exist."""
    discovery = Discovery(FakeProjector({"": root, "system": {"name": "system"}}))
    await discovery.update()

    assert not discovery.described
    assert discovery.properties == {**PROPERTIES, SIGNAL: PropertyType("object")}
    discovery.keep({STATE: "on"})
    assert discovery.properties == {STATE: PROPERTIES[STATE]}
    await discovery.update()
    assert discovery.properties.keys() == PROPERTIES.keys() | {SIGNAL}


@pytest.mark.parametrize(
    ("counters", "units"),
    [
        (
            [
                {"name": "laserruntime", "value": 1, "unit": "hours"},
                {"name": "laser plate 1", "value": 2, "unit": "minutes"},
                {"name": "statistics.projectorruntime", "unit": "seconds"},
            ],
            {
                "statistics.laserruntime.value": "hours",
                "statistics.laser plate 1.value": "minutes",
                "statistics.projectorruntime.value": "seconds",
            },
        ),
        ([None, 7, {}, {"name": 1, "unit": "hours"}, {"name": "x", "unit": None}], {}),
        ("laserruntime", {}),
        ({"name": "laserruntime", "unit": "hours"}, {}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_units_of_counters(counters: JsonValue, units: dict[str, str]) -> None:
    """In what a counter counts only the list of counters tells."""
    discovery = Discovery(FakeProjector(POWERED | {COUNTERS: counters}))
    await discovery.update()

    told = {name: kind.unit for name, kind in discovery.properties.items() if kind.unit}
    assert told == units


@pytest.mark.parametrize("busy", ["", "system", SOURCES])
async def test_a_busy_projector_keeps_what_was_known(busy: str) -> None:
    """Objects do not vanish for being described too late."""
    projector = FakeProjector(POWERED | {SOURCES: ["HDMI"]})
    discovery = Discovery(projector)
    await discovery.update()
    known = dict(discovery.properties)

    projector.answers = POWERED | {SOURCES: ["HDMI"], busy: BUSY}
    discovery.forget("")
    await discovery.update()
    unsettled = discovery.unsettled
    assert unsettled
    assert discovery.properties == known
    assert discovery.lists == {SOURCES: ["HDMI"]}

    projector.answers = POWERED
    await discovery.update()
    assert not discovery.unsettled
    assert discovery.lists == {}


async def test_a_busy_projector_is_not_asked_all_the_more() -> None:
    """If the root has no time, nothing below it has."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)
    await discovery.update()
    projector.take_requests()
    projector.answers = POWERED | {"": BUSY}
    discovery.forget("")
    await discovery.update()
    assert "system" not in projector.take_requests()


async def test_who_does_not_introspect_is_not_asked_all_the_more() -> None:
    """Only a change is a reason to ask for every object once more."""
    projector = FakeProjector({})
    discovery = Discovery(projector)
    await discovery.update()
    assert "system" in projector.take_requests()
    await discovery.update()
    assert "system" not in projector.take_requests()
    discovery.forget("")
    await discovery.update()
    assert "system" in projector.take_requests()


async def test_an_object_that_is_announced_to_be_gone() -> None:
    """It is asked for, and not there any more."""
    projector = FakeProjector(POWERED)
    discovery = Discovery(projector)
    await discovery.update()
    projector.answers = POWERED | {LASER: ABSENT}
    discovery.forget(LASER)
    await discovery.update()
    assert discovery.properties.keys() == {STATE}


async def test_a_lost_connection_is_no_answer() -> None:
    """Only the projector's own words tell that something is not there."""
    for name in ("", "system", SOURCES):
        lost = PulseConnectionError("lost")
        with pytest.raises(PulseConnectionError):
            await Discovery(FakeProjector(POWERED | {name: lost})).update()


@pytest.mark.parametrize(
    ("listed", "connectors"),
    [
        (
            [{"name": "DisplayPort 1"}, {"name": "DisplayPort 2"}],
            ("displayport1", "displayport2"),
        ),
        (["DisplayPort 1"], ("displayport1",)),
        ([], ("dualdp",)),
        (ABSENT, ("dualdp",)),
        ("HDMI", ("dualdp",)),
        ([None, {"name": 7}, {}], ("dualdp",)),
    ],
    ids=str,
)
async def test_connectors(
    listed: JsonValue | Exception, connectors: tuple[str, ...]
) -> None:
    """A source tells its connectors; one that does not is its own connector."""
    projector = FakeProjector({"image.source.dualdp.listconnectors": listed})
    discovery = Discovery(projector)

    assert await discovery.connectors("Dual DP") == connectors
    assert await discovery.connectors("Dual DP") == connectors
    assert len(projector.asked) == 1


async def test_connectors_are_asked_for_again() -> None:
    """After a change, and where the projector was too busy to tell."""
    method = "image.source.dualdp.listconnectors"
    projector = FakeProjector(POWERED | {method: BUSY})
    discovery = Discovery(projector)
    assert await discovery.connectors("Dual DP") == ("dualdp",)
    assert discovery.unsettled

    projector.answers = POWERED | {method: ["DP 1"]}
    await discovery.update()
    assert await discovery.connectors("Dual DP") == ("dp1",)

    projector.answers = POWERED | {method: ["DP 1", "DP 2"]}
    discovery.forget("image")
    await discovery.update()
    assert await discovery.connectors("Dual DP") == ("dp1", "dp2")


async def test_ask() -> None:
    """A method that is refused has no answer now."""
    discovery = Discovery(FakeProjector({"yes": 1, "no": ABSENT}))
    assert await discovery.ask("yes") == 1
    assert await discovery.ask("no") is None


@pytest.mark.parametrize(
    "key", ["environment.temperature.inlet", "temperature.inlet", INLET]
)
async def test_temperatures_that_are_no_properties(key: str) -> None:
    """An older projector lists them, under a name of which the end is left out."""
    projector = FakeProjector(POWERED | {BLOCKS: {key: 24.5}})
    discovery = Discovery(projector)
    await discovery.update()
    assert discovery.blocks == {INLET: 24.5}
    assert discovery.properties[INLET].base == "float"

    projector.answers = POWERED | {BLOCKS: {key: 25.5}}
    await discovery.read_blocks()
    assert discovery.blocks == {INLET: 25.5}

    projector.answers = POWERED | {BLOCKS: {}}
    await discovery.read_blocks()
    assert discovery.blocks == {}


async def test_temperatures_that_are_properties() -> None:
    """Their own value is newer than that of the list."""
    answers: dict[str, JsonValue | Exception] = {
        "": {"objects": [{"name": "environment"}]},
        BLOCKS: {"environment.temperature.inlet": 24.5},
        "environment.temperature.inlet": {"properties": [{"name": "value"}]},
    }
    discovery = Discovery(FakeProjector(answers))
    await discovery.update()
    assert discovery.blocks == {}
    assert INLET in discovery.properties
