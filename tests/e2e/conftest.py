"""Fixtures: a demo and a browser for all tests, a page for each test."""

from collections.abc import Generator, Iterator
from pathlib import Path
import signal

from playwright.sync_api import BrowserContext, Error, expect
import pytest

from .browser import DESKTOP, WAIT_MILLISECONDS, browser
from .frontend import Frontend
from .projector import Projector
from .running_demo import Demo, running_demo

expect.set_options(timeout=WAIT_MILLISECONDS)

SECONDS = 60
"""Seconds for Home Assistant to load the projector with the entities that the demo enables."""

FAILURES = Path(__file__).parents[2] / ".e2e"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start a demo."""
    # A terminated test run must also end the demo.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        demo.hall.set("system.name", "Hall")
        yield demo


@pytest.fixture(scope="session")
def context(demo: Demo) -> Iterator[BrowserContext]:
    """Start a browser that is logged in."""
    with browser() as context:
        page = context.new_page()
        frontend = Frontend(page, demo.url)
        frontend.open("/")
        frontend.until_entity("image.cinema_on_screen_display_picture", SECONDS)
        page.close()
        yield context


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Save a picture of the page after a failure."""
    report = yield
    frontend = item.funcargs.get("frontend")
    if report.failed and call.when == "call" and isinstance(frontend, Frontend):
        picture = FAILURES / f"{item.name}.png"
        try:
            frontend.page.screenshot(path=picture)  # this creates the folder
        except Error as error:
            page_state = f"No picture: {error.message}"
        else:
            page_state = str(picture)
        report.sections.append(("What the page showed", page_state))
    return report


@pytest.fixture
def frontend(demo: Demo, context: BrowserContext) -> Iterator[Frontend]:
    """Open a page of Home Assistant; it must have no errors at the end of the test."""
    page = context.new_page()
    page.set_viewport_size(DESKTOP)
    frontend = Frontend(page, demo.url)
    frontend.open("/config/integrations/dashboard")
    yield frontend
    untranslated = frontend.untranslated()
    page.close()
    assert not frontend.trouble.complaints
    assert not untranslated


@pytest.fixture
def cinema_projector(demo: Demo) -> Iterator[Projector]:
    """Return the projector that the demo adds."""
    yield demo.cinema
    demo.cinema.do("clear")


@pytest.fixture
def second_projector(demo: Demo, frontend: Frontend) -> Iterator[Projector]:
    """Return the projector that is not added, and remove it after the test."""
    _forget_found(frontend)
    present = frontend.entries
    yield demo.hall
    demo.hall.do("clear")
    # Home Assistant restores the name of a device that is added again.
    for device in frontend.call("config/device_registry/list"):
        if device["name_by_user"]:
            frontend.call(
                "config/device_registry/update",
                device_id=device["id"],
                name_by_user=None,
            )
    for entry_id in frontend.entries.keys() - present.keys():
        frontend.delete(f"config/config_entries/entry/{entry_id}")


def _forget_found(frontend: Frontend) -> None:
    """Ignore discovered projectors: Home Assistant discovers removed ones again."""
    for flow in frontend.call("config_entries/flow/progress"):
        frontend.delete(f"config/config_entries/flow/{flow['flow_id']}")
