"""The files of the repository, and the tools that check them."""

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
    """Return the content of a YAML file. The key `on` is True, as in YAML 1.1."""
    return cast(dict[str, Any], parse_yaml(text))


def run(
    program: str, *arguments: str | Path, text: str | None = None
) -> tuple[bool, str]:
    """Run a program of the test environment; return success and output."""
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
