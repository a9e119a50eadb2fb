"""The examples in README.md work."""

from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Simulator
from tests.conftest import wait_until

README = Path(__file__).parents[1] / "README.md"


def example(heading: str) -> Any:
    """Return the first example below a heading."""
    _, _, section = README.read_text().partition(f"\n## {heading}\n")
    match = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert match
    return parse_yaml(match[1])


async def test_lights_automation(
    hass: HomeAssistant, cinema_projector: Simulator
) -> None:
    """Dim the lights when the projector warms up."""
    dimmed = async_mock_service(hass, "light", "turn_on")
    automation = example("Automations")
    assert await async_setup_component(hass, "automation", {"automation": automation})

    cinema_projector.power_on()
    await wait_until(hass, lambda: bool(dimmed))

    assert dimmed[0].data["brightness_pct"] == 10


async def test_remote_control(hass: HomeAssistant, cinema_projector: Simulator) -> None:
    """Use the example of the remote control."""
    sequence = example("Remote control")["actions"]
    assert await async_setup_component(
        hass, "script", {"script": {"menu": {"sequence": sequence}}}
    )

    await hass.services.async_call("script", "menu", blocking=True)

    keys = ("RC_MENU", "RC_DOWN", "RC_OK")
    assert cinema_projector.keys == [("CLICKED", key) for key in keys]
