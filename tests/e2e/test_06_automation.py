"""Chapter 6: an automation is clicked together, and runs."""

from collections.abc import Iterator
import re

from playwright.sync_api import Locator, expect
import pytest

from .camera import take
from .frontend import Frontend
from .projector import Projector

SOURCE = "image.window.main.source"

# How long ago, in the table of automations.
RUN = re.compile(r"\b(now|ago)\b")


class Editor:
    """The automation editor."""

    def __init__(self, frontend: Frontend) -> None:
        """Begin with an empty automation."""
        self._frontend = frontend
        self._page = frontend.page
        frontend.open("/config/automation/edit/new")
        self._elements = self._page.locator("add-automation-element-dialog")
        self.details: Locator = self._page.locator("ha-automation-sidebar")

    def add(self, kind: str, entity: str, device: str, what: str) -> None:
        """Add a trigger or an action for an entity; its details open."""
        self._page.get_by_role("button", name=f"Add {kind}").click()
        self._elements.get_by_placeholder("Search").fill(entity)
        found = re.compile(rf"^{re.escape(entity)}\s+{re.escape(device)}")
        self._elements.get_by_role("button", name=found).click()
        self._elements.get_by_role("button", name=re.compile(f"^{what}")).click()

    def save(self, name: str) -> None:
        """Save it under a name."""
        self._page.get_by_role("button", name="Save").click()
        dialog = self._page.locator("ha-dialog-automation-save")
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.locator("ha-dialog")).to_be_hidden()


@pytest.fixture
def editor(frontend: Frontend) -> Iterator[Editor]:
    """The editor; the automation is deleted in the end."""
    yield Editor(frontend)
    for state in frontend.call("get_states"):
        if state["entity_id"].startswith("automation."):
            frontend.delete(f"config/automation/config/{state['attributes']['id']}")


def test_built_and_run(frontend: Frontend, cinema: Projector, editor: Editor) -> None:
    """When it is on, choose a source: nothing of it has to be typed."""
    cinema.be("ready")
    page = frontend.page
    editor.add("trigger", "Phase", cinema.name, "State changed")
    editor.details.get_by_role("button", name="State", exact=True).last.click()
    for phase in ("Off", "Warming up", "On", "Cooling down", "Error"):
        option = page.get_by_role("option", name=phase, exact=True)
        expect(option.filter(visible=True)).to_be_visible()
    frontend.pick("On")
    editor.add("action", "Source", cinema.name, "Select option")
    editor.details.get_by_role("button", name=re.compile("^State")).click()
    frontend.pick("HDBaseT")
    expect(page.get_by_role("heading", name="State changed to On")).to_be_visible()
    take(frontend, "automation")
    editor.save("Film night")

    # Home Assistant takes it up a bit later.
    frontend.open("/config/automation/dashboard")
    row = page.get_by_role("row").filter(has_text="Film night")
    expect(row).to_be_visible()
    expect(row).not_to_contain_text(RUN)
    cinema.be("on")
    cinema.until(SOURCE, "HDBaseT")
    expect(row).to_contain_text(RUN)
