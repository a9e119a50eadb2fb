"""Chromium without access to other machines, and the errors of its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
import re
import shutil

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from .pictures import SCALE

DESKTOP = ViewportSize(width=1280, height=900)
WAIT_MILLISECONDS = 20_000

# No host name is resolved, neither here nor by a proxy.
ARGUMENTS = [
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# Console messages that are not ours, or are unavoidable without internet.
UNAVOIDABLE = (
    # Home Assistant serves other integrations' pictures from the internet; ours
    # come with the integration.
    re.compile(r"404 .*/api/brands/(?!.*barco_pulse)"),
)


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """Run Debian's Chromium with a new profile, in English."""
    executable = shutil.which("chromium")
    assert executable, "There is no Chromium: run scripts/e2e."
    # Without a sandbox, which not every Linux allows; only our pages are opened.
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS
        ) as chromium,
        chromium.new_context(
            locale="en-US",
            timezone_id="Europe/Brussels",
            color_scheme="light",
            viewport=DESKTOP,
            device_scale_factor=SCALE,
            reduced_motion="reduce",
            service_workers="block",
        ) as context,
    ):
        context.set_default_timeout(WAIT_MILLISECONDS)
        yield context


class Trouble:
    """The errors of a page, which only the developer tools show."""

    def __init__(self, page: Page) -> None:
        """Record the errors of a page."""
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._failed)

    def forgive(self, text: str) -> None:
        """Remove errors that the test has caused on purpose."""
        self.complaints = [each for each in self.complaints if text not in each]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            text = f"{message.text} {message.location['url']}"
            if not any(pattern.search(text) for pattern in UNAVOIDABLE):
                self.complaints.append(text)

    def _failed(self, request: Request) -> None:
        # Leaving a page aborts its requests.
        if request.failure != "net::ERR_ABORTED" and "127.0.0.1" in request.url:
            self.complaints.append(f"{request.failure} {request.url}")
