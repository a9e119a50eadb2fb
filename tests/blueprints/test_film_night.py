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
    """Return a list that takes what becomes of the lights."""
    return async_mock_service(hass, "light", "turn_on")


def brightness(lights: list[ServiceCall]) -> list[int]:
    """Return how bright it became, one after the other."""
    return [call.data["brightness_pct"] for call in lights]


async def test_film_night(
    hass: HomeAssistant, cinema: Simulator, use: Use, lights: list[ServiceCall]
) -> None:
    """A button starts it all; the lights do not wait until it is done."""
    choice = {"source": "SDI", "preset": "2: HDR"}
    await use("film_night", **FILM, **LIGHTS, **choice)

    hass.bus.async_fire("film")
    await wait_until(
        hass, lambda: hass.states.is_state("select.cinema_preset", "2: HDR")
    )
    await until_phase(hass, "on")
    assert cinema.get("image.window.main.source") == "SDI"
    assert cinema.counters.requests["profile.activatepreset"] == 1
    assert brightness(lights) == [20, 0]

    cinema.power_off()
    await until_phase(hass, "cooling")
    await until_phase(hass, "off")
    assert brightness(lights) == [20, 0, 60]
    assert lights[0].data["entity_id"] == ["light.cinema"]
    assert lights[0].data["transition"] == 3


async def test_nothing_but_on(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    lights: list[ServiceCall],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was left empty stays as it is."""
    await use("film_night", **FILM)
    source = cinema.get("image.window.main.source")

    hass.bus.async_fire("film")
    await until_phase(hass, "on")

    assert cinema.get("image.window.main.source") == source
    assert cinema.counters.requests["profile.activatepreset"] == 0
    assert not lights
    assert "Error while executing" not in caplog.text


async def test_scenes(hass: HomeAssistant, cinema: Simulator, use: Use) -> None:
    """Run scenes instead of lights, also if the projector is switched elsewhere."""
    scenes = async_mock_service(hass, "scene", "turn_on")
    when = {
        f"when_{name}": [
            {"action": "scene.turn_on", "target": {"entity_id": f"scene.{name}"}}
        ]
        for name in ("warming", "on", "over")
    }
    await use("film_night", **when)

    cinema.power_on()
    await until_phase(hass, "on")
    cinema.power_off()
    await until_phase(hass, "off")

    names = [call.data["entity_id"] for call in scenes]
    assert names == [["scene.warming"], ["scene.on"], ["scene.over"]]


async def test_lights_stay_when_it_was_only_out_of_sight(
    hass: HomeAssistant, cinema: Simulator, use: Use, lights: list[ServiceCall]
) -> None:
    """Somebody has made it bright meanwhile, and wants it so."""
    cinema.power_on()
    await until_phase(hass, "on")
    await use("film_night", **FILM, **LIGHTS)
    [entry] = hass.config_entries.async_entries("barco_pulse")

    await hass.config_entries.async_reload(entry.entry_id)
    await until_phase(hass, "on")

    assert not lights
