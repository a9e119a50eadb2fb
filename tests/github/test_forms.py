"""What GitHub asks those who open an issue, and what Dependabot is told."""

from pathlib import Path
from typing import Any

import pytest

from .common import FORMS, GITHUB, load, name, schema

BUG = GITHUB / "ISSUE_TEMPLATE" / "bug.yml"
DOWNLOAD = "Download diagnostics"


def fields(text: str) -> dict[str, dict[str, Any]]:
    """Return the questions of a form by their ids."""
    asked = [part for part in load(text)["body"] if part["type"] != "markdown"]
    found = {part["id"]: part for part in asked}
    assert len(found) == len(asked), "an id twice"
    labels = {part["attributes"]["label"] for part in asked}
    assert len(labels) == len(asked), "a label twice"
    return found


def required(text: str) -> set[str]:
    """Return the questions that want an answer."""
    return {
        key
        for key, part in fields(text).items()
        if part.get("validations", {}).get("required")
    }


def test_schema() -> None:
    """Every key is one that GitHub knows."""
    content, told = schema("github-issue-forms", *FORMS)
    assert content, told


@pytest.mark.parametrize("path", FORMS, ids=name)
def test_ids(path: Path) -> None:
    """No id and no label twice: GitHub would not show the form."""
    assert fields(path.read_text())


def test_bug() -> None:
    """What is needed to see a fault; the PIN is nowhere in it."""
    text = BUG.read_text()
    wanted = {"happened", "model", "firmware", "integration", "home-assistant"}
    assert required(text) == wanted | {"installed", "diagnostics"}
    asked = fields(text)
    for key in ("diagnostics", "log"):
        assert "PIN" in asked[key]["attributes"]["description"]
    assert DOWNLOAD in asked["diagnostics"]["attributes"]["description"]


def test_model() -> None:
    """What is needed to know a model, and to play it."""
    text = (GITHUB / "ISSUE_TEMPLATE" / "model.yml").read_text()
    assert required(text) >= {"model", "firmware", "verdict", "diagnostics"}
    assert DOWNLOAD in fields(text)["diagnostics"]["attributes"]["description"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("ISSUE_TEMPLATE/config.yml", "github-issue-config"),
        ("dependabot.yml", "dependabot"),
    ],
)
def test_others(path: str, kind: str) -> None:
    """Every key is one that GitHub knows."""
    content, told = schema(kind, GITHUB / path)
    assert content, told


# The checks themselves


@pytest.mark.parametrize(
    ("path", "kind", "right", "wrong"),
    [
        ("ISSUE_TEMPLATE/bug.yml", "github-issue-forms", "type: input", "type: line"),
        ("ISSUE_TEMPLATE/bug.yml", "github-issue-forms", "id: model", "id: the model"),
        ("ISSUE_TEMPLATE/bug.yml", "github-issue-forms", "description:", "describe:"),
        ("ISSUE_TEMPLATE/config.yml", "github-issue-config", "about:", "note:"),
        ("dependabot.yml", "dependabot", "weekly", "sometimes"),
        ("dependabot.yml", "dependabot", "github-actions", "actions"),
    ],
)
def test_schema_finds(
    path: str, kind: str, right: str, wrong: str, tmp_path: Path
) -> None:
    """They do look."""
    text = (GITHUB / path).read_text()
    assert right in text
    changed = tmp_path / Path(path).name
    changed.write_text(text.replace(right, wrong))
    content, _ = schema(kind, changed)
    assert not content


@pytest.mark.parametrize("part", ["id: firmware", "label: Model"])
def test_twice_is_found(part: str) -> None:
    """The same id, or label, for two questions."""
    text = BUG.read_text()
    other = {"id: firmware": "id: model", "label: Model": "label: Diagnostics"}[part]
    with pytest.raises(AssertionError, match="twice"):
        fields(text.replace(part, other))
