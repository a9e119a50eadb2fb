"""Test the log and the network access after all other tests."""

import re

from playwright.sync_api import BrowserContext, Error
import pytest

from .running_demo import Demo


def test_log(demo: Demo) -> None:
    """The log has no errors of the integration."""
    ours = re.compile(
        r" (WARNING|ERROR|CRITICAL) .*\[custom_components\.barco_pulse"
        r"|custom_components/barco_pulse/"  # in a traceback
    )
    assert [line for line in demo.log().splitlines() if ours.search(line)] == []


@pytest.mark.parametrize("host", ["www.home-assistant.io", "192.0.2.1"])
def test_nothing_else_was_in_reach(context: BrowserContext, host: str) -> None:
    """The browser cannot access other machines."""
    page = context.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://{host}/")
    page.close()
