"""What starts the project's tools: scripts, dev container, pre-commit."""

import json
from pathlib import Path
import sys
from typing import Any

import pytest

from demo.settings import read_settings

from .common import ROOT, load, name, run

SCRIPTS = sorted((ROOT / "scripts").iterdir())
CONTAINER: dict[str, Any] = json.loads(
    (ROOT / ".devcontainer" / "devcontainer.json").read_text()
)
HOOKS = load((ROOT / ".pre-commit-config.yaml").read_text())


def words(command: str | dict[str, str]) -> list[str]:
    """Return what a command of the dev container runs."""
    commands = [command] if isinstance(command, str) else list(command.values())
    return [line.split()[0] for line in commands]


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts(path: Path) -> None:
    """Nothing for shellcheck to find, and all but what is sourced can be run."""
    # `this && that || fail` is meant as it is read.
    content, told = run("shellcheck", "--external-sources", "--exclude=SC2015", path)
    assert content, told
    assert bool(path.stat().st_mode & 0o111) is (path.name != "bootstrap")


def test_shellcheck_finds(tmp_path: Path) -> None:
    """It does look, also into what is sourced."""
    script = tmp_path / "script"
    script.write_text(
        "#!/usr/bin/env bash\n# shellcheck source=scripts/bootstrap\n"
        f"source {ROOT}/scripts/bootstrap\ncd $root\n"
    )
    content, told = run("shellcheck", "--external-sources", script)
    assert not content
    assert "SC2086" in told
    assert "SC1091" not in told


def test_dev_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes both environments, and shows the demo at the port where that is."""
    assert set(CONTAINER) <= {
        "name",
        "image",
        "forwardPorts",
        "portsAttributes",
        "postCreateCommand",
        "postAttachCommand",
        "customizations",
    }
    monkeypatch.setattr(sys, "argv", ["demo"])
    assert CONTAINER["forwardPorts"] == [read_settings().port]
    assert set(CONTAINER["portsAttributes"]) == {str(read_settings().port)}
    assert words(CONTAINER["postCreateCommand"]) == ["scripts/demo", "scripts/test"]
    assert words(CONTAINER["postAttachCommand"]) == ["scripts/demo"]
    interpreter = CONTAINER["customizations"]["vscode"]["settings"][
        "python.defaultInterpreterPath"
    ]
    assert interpreter == ".venv/test/bin/python"


def test_pre_commit() -> None:
    """It runs what scripts/test runs, out of the same environment; it fetches nothing."""
    assert [repository["repo"] for repository in HOOKS["repos"]] == ["local"]
    hooks = HOOKS["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["ruff-check", "ruff-format", "mypy"]
    for hook in hooks:
        program = Path(hook["entry"].split()[0])
        assert hook["language"] == "system"
        assert program.parent == Path(".venv/test/bin")
        assert (Path(sys.executable).parent / program.name).exists()
        assert hook["name"].split()[0] in (ROOT / "scripts" / "test").read_text()
