"""Test the diagnostics download."""

import json

from .frontend import Frontend
from .projector import Projector


def test_download(frontend: Frontend, cinema_projector: Projector) -> None:
    """Describe the projector without private data."""
    with frontend.page.expect_download() as download:
        frontend.entry_menu(cinema_projector.name, "Download diagnostics")
    assert "barco_pulse" in download.value.suggested_filename
    text = download.value.path().read_text()
    assert json.loads(text)["data"]["values"]["system.state"] == cinema_projector.get(
        "system.state"
    )
    assert f'"{cinema_projector.pin}"' not in text
    assert cinema_projector.get("system.serialnumber") not in text
