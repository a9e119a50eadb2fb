"""Checks against broken installations; hassfest runs in the workflow `validate`."""

import ast
from importlib.metadata import version
import json
from pathlib import Path
import re
from typing import Any

from homeassistant import components
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict
from packaging.requirements import Requirement
import pytest

from .words import ICONS, INTEGRATION, MANIFEST, SOURCES, WORDS, texts

COMPONENTS = Path(components.__file__).parent
REFUSED = {
    "HTML": r"<[a-z/!]",
    "an address": r"\w+://|\bwww\.",
    "a placeholder in quotes": r"'{\w+}'",
    "a reference that only Home Assistant's own build replaces": r"\[%|%\]",
    "space around the text": r"^\s|\s$|^$",
    "a brace outside a placeholder": r"{(?![^\W\d]\w*})|(?<!\w)}",
}


def imported_components(tree: ast.AST) -> set[str]:
    """Return the components of Home Assistant that a module imports."""
    modules = [
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    ]
    found = (re.match(r"homeassistant\.components\.(\w+)", m) for m in modules)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("module", SOURCES)
def test_dependencies(module: str) -> None:
    """The manifest names every component that the code imports."""
    declared = {
        *MANIFEST.get("dependencies", ()),
        *MANIFEST.get("after_dependencies", ()),
        *(MANIFEST.keys() & {"dhcp", "ssdp"}),
        *Platform,
        module,
    }
    assert imported_components(SOURCES[module]) <= declared


def test_requirements_agree_with_core() -> None:
    """The range contains the version that Home Assistant's Wake on LAN pins."""
    [requirement] = map(Requirement, MANIFEST["requirements"])
    [core] = json.loads((COMPONENTS / "wake_on_lan" / "manifest.json").read_text())[
        "requirements"
    ]
    versions = [core.partition("==")[2], version(requirement.name), "3.0.0", "4.0.0"]
    assert all(map(requirement.specifier.contains, versions))


@pytest.mark.parametrize("path", sorted(INTEGRATION.rglob("*.json")), ids=str)
def test_no_duplicate_keys_in_json(path: Path) -> None:
    """Allow no duplicate keys, because the last one would win."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    json.loads(path.read_text(), object_pairs_hook=unique)


@pytest.mark.parametrize("path", sorted(INTEGRATION.glob("*.yaml")), ids=str)
def test_no_duplicate_keys_in_yaml(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Allow no duplicate keys, which Home Assistant logs."""
    load_yaml_dict(str(path))
    assert caplog.messages == []


@pytest.mark.parametrize("language", WORDS)
def test_texts(language: str) -> None:
    """Contain nothing that Home Assistant shows literally or refuses."""
    for path, text in texts(WORDS[language]):
        for what, pattern in REFUSED.items():
            assert not re.search(pattern, text, re.IGNORECASE), f"{path}: {what}"


def test_icons() -> None:
    """Use only Material Design Icons."""
    for path, icon in texts(ICONS):
        assert re.fullmatch(r"mdi:[a-z0-9]+(-[a-z0-9]+)*", icon), path
