"""The device page of a projector."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from .frontend import Frontend
from .projector import Projector


class DevicePage:
    """The device page in Settings > Devices & services."""

    def __init__(self, frontend: Frontend, name: str) -> None:
        """Initialize with the page, once it is shown."""
        self.page = frontend.page.locator("ha-config-device-page")
        expect(self.page.get_by_role("heading", name="Device info")).to_be_visible()
        expect(self.page.get_by_text(name, exact=True).first).to_be_visible()

    @classmethod
    def open(cls, frontend: Frontend, projector: Projector) -> Self:
        """Open the device page from the integration's page."""
        frontend.open("/config/integrations/integration/barco_pulse")
        rows = frontend.page.locator("ha-config-entry-device-row")
        rows.filter(has_text=projector.name).click()
        return cls(frontend, projector.name)

    def row(self, name: str) -> Locator:
        """Return the row of an entity by its name."""
        rows = self.page.locator("ha-device-entities-card hui-generic-entity-row")
        return rows.filter(has=rows.page.locator(f'.info[title="{name}"]'))

    def shows(self, name: str, value: str) -> None:
        """Wait until the value of an entity contains this text."""
        expect(self.row(name)).to_contain_text(value)

    def slider(self, name: str) -> Locator:
        """Return the slider of a number."""
        return self.page.get_by_role("slider", name=name, exact=True)

    def select(self, name: str) -> Locator:
        """Return the button that opens the list of a select."""
        rows = self.page.locator("hui-select-entity-row")
        return rows.locator("#trigger").filter(has_text=re.compile(rf"^\s*{name}"))

    def choose(self, name: str, option: str) -> None:
        """Select an option of a select."""
        self.select(name).click()
        items = self.page.get_by_role("menuitem", name=option, exact=True)
        items.filter(visible=True).click()

    def info(self, name: str) -> Locator:
        """Open the dialog of an entity; return it."""
        self.row(name).locator(".info").click()
        dialog = self.page.page.locator("ha-more-info-dialog")
        expect(dialog.locator("ha-more-info-info")).to_be_visible()
        return dialog
