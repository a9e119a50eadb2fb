"""Test controls on the device page."""

from playwright.sync_api import expect
import pytest

from .device_page import DevicePage
from .frontend import Frontend
from .projector import Projector

SOURCE = "image.window.main.source"
LASER = "illumination.sources.laser.power"


def test_on_and_off(frontend: Frontend, cinema_projector: Projector) -> None:
    """Turn the projector on and off by the switch."""
    cinema_projector.force_state("ready")
    device = DevicePage.open(frontend, cinema_projector)
    device.shows("Phase", "Off")

    device.page.get_by_role("button", name="Turn on").click()
    device.shows("Phase", "Warming up")
    device.shows("Phase", "On")
    cinema_projector.until("system.state", "on")
    power = device.page.get_by_role(
        "switch", name=f"Toggle {cinema_projector.name} Power"
    )
    expect(power).to_be_checked()

    device.page.get_by_role("button", name="Turn off").click()
    device.shows("Phase", "Cooling down")
    cinema_projector.until("system.state", "deconditioning")
    expect(power).not_to_be_checked()


@pytest.mark.parametrize(
    ("name", "option", "target", "value"),
    [
        ("Source", "DisplayPort 1", SOURCE, "DisplayPort 1"),
        ("Preset", "0: Cinema", LASER, 60.0),
    ],
)
def test_select(
    frontend: Frontend,
    cinema_projector: Projector,
    name: str,
    option: str,
    target: str,
    value: object,
) -> None:
    """Select an option, and show it."""
    cinema_projector.force_state("on")
    cinema_projector.set(SOURCE, "HDMI")
    cinema_projector.set(LASER, 80.0)
    device = DevicePage.open(frontend, cinema_projector)
    device.choose(name, option)
    cinema_projector.until(target, value)
    expect(device.select(name)).to_contain_text(option)


def test_laser_power(frontend: Frontend, cinema_projector: Projector) -> None:
    """Set the laser power by the slider, and show changes."""
    cinema_projector.force_state("on")
    cinema_projector.set(LASER, 80.0)
    device = DevicePage.open(frontend, cinema_projector)
    slider = device.slider("Laser power")
    expect(slider).to_have_attribute("aria-valuenow", "80")

    slider.press("ArrowRight")
    cinema_projector.until(LASER, 81.0)

    cinema_projector.set(LASER, 55.0)
    expect(slider).to_have_attribute("aria-valuenow", "55")
