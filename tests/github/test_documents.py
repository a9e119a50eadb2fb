"""What people read names only what is there."""

from collections.abc import Iterator
import json
import re

import pytest

from .common import GITHUB, ROOT, tracked

MANIFEST = ROOT / "custom_components" / "barco_pulse" / "manifest.json"
REPOSITORY: str = json.loads(MANIFEST.read_text())["documentation"]
DOCUMENTS = [
    *(path.name for path in sorted(ROOT.glob("*.md"))),
    *(str(path.relative_to(ROOT)) for path in sorted(GITHUB.rglob("*.md"))),
    *(str(path.relative_to(ROOT)) for path in sorted(GITHUB.rglob("*.yml"))),
]
TRACKED = tracked()
TOPS = {path.split("/")[0] for path in TRACKED} - {"."}


def anchors(document: str) -> set[str]:
    """Return what GitHub calls the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", (ROOT / document).read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in headings
    }


def missing(document: str, text: str) -> Iterator[str]:
    """Yield what the text of a document names, but is not there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        link = target
        if target.startswith(f"{REPOSITORY}#"):
            link = "README.md" + target.removeprefix(REPOSITORY)
        if ":" in link:
            continue
        path, _, anchor = link.partition("#")
        if (path and path not in TRACKED) or (
            anchor and anchor not in anchors(path or document)
        ):
            yield target
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    for word in re.findall(r"[\w.-]+(?:/[\w.-]+)+", code):
        if word.split("/")[0] in TOPS and word not in TRACKED:
            yield word
    for template in re.findall(r"/issues/new\?template=([\w.]+)", text):
        if f".github/ISSUE_TEMPLATE/{template}" not in TRACKED:
            yield template


@pytest.mark.parametrize("document", DOCUMENTS)
def test_all_is_there(document: str) -> None:
    """Files, folders, scripts, headings and issue forms."""
    assert list(missing(document, (ROOT / document).read_text())) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(specs/ARCHITECTURE.md)", "(specs/HOUSE.md)"),
        ("README.md#entities", "README.md#things"),
        ("`scripts/newest`", "`scripts/new`"),
        ("scripts/demo  ", "scripts/show  "),
        ("`tests/github/`", "`tests/gitlab/`"),
        ("template=model.yml", "template=models.yml"),
        ("(#replay-an-owners-projector)", "(#replay)"),
    ],
)
def test_missing_is_found(right: str, wrong: str) -> None:
    """What is not there is found."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert right in text
    assert list(missing("CONTRIBUTING.md", text.replace(right, wrong)))


def test_contributing_is_about_this_house() -> None:
    """The two commands, and every script that is there for people."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    scripts = {path.name for path in (ROOT / "scripts").iterdir()}
    inner = {"bootstrap", "brand", "debian-unpack"}
    assert {s for s in scripts - inner if f"scripts/{s}" not in text} == set()
