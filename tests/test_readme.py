"""The automations in README.md do what it says."""

from datetime import timedelta
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_mock_service,
)

from simulator import Simulator
from tests.conftest import SetUp, StartProjector, wait_until

README = Path(__file__).parents[1] / "README.md"
AUTOMATIONS: dict[str, Any] = {
    heading: parse_yaml(block)
    for heading, block in re.findall(
        r"^([^\n]+):\n\n```yaml\n((?:triggers|actions):.*?)```",
        README.read_text(),
        re.DOTALL | re.MULTILINE,
    )
}


@pytest.fixture
async def cinema(start_projector: StartProjector, set_up: SetUp) -> Simulator:
    """Return a projector with the name that README gives it."""
    projector = await start_projector(
        "balder_cs", state="ready", values={"system.name": "Cinema"}
    )
    await set_up(projector)
    return projector


async def test_lights_are_dimmed_when_it_warms_up(
    hass: HomeAssistant, cinema: Simulator
) -> None:
    """The first example."""
    dimmed = async_mock_service(hass, "light", "turn_on")
    automation = AUTOMATIONS["Dim the lights when the projector warms up"]
    assert await async_setup_component(hass, "automation", {"automation": automation})

    cinema.power_on()
    await wait_until(hass, lambda: bool(dimmed))

    assert dimmed[0].data["brightness_pct"] == 10


async def test_film_night(hass: HomeAssistant, cinema: Simulator) -> None:
    """The second example: what is selected waits until it can be."""
    cinema.change("image.window.main.source", "SDI")
    script = AUTOMATIONS[
        "Film night: switch on, then source and preset. What cannot be done yet waits"
        " until it can"
    ]
    config = {"film_night": {"sequence": script["actions"]}}
    assert await async_setup_component(hass, "script", {"script": config})

    await hass.services.async_call("script", "film_night", blocking=True)

    await cinema.wait_for_state("on")
    assert cinema.get("image.window.main.source") == "HDMI"
    assert cinema.counters.requests["profile.activatepreset"] == 1


async def test_switched_off_without_signal(
    hass: HomeAssistant, cinema: Simulator
) -> None:
    """The third example."""
    cinema.power_on()
    await wait_until(hass, lambda: hass.states.is_state("sensor.cinema_state", "on"))
    automation = AUTOMATIONS["Switch off when there was no signal for half an hour"]
    assert await async_setup_component(hass, "automation", {"automation": automation})

    cinema.change("image.connector.hdmi.detectedsignal", {"active": False})
    await wait_until(
        hass, lambda: hass.states.is_state("sensor.cinema_signal", "no_signal")
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=31))
    await cinema.wait_for_state("ready", timeout=5)

    assert cinema.counters.requests["system.poweroff"] == 1


async def test_remote_control(hass: HomeAssistant, cinema: Simulator) -> None:
    """The example of the remote control."""
    [example] = re.findall(
        r"```yaml\n(actions:\n  - action: remote.*?)```", README.read_text(), re.DOTALL
    )
    script: Any = parse_yaml(example)
    sequence = script["actions"]
    assert await async_setup_component(
        hass, "script", {"script": {"menu": {"sequence": sequence}}}
    )

    await hass.services.async_call("script", "menu", blocking=True)

    keys = ("RC_MENU", "RC_DOWN", "RC_OK")
    assert cinema.keys == [("CLICKED", key) for key in keys]
