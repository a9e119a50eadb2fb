"""Test the automation editor."""

from collections.abc import Iterator
import re

from playwright.sync_api import Locator, expect
import pytest

from tests.words import ENGLISH

from .camera import take
from .frontend import Frontend
from .projector import Projector

SOURCE = "image.window.main.source"
SIGNAL = "image.connector.displayport1.detectedsignal"
LASER = "illumination.sources.laser.power"
AREA = "Home theater"
"""The area of the projector in the demo."""

# The time of the last run, in the table of automations.
RUN = re.compile(r"\b(now|ago)\b")


class Editor:
    """The automation editor."""

    def __init__(self, frontend: Frontend) -> None:
        """Open an empty automation."""
        self._frontend = frontend
        self._page = frontend.page
        frontend.open("/config/automation/edit/new")
        self._elements = self._page.locator("add-automation-element-dialog")
        self.details: Locator = self._page.locator("ha-automation-sidebar")

    def offers(self, element: str, *target: str) -> list[str]:
        """Return the items of the integration for a target: a device in its area."""
        self._page.get_by_role("button", name=f"Add {element}").click()
        *above, last = (
            self._elements.get_by_role("treeitem", name=name).first for name in target
        )
        for item in above:
            item.locator(".expand-button").first.click()
        last.click()
        ours = self._elements.locator(".items-title:text-is('Barco Pulse') + *")
        expect(ours).to_be_visible()
        # The target is below each name.
        texts = ours.locator(".item-headline").all_inner_texts()
        return [text.partition("\n")[0] for text in texts]

    def add(self, element: str, what: str, *target: str) -> None:
        """Add a trigger, condition or action of the integration for a target."""
        assert what in self.offers(element, *target)
        self._elements.get_by_role("listitem").filter(has_text=what).click()
        expect(self._elements.locator("ha-dialog")).to_be_hidden()

    def leave(self) -> None:
        """Close the dialog."""
        self._page.keyboard.press("Escape")
        expect(self._elements.locator("ha-dialog")).to_be_hidden()

    def save(self, name: str) -> None:
        """Save the automation with a name."""
        self._page.get_by_role("button", name="Save").click()
        dialog = self._page.locator("ha-dialog-automation-save")
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.locator("ha-dialog")).to_be_hidden()


@pytest.fixture
def editor(frontend: Frontend) -> Iterator[Editor]:
    """Open the editor, and delete the automation after the test."""
    yield Editor(frontend)
    for state in frontend.call("get_states"):
        if state["entity_id"].startswith("automation."):
            frontend.delete(f"config/automation/config/{state['attributes']['id']}")


@pytest.mark.parametrize("target", [(AREA,), (AREA, "Cinema")])
def test_triggers_and_conditions(editor: Editor, target: tuple[str, ...]) -> None:
    """Offer all triggers and conditions for a projector and for its area."""
    for element in ("trigger", "condition"):
        names = {words["name"] for words in ENGLISH[f"{element}s"].values()}
        offered = editor.offers(element, *target)
        assert sorted(offered) == sorted(names)
        editor.leave()


def test_automation(
    frontend: Frontend, cinema_projector: Projector, editor: Editor
) -> None:
    """Activate a preset when an HDR signal starts."""
    cinema_projector.force_state("on")
    cinema_projector.set(SOURCE, "DisplayPort 1")
    cinema_projector.set(LASER, 60.0)
    signal = cinema_projector.get(SIGNAL)
    cinema_projector.set(SIGNAL, {**signal, "active": True, "gamma_type": "POWER"})
    page = frontend.page
    target = (AREA, cinema_projector.name)
    editor.add("trigger", "Signal changed", *target)
    editor.add("condition", "Projector shows HDR", *target)
    editor.add("action", "Activate preset", *target)
    editor.details.get_by_role("textbox").fill("2: HDR")
    take(frontend, "automation")
    editor.save("HDR")

    # Home Assistant loads the automation after a moment.
    frontend.open("/config/automation/dashboard")
    row = page.get_by_role("row").filter(has_text="HDR")
    expect(row).to_be_visible()
    expect(row).not_to_contain_text(RUN)
    cinema_projector.set(
        SIGNAL, {**signal, "active": True, "gamma_type": "SMPTE_ST2084"}
    )
    cinema_projector.until(LASER, 100.0)
    expect(row).to_contain_text(RUN)
