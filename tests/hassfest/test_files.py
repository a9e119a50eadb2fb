"""The files of the integration."""

import json
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from ..words import INTEGRATION


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice."""
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_files() -> None:
    """No others, for whoever adds one adds what checks it.

    No `strings.json`: only the build of Home Assistant itself reads it.
    """
    files = [
        path.relative_to(INTEGRATION)
        for path in INTEGRATION.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    assert {str(file) for file in files if file.suffix not in (".png", ".py")} == {
        "conditions.yaml",
        "icons.json",
        "manifest.json",
        "py.typed",
        "quality_scale.yaml",
        "services.yaml",
        "triggers.yaml",
        *(f"translations/{name}.json" for name in ("de", "en", "es", "fr", "it", "nl")),
    }
    assert {str(file.parent) for file in files if file.suffix == ".py"} == {"."}


@pytest.mark.parametrize(
    "path", sorted(INTEGRATION.rglob("*.json")), ids=lambda path: str(path.name)
)
def test_json(path: Path) -> None:
    """No key twice: the last would win."""
    json.loads(path.read_text(), object_pairs_hook=unique)


@pytest.mark.parametrize(
    "name", ["conditions", "quality_scale", "services", "triggers"]
)
def test_yaml(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """No key twice: Home Assistant would say so in its log."""
    load_yaml_dict(str(INTEGRATION / f"{name}.yaml"))
    assert caplog.messages == []
