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


def load(text: str) -> dict[str, Any]:
    """Return what a YAML file says; its key `on` is True, as YAML 1.1 has it."""
    return cast(dict[str, Any], parse_yaml(text))


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
