"""The dashboard of the demo."""

import re

from playwright.sync_api import Locator, expect

from .frontend import Frontend

DASHBOARD = "demo-projectors"


def paths(frontend: Frontend) -> list[str]:
    """Return the paths of the views: for each projector the main one and its remote."""
    config = frontend.call("lovelace/config", url_path=DASHBOARD)
    return [f"/{DASHBOARD}/{view['path']}" for view in config["views"]]


class Dashboard:
    """A view of the dashboard."""

    def __init__(self, frontend: Frontend, path: str) -> None:
        """Open the view."""
        frontend.open(path)
        self.view = frontend.page.locator("hui-view")
        expect(self.view.locator("hui-card").first).to_be_visible()

    def tile(self, name: str) -> Locator:
        """Return the card with this entity name."""
        tiles = self.view.locator("hui-tile-card")
        exactly = re.compile(rf"^\s*{re.escape(name)}\s*$")
        return tiles.filter(
            has=tiles.page.locator("[slot=primary]").filter(has_text=exactly)
        )
