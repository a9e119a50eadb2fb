"""Test the list of integrations and discovered projectors."""

from playwright.sync_api import expect

from .camera import take
from .device_page import DevicePage
from .frontend import Frontend
from .projector import Projector

PEERS = "network.linkedservices.availablepeers"


def test_listed_with_its_device(
    frontend: Frontend, cinema_projector: Projector
) -> None:
    """List the projector of the demo."""
    page = frontend.page
    page.get_by_role("link", name="Barco Pulse 1 device").click()
    expect(page.get_by_role("heading", name="Barco Pulse")).to_be_visible()
    expect(page.get_by_text("Custom integration")).to_be_visible()
    device = page.locator("ha-config-entry-device-row")
    expect(device).to_contain_text(cinema_projector.name)
    expect(device).to_contain_text("Balder CS")
    expect(device).to_contain_text("entities")


def test_discovered_and_added(
    frontend: Frontend, cinema_projector: Projector, second_projector: Projector
) -> None:
    """Discover and add a projector that another one lists."""
    page = frontend.page
    peer = {"Address": "127.0.0.1", "Port": str(second_projector.port), "Serial": "7"}
    cinema_projector.set(PEERS, [peer])

    expect(page.get_by_role("heading", name="Discovered")).to_be_visible()
    card = page.locator("ha-config-flow-card")
    expect(card.get_by_role("heading")).to_have_text(second_projector.name)
    expect(card).to_contain_text("Barco Pulse")
    # Images of other integrations need internet.
    page.get_by_placeholder("Search integrations").fill("barco")
    expect(page.get_by_text("Backup")).to_have_count(0)
    take(frontend, "discovered")

    # The list would offer the projector again after each test that removes it.
    cinema_projector.set(PEERS, [])
    card.get_by_role("button", name="Add").click()
    flow = frontend.flow
    flow.titled(f"Add {second_projector.name}")
    flow.says(f"{second_projector.name} was found at 127.0.0.1.")
    flow.submit()
    flow.titled("Name and assign")
    flow.submit("Skip and finish")
    flow.gone()
    DevicePage(frontend, second_projector.name)
    frontend.open("/config/integrations/dashboard")
    expect(page.get_by_role("link", name="Barco Pulse 2 devices")).to_be_visible()
    expect(card).to_have_count(0)
