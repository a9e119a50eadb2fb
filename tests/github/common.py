"""The repository's files, and the tools that read them."""

from pathlib import Path
import subprocess
import sys
from typing import Any, cast

from homeassistant.util.yaml import parse_yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
FORMS = sorted(
    path for path in (GITHUB / "ISSUE_TEMPLATE").iterdir() if path.stem != "config"
)


def name(path: Path) -> str:
    """Return what a test is called by."""
    return path.name


def load(text: str) -> dict[str, Any]:
    """Return what a YAML file says; its key `on` is True, as YAML 1.1 has it."""
    return cast(dict[str, Any], parse_yaml(text))


def tracked() -> set[str]:
    """Return every file of the repository, and every folder, by its path in it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    files = {Path(path) for path in listed.decode().split("\0") if path}
    there = {path for path in files if (ROOT / path).exists()}
    return {str(path) for file in there for path in (file, *file.parents)}


def run(
    program: str, *arguments: str | Path, text: str | None = None
) -> tuple[bool, str]:
    """Run a program of the tests' environment; return whether it was content."""
    done = subprocess.run(
        [Path(sys.executable).parent / program, *arguments],
        cwd=ROOT,
        check=False,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode == 0, done.stdout


def schema(kind: str, *paths: Path) -> tuple[bool, str]:
    """Hold files against one of the schemas that check-jsonschema brings along."""
    return run("check-jsonschema", "--builtin-schema", f"vendor.{kind}", *paths)


def zizmor(path: Path) -> tuple[bool, str]:
    """Look for holes in a workflow or all of a folder."""
    return run("zizmor", "--offline", "--quiet", "--persona", "pedantic", path)


def shellcheck(script: str) -> tuple[bool, str]:
    """Look for slips in a step's script."""
    return run("shellcheck", "--shell", "bash", "--exclude", "SC1091", "-", text=script)
