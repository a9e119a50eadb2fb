"""What the HACS action asks of the repository."""

import hashlib
import json
from typing import Any

import pytest
import voluptuous as vol

from ..words import INTEGRATION

ROOT = INTEGRATION.parents[1]
MIT = "fe2a9817987f862eaced948f0468c7f51d2fedfc48c5c505b246a49a3870e9a5"
"""The words of that licence: GitHub recognises it by them."""

_HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("country"): [vol.Match("^[A-Z]{2}$")],
        vol.Optional("filename"): str,
        vol.Optional("hacs"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): vol.Match(r"^\d{4}\.\d{1,2}\.\d+$"),
        vol.Optional("persistent_directory"): str,
        vol.Optional("zip_release"): bool,
    }
)
"""Closed, and without `content_in_root`, for it is not there."""


def shows_a_picture(text: str) -> bool:
    """Tell whether a text in Markdown shows more than badges."""
    return any(
        ("<img" in line or "![" in line) and "shields.io" not in line
        for line in text.splitlines()
    )


def test_hacs() -> None:
    """A closed list of keys; a zip needs a name."""
    told = json.loads((ROOT / "hacs.json").read_text())
    _HACS(told)
    assert told.get("zip_release", False) is ("filename" in told)


def test_repository() -> None:
    """One integration, with an icon and a licence that all know."""
    integrations = INTEGRATION.parent.glob("*/manifest.json")
    assert [path.parent for path in integrations] == [INTEGRATION]
    assert (INTEGRATION / "brand" / "icon.png").is_file()
    title, _, *words = (ROOT / "LICENSE").read_text().split("\n\n")
    assert title == "MIT License"
    said = " ".join(" ".join(words).split())
    assert hashlib.sha256(said.encode()).hexdigest() == MIT


def test_picture() -> None:
    """HACS shows README; that the pictures are there is held by test_docs.py."""
    assert shows_a_picture((ROOT / "README.md").read_text())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Pulse\n\n![A dashboard](docs/pictures/a.png)\n", True),
        ('# Pulse\n<img src="docs/pictures/a.png" alt="">', True),
        ("![HACS](https://img.shields.io/badge/HACS-custom-orange)", False),
        ("[A dashboard](docs/pictures/a.png)", False),
    ],
)
def test_what_is_a_picture(text: str, shown: bool) -> None:
    """As the HACS action looks for one, line by line."""
    assert shows_a_picture(text) is shown


@pytest.mark.parametrize("change", [{"domains": ["sensor"]}, {"content_in_root": True}])
def test_rules(change: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _HACS({"name": "Barco Pulse"})
    with pytest.raises(vol.Invalid):
        _HACS({"name": "Barco Pulse"} | change)
