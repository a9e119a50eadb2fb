"""Counters and readings of sensors, which come as lists."""

import json
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.blocks import QUANTITIES, parse_block_name
from custom_components.barco_pulse.pulse.const import CONTROL_BLOCKS, COUNTERS
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.readings import ListedReadings
from custom_components.barco_pulse.pulse.schema import PropertyType

from .fakes import Answers, FakeProjector

BOTH = (COUNTERS, CONTROL_BLOCKS)
ANY = f"{CONTROL_BLOCKS} Any"
INLET = "environment.temperature.inlet.value"
FAN = "environment.fanspeed.inlet1.value"
HOURS = "statistics.laserruntime.value"
RUNTIME: JsonValue = [{"name": "laserruntime", "value": 1181, "unit": "hours"}]
READINGS: JsonValue = {
    "environment.temperature.inlet": 24.5,
    "environment.fanspeed.inlet1": 1200,
}
TOLD: Answers = {COUNTERS: RUNTIME, ANY: READINGS}
BY_KIND: Answers = {
    f"{CONTROL_BLOCKS} Temperature": {"environment.temperature.inlet": 24.5},
    f"{CONTROL_BLOCKS} Speed": {"environment.fanspeed.inlet1": 1200},
    COUNTERS: RUNTIME,
}


def listed_by(projector: FakeProjector) -> ListedReadings:
    """Return what asks this projector, where a refusal is no answer."""
    return ListedReadings(Introspector(projector).request_optional)


async def discovered(answers: Answers) -> tuple[ListedReadings, FakeProjector]:
    """Return what a projector lists that answers this."""
    projector = FakeProjector(answers)
    listed = listed_by(projector)
    await listed.list_all(BOTH)
    return listed, projector


async def test_both_lists() -> None:
    """What is listed goes by the names that other models have for it."""
    listed, projector = await discovered(TOLD)
    assert sorted(projector.asked) == [ANY, "property.get", COUNTERS]
    assert listed.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert listed.types == {
        INLET: PropertyType("float", quantity="Temperature"),
        FAN: PropertyType("float", quantity="Speed"),
        HOURS: PropertyType("int", unit="hours"),
    }


@pytest.mark.parametrize(
    ("counters", "kinds", "values"),
    [
        (
            [
                {"name": "laser plate 1", "value": 2, "unit": "minutes"},
                {"name": "statistics.uptime", "value": 0, "unit": "seconds"},
                {"name": "strikes", "value": 3},
                {"name": "odd unit", "value": 4, "unit": 7},
            ],
            {
                "laser plate 1": "minutes",
                "uptime": "seconds",
                "strikes": None,
                "odd unit": None,
            },
            {"laser plate 1": 2, "uptime": 0, "strikes": 3, "odd unit": 4},
        ),
        (
            [
                {"name": "none", "value": None, "unit": "hours"},
                {"name": "text", "value": "7", "unit": "hours"},
                {"name": "missing", "unit": "hours"},
            ],
            dict.fromkeys(("none", "text", "missing"), "hours"),
            {},
        ),
        (
            [None, 7, "laserruntime", [], {}, {"name": 1, "value": 1}, {"name": " "}],
            {},
            {},
        ),
        ("laserruntime", {}, {}),
        ({"name": "laserruntime", "value": 1}, {}, {}),
        (None, {}, {}),
        (7, {}, {}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_counters(
    counters: JsonValue, kinds: dict[str, str | None], values: dict[str, Any]
) -> None:
    """Each tells in what it counts; one that tells no number has no value now."""
    listed, _ = await discovered({COUNTERS: counters, ANY: {}})
    assert {name: kind.unit for name, kind in listed.types.items()} == {
        f"statistics.{name}.value": unit for name, unit in kinds.items()
    }
    assert listed.values == {f"statistics.{n}.value": v for n, v in values.items()}


@pytest.mark.parametrize(
    "key",
    [
        "environment.temperature.inlet",
        "temperature.inlet",
        INLET,
        "temperature.inlet.value",
    ],
)
async def test_spellings_of_blocks(key: str) -> None:
    """In full or without its ends, it is the same block."""
    listed, _ = await discovered({ANY: {key: 24.5}})
    assert listed.values == {INLET: 24.5}
    assert listed.types == {INLET: PropertyType("float", quantity="Temperature")}


@pytest.mark.parametrize(
    "blocks",
    [None, 7, "environment.temperature.inlet", [], [["a", 1]], {"": 1, " ": 2}],
    ids=str,
)
async def test_odd_lists_of_blocks(blocks: JsonValue) -> None:
    """What is no list of readings has none."""
    listed, _ = await discovered({ANY: blocks})
    assert listed.values == {}
    assert listed.types == {}


async def test_readings_that_are_none() -> None:
    """A sensor without a number has no value now."""
    readings: JsonValue = {"temperature.inlet": None, "fanspeed.inlet1": "fast"}
    listed, _ = await discovered({ANY: readings})
    assert listed.types.keys() == {INLET, FAN}
    assert listed.values == {}


@pytest.mark.parametrize(
    ("name", "quantity", "place"),
    [
        (INLET, "Temperature", "inlet"),
        (FAN, "Speed", "inlet1"),
        ("environment.fan.psu.tacho", "Speed", "psu"),
        (
            "environment.laser.board0.bank1.temperature",
            "Temperature",
            "laser.board0.bank1",
        ),
        ("environment.laser.temperature.bank1", "Temperature", "laser.bank1"),
        ("environment.power.board0.temperature", "Temperature", "power.board0"),
        ("environment.temperature.mainpower", "Temperature", "mainpower"),
        ("environment.power.laser", "Power", "laser"),
        ("environment.image-tilt.roll.value", "Angle", "image.roll"),
        ("environment.altitude", "Altitude", ""),
        ("environment.unheard.of.value", None, "unheard.of"),
        ("fanspeed.inlet1", "Speed", "inlet1"),
    ],
)
def test_names(name: str, quantity: str | None, place: str) -> None:
    """Both styles of names say what a block measures, and where."""
    assert parse_block_name(name) == (quantity, place)


UNKNOWN = "environment.exhaust.value"


@pytest.mark.parametrize(
    ("told", "unit", "quantity"),
    [
        ({}, None, "Temperature"),
        ({"unit": "degC"}, "degC", "Temperature"),
        ({"unit": "RPM"}, "RPM", "Speed"),
        ({"unit": "NotApplicable"}, "NotApplicable", None),
        ({"unit": "percentage"}, "percentage", "Temperature"),
        ({"unit": 7}, None, "Temperature"),
    ],
    ids=str,
)
async def test_a_name_that_says_nothing(
    told: JsonObject, unit: str | None, quantity: str | None
) -> None:
    """The unit may tell what is measured, else the projector is asked for each kind."""
    block: JsonValue = {"exhaust": 41}
    listed, projector = await discovered(
        {
            ANY: block,
            f"{CONTROL_BLOCKS} Temperature": block,
            f"{CONTROL_BLOCKS} Speed": {"fanspeed.inlet1": 1200},
            "property.get": {f"environment.exhaust.{k}": v for k, v in told.items()},
        }
    )
    assert listed.types[UNKNOWN] == PropertyType("float", unit=unit, quantity=quantity)
    assert projector.asked.count("property.get") == 1

    projector.take_requests()
    await listed.list_all((CONTROL_BLOCKS,))

    assert {*projector.asked} <= {ANY, "property.get"}, "each question is asked once"


async def test_a_projector_that_answers_each_question_with_everything() -> None:
    """Then no question tells anything."""
    block: JsonValue = {"exhaust": 41}
    answers: Answers = {
        f"{CONTROL_BLOCKS} {quantity}": block for quantity in QUANTITIES
    }
    listed, _ = await discovered({ANY: block, **answers})
    assert listed.types[UNKNOWN].quantity is None


async def test_units() -> None:
    """One request asks for all, of those that the projector describes if it does."""
    listed, projector = await discovered(TOLD)
    unit = "environment.temperature.inlet.unit"
    projector.answers = {**TOLD, "property.get": {unit: "degC"}}
    projector.take_requests()
    await listed.list_all(BOTH, [unit], "on")
    assert projector.take_requests().count("property.get") == 1
    assert listed.types[INLET] == PropertyType(
        "float", unit="degC", quantity="Temperature"
    )
    assert listed.types[FAN].unit is None

    projector.answers = TOLD
    await listed.list_all(BOTH, [unit], "on")
    assert listed.types[INLET].unit == "degC", "until the projector tells another"


async def test_units_that_are_absent_are_asked_for_once() -> None:
    """In each power state, and again if the projector was only too busy."""
    projector = FakeProjector(TOLD)
    busy = True
    listed = ListedReadings(Introspector(projector).request_optional, lambda: busy)

    async def units_asked(state: str) -> int:
        await listed.list_all(BOTH, state=state)
        return projector.take_requests().count("property.get")

    assert await units_asked("ready") == 1
    busy = False
    assert [await units_asked(s) for s in ("ready", "ready", "on")] == [1, 0, 1]
    listed.reset()
    assert await units_asked("on") == 1


async def test_memory_of_the_first_release() -> None:
    """It kept the value type of a block as its unit."""
    listed = listed_by(FakeProjector({}))
    listed.from_storage(
        {
            INLET: {"base": "float", "unit": "Temperature"},
            UNKNOWN: {"base": "float", "unit": "Speed"},
            HOURS: {"base": "int", "unit": "hours"},
        }
    )
    assert listed.types == {
        INLET: PropertyType("float", quantity="Temperature"),
        UNKNOWN: PropertyType("float", quantity="Speed"),
        HOURS: PropertyType("int", unit="hours"),
    }


async def test_any_is_not_known_everywhere() -> None:
    """Who refuses all kinds at once is asked for each kind, once."""
    listed, projector = await discovered(BY_KIND)
    assert listed.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert listed.types[FAN].quantity == "Speed"
    asked = [
        name for name in projector.take_requests() if name.startswith(CONTROL_BLOCKS)
    ]
    assert {*asked} == {ANY, *(f"{CONTROL_BLOCKS} {kind}" for kind in QUANTITIES)}
    assert len(asked) == len({*asked})

    await listed.read([FAN])
    assert projector.take_requests() == [f"{CONTROL_BLOCKS} Speed"]
    assert listed.values == {FAN: 1200}


async def test_the_kind_asked_for_is_what_it_is() -> None:
    """Where each kind is a question of its own the path need not tell."""
    listed, _ = await discovered({f"{CONTROL_BLOCKS} Temperature": {"exhaust": 41}})
    assert listed.types == {UNKNOWN: PropertyType("float", quantity="Temperature")}


@pytest.mark.parametrize(
    ("wanted", "asked", "values"),
    [
        ([HOURS], [COUNTERS], {HOURS: 1181}),
        (["statistics.unheard.of"], [], {}),
        ([INLET], [ANY], {INLET: 24.5, FAN: 1200}),
        ([FAN, HOURS], [COUNTERS, ANY], {INLET: 24.5, FAN: 1200, HOURS: 1181}),
        (["environment.unheard.of.value", "system.state"], [], {}),
        ([], [], {}),
    ],
    ids=str,
)
async def test_only_what_is_wanted_is_read(
    wanted: list[str], asked: list[str], values: dict[str, JsonValue]
) -> None:
    """What nobody shows costs nothing; its value is not known any more."""
    listed, projector = await discovered(TOLD)
    projector.take_requests()
    kinds = dict(listed.types)
    await listed.read(wanted)
    assert sorted(projector.take_requests()) == sorted(asked)
    assert listed.values == values
    assert listed.types == kinds, "what there is stays known"


@pytest.mark.parametrize(
    ("methods", "asked"),
    [
        (BOTH, {COUNTERS, ANY}),
        ((COUNTERS,), {COUNTERS}),
        (("environment.getalarminfo", CONTROL_BLOCKS), {ANY}),
        ((), set()),
        (None, {COUNTERS, ANY}),
    ],
)
async def test_only_methods_that_there_are(
    methods: tuple[str, ...] | None, asked: set[str]
) -> None:
    """Where nobody tells which methods there are, both are tried."""
    projector = FakeProjector(TOLD)
    listed = listed_by(projector)
    await listed.list_all(methods)
    assert {*projector.asked} - {"property.get"} == asked
    projector.take_requests()
    await listed.read([HOURS, INLET])
    assert {*projector.asked} <= asked


async def test_a_projector_that_lists_nothing_is_left_alone() -> None:
    """Where all is refused not every kind is asked for."""
    projector = FakeProjector({})
    listed = listed_by(projector)
    await listed.list_all(None)
    assert len(projector.asked) <= 4


async def test_lists_grow_and_shrink() -> None:
    """With the power state: what was listed once is known, what is listed now is."""
    listed, projector = await discovered({ANY: {"temperature.mainboard": 30}})
    projector.answers = TOLD
    await listed.list_all(BOTH)
    assert listed.values.keys() == {INLET, FAN, HOURS}
    mainboard = "environment.temperature.mainboard.value"
    assert listed.types.keys() == {INLET, FAN, HOURS, mainboard}


async def test_no_half_read_lists() -> None:
    """Until an answer has come the values from before are the newest there are."""
    listed, projector = await discovered(TOLD)
    before = dict(listed.values)
    seen: list[dict[str, JsonValue]] = []
    projector.meanwhile = lambda name: seen.append(dict(listed.values))
    await listed.read([HOURS, INLET])
    await listed.list_all(BOTH)
    assert all(values == before for values in seen)


async def test_memory() -> None:
    """What is listed can be known again."""
    listed, _ = await discovered(TOLD)
    other = listed_by(FakeProjector({}))
    other.from_storage(json.loads(json.dumps(listed.to_storage())))
    assert other.types == listed.types
    assert other.values == {}


@pytest.mark.parametrize("memory", [None, 7, "a", [], {}], ids=str)
async def test_odd_memory(memory: JsonValue) -> None:
    """What is no memory is none."""
    listed = listed_by(FakeProjector({}))
    listed.from_storage(memory)
    assert listed.types == {}


async def test_odd_memory_harms_nothing() -> None:
    """What is remembered wrongly is told anew."""
    projector = FakeProjector(TOLD)
    listed = listed_by(projector)
    listed.from_storage({INLET: 7, FAN: {"base": [], "unit": 7}, "odd": None})
    await listed.list_all(BOTH)
    assert listed.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert listed.types[INLET].quantity == "Temperature"
