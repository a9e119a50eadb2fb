"""Test releases: equal versions, the zip file and the notes."""

from itertools import pairwise
import json
from pathlib import Path
import re
import shutil
import subprocess
import sys
from zipfile import ZipFile

import pytest

from release.archive import pack
from release.versions import (
    INTEGRATION,
    UNRELEASED,
    ReleaseError,
    changes,
    check,
    notes,
    versions,
)

from .common import ROOT

VERSION = check(ROOT)
REPOSITORY = json.loads((ROOT / INTEGRATION / "manifest.json").read_text())[
    "documentation"
]
PLATFORMS = 10
FILES = {
    "manifest.json": f"{INTEGRATION}/manifest.json",
    "pyproject.toml": "pyproject.toml",
    "CHANGELOG.md": "CHANGELOG.md",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the files that a release reads, without unreleased changes."""
    for name in FILES.values():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = tmp_path / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace(changes(ROOT)[UNRELEASED] or "\0", ""))
    return tmp_path


def change(path: Path, right: str, wrong: str) -> None:
    """Change a file in one place."""
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))


# Versions


def test_one_version(copy: Path) -> None:
    """All files have the same version."""
    assert set(versions(ROOT)) == set(FILES)
    assert check(copy, VERSION) == VERSION


@pytest.mark.parametrize("name", FILES)
def test_another_version(copy: Path, name: str) -> None:
    """The error names the file with another version."""
    place = {"CHANGELOG.md": f"[{VERSION}] -"}.get(name, f'"{VERSION}"')
    change(copy / FILES[name], place, place.replace(VERSION, "9.8.7"))
    with pytest.raises(ReleaseError, match=rf"{re.escape(name)}: 9\.8\.7"):
        check(copy)


def test_another_tag(copy: Path) -> None:
    """A tag must be equal to the version."""
    with pytest.raises(ReleaseError, match=f"the tag: v{VERSION}"):
        check(copy, f"v{VERSION}")


def test_something_unreleased(copy: Path) -> None:
    """A release with unreleased changes raises an error."""
    change(copy / "CHANGELOG.md", f"[{UNRELEASED}]\n", f"[{UNRELEASED}]\n\n- New\n")
    assert check(copy) == VERSION
    with pytest.raises(ReleaseError, match="unreleased"):
        check(copy, VERSION)


# Changelog


def test_changelog() -> None:
    """The changelog has all versions in order, with dates and links."""
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == f"[{UNRELEASED}]"
    dated = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (.*)", h) for h in headings[1:]]
    released = [match[1] for match in dated if match]
    assert [UNRELEASED, *released] == list(changes(ROOT))
    numbers = [tuple(map(int, version.split("."))) for version in released]
    assert numbers == sorted(numbers, reverse=True)
    links = dict(re.findall(r"^\[(.+)\]: (.*)$", text, re.MULTILINE))
    assert links == {
        UNRELEASED: f"{REPOSITORY}/compare/{released[0]}...HEAD",
        released[-1]: f"{REPOSITORY}/releases/tag/{released[-1]}",
    } | {
        newer: f"{REPOSITORY}/compare/{older}...{newer}"
        for newer, older in pairwise(released)
    }


def test_notes(copy: Path) -> None:
    """The notes are those of the version."""
    change(
        copy / "CHANGELOG.md",
        f"## [{VERSION}]",
        f"## [{VERSION}] - 2027-01-02\n\n### Fixed\n\n- This\n\n## [0.0.1]",
    )
    assert notes(copy) == "### Fixed\n\n- This\n"


# Zip


def test_zip(tmp_path: Path) -> None:
    """The zip contains the files of the integration at the top, and nothing else."""
    names = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD"],
        cwd=ROOT / INTEGRATION,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    with ZipFile(pack(ROOT, tmp_path)) as archive:
        assert [n for n in archive.namelist() if not n.endswith("/")] == names
        assert "manifest.json" in names


def test_home_assistant_loads_it(tmp_path: Path) -> None:
    """Home Assistant loads the unpacked zip file."""
    place = tmp_path / "custom_components" / "barco_pulse"
    with ZipFile(pack(ROOT, tmp_path)) as archive:
        archive.extractall(place)
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("loads.py"), tmp_path],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{VERSION} {PLATFORMS} {place}", done.stderr


# Command and workflow


def release(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of scripts/release."""
    return subprocess.run(
        [sys.executable, "-m", "release", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
