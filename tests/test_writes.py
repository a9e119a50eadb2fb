"""Write states only when they change."""

import asyncio
from typing import Any

from homeassistant.core import State
from homeassistant.setup import async_setup_component
import pytest

from simulator import Simulator

from .conftest import SetUpProjector
from .observe import record_requests, written

pytestmark = pytest.mark.usefixtures("watched_sensors")

HDMI = "image.connector.hdmi.detectedsignal"
ACTIVE_SIGNAL = [
    "binary_sensor.hdr",
    "binary_sensor.signal",
    "sensor.signal",
]
"""Entities that show the signal, and are enabled by default."""
SOURCE = [*ACTIVE_SIGNAL, "media_player.projector", "select.source"]
"""Entities that show the source or its signal."""
SCREENS = ("image.lcd", "image.osd")
POWER = "illumination.sources.laser.power"


@pytest.mark.parametrize(
    ("name", "value", "writes"),
    [
        (
            "environment.temperature.inlet.value",
            31.5,
            ["sensor.inlet_temperature"],
        ),
        ("illumination.sources.laser.power", 61.5, ["number.laser_power"]),
        # Home Assistant writes once more when the range changes.
        ("illumination.sources.laser.maxpower", 90, ["number.laser_power"] * 2),
        ("statistics.laserruntime.value", 1182, []),
        ("system.health", "Error", ["binary_sensor.problem", "sensor.health"]),
        (HDMI, {"active": False}, ACTIVE_SIGNAL),
        (HDMI, {"name": "UHD"}, ["sensor.signal"]),
        (HDMI, {"bits_per_component": 12}, []),
        ("image.connector.displayport2.detectedsignal", {"active": True}, []),
        ("image.brightness", 0.5, ["number.brightness"]),
        ("image.gamma", 2.5, []),
        ("system.state", "conditioning", ["sensor.phase", "sensor.state"]),
        ("system.targetstate", "ready", []),
    ],
)
async def test_push_writes_only_its_entities(
    setup_projector: SetUpProjector, name: str, value: Any, writes: list[str]
) -> None:
    """Write nothing else, and do not subscribe to names without an entity."""
    home = await setup_projector("hdr_cs", state="on")
    names = written(home)

    home.projector.change(name, value)
    home.projector.change("environment.temperature.outlet.value", 44.5)  # the end
    await home.until("sensor.outlet_temperature", "44.5")

    assert sorted(names) == sorted([*writes, "sensor.outlet_temperature"])


async def test_change_of_source_writes_only_its_entities(
    setup_projector: SetUpProjector,
) -> None:
    """Write the lost signal, the new source and the new signal."""
    home = await setup_projector("hdr_cs", state="on")
    names = written(home)

    home.projector.change("image.window.main.source", "DisplayPort 1")
    await home.until("sensor.signal", "3840x2160@60 Hz")

    assert sorted(names) == sorted(["binary_sensor.signal", "sensor.signal", *SOURCE])


@pytest.mark.usefixtures("fast_timings")
async def test_unchanged_values_are_not_written(
    setup_projector: SetUpProjector,
) -> None:
    """Write nothing after any number of reads."""
    home = await setup_projector("minimal", state="on")
    requests = home.projector.counters.requests
    names = written(home)

    enough = requests["property.get"] + 20
    await home.projector.wait_until(lambda: requests["property.get"] > enough)

    assert names == []


def other_range(old: State | None, new: State | None) -> bool:
    """Return whether the capabilities of an entity changed."""
    assert old is not None
    assert new is not None
    return any(
        old.attributes.get(name) != new.attributes.get(name)
        for name in ("min", "max", "options")
    )


def another(projector: Simulator, name: str) -> Any:
    """Return another value of a property."""
    value = projector.get(name)
    options = projector.model.properties[name].type.values
    if options and isinstance(value, str):
        return options[options.index(value) - 1]
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}?"
        case dict():
            return {key: value[key] for key in [*value][1:]}
    return []


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize("model", ["udx", "balder_cs", "hdr_cs"])
async def test_each_push_writes_each_entity_once(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Write each entity once, or twice if Home Assistant does so for a new range."""
    home = await setup_projector(model, state="on", speed=1)
    await home.enable(*(name for name in home.entries() if name not in SCREENS))
    names = written(home)
    (connection,) = home.projector.connections
    # The others change more than their own value, or trigger a read.
    pushed = connection.session.properties - {
        "image.brightness",
        "image.window.main.source",
        "notification.count",
        "system.state",
        "system.targetstate",
    }
    assert len(pushed) > 50

    for number, name in enumerate(sorted(pushed), 1):
        before = {entity: home.state(entity) for entity in home.entries()}
        names.clear()
        home.projector.device.put(name, another(home.projector, name))
        home.projector.change("image.brightness", number / 1000)  # the end
        await home.until("number.brightness", str(number / 1000))
        changed = {
            entity: (old, home.state(entity))
            for entity, old in before.items()
            if old != home.state(entity)
        }
        again = [entity for entity, states in changed.items() if other_range(*states)]
        assert sorted(names) == sorted([*changed, *again]), name


@pytest.mark.parametrize("pieces", [1, 20, 1000])
async def test_flood(setup_projector: SetUpProjector, pieces: int) -> None:
    """Limit the writes for a thousand pushes, and delay neither a command nor a resync."""
    assert 1000 % pieces == 0
    home = await setup_projector("udx", state="on")
    await home.enable()
    assert await async_setup_component(home.hass, "homeassistant", {})
    names = written(home)
    reads = record_requests(home.projector, "property.get")

    async def flood() -> None:
        for number in range(1, 1001):
            home.projector.change(POWER, 20 + number % 80 + number / 1000)
            if number % (1000 // pieces) == 0:
                await asyncio.sleep(0)

    flooding = asyncio.create_task(flood())
    await home.projector.wait_until(lambda: home.projector.get(POWER) != 75)
    async with asyncio.timeout(2):
        await home.act("set_value", "number.contrast", value=1.25)
        await home.hass.services.async_call(
            "homeassistant",
            "update_entity",
            {"entity_id": home.entity_id("number.laser_power")},
            blocking=True,
        )
        await home.projector.wait_until(lambda: bool(reads))
        await flooding
        await home.until("number.laser_power", "61")
    assert home.projector.get("image.contrast") == 1.25
    assert names.count("number.laser_power") <= 50
