"""The demo's dashboard, with two views for each projector."""

import re

from playwright.sync_api import Locator, expect

from .frontend import Frontend

DASHBOARD = "demo-projectors"


def paths(frontend: Frontend) -> list[str]:
    """Return where the views are: of each projector the main one, then its remote."""
    config = frontend.call("lovelace/config", url_path=DASHBOARD)
    return [f"/{DASHBOARD}/{view['path']}" for view in config["views"]]


class Dashboard:
    """One view."""

    def __init__(self, frontend: Frontend, path: str) -> None:
        """Go there."""
        frontend.open(path)
        self.view = frontend.page.locator("hui-view")
        expect(self.view.locator("hui-card").first).to_be_visible()

    def tile(self, name: str) -> Locator:
        """The card of an entity, by the name it shows."""
        tiles = self.view.locator("hui-tile-card")
        exactly = re.compile(rf"^\s*{re.escape(name)}\s*$")
        return tiles.filter(
            has=tiles.page.locator("[slot=primary]").filter(has_text=exactly)
        )
