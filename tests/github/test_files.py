"""Check the files that GitHub, the shell and the editor read."""

import json
from pathlib import Path
import sys

import pytest

from .common import FORMS, GITHUB, ROOT, WORKFLOWS, load, run


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-issue-forms", FORMS),
    ],
)
def test_schema(schema: str, paths: list[Path]) -> None:
    """All keys are valid for GitHub."""
    passed, output = run(
        "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *paths
    )
    assert passed, output


def test_no_security_holes() -> None:
    """Zizmor finds nothing in the workflows."""
    arguments = ("--offline", "--quiet", "--persona", "pedantic", GITHUB)
    passed, output = run("zizmor", *arguments)
    assert passed, output


def test_scripts() -> None:
    """Shellcheck finds nothing, and every script but the sourced one is executable."""
    scripts = sorted((ROOT / "scripts").iterdir())
    # SC2015: `this && that || fail` is meant.
    passed, output = run("shellcheck", "-x", "--exclude=SC2015", *scripts)
    assert passed, output
    modes = {path.name: bool(path.stat().st_mode & 0o111) for path in scripts}
    assert [name for name, executable in modes.items() if not executable] == [
        "bootstrap"
    ]


def test_steps_name_scripts_that_exist() -> None:
    """Every script that a workflow or the dev container runs exists."""
    texts = [path.read_text() for path in WORKFLOWS]
    container = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    assert json.loads(container)
    words = {word for text in [*texts, container] for word in text.split()}
    named = {
        word.strip('",') for word in words if word.strip('"').startswith("scripts/")
    }
    assert named >= {"scripts/test", "scripts/newest", "scripts/release"}
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_contributing_names_every_script() -> None:
    """CONTRIBUTING lists all scripts for contributors."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    names = {path.name for path in (ROOT / "scripts").iterdir()}
    names -= {"bootstrap", "brand", "debian-unpack"}
    assert [name for name in names if f"scripts/{name}" not in text] == []


def test_pre_commit() -> None:
    """The hooks run programs of the test environment."""
    [repository] = load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program = Path(hook["entry"].split()[0])
        assert program.parent == Path(".venv/test/bin")
        assert (Path(sys.executable).parent / program.name).exists()


def test_bug_form() -> None:
    """The form asks for the data of a diagnosis and warns about the PIN."""
    form = load((GITHUB / "ISSUE_TEMPLATE" / "bug.yml").read_text())
    asked = {part["id"]: part for part in form["body"] if "id" in part}
    required = {
        key
        for key, part in asked.items()
        if part.get("validations", {}).get("required")
    }
    assert required >= {"happened", "model", "firmware", "integration", "diagnostics"}
    for key in ("diagnostics", "log"):
        assert "PIN" in asked[key]["attributes"]["description"]
