"""Common behavior of entities: adding, availability, errors."""

import asyncio
from collections.abc import Iterable
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.barco_pulse import sensor
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.entity_description import PulseEntityDescription
from custom_components.barco_pulse.pulse.snapshot import Snapshot

from .common import asked_again
from .conftest import Home, SetUp, SetUpProjector, StartProjector, logged, wait_until

pytestmark = pytest.mark.usefixtures("watched_sensors")

POWERED_ONLY = {
    "binary_sensor.hdr": "on",
    "number.brightness": "0",
    "number.laser_power": "75",
    "select.preset": STATE_UNKNOWN,
    "select.source": "HDMI",
    "sensor.inlet_temperature": "22.6",
    "sensor.outlet_temperature": "28.1",
    "sensor.signal": "3840x2160@23.98 Hz",
}
"""Entities that an HDR CS has only while powered on, with their states."""


def powered_only(home: Home) -> dict[str, str | None]:
    """Return the states of entities that exist only while powered on."""
    return {name: home.value(name) for name in POWERED_ONLY}


@pytest.mark.usefixtures("fast_timings")
async def test_new_objects_add_entities(
    setup_projector: SetUpProjector, caplog: pytest.LogCaptureFixture
) -> None:
    """Add entities when the projector powers up, without a log message."""
    home = await setup_projector("hdr_cs", state="standby")
    assert {home.state(name) for name in POWERED_ONLY} == {None}

    home.projector.power_on()

    for name, value in POWERED_ONLY.items():
        await home.until(name, value)
    assert logged(caplog) == []


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize("model", ["udx", "hdr_cs"])
async def test_same_entities_after_any_set_up(
    hass: HomeAssistant, setup_projector: SetUpProjector, model: str
) -> None:
    """Have the same entities after set-up in standby and while on."""
    home = await setup_projector(model, state="on")
    awake = home.entries().keys()
    await hass.config_entries.async_remove(home.entry.entry_id)

    home = await setup_projector(model, state="standby")
    assert home.entries().keys() < awake
    home.projector.power_on()

    await wait_until(hass, lambda: home.entries().keys() >= awake)
    assert home.entries().keys() == awake


@pytest.mark.usefixtures("fast_timings")
async def test_unavailable_without_its_object(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Become unavailable with the object, and available when it is back."""
    home = await setup_projector("hdr_cs", state="on")

    home.projector.change("system.state", "standby")
    await wait_until(
        hass, lambda: set(powered_only(home).values()) == {STATE_UNAVAILABLE}
    )
    home.projector.change("system.state", "on")
    await wait_until(hass, lambda: powered_only(home) == POWERED_ONLY)

    assert logged(caplog) == []


AT_ONCE: list[tuple[str, str, dict[str, Any]]] = [
    ("press", "button.activity", {}),
    ("set_value", "number.brightness", {"value": 0.5}),
    ("send_command", "remote.remote", {"command": "menu"}),
    ("select_option", "select.scaling_mode", {"option": "stretch"}),
    ("turn_on", "switch.warp", {}),
]
"""One action of each kind that is never pending."""
CAN_BE_PENDING = [
    ("select_source", "media_player.projector", {"source": "SDI"}, "property.set"),
    ("turn_off", "media_player.projector", {}, "system.poweroff"),
    ("send_command", "remote.remote", {"command": "source_SDI"}, "property.set"),
    ("turn_off", "remote.remote", {}, "system.poweroff"),
    ("select_option", "select.source", {"option": "SDI"}, "property.set"),
    (
        "select_option",
        "select.preset",
        {"option": "1: Sport"},
        "profile.activatepreset",
    ),
    (
        "select_option",
        "select.profile",
        {"option": "Cinema"},
        "profile.activateprofile",
    ),
    ("turn_off", "switch.power", {}, "system.poweroff"),
]
"""One action of each kind that can be pending."""


async def test_commands_to_a_busy_projector(setup_projector: SetUpProjector) -> None:
    """Raise an error, and show no other change."""
    home = await setup_projector("balder_cs", state="on")
    await home.enable()
    home.projector.faults.busy = True

    for action, name, data in AT_ONCE:
        before = home.state(name)
        with pytest.raises(HomeAssistantError) as refusal:
            await home.act(action, name, **data)

        assert refusal.value.translation_domain == DOMAIN
        assert refusal.value.translation_key == "busy"
        assert refusal.value.translation_placeholders is not None
        assert refusal.value.translation_placeholders["projector"] == home.entry.title
        if not name.startswith("button."):  # its state is the time of the last press
            assert home.state(name) == before


@pytest.mark.parametrize(("action", "name", "data", "method"), CAN_BE_PENDING)
@pytest.mark.usefixtures("fast_timings", "profile_enabled")
async def test_commands_that_wait_for_a_busy_projector(
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
    action: str,
    name: str,
    data: dict[str, Any],
    method: str,
) -> None:
    """Retry pending commands until they succeed, and show their goal."""
    home = await setup_projector("balder_cs", state="on", speed=1)
    shown, goal = name, data.get("option", "off" if action == "turn_off" else "SDI")
    if goal == "SDI":
        shown = "select.source"
    home.projector.faults.busy = True
    command = asyncio.create_task(home.act(action, name, **data))
    await home.projector.wait_until(asked_again(home.projector, method, 3))
    assert not command.done()
    assert home.value(shown) == goal

    home.projector.faults.busy = False

    await command
    await home.until(shown, goal)
    assert logged(caplog) == []


async def test_commands_without_the_pin(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Raise an error for commands while reading works without a PIN."""
    projector = await start_projector("balder_cs", state="on")
    home = Home(hass, projector, await set_up(projector, pin=None))
    await home.enable()

    for action, name, data in (*AT_ONCE, *(command[:3] for command in CAN_BE_PENDING)):
        with pytest.raises(HomeAssistantError) as refusal:
            await home.act(action, name, **data)

        assert refusal.value.translation_key == "pin_needed", name


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
        (
            "illumination.sources.laser.power",
            "bright",
            "number.laser_power",
            STATE_UNKNOWN,
        ),
        ("image.window.main.source", "Betamax", "select.source", "Betamax"),
        ("image.window.main.source", 4, "select.source", STATE_UNKNOWN),
        ("profile.presetassignments", [], "select.preset", STATE_UNAVAILABLE),
        ("profile.presetassignments", {"no": []}, "select.preset", STATE_UNAVAILABLE),
        ("profile.presetassignments", "none", "select.preset", STATE_UNAVAILABLE),
        (
            "image.connector.hdmi.detectedsignal",
            "yes",
            "sensor.signal",
            STATE_UNAVAILABLE,
        ),
    ],
)
async def test_invalid_values(
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: Any,
    entity: str,
    state: str,
) -> None:
    """Ignore invalid values without log messages or other effects."""
    home = await setup_projector("hdr_cs", state="on")

    home.projector.device.put(name, value)
    home.projector.change("environment.temperature.outlet.value", 44.5)

    await home.until(entity, state)
    await home.until("sensor.outlet_temperature", "44.5")
    assert logged(caplog) == []


async def test_descriptions_are_made_for_new_objects_only(
    setup_projector: SetUpProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Create descriptions when objects appear, not when values change."""
    made = 0
    descriptions_of = sensor.get_descriptions

    def counted(snapshot: Snapshot) -> Iterable[PulseEntityDescription]:
        nonlocal made
        made += 1
        return descriptions_of(snapshot)

    monkeypatch.setattr(sensor, "get_descriptions", counted)
    home = await setup_projector("hdr_cs")
    before = made
    home.projector.change("system.health", "Error")
    await home.until("sensor.health", "error")
    assert made == before

    home.projector.change("system.state", "on")
    await home.until("sensor.state", "on")
    await wait_until(home.hass, lambda: home.value("sensor.signal") is not None)
    assert made > before
