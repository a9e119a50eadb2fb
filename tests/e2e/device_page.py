"""The page of a projector, with its controls and readings."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from .frontend import Frontend
from .projector import Projector


class DevicePage:
    """A projector's page below Settings > Devices & services."""

    def __init__(self, frontend: Frontend, name: str) -> None:
        """Use the page when it is shown."""
        self.page = frontend.page.locator("ha-config-device-page")
        expect(self.page.get_by_role("heading", name="Device info")).to_be_visible()
        expect(self.page.get_by_text(name, exact=True).first).to_be_visible()

    @classmethod
    def open(cls, frontend: Frontend, projector: Projector) -> Self:
        """Go there as a person does, by the integration's page."""
        frontend.open("/config/integrations/integration/barco_pulse")
        rows = frontend.page.locator("ha-config-entry-device-row")
        rows.filter(has_text=projector.name).click()
        return cls(frontend, projector.name)

    def row(self, name: str) -> Locator:
        """The row of an entity, by its name."""
        rows = self.page.locator("ha-device-entities-card hui-generic-entity-row")
        return rows.filter(has=rows.page.locator(f'.info[title="{name}"]'))

    def shows(self, name: str, value: str) -> None:
        """Wait until an entity has a value, or one that contains it."""
        expect(self.row(name)).to_contain_text(value)

    def slider(self, name: str) -> Locator:
        """The slider of a number."""
        return self.page.get_by_role("slider", name=name, exact=True)

    def select(self, name: str) -> Locator:
        """The button that opens the list of a select."""
        rows = self.page.locator("hui-select-entity-row")
        return rows.locator("#trigger").filter(has_text=re.compile(rf"^\s*{name}"))

    def choose(self, name: str, option: str) -> None:
        """Choose from the list of a select."""
        self.select(name).click()
        items = self.page.get_by_role("menuitem", name=option, exact=True)
        items.filter(visible=True).click()

    def info(self, name: str) -> Locator:
        """Open the dialog of an entity, and return it."""
        self.row(name).locator(".info").click()
        dialog = self.page.page.locator("ha-more-info-dialog")
        expect(dialog.locator("ha-more-info-info")).to_be_visible()
        return dialog
