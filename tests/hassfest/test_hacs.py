"""What the HACS action asks of the repository."""

import hashlib
import json
from pathlib import Path
import re
from typing import Any

import pytest
import voluptuous as vol

from ..words import INTEGRATION

ROOT = INTEGRATION.parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")])
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


def pictures(text: str) -> set[str]:
    """Return the addresses of all pictures that a text in Markdown shows."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    shown = re.findall(r"!\[[^\]]*\]\(\s*<?([^\s)>]+)", text)
    for tag in re.findall(r"<(?:img|source)\b[^>]*>", text):
        shown += re.findall(r"""\bsrc(?:set)?=["']([^"'\s]+)""", tag)
    return set(shown)


def missing(page: Path) -> set[str]:
    """Return the pictures of a page that are not beside it."""
    shown = pictures(page.read_text())
    return {address for address in shown if not (page.parent / address).is_file()}


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pictures(page: Path) -> None:
    """Every picture that is shown is there: none is fetched from elsewhere."""
    assert missing(page) == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![A dashboard](docs/pictures/a.png)", {"docs/pictures/a.png"}),
        ('![](<docs/a.png> "A dashboard")', {"docs/a.png"}),
        ("[![a](docs/a.png)](docs/b.md)", {"docs/a.png"}),
        ('<img width="400" src="docs/a.png" alt="">', {"docs/a.png"}),
        ("<img\n  src='docs/a.png'>", {"docs/a.png"}),
        (
            '<source srcset="docs/b.png">\n<img src="docs/a.png">',
            {"docs/a.png", "docs/b.png"},
        ),
        ("[a](docs/a.png)\n`![a](b.png)`\n```\n![a](c.png)\n```", set()),
    ],
)
def test_what_is_shown(text: str, shown: set[str]) -> None:
    """Whichever way it is written; not what only looks like a picture."""
    assert pictures(text) == shown


@pytest.mark.parametrize("address", ["docs/nothing.png", "https://example.com/a.png"])
def test_missing(tmp_path: Path, address: str) -> None:
    """What is not there is told."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.png").touch()
    page = tmp_path / "README.md"
    page.write_text(f"![a](docs/a.png) ![b]({address})")
    assert missing(page) == {address}


@pytest.mark.parametrize("change", [{"domains": ["sensor"]}, {"content_in_root": True}])
def test_rules(change: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _HACS({"name": "Barco Pulse"})
    with pytest.raises(vol.Invalid):
        _HACS({"name": "Barco Pulse"} | change)
