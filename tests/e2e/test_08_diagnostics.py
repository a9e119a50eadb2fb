"""Test the diagnostics download."""

import json

from .frontend import Frontend
from .projector import Projector


def test_download(frontend: Frontend, cinema: Projector) -> None:
    """The file describes the projector and has no private data."""
    with frontend.page.expect_download() as download:
        frontend.entry_menu(cinema.name, "Download diagnostics")
    assert "barco_pulse" in download.value.suggested_filename
    text = download.value.path().read_text()
    assert json.loads(text)["data"]["values"]["system.state"] == cinema.get(
        "system.state"
    )
    assert f'"{cinema.pin}"' not in text
    assert cinema.get("system.serialnumber") not in text
