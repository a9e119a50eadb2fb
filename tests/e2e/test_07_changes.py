"""Test changes of PIN, address and options, and repairs."""

from playwright.sync_api import expect

from .camera import take
from .device_page import DevicePage
from .frontend import DOMAIN, Frontend
from .projector import Projector


def test_new_pin(frontend: Frontend, cinema_projector: Projector) -> None:
    """Ask for a changed PIN."""
    cinema_projector.install_pin("54321")
    page = frontend.page
    frontend.open(f"/config/integrations/integration/{DOMAIN}")
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
    page.get_by_role("button", name="Reconfigure").click()
    flow = frontend.flow
    flow.titled(f"Access to {cinema_projector.name}")
    flow.says(
        "The projector refused access. "
        "Enter its PIN, or the username and password of one of its users."
    )
    flow.fill(pin="1")
    flow.submit()
    flow.says("The projector refused this PIN.")
    flow.fill(pin=cinema_projector.pin)
    flow.submit()
    flow.says("Re-authentication was successful")
    flow.close()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_hidden()


def test_reconfigure(
    frontend: Frontend, cinema_projector: Projector, second_projector: Projector
) -> None:
    """Change the address to another one of the same projector."""
    for projector, answer in (
        (second_projector, "Another projector answers at this address."),
        (cinema_projector, "Reconfiguration was successful"),
    ):
        frontend.entry_menu(cinema_projector.name, "Reconfigure")
        flow = frontend.flow
        flow.titled(f"Address and access of {cinema_projector.name}")
        flow.says("Leave empty if it has not changed.")
        flow.fill(port=1)
        flow.submit()
        flow.says("Cannot connect.")
        flow.fill(port=projector.port, pin=projector.pin or "")
        flow.submit()
        flow.says(answer)
        flow.close()


def test_options(frontend: Frontend, second_projector: Projector) -> None:
    """Release the connection between polls, and limit the sources."""
    frontend.set_up(second_projector.port)
    second_projector.force_state("on")
    DevicePage.open(frontend, second_projector).shows("Phase", "On")
    flow = frontend.options(second_projector.name)
    flow.dialog.get_by_role("radio", name="Release between polls").click()
    for source in ("HDMI", "DisplayPort 1"):
        flow.dialog.get_by_role("button", name="Add").click()
        frontend.pick(source)
    take(frontend, "options")
    flow.fill(**{"mac address": "nonsense"})
    flow.submit()
    flow.says("This is not a MAC address.")
    flow.fill(**{"mac address": "00:04:A5:12:34:56"})
    flow.submit()
    flow.close()
    second_projector.until_connections(0)

    device = DevicePage.open(frontend, second_projector)
    device.select("Source").click()
    sources = frontend.page.get_by_role("menuitem").filter(visible=True)
    expect(sources).to_have_text(["HDMI", "DisplayPort 1"])


def test_projector_error(frontend: Frontend, cinema_projector: Projector) -> None:
    """Show an error of the projector while it is active."""
    device = DevicePage.open(frontend, cinema_projector)
    number = cinema_projector.do("notify error 1017 Inlet blocked")
    device.shows("Problem", "Problem")
    device.shows("Latest message", "Inlet blocked")

    cinema_projector.do(f"dismiss {number}")
    device.shows("Problem", "OK")
    frontend.open("/config/repairs/dashboard")
    none = frontend.page.get_by_text("There are currently no repairs pending")
    expect(none).to_be_visible()


def test_control_needs_pin(frontend: Frontend, second_projector: Projector) -> None:
    """Read without a PIN; create a repair after a command."""
    second_projector.install_pin("2468")
    frontend.set_up(second_projector.port)
    page = frontend.page
    device = DevicePage.open(frontend, second_projector)
    device.page.get_by_role("button", name="Turn on").click()
    refusal = f"{second_projector.name} accepts this only with the right PIN"
    expect(page.get_by_text(refusal).first).to_be_visible()
    # The frontend also logs it to the console.
    frontend.trouble.forgive("Object")

    frontend.open("/config/repairs/dashboard")
    title = f"{second_projector.name} takes commands only with a PIN"
    page.get_by_text(title).click()
    flow = frontend.flow
    flow.says("The projector shows its state without a PIN, but refused a command.")
    take(frontend, "repair")
    flow.fill(pin="1")
    flow.submit()
    flow.says("The projector refused this PIN.")
    flow.fill(pin=second_projector.pin)
    flow.submit()
    flow.says("The issue is repaired!")
    flow.close()
    expect(page.get_by_text(title)).to_have_count(0)

    device = DevicePage.open(frontend, second_projector)
    device.page.get_by_role("button", name="Turn on").click()
    second_projector.until("system.state", "on")
