"""Counters and sensor readings, which come as lists."""

import json
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import CONTROL_BLOCKS, COUNTERS
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.model.blocks import (
    QUANTITIES,
    parse_block_name,
)
from custom_components.barco_pulse.pulse.model.optional_requests import OptionalRequests
from custom_components.barco_pulse.pulse.model.readings import ListedReadings
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
RESPONSES: Answers = {COUNTERS: RUNTIME, ANY: READINGS}
RESPONSES_BY_TYPE: Answers = {
    f"{CONTROL_BLOCKS} Temperature": {"environment.temperature.inlet": 24.5},
    f"{CONTROL_BLOCKS} Speed": {"environment.fanspeed.inlet1": 1200},
    COUNTERS: RUNTIME,
}


def listed_by(projector: FakeProjector) -> ListedReadings:
    """Return a request function for this projector; a refusal returns nothing."""
    return ListedReadings(OptionalRequests(projector))


async def discovered(answers: Answers) -> tuple[ListedReadings, FakeProjector]:
    """Return the readings of a projector with these responses."""
    projector = FakeProjector(answers)
    readings = listed_by(projector)
    await readings.list_all(BOTH)
    return readings, projector


async def test_both_lists() -> None:
    """Name readings as other models name their properties."""
    readings, projector = await discovered(RESPONSES)
    assert sorted(projector.asked) == [ANY, "property.get", COUNTERS]
    assert readings.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert readings.types == {
        INLET: PropertyType("float", quantity="Temperature"),
        FAN: PropertyType("float", quantity="Speed"),
        HOURS: PropertyType("int", unit="hours"),
    }


@pytest.mark.parametrize(
    ("counters", "types", "values"),
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
    counters: JsonValue, types: dict[str, str | None], values: dict[str, Any]
) -> None:
    """Return each counter with its unit, and no value without a number."""
    readings, _ = await discovered({COUNTERS: counters, ANY: {}})
    assert {
        name: reading_type.unit for name, reading_type in readings.types.items()
    } == {f"statistics.{name}.value": unit for name, unit in types.items()}
    assert readings.values == {f"statistics.{n}.value": v for n, v in values.items()}


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
    """Accept full and shortened names of a block."""
    readings, _ = await discovered({ANY: {key: 24.5}})
    assert readings.values == {INLET: 24.5}
    assert readings.types == {INLET: PropertyType("float", quantity="Temperature")}


@pytest.mark.parametrize(
    "blocks",
    [None, 7, "environment.temperature.inlet", [], [["a", 1]], {"": 1, " ": 2}],
    ids=str,
)
async def test_invalid_lists_of_blocks(blocks: JsonValue) -> None:
    """Return no readings of an invalid list."""
    readings, _ = await discovered({ANY: blocks})
    assert readings.values == {}
    assert readings.types == {}


async def test_readings_without_a_number() -> None:
    """Return no value without a number."""
    blocks: JsonValue = {"temperature.inlet": None, "fanspeed.inlet1": "fast"}
    readings, _ = await discovered({ANY: blocks})
    assert readings.types.keys() == {INLET, FAN}
    assert readings.values == {}


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
    """Derive quantity and place from both styles of names."""
    assert parse_block_name(name) == (quantity, place)


UNKNOWN = "environment.exhaust.value"


@pytest.mark.parametrize(
    ("response", "unit", "quantity"),
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
async def test_unknown_name(
    response: JsonObject, unit: str | None, quantity: str | None
) -> None:
    """Derive the type from the unit, otherwise request each type."""
    block: JsonValue = {"exhaust": 41}
    readings, projector = await discovered(
        {
            ANY: block,
            f"{CONTROL_BLOCKS} Temperature": block,
            f"{CONTROL_BLOCKS} Speed": {"fanspeed.inlet1": 1200},
            "property.get": {
                f"environment.exhaust.{k}": v for k, v in response.items()
            },
        }
    )
    assert readings.types[UNKNOWN] == PropertyType(
        "float", unit=unit, quantity=quantity
    )
    assert projector.asked.count("property.get") == 1

    projector.take_requests()
    await readings.list_all((CONTROL_BLOCKS,))

    assert {*projector.asked} <= {ANY, "property.get"}, "each request is sent once"


async def test_each_type_returns_everything() -> None:
    """Derive nothing if each type lists all blocks."""
    block: JsonValue = {"exhaust": 41}
    answers: Answers = {
        f"{CONTROL_BLOCKS} {quantity}": block for quantity in QUANTITIES
    }
    readings, _ = await discovered({ANY: block, **answers})
    assert readings.types[UNKNOWN].quantity is None


async def test_units() -> None:
    """Request the units of the described blocks at once."""
    readings, projector = await discovered(RESPONSES)
    unit = "environment.temperature.inlet.unit"
    projector.answers = {**RESPONSES, "property.get": {unit: "degC"}}
    projector.take_requests()
    await readings.list_all(BOTH, [unit], "on")
    assert projector.take_requests().count("property.get") == 1
    assert readings.types[INLET] == PropertyType(
        "float", unit="degC", quantity="Temperature"
    )
    assert readings.types[FAN].unit is None

    projector.answers = RESPONSES
    await readings.list_all(BOTH, [unit], "on")
    assert readings.types[INLET].unit == "degC", "until the projector reports another"


async def test_absent_units_are_requested_once() -> None:
    """Request units once per power state, and again after a busy response."""
    projector = FakeProjector(RESPONSES)
    requests = OptionalRequests(projector)
    requests.incomplete = True
    readings = ListedReadings(requests)

    async def units_asked(state: str) -> int:
        await readings.list_all(BOTH, state=state)
        return projector.take_requests().count("property.get")

    assert await units_asked("ready") == 1
    requests.restart()
    assert [await units_asked(s) for s in ("ready", "ready", "on")] == [1, 0, 1]
    readings.reset()
    assert await units_asked("on") == 1


async def test_stored_data_of_version_0_1() -> None:
    """Read the unit of a block, which version 0.1 stored as its type."""
    readings = listed_by(FakeProjector({}))
    readings.from_storage(
        {
            INLET: {"base": "float", "unit": "Temperature"},
            UNKNOWN: {"base": "float", "unit": "Speed"},
            HOURS: {"base": "int", "unit": "hours"},
        }
    )
    assert readings.types == {
        INLET: PropertyType("float", quantity="Temperature"),
        UNKNOWN: PropertyType("float", quantity="Speed"),
        HOURS: PropertyType("int", unit="hours"),
    }


async def test_any_is_refused() -> None:
    """Request each type once if all types together are refused."""
    readings, projector = await discovered(RESPONSES_BY_TYPE)
    assert readings.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert readings.types[FAN].quantity == "Speed"
    asked = [
        name for name in projector.take_requests() if name.startswith(CONTROL_BLOCKS)
    ]
    assert {*asked} == {
        ANY,
        *(f"{CONTROL_BLOCKS} {reading_type}" for reading_type in QUANTITIES),
    }
    assert len(asked) == len({*asked})

    await readings.read([FAN])
    assert projector.take_requests() == [f"{CONTROL_BLOCKS} Speed"]
    assert readings.values == {FAN: 1200}


async def test_type_of_the_request() -> None:
    """Use the type of the request if each type is requested."""
    readings, _ = await discovered({f"{CONTROL_BLOCKS} Temperature": {"exhaust": 41}})
    assert readings.types == {UNKNOWN: PropertyType("float", quantity="Temperature")}


@pytest.mark.parametrize(
    ("watched", "asked", "values"),
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
async def test_unwatched_readings_are_not_read(
    watched: list[str], asked: list[str], values: dict[str, JsonValue]
) -> None:
    """Read only watched values, and drop others."""
    readings, projector = await discovered(RESPONSES)
    projector.take_requests()
    types = dict(readings.types)
    await readings.read(watched)
    assert sorted(projector.take_requests()) == sorted(asked)
    assert readings.values == values
    assert readings.types == types, "the names are kept"


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
async def test_available_methods(
    methods: tuple[str, ...] | None, asked: set[str]
) -> None:
    """Try both methods if no methods are described."""
    projector = FakeProjector(RESPONSES)
    readings = listed_by(projector)
    await readings.list_all(methods)
    assert {*projector.asked} - {"property.get"} == asked
    projector.take_requests()
    await readings.read([HOURS, INLET])
    assert {*projector.asked} <= asked


async def test_all_lists_are_refused() -> None:
    """Do not request each type if everything is refused."""
    projector = FakeProjector({})
    readings = listed_by(projector)
    await readings.list_all(None)
    assert len(projector.asked) <= 4


async def test_lists_grow_and_shrink() -> None:
    """Keep listed names, and update the current ones with the power state."""
    readings, projector = await discovered({ANY: {"temperature.mainboard": 30}})
    projector.answers = RESPONSES
    await readings.list_all(BOTH)
    assert readings.values.keys() == {INLET, FAN, HOURS}
    mainboard = "environment.temperature.mainboard.value"
    assert readings.types.keys() == {INLET, FAN, HOURS, mainboard}


async def test_values_during_a_read() -> None:
    """Keep the previous values until the response arrives."""
    readings, projector = await discovered(RESPONSES)
    before = dict(readings.values)
    seen: list[dict[str, JsonValue]] = []
    projector.meanwhile = lambda name: seen.append(dict(readings.values))
    await readings.read([HOURS, INLET])
    await readings.list_all(BOTH)
    assert all(values == before for values in seen)


async def test_storage() -> None:
    """Restore the lists."""
    readings, _ = await discovered(RESPONSES)
    other = listed_by(FakeProjector({}))
    other.from_storage(json.loads(json.dumps(readings.to_storage())))
    assert other.types == readings.types
    assert other.values == {}


@pytest.mark.parametrize("stored", [None, 7, "a", [], {}], ids=str)
async def test_invalid_stored_data(stored: JsonValue) -> None:
    """Ignore invalid stored data."""
    readings = listed_by(FakeProjector({}))
    readings.from_storage(stored)
    assert readings.types == {}


async def test_wrong_stored_data() -> None:
    """Replace wrong stored data by the next list."""
    projector = FakeProjector(RESPONSES)
    readings = listed_by(projector)
    readings.from_storage({INLET: 7, FAN: {"base": [], "unit": 7}, "odd": None})
    await readings.list_all(BOTH)
    assert readings.values == {INLET: 24.5, FAN: 1200, HOURS: 1181}
    assert readings.types[INLET].quantity == "Temperature"
