"""Test the wheel: its source, its size, and that it needs no Home Assistant."""

import os
from pathlib import Path
import subprocess
import sys
from zipfile import ZipFile

from .conftest import ROOT

MAX_SIZE = 200_000

_IMPORT = """
import sys
import aiobarcopulse, aiobarcopulse.cli.app, aiobarcopulse.cli.discover
assert aiobarcopulse.Projector("127.0.0.1").snapshot.reachable is False
foreign = ("homeassistant", "custom_components")
assert not [name for name in sys.modules if name.startswith(foreign)]
"""


def test_same_source(wheel: Path) -> None:
    """The wheel contains the client of the integration and the command line."""
    expected = {
        f"aiobarcopulse/{prefix}{path.relative_to(folder).as_posix()}": path.read_bytes()
        for folder, prefix in (
            (ROOT / "custom_components/barco_pulse/pulse", ""),
            (ROOT / "cli", "cli/"),
        )
        for path in folder.rglob("*.py")
    }
    expected["aiobarcopulse/__main__.py"] = expected.pop(
        "aiobarcopulse/cli/__main__.py"
    )
    expected["aiobarcopulse/py.typed"] = b""
    with ZipFile(wheel) as archive:
        found = {
            name: archive.read(name)
            for name in archive.namelist()
            if name.startswith("aiobarcopulse/")
        }
    assert found == expected


def test_size(wheel: Path) -> None:
    """The wheel is small."""
    assert wheel.stat().st_size < MAX_SIZE


def test_no_home_assistant(installed: Path) -> None:
    """Importing the package does not import Home Assistant."""
    subprocess.run(
        [sys.executable, "-c", _IMPORT],
        env=os.environ | {"PYTHONPATH": str(installed)},
        cwd=installed,
        check=True,
    )
