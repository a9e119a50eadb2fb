"""Pages of Home Assistant."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page, expect

from .browser import Trouble

DOMAIN = "barco_pulse"

# The text of a page in place of a missing translation.
UNTRANSLATED = re.compile(
    r"\b(component|config|entity|exceptions|issues|options|services|state|ui)\.[a-z_]+"
    r"|\bundefined\b|\bNaN\b|\[object"
)
VISIBLE_TEXTS = """() => {
  const texts = [];
  (function look(root) {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.data.trim());
      else if (node instanceof Element && getComputedStyle(node).display !== "none") {
        if (node.shadowRoot) look(node.shadowRoot);
        look(node);
      }
    }
  })(document.body);
  return texts.filter(Boolean);
}"""


class Frontend:
    """A page of a user who is logged in."""

    def __init__(self, page: Page, url: str) -> None:
        """Initialize with a page and the URL of Home Assistant."""
        self.page = page
        self.trouble = Trouble(page)
        self._url = url

    def open(self, path: str) -> None:
        """Open a page and wait until it is shown."""
        try:
            self.page.goto(self._url + path)
        except Error as error:
            # A closed dialog goes back in the history after a moment.
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.goto(self._url + path)
        expect(self.page.locator("home-assistant-main")).to_be_attached()
        expect(self.page.locator("#ha-launch-screen")).to_have_count(0)

    def call(self, command: str, **fields: object) -> Any:
        """Send a command to the WebSocket API, to prepare a test."""
        return self.page.evaluate(
            "message => document.querySelector('home-assistant').hass.callWS(message)",
            {"type": command, **fields},
        )

    def until_entity(self, entity_id: str, seconds: float) -> None:
        """Wait until an entity exists."""
        self.page.wait_for_function(
            "id => document.querySelector('home-assistant').hass.states[id]",
            arg=entity_id,
            timeout=seconds * 1000,
        )

    def state(self, entity_id: str) -> str:
        """Return the state of an entity."""
        return str(
            self.page.evaluate(
                "id => document.querySelector('home-assistant').hass.states[id].state",
                entity_id,
            )
        )

    def delete(self, path: str) -> None:
        """Send a request to the HTTP API."""
        self.page.evaluate(
            "path => document.querySelector('home-assistant').hass"
            ".callApi('DELETE', path)",
            path,
        )

    @property
    def entries(self) -> dict[str, str]:
        """Return the entry IDs of all projectors with their titles."""
        entries = self.call("config_entries/get", domain=DOMAIN)
        return {entry["entry_id"]: entry["title"] for entry in entries}

    @property
    def port(self) -> int:
        """Return the URL of Home Assistant."""
        return urlsplit(self._url).port or 0

    def menu(self, opener: Locator, item: str) -> None:
        """Select an item of a menu."""
        opener.click()
        self.page.get_by_role("menuitem", name=item).filter(visible=True).click()

    def texts(self) -> list[str]:
        """Return all visible texts."""
        texts: list[str] = self.page.evaluate(VISIBLE_TEXTS)
        return texts

    def untranslated(self) -> list[str]:
        """Return visible texts that are untranslated keys."""
        return [text for text in self.texts() if UNTRANSLATED.search(text)]

    @property
    def flow(self) -> Flow:
        """Return the dialog of a config, options or repair flow."""
        return Flow(self.page.locator("dialog-data-entry-flow"))

    def post(self, path: str, **fields: object) -> Any:
        """Send a request with fields to the HTTP API; return the response."""
        return self.page.evaluate(
            "([path, fields]) => document.querySelector('home-assistant').hass"
            ".callApi('POST', path, fields)",
            [path, fields],
        )

    def set_up(self, port: int) -> None:
        """Add a projector without its PIN, by the HTTP API."""
        flow = self.post("config/config_entries/flow", handler=DOMAIN)
        path = f"config/config_entries/flow/{flow['flow_id']}"
        result = self.post(path, host="127.0.0.1", port=port)
        if result["type"] == "form":  # the flow asks for the PIN for control
            result = self.post(path)
        assert result["type"] == "create_entry"

    def entry(self, title: str) -> Locator:
        """Open the integration's page; return the row of a projector."""
        self.open(f"/config/integrations/integration/{DOMAIN}")
        return self.page.locator("ha-config-entry-row").filter(has_text=title)

    def entry_menu(self, title: str, item: str) -> None:
        """Select an item in the menu of a projector on the integration's page."""
        self.menu(self.entry(title).get_by_role("button", name="Menu").first, item)

    def options(self, title: str) -> Flow:
        """Open the options of a projector."""
        self.entry(title).get_by_role("button", name="Configure").click()
        self.flow.titled(f"Options of {title}")
        return self.flow

    def pick(self, name: str | re.Pattern[str]) -> None:
        """Select an option of the open list."""
        options = self.page.get_by_role("option", name=name, exact=True)
        options.filter(visible=True).click()

    def add_integration(self) -> Flow:
        """Start to add a projector by its address."""
        self.open("/config/integrations/dashboard")
        self.page.get_by_role("button", name="Add integration").click()
        brands = self.page.locator("dialog-add-integration")
        brands.get_by_placeholder("Search for a brand name").fill("barco")
        brands.get_by_text("Barco Pulse").click()
        return self.flow


class Flow:
    """The dialog of a flow."""

    def __init__(self, dialog: Locator) -> None:
        """Initialize with the open dialog, or the next one."""
        self.dialog = dialog

    def titled(self, title: str) -> None:
        """Wait for a step."""
        expect(self.dialog.locator(".dialog-title")).to_have_text(title)

    def fill(self, **fields: object) -> None:
        """Fill fields, by their names in lower case."""
        for name, value in fields.items():
            field = re.compile(rf"^{name}\*?$", re.IGNORECASE)
            self.dialog.get_by_role("textbox", name=field).or_(
                self.dialog.get_by_role("spinbutton", name=field)
            ).fill(str(value))

    def submit(self, button: str = "Submit") -> None:
        """Press the button for the next step."""
        self.dialog.get_by_role("button", name=button).click()

    def says(self, text: str) -> None:
        """Wait until the dialog shows a text."""
        expect(self.dialog.get_by_text(text)).to_be_visible()

    def close(self) -> None:
        """Press the button that finishes the flow."""
        self.dialog.locator("[slot=footer]").get_by_role("button").click()
        self.gone()

    def gone(self) -> None:
        """Wait until the dialog has closed."""
        expect(self.dialog.locator("ha-dialog")).to_be_hidden()
