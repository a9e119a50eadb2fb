"""Test the content of the device page."""

from playwright.sync_api import expect

from .camera import take
from .device_page import DevicePage
from .frontend import Frontend
from .projector import Projector


def test_identity(frontend: Frontend, cinema_projector: Projector) -> None:
    """Show model, manufacturer, firmware, serial and article number."""
    device = DevicePage.open(frontend, cinema_projector)
    for text in (
        "Balder CS (R9805678)",
        "by Barco",
        "Firmware: 2.5.2",
        f"Serial number: {cinema_projector.get('system.serialnumber')}",
    ):
        expect(device.page.get_by_text(text)).to_be_visible()


def test_entities(frontend: Frontend, cinema_projector: Projector) -> None:
    """Show entities by category with values; some are disabled."""
    cinema_projector.force_state("on")
    device = DevicePage.open(frontend, cinema_projector)
    device.shows("Phase", "On")
    device.shows("Problem", "OK")
    device.shows("Inlet temperature", "°C")
    device.shows("Laser hours", "h")
    for name in ("Laser power", "Brightness", "Contrast"):
        expect(device.slider(name)).to_be_visible()
    for name in ("Source", "Preset"):
        expect(device.select(name)).to_be_visible()
    expect(device.page.get_by_text("disabled entities").first).to_be_visible()
    take(frontend, "device")
