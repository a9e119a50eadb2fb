"""What all entities have in common: which there are, when they are written."""

from typing import Any

from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from .conftest import Home, MoveIn, logged, wait_until

POWERED_ONLY = {
    "number.laser_power": "75",
    "select.preset": STATE_UNKNOWN,
    "select.profile": STATE_UNKNOWN,
    "select.source": "HDMI",
    "sensor.inlet_temperature": "22.6",
    "sensor.outlet_temperature": "28.1",
    "sensor.signal": "3840x2160@23.98 Hz",
}
"""What an HDR CS has only while it is powered, and what it shows then."""


def entities(home: Home) -> list[er.RegistryEntry]:
    """Return what the registry knows of the projector, in a stable order."""
    registry = er.async_get(home.hass)
    known = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return sorted(known, key=lambda entity: entity.entity_id)


def powered_only(home: Home) -> dict[str, str | None]:
    """Return what is shown of what is only there while it is powered."""
    return {name: home.shows(name) for name in POWERED_ONLY}


def written(home: Home) -> list[str]:
    """Return a list that takes the name of every entity whose state is written."""
    names: list[str] = []
    registry = er.async_get(home.hass)

    @callback
    def note(event: Event[Any]) -> None:
        entity = registry.async_get(event.data["entity_id"])
        assert entity is not None
        names.append(
            f"{entity.domain}.{entity.unique_id.removeprefix(f'{home.entry.unique_id}_')}"
        )

    home.hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    home.hass.bus.async_listen(EVENT_STATE_REPORTED, note, callback(lambda data: True))
    return names


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("hdr_cs", "on"),
        ("hdr_cs", "standby"),
        ("balder_cs", "on"),
        ("balder_cs", "ready"),
        ("udx", "on"),
        ("minimal", "on"),
        ("minimal", "standby"),
    ],
)
async def test_entities(
    move_in: MoveIn, snapshot: SnapshotAssertion, model: str, state: str
) -> None:
    """What a model has, and how it looks in Home Assistant."""
    home = await move_in(model, state=state, speed=1)

    found = entities(home)

    assert len(found) == len(home.hass.states.async_all())
    for entity in found:
        assert entity == snapshot(name=f"{entity.entity_id}-entry")
        assert home.hass.states.get(entity.entity_id) == snapshot(
            name=f"{entity.entity_id}-state"
        )


@pytest.mark.parametrize(
    ("name", "value", "writes"),
    [
        (
            "environment.temperature.inlet.value",
            31.5,
            ["sensor.inlet_temperature"],
        ),
        ("illumination.sources.laser.power", 61.5, ["number.laser_power"]),
        ("statistics.laserruntime.value", 1182, ["sensor.laser_hours"]),
        ("system.health", "Error", ["sensor.health"]),
        (
            "image.connector.hdmi.detectedsignal",
            {"active": False},
            ["sensor.signal"],
        ),
        ("image.connector.hdmi.detectedsignal", {"bits_per_component": 12}, []),
        ("image.connector.displayport2.detectedsignal", {"active": True}, []),
        ("image.brightness", 0.5, []),
        ("system.state", "conditioning", ["sensor.state"]),
        ("system.targetstate", "ready", []),
    ],
)
async def test_one_push_writes_exactly_the_states_that_show_it(
    move_in: MoveIn, name: str, value: Any, writes: list[str]
) -> None:
    """And what nobody shows is not even sent."""
    home = await move_in("hdr_cs", state="on")
    names = written(home)

    home.projector.change(name, value)
    home.projector.change("environment.temperature.outlet.value", 44.5)  # the end
    await home.until("sensor.outlet_temperature", "44.5")

    assert sorted(names) == sorted([*writes, "sensor.outlet_temperature"])


async def test_another_source_writes_exactly_the_states_that_show_it(
    move_in: MoveIn,
) -> None:
    """The old signal goes, the source changes, the new signal comes."""
    home = await move_in("hdr_cs", state="on")
    names = written(home)

    home.projector.change("image.window.main.source", "DisplayPort 1")
    await home.until("sensor.signal", "3840x2160@60 Hz")

    assert sorted(names) == [
        "media_player.projector",
        "select.source",
        "sensor.signal",
        "sensor.signal",
    ]


@pytest.mark.usefixtures("quick")
async def test_nothing_is_written_when_nothing_changed(move_in: MoveIn) -> None:
    """However often everything is read."""
    home = await move_in("minimal", state="on")
    requests = home.projector.counters.requests
    names = written(home)

    enough = requests["property.get"] + 20
    await home.projector.wait_until(lambda: requests["property.get"] > enough)

    assert names == []


@pytest.mark.parametrize(("name", "value"), POWERED_ONLY.items())
@pytest.mark.usefixtures("quick")
async def test_objects_that_appear_add_their_entities(
    move_in: MoveIn, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    """When the projector powers up; and that is no news for the log."""
    home = await move_in("hdr_cs", state="standby")
    assert home.state(name) is None

    home.projector.power_on()

    await home.until(name, value)
    assert logged(caplog) == []


@pytest.mark.usefixtures("quick")
async def test_what_goes_with_its_object_is_unavailable(
    hass: HomeAssistant, move_in: MoveIn, caplog: pytest.LogCaptureFixture
) -> None:
    """The old value is not kept, and comes back with the object."""
    home = await move_in("hdr_cs", state="on")

    home.projector.change("system.state", "standby")
    await wait_until(
        hass, lambda: set(powered_only(home).values()) == {STATE_UNAVAILABLE}
    )
    home.projector.change("system.state", "on")
    await wait_until(hass, lambda: powered_only(home) == POWERED_ONLY)

    assert logged(caplog) == []


@pytest.mark.usefixtures("quick")
async def test_after_a_restart_in_standby(hass: HomeAssistant, move_in: MoveIn) -> None:
    """What the projector once had is there, unavailable until it has it again."""
    home = await move_in("hdr_cs", state="on")
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    home.projector.change("system.state", "standby")

    assert await hass.config_entries.async_setup(home.entry.entry_id)
    assert powered_only(home) == dict.fromkeys(POWERED_ONLY, STATE_UNAVAILABLE)

    home.projector.change("system.state", "on")
    await wait_until(hass, lambda: powered_only(home) == POWERED_ONLY)


@pytest.mark.parametrize(
    ("name", "value", "entity", "state"),
    [
        ("system.state", "hibernating", "sensor.state", STATE_UNKNOWN),
        ("system.health", "Smouldering", "sensor.health", STATE_UNKNOWN),
        ("system.health", 3, "sensor.health", STATE_UNKNOWN),
        (
            "environment.temperature.inlet.value",
            None,
            "sensor.inlet_temperature",
            STATE_UNAVAILABLE,
        ),
        (
            "environment.temperature.inlet.value",
            "warm",
            "sensor.inlet_temperature",
            STATE_UNKNOWN,
        ),
        (
            "environment.temperature.inlet.value",
            True,
            "sensor.inlet_temperature",
            STATE_UNKNOWN,
        ),
        ("statistics.laserruntime.value", "many", "sensor.laser_hours", STATE_UNKNOWN),
        (
            "illumination.sources.laser.power",
            "bright",
            "number.laser_power",
            STATE_UNKNOWN,
        ),
        ("image.window.main.source", "Betamax", "select.source", STATE_UNKNOWN),
        ("image.window.main.source", 4, "select.source", STATE_UNKNOWN),
        ("profile.profiles", [], "select.profile", STATE_UNAVAILABLE),
        ("profile.profiles", {"no": "list"}, "select.profile", STATE_UNAVAILABLE),
        ("profile.presetassignments", "none", "select.preset", STATE_UNAVAILABLE),
        (
            "image.connector.hdmi.detectedsignal",
            "yes",
            "sensor.signal",
            STATE_UNAVAILABLE,
        ),
    ],
)
async def test_odd_values_harm_nobody(
    move_in: MoveIn,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: Any,
    entity: str,
    state: str,
) -> None:
    """What makes no sense is not shown; all else goes on, and the log stays quiet."""
    home = await move_in("hdr_cs", state="on")

    home.projector.device.put(name, value)
    home.projector.change("environment.temperature.outlet.value", 44.5)

    await home.until(entity, state)
    await home.until("sensor.outlet_temperature", "44.5")
    assert logged(caplog) == []
