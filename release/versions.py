"""The version in each file, and its section of CHANGELOG.md."""

import json
from pathlib import Path
import re
import tomllib
from typing import Final

INTEGRATION: Final = "custom_components/barco_pulse"
UNRELEASED: Final = "Unreleased"
_HEADING: Final = re.compile(r"^## \[(.+)\](?: - \d{4}-\d{2}-\d{2})?$", re.MULTILINE)
_LINK: Final = re.compile(r"^\[.+\]: ", re.MULTILINE)


class ReleaseError(Exception):
    """The repository is not ready for a release; the message gives the reason."""


def changes(root: Path) -> dict[str, str]:
    """Return the sections of CHANGELOG.md by version, the newest first."""
    text = (root / "CHANGELOG.md").read_text()
    if links := _LINK.search(text):
        text = text[: links.start()]
    _, *parts = _HEADING.split(text)
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


def versions(root: Path) -> dict[str, str]:
    """Return the version in each file."""
    manifest = json.loads((root / INTEGRATION / "manifest.json").read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    released = (name for name in changes(root) if name != UNRELEASED)
    return {
        "manifest.json": manifest["version"],
        "pyproject.toml": project["version"],
        "CHANGELOG.md": next(released, "none"),
    }


def check(root: Path, tag: str | None = None) -> str:
    """Return the version. With a tag, check that it is ready to be released.

    Raises:
        ReleaseError: The versions differ, or there are unreleased changes.
    """
    found = versions(root) | ({"the tag": tag} if tag is not None else {})
    if len(set(found.values())) > 1:
        listed = "".join(f"\n  {where}: {version}" for where, version in found.items())
        raise ReleaseError(f"The versions differ:{listed}")
    if tag is not None and changes(root).get(UNRELEASED):
        raise ReleaseError(f"CHANGELOG.md: move the unreleased changes to {tag}.")
    return found["manifest.json"]


def notes(root: Path) -> str:
    """Return the release notes of the current version."""
    return changes(root)[check(root)] + "\n"
