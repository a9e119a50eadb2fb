"""Connect to a projector, and find out what it has."""

from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    ACTIVE_SIGNAL,
    FALLBACK_PROPERTIES,
    LASER_POWER,
    LIST_METHODS,
    PRESETS,
    PROFILES,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .common import INLET, SHORT_TIMEOUTS, RunningProjector, running_projector
from .conftest import StartProjector

MAINBOARD = "environment.temperature.mainboard.value"


LASER_HOURS = "statistics.laserruntime.value"


ALWAYS = {STATE, "system.health", "environment.alarmstate", LASER_HOURS}


POWERED = {SOURCE, SOURCES, ACTIVE_SIGNAL, LASER_POWER}


PROFILE = {PRESETS, PROFILES}


@pytest.mark.parametrize(
    ("model", "state", "there", "missing"),
    [
        (
            "hdr_cs",
            "on",
            ALWAYS | POWERED | PROFILE | {TARGET_STATE, INLET, MAINBOARD},
            set(),
        ),
        (
            "hdr_cs",
            "standby",
            ALWAYS | {TARGET_STATE},
            POWERED | PROFILE | {INLET, MAINBOARD},
        ),
        ("balder_cs", "ready", ALWAYS | POWERED | PROFILE | {TARGET_STATE}, set()),
        (
            "udx",
            "on",
            (ALWAYS | POWERED) - {"system.health"},
            PROFILE | {TARGET_STATE, "system.health"},
        ),
        ("minimal", "on", {STATE}, POWERED | PROFILE | {TARGET_STATE, LASER_HOURS}),
    ],
)
async def test_existence_follows_introspection(
    start_projector: StartProjector,
    model: str,
    state: str,
    there: set[str],
    missing: set[str],
) -> None:
    """Derive what exists from introspection, not from the model name."""
    simulator = await start_projector(model, state=state)
    async with running_projector(simulator) as projector:
        assert projector.snapshot.reachable
        assert projector.snapshot.error is None
        assert projector.snapshot.state == state
        values, properties = projector.values, projector.snapshot.properties
        assert there <= values.keys()
        assert not missing & values.keys()
        derived = {ACTIVE_SIGNAL, SOURCES}
        assert there - derived <= properties.keys()
        assert not missing & properties.keys()
        for name in (there & properties.keys()) - derived:
            assert values[name] == simulator.get(name), name


async def test_types_come_from_the_projector(start_projector: StartProjector) -> None:
    """Take ranges, options and access from introspection, and units from the counters."""
    simulator = await start_projector("hdr_cs", state="on")
    async with running_projector(simulator) as projector:
        properties = projector.snapshot.properties
    assert properties["system.health"].options == ("Normal", "Warning", "Error")
    assert properties[LASER_POWER].writable
    assert properties[SOURCE].writable
    assert not properties[INLET].writable
    assert properties[INLET].base == "float"
    assert properties[LASER_HOURS].unit == "hours"


SAME_PROJECTOR: list[dict[str, Any]] = [
    {"missing_name": "error"},
    {"missing_name": "null"},
    {"absent_methods": ("signal.subscribe",)},
    {"name_key": "object"},
    {"enum_form": "enum"},
    {"enum_form": "items"},
    {"enum_form": "objects"},
    {"array_form": "items"},
    {"type_form": "string", "constraints": False},
    {"access_form": "R"},
    {"hints": True},
    {"subscribe_missing": "error"},
    {"subscribe_missing": "ignore"},
    {"initial_push": True},
    {"initial_push": True, "pairs_per_notification": 0},
    {"terminator": "crlf", "whitespace": "pretty"},
    {"terminator": "nul", "member_order": "jsonrpc_last"},
    {"member_order": "result_first", "id_echo": "string"},
    {"whole_floats": "float"},
    {"auth_success": "string"},
    {"framing": "http-only", "http_reply": "head"},
]


@pytest.mark.parametrize("quirks", SAME_PROJECTOR, ids=str)
async def test_simulator_quirks_do_not_change_the_snapshot(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Build the same snapshot with each quirk of the simulator."""
    plain = await start_projector(state="on")
    special = await start_projector(state="on", quirks=quirks)
    async with (
        running_projector(plain) as default,
        running_projector(special, timeouts=SHORT_TIMEOUTS) as other,
    ):
        assert other.identity == default.identity
        assert other.values == default.values
        described, described_by_default = (
            other.snapshot.properties,
            default.snapshot.properties,
        )
        assert described.keys() == described_by_default.keys()
        for name, property_type in described_by_default.items():
            assert described[name].writable is property_type.writable, name
            assert described[name].options == property_type.options, name


SPARING_PROJECTOR: list[dict[str, Any]] = [
    {"absent_methods": ("introspect",)},
    {"absent_methods": ("introspect",), "missing_name": "error"},
    {"absent_methods": ("introspect",), "missing_name": "null"},
    {"absent_methods": ("introspect", "property.subscribe", "signal.subscribe")},
    {"absent_methods": ("introspect", "statistics.listcounters")},
    {"shallow": "names"},
    {"enum_form": "absent"},
    {"access_form": "absent"},
]


def best_known(projector: RunningProjector) -> dict[str, JsonValue]:
    """Return the values that most projectors have."""
    names = {*FALLBACK_PROPERTIES, *LIST_METHODS, ACTIVE_SIGNAL}
    return {name: v for name, v in projector.values.items() if name in names}


@pytest.mark.parametrize("quirks", SPARING_PROJECTOR, ids=str)
async def test_fallback_types_without_introspection(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Use the fallback types if the projector does not describe itself."""
    plain = await start_projector(state="on")
    special = await start_projector(state="on", quirks=quirks)
    async with running_projector(plain) as default, running_projector(special) as other:
        assert best_known(other) == best_known(default)
        described, described_by_default = (
            other.snapshot.properties,
            default.snapshot.properties,
        )
        names = described_by_default.keys() & FALLBACK_PROPERTIES.keys()
        assert described.keys() & FALLBACK_PROPERTIES.keys() == names
        assert all(
            {*described_by_default[n].options} <= {*described[n].options} for n in names
        )


@pytest.mark.parametrize(
    "fault", [{"reorder": 0.005}, {"split": True}, {"drip": 1e-5}, {"duplicate": True}]
)
async def test_network_faults_do_not_change_the_snapshot(
    start_projector: StartProjector, fault: dict[str, Any]
) -> None:
    """Build the same snapshot over a faulty connection, only later."""
    plain = await start_projector("minimal", state="on")
    special = await start_projector("minimal", state="on")
    for name, value in fault.items():
        setattr(special.faults, name, value)
    async with running_projector(plain) as default, running_projector(special) as other:
        assert other.snapshot == default.snapshot


async def test_names_of_a_refused_batch_are_read_singly_once(
    start_projector: StartProjector,
) -> None:
    """Read names singly once if one missing name makes the batch fail."""
    quirks = {"missing_name": "error", "absent_methods": ("introspect",)}
    simulator = await start_projector("udx", state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        requests = simulator.counters.requests
        before = requests["property.get"]
        simulator.device.put(LASER_POWER, 47, tell=False)
        projector.refresh()
        await projector.until_value(LASER_POWER, 47)
        assert requests["property.get"] - before == 1
