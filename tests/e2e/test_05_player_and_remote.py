"""Test the media player, the remote and Assist."""

import re

from playwright.sync_api import expect

from .camera import take
from .dashboard_page import Dashboard, paths
from .device_page import DevicePage
from .frontend import Frontend
from .projector import Projector

SOURCE = "image.window.main.source"
SCREEN = "image.cinema_on_screen_display_picture"


def test_media_player(frontend: Frontend, cinema_projector: Projector) -> None:
    """Select sources and turn off by the dialog."""
    cinema_projector.force_state("on")
    cinema_projector.set(SOURCE, "HDMI")
    view = Dashboard(frontend, paths(frontend)[0]).view
    view.get_by_role("button", name="Show more information").click()
    player = frontend.page.locator("ha-more-info-dialog")
    player.get_by_role("button", name="Source").click()
    take(frontend, "media-player")
    frontend.pick("DisplayPort 1")
    cinema_projector.until(SOURCE, "DisplayPort 1")

    player.get_by_role("button", name="Turn off").click()
    cinema_projector.until("system.state", "deconditioning")
    expect(player.get_by_role("button", name="Turn on")).to_be_visible()


def test_remote(frontend: Frontend, cinema_projector: Projector) -> None:
    """Turn on and off by the dialog."""
    cinema_projector.force_state("on")
    remote = DevicePage.open(frontend, cinema_projector).info("Remote")
    power = remote.get_by_role("switch")
    expect(power).to_be_checked()
    remote.locator("ha-entity-toggle").click()
    cinema_projector.until("system.state", "deconditioning")
    expect(power).not_to_be_checked()


def test_remote_view(frontend: Frontend, cinema_projector: Projector) -> None:
    """Send keys by the remote view, and update the picture."""
    cinema_projector.force_state("on")
    remote = Dashboard(frontend, paths(frontend)[1]).view
    picture = remote.locator("hui-image img")
    # The simulator shows its screens only if it can use port 80.
    has_screens = frontend.state(SCREEN) != "unavailable"
    before = str(picture.get_attribute("src")) if has_screens else ""
    for name, key in (("Menu", "RC_MENU"), ("Down", "RC_DOWN"), ("OK", "RC_OK")):
        with cinema_projector.watched() as traffic:
            remote.get_by_role("button", name=name, exact=True).click()
            traffic.until("<-", key)
    if has_screens:
        expect(picture).not_to_have_attribute("src", before)
        take(frontend, "dashboard-remote")
    remote.get_by_role("button", name="Back", exact=True).click()

    cinema_projector.force_state("ready")
    hint = "The remote control works while the projector is on."
    expect(remote.get_by_text(hint)).to_be_visible()
    expect(remote.get_by_role("button", name="Menu", exact=True)).to_be_hidden()


def test_key(frontend: Frontend, cinema_projector: Projector) -> None:
    """Send a key by the developer tools."""
    cinema_projector.force_state("on")
    page = frontend.page
    frontend.open("/config/tools/action")
    tool = page.locator("developer-tools-action, tools-action")
    tool.get_by_role("button", name="Action", exact=True).click()
    page.keyboard.type("send_command")
    frontend.pick(re.compile("^Send remote command"))
    expect(tool.get_by_text("Sends a command or a list of commands")).to_be_visible()
    tool.get_by_role("button", name="Add target").click()
    frontend.pick(
        re.compile(rf"^Remote\s+.*{re.escape(cinema_projector.name)}", re.DOTALL)
    )
    target = tool.locator("ha-target-picker")
    expect(
        target.get_by_text(re.compile(rf"\b{cinema_projector.name}$")).first
    ).to_be_visible()
    tool.locator(".cm-content").fill("menu")
    with cinema_projector.watched() as traffic:
        tool.get_by_role("button", name="Perform action").click()
        traffic.until("<-", "RC_MENU")


def test_assist(frontend: Frontend, cinema_projector: Projector) -> None:
    """Turn the projector on and off by Assist."""
    cinema_projector.force_state("ready")
    page = frontend.page
    frontend.open(paths(frontend)[0])
    page.get_by_role("button", name=re.compile("^Assist")).click()
    assist = page.locator("ha-voice-command-dialog")
    for sentence, state in (
        ("turn on Cinema", "on"),
        ("turn off Cinema", "deconditioning"),
    ):
        assist.get_by_role("textbox").fill(sentence)
        page.keyboard.press("Enter")
        cinema_projector.until("system.state", state)
