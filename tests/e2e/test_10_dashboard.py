"""Test the dashboard of the demo."""

from datetime import UTC, datetime, timedelta
import re

from playwright.sync_api import expect

from .camera import take
from .dashboard_page import Dashboard, paths
from .frontend import Frontend
from .pictures import PICTURES
from .projector import Projector

LASER = "illumination.sources.laser.power"


def test_every_view(
    frontend: Frontend, cinema_projector: Projector, second_projector: Projector
) -> None:
    """Show only existing entities and translated texts."""
    frontend.set_up(second_projector.port)
    for state in ("ready", "on"):
        cinema_projector.force_state(state)
        second_projector.force_state(state)
        for path in paths(frontend):
            dashboard = Dashboard(frontend, path)
            expect(dashboard.view).to_contain_text(re.compile("Laser|Remote control"))
            expect(dashboard.view.locator("hui-warning, hui-error-card")).to_have_count(
                0
            )
            assert not frontend.untranslated()
    # An error of Home Assistant: the demo saves a view while another loads.
    frontend.trouble.forgive("_layoutElement.setConfig")
    frontend.trouble.forgive("hui-view.ts")


def test_control(frontend: Frontend, cinema_projector: Projector) -> None:
    """Control power and laser power by the cards."""
    cinema_projector.force_state("ready")
    cinema_projector.set(LASER, 80.0)
    dashboard = Dashboard(frontend, paths(frontend)[0])
    dashboard.view.get_by_role("button", name="Turn on").click()
    phase = dashboard.tile("Phase")
    expect(phase).to_contain_text("Warming up")
    expect(phase).to_contain_text("On")
    cinema_projector.until("system.state", "on")

    dashboard.tile("Laser power").get_by_role("slider").press("ArrowLeft")
    cinema_projector.until(LASER, 79.0)


def test_pictures(frontend: Frontend, cinema_projector: Projector) -> None:
    """Take the pictures of the dashboard while the projector is on."""
    cinema_projector.force_state("on")
    cinema_projector.set("image.window.main.source", "DisplayPort 1")
    # The projector has been on for some time.
    frontend.page.clock.install(time=datetime.now(UTC) + timedelta(minutes=25))
    dashboard = Dashboard(frontend, paths(frontend)[0])
    for preset, laser in (("1: Sport", 100.0), ("0: Cinema", 60.0)):
        choice = dashboard.view.get_by_role("radio", name=preset)
        choice.click()
        expect(choice).to_be_checked()
        cinema_projector.until(LASER, laser)
    expect(dashboard.tile("Phase")).to_contain_text("On")
    expect(dashboard.tile("Laser power")).to_contain_text("60%")
    expect(dashboard.view.locator("canvas").first).to_be_visible()
    for name in PICTURES:
        if name.startswith(("dashboard-light", "dashboard-dark", "dashboard-phone")):
            take(frontend, name)
