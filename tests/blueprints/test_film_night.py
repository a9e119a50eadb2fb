"""The blueprint "film night"."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Simulator
from tests.conftest import until_phase, wait_until

from .conftest import Use

FILM: dict[str, Any] = {"start": [{"trigger": "event", "event_type": "film"}]}
LIGHTS = {"lights": {"entity_id": "light.cinema"}}


@pytest.fixture
def lights(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that receives the calls to lights."""
    return async_mock_service(hass, "light", "turn_on")


def brightness(lights: list[ServiceCall]) -> list[int]:
    """Return the brightness values in order."""
    return [call.data["brightness_pct"] for call in lights]


async def test_film_night(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    lights: list[ServiceCall],
) -> None:
    """Run all steps from a button; the lights do not wait for the projector."""
    choice = {"source": "SDI", "preset": "2: HDR"}
    await use("film_night", **FILM, **LIGHTS, **choice)

    hass.bus.async_fire("film")
    await wait_until(
        hass, lambda: hass.states.is_state("select.cinema_preset", "2: HDR")
    )
    await until_phase(hass, "on")
    assert cinema_projector.get("image.window.main.source") == "SDI"
    assert cinema_projector.counters.requests["profile.activatepreset"] == 1
    assert brightness(lights) == [20, 0]

    cinema_projector.power_off()
    await until_phase(hass, "cooling")
    await until_phase(hass, "off")
    assert brightness(lights) == [20, 0, 60]
    assert lights[0].data["entity_id"] == ["light.cinema"]
    assert lights[0].data["transition"] == 3


async def test_empty_inputs_change_nothing(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    lights: list[ServiceCall],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Leave everything without input as it is."""
    await use("film_night", **FILM)
    source = cinema_projector.get("image.window.main.source")

    hass.bus.async_fire("film")
    await until_phase(hass, "on")

    assert cinema_projector.get("image.window.main.source") == source
    assert cinema_projector.counters.requests["profile.activatepreset"] == 0
    assert not lights
    assert "Error while executing" not in caplog.text


async def test_scenes(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Run scenes instead of lights, also if the projector is turned on elsewhere."""
    scenes = async_mock_service(hass, "scene", "turn_on")
    when = {
        f"when_{name}": [
            {"action": "scene.turn_on", "target": {"entity_id": f"scene.{name}"}}
        ]
        for name in ("warming", "on", "over")
    }
    await use("film_night", **when)

    cinema_projector.power_on()
    await until_phase(hass, "on")
    cinema_projector.power_off()
    await until_phase(hass, "off")

    names = [call.data["entity_id"] for call in scenes]
    assert names == [["scene.warming"], ["scene.on"], ["scene.over"]]


async def test_lights_stay_after_unavailability(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    lights: list[ServiceCall],
) -> None:
    """Keep the lights if the projector was only unavailable."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await use("film_night", **FILM, **LIGHTS)
    [entry] = hass.config_entries.async_entries("barco_pulse")

    await hass.config_entries.async_reload(entry.entry_id)
    await until_phase(hass, "on")

    assert not lights
