"""Test removing a projector."""

from playwright.sync_api import expect

from .frontend import Frontend
from .projector import Projector


def test_nothing_stays(frontend: Frontend, hall: Projector) -> None:
    """A removed projector is not listed, and its connection is closed."""
    frontend.set_up(hall.port)
    hall.until_connections(1)
    page = frontend.page
    frontend.entry_menu(hall.name, "Delete")
    question = page.locator("dialog-box")
    expect(question).to_contain_text(hall.name)
    question.get_by_role("button", name="Delete").click()

    expect(
        page.locator("ha-config-entry-row").filter(has_text=hall.name)
    ).to_have_count(0)
    hall.until_connections(0)
    assert hall.name not in frontend.entries.values()
