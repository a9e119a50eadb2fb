"""Test removing a projector."""

from playwright.sync_api import expect

from .frontend import Frontend
from .projector import Projector


def test_remove(frontend: Frontend, second_projector: Projector) -> None:
    """Remove the projector from the list, and close its connection."""
    frontend.set_up(second_projector.port)
    second_projector.until_connections(1)
    page = frontend.page
    frontend.entry_menu(second_projector.name, "Delete")
    question = page.locator("dialog-box")
    expect(question).to_contain_text(second_projector.name)
    question.get_by_role("button", name="Delete").click()

    expect(
        page.locator("ha-config-entry-row").filter(has_text=second_projector.name)
    ).to_have_count(0)
    second_projector.until_connections(0)
    assert second_projector.name not in frontend.entries.values()
