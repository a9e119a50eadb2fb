"""The version, wherever it is written, and what CHANGELOG.md says of it."""

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
    """Something is not ready to be released; the text tells a person what."""


def changes(root: Path) -> dict[str, str]:
    """Return what CHANGELOG.md says of each version, the newest first."""
    text = (root / "CHANGELOG.md").read_text()
    if links := _LINK.search(text):
        text = text[: links.start()]
    _, *parts = _HEADING.split(text)
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


def versions(root: Path) -> dict[str, str]:
    """Return the version that each file names."""
    manifest = json.loads((root / INTEGRATION / "manifest.json").read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    released = (name for name in changes(root) if name != UNRELEASED)
    return {
        "manifest.json": manifest["version"],
        "pyproject.toml": project["version"],
        "CHANGELOG.md": next(released, "none"),
    }


def check(root: Path, tag: str | None = None) -> str:
    """Return the one version that all name; for a tag nothing may be unreleased."""
    named = versions(root) | ({"the tag": tag} if tag is not None else {})
    if len(set(named.values())) > 1:
        told = "".join(f"\n  {where}: {version}" for where, version in named.items())
        raise ReleaseError(f"The versions differ:{told}")
    if tag is not None and changes(root).get(UNRELEASED):
        raise ReleaseError(f"CHANGELOG.md: what is unreleased belongs to {tag} now.")
    return named["manifest.json"]


def notes(root: Path) -> str:
    """Return what there is to say of the version that is released."""
    return changes(root)[check(root)] + "\n"
