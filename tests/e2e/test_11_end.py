"""Test the log and the network access after all other tests."""

import re

from playwright.sync_api import BrowserContext, Error
import pytest

from .running_demo import Demo


def test_log(demo: Demo) -> None:
    """Find no errors of the integration in the log."""
    ours = re.compile(
        r" (WARNING|ERROR|CRITICAL) .*\[custom_components\.barco_pulse"
        r"|custom_components/barco_pulse/"  # in a traceback
    )
    assert [line for line in demo.log().splitlines() if ours.search(line)] == []


@pytest.mark.parametrize("host", ["www.home-assistant.io", "192.0.2.1"])
def test_other_machines_are_unreachable(context: BrowserContext, host: str) -> None:
    """Check that the browser cannot access other machines."""
    page = context.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://{host}/")
    page.close()
