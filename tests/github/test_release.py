"""A release: one version everywhere, a zip of just the integration, and its notes."""

from itertools import pairwise
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
from zipfile import ZipFile

import pytest

from release.archive import NAME, pack
from release.versions import (
    INTEGRATION,
    UNRELEASED,
    ReleaseError,
    changes,
    check,
    notes,
    versions,
)

from .common import GITHUB, ROOT, load
from .test_documents import REPOSITORY

VERSION = check(ROOT)
PLATFORMS = 10
FILES = {
    "manifest.json": f"{INTEGRATION}/manifest.json",
    "pyproject.toml": "pyproject.toml",
    "CHANGELOG.md": "CHANGELOG.md",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the repository as far as a release reads it; all is released."""
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
    """All name it, and it may be tagged."""
    assert set(versions(ROOT)) == set(FILES)
    assert check(copy, VERSION) == VERSION


@pytest.mark.parametrize("name", FILES)
def test_another_version(copy: Path, name: str) -> None:
    """Whoever differs is named."""
    place = {"CHANGELOG.md": f"[{VERSION}] -"}.get(name, f'"{VERSION}"')
    change(copy / FILES[name], place, place.replace(VERSION, "9.8.7"))
    with pytest.raises(ReleaseError, match=rf"{re.escape(name)}: 9\.8\.7"):
        check(copy)


@pytest.mark.parametrize("tag", ["9.8.7", f"v{VERSION}", ""])
def test_another_tag(copy: Path, tag: str) -> None:
    """A tag is the version and nothing else."""
    with pytest.raises(ReleaseError, match=f"the tag: {tag}"):
        check(copy, tag)


def test_something_unreleased(copy: Path) -> None:
    """It would be missing in the notes."""
    change(copy / "CHANGELOG.md", f"[{UNRELEASED}]\n", f"[{UNRELEASED}]\n\n- New\n")
    assert check(copy) == VERSION
    with pytest.raises(ReleaseError, match="unreleased"):
        check(copy, VERSION)


# Changelog


def test_changelog() -> None:
    """Unreleased first, then every version with its date, the newest first, and links."""
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
    """What is new in this version, and nothing of others."""
    change(
        copy / "CHANGELOG.md",
        f"## [{VERSION}]",
        f"## [{VERSION}] - 2027-01-02\n\n### Fixed\n\n- This\n\n## [0.0.1]",
    )
    assert notes(copy) == "### Fixed\n\n- This\n"


# Zip


def listed() -> dict[str, bytes]:
    """Return what git has of the integration."""
    source = ROOT / INTEGRATION
    names = subprocess.run(
        ["git", "ls-files"], cwd=source, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return {name: (source / name).read_bytes() for name in names}


def test_zip(tmp_path: Path) -> None:
    """The files of the integration, at the top, and nothing else."""
    with ZipFile(pack(ROOT, tmp_path)) as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == listed()
        assert not [n for n in archive.namelist() if "__pycache__" in n]
        assert "manifest.json" in archive.namelist()


def test_zip_leaves_caches(tmp_path: Path) -> None:
    """What git does not know stays at home."""
    source = tmp_path / INTEGRATION
    (source / "__pycache__").mkdir(parents=True)
    (source / "__pycache__" / "a.pyc").touch()
    (source / "a.py").touch()
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "*.py"], cwd=tmp_path, check=True)
    with ZipFile(pack(tmp_path, tmp_path)) as archive:
        assert archive.namelist() == ["a.py"]


def test_same_zip(tmp_path: Path) -> None:
    """Whoever builds it again gets the same, whenever."""
    first = pack(ROOT, tmp_path).read_bytes()
    assert pack(ROOT, tmp_path).read_bytes() == first


def test_home_assistant_loads_it(tmp_path: Path) -> None:
    """Unpacked where README says, all of it loads from there."""
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
    """Do what scripts/release does once it has its environment."""
    return subprocess.run(
        [sys.executable, "-m", "release", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_wrong_tag_writes_nothing(tmp_path: Path) -> None:
    """The workflow ends there."""
    done = release("--tag", "9.8.7", str(tmp_path / "dist"))
    assert done.returncode == 1
    assert "the tag: 9.8.7" in done.stderr
    assert not (tmp_path / "dist").exists()


def test_what_is_published(tmp_path: Path) -> None:
    """The workflow's last step, with a `gh` that only tells what it is asked."""
    done = release(str(tmp_path / "dist"))
    assert done.returncode == 0, done.stderr
    told = tmp_path / "gh"
    told.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    told.chmod(0o755)
    publish = load((GITHUB / "workflows" / "release.yaml").read_text())["jobs"][
        "publish"
    ]

    asked = subprocess.run(
        ["bash", "-e", "-c", publish["steps"][-1]["run"]],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REF_NAME": VERSION},
    ).stdout.splitlines()

    assert asked[:4] == ["release", "create", VERSION, f"dist/{NAME}"]
    assert (tmp_path / asked[3]).is_file()
    assert (tmp_path / asked[asked.index("--notes-file") + 1]).is_file()
    assert asked[asked.index("--title") + 1] == VERSION
    assert publish["steps"][1]["with"]["subject-path"] == f"dist/{NAME}"
