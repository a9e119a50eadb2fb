"""Workflows: by GitHub's schema, by zizmor, by shellcheck, and by rules of our own."""

from pathlib import Path
from typing import Any

import pytest

from .common import GITHUB, ROOT, WORKFLOWS, load, name, schema, shellcheck, zizmor
from .rules import complaints, pins

TEST = GITHUB / "workflows" / "test.yaml"
VALIDATE = GITHUB / "workflows" / "validate.yaml"


def steps(path: Path) -> list[dict[str, Any]]:
    """Return all steps of a workflow."""
    return [
        step for job in load(path.read_text())["jobs"].values() for step in job["steps"]
    ]


def test_all_are_there() -> None:
    """GitHub would also take .yml."""
    assert [path.name for path in WORKFLOWS] == [
        "codeql.yaml",
        "e2e.yaml",
        "release.yaml",
        "test.yaml",
        "validate.yaml",
        "zizmor.yaml",
    ]


def test_schema() -> None:
    """Every key is one that GitHub knows."""
    content, told = schema("github-workflows", *WORKFLOWS)
    assert content, told


def test_no_holes() -> None:
    """Nothing for zizmor to find in the workflows, nor in what Dependabot does."""
    content, told = zizmor(GITHUB)
    assert content, told


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_rules(path: Path) -> None:
    """Rules of our own."""
    assert list(complaints(path.read_text())) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_scripts_of_steps(path: Path) -> None:
    """What a step runs is a good script."""
    for step in steps(path):
        if script := step.get("run"):
            content, told = shellcheck(script)
            assert content, told


def test_one_commit_for_each_action() -> None:
    """Not two versions of one action."""
    used = {pin for path in WORKFLOWS for pin in pins(path.read_text())}
    assert len({repository for repository, _, _ in used}) == len(used)


def test_what_is_tested_when() -> None:
    """Each push and each night; the beta only at night, where it stops nobody."""
    workflow = load(TEST.read_text())
    commands = {
        job["steps"][-1]["run"]: job.get("if") for job in workflow["jobs"].values()
    }
    assert commands == {
        "scripts/test": "github.event_name != 'schedule'",
        "scripts/newest": None,
        "scripts/newest --beta": (
            "github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'"
        ),
    }


def test_validated_by_their_own() -> None:
    """The real hassfest and HACS; tests/hassfest only says their rules anew."""
    used = {step.get("uses", "").split("@")[0] for step in steps(VALIDATE)}
    assert used >= {"home-assistant/actions/hassfest", "hacs/action"}


# The checks themselves

FAULTS = {
    "a tag": ("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"),
    "no version": (" # v7.0.1", ""),
    "short": ("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@3d3c42e"),
    "all rights": ("permissions: {}", "permissions: write-all"),
    "no rights of its own": ("    permissions:\n      contents: read # checkout\n", ""),
    "no timeout": ("    timeout-minutes: 45\n", ""),
    "credentials": (
        "          persist-credentials: false\n",
        "          clean: true\n",
    ),
    "injection": ("run: scripts/newest\n", 'run: echo "${{ github.ref }}"\n'),
    "of a stranger": ("  pull_request:\n", "  pull_request_target:\n"),
    "slip": ("github.workflow }}", "github.workflows }}"),
    "moving": ("ubuntu-24.04", "ubuntu-latest"),
    "needs nobody": ("  newest:\n", "  newest:\n    needs: looked\n"),
    "no matrix": ("Home Assistant's beta", "${{ matrix.language }}"),
    "crowd": ("  group: ${{ github.workflow }}-${{ github.ref }}\n", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_rules_find(fault: str) -> None:
    """Each of our own rules sees what it is for."""
    right, wrong = FAULTS[fault]
    text = TEST.read_text()
    assert right in text
    assert list(complaints(text.replace(right, wrong)))


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("a tag", "unpinned-uses"),
        ("all rights", "excessive-permissions"),
        ("credentials", "artipacked"),
        ("of a stranger", "dangerous-triggers"),
    ],
)
def test_zizmor_finds(fault: str, finding: str, tmp_path: Path) -> None:
    """It does look."""
    workflow = tmp_path / ".github" / "workflows" / "test.yaml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(TEST.read_text().replace(*FAULTS[fault]))
    content, told = zizmor(workflow)
    assert not content
    assert finding in told


def test_schema_finds(tmp_path: Path) -> None:
    """It does look."""
    workflow = tmp_path / "test.yaml"
    workflow.write_text(TEST.read_text().replace("timeout-minutes", "timeout"))
    content, told = schema("github-workflows", workflow)
    assert not content
    assert "timeout" in told


def test_shellcheck_finds() -> None:
    """It does look."""
    content, told = shellcheck("scripts/release --tag $GITHUB_REF_NAME dist")
    assert not content
    assert "SC2086" in told


def test_named_scripts() -> None:
    """What the steps run is there, and can be run."""
    words = {
        word
        for path in WORKFLOWS
        for step in steps(path)
        for word in step.get("run", "").split()
        if word.startswith("scripts/")
    }
    assert words >= {"scripts/test", "scripts/newest", "scripts/release"}
    for word in words - {"scripts/bootstrap"}:
        assert (ROOT / word).stat().st_mode & 0o111, word
