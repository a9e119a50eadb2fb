"""Links in the documents are valid, and quoted texts are current."""

from itertools import chain
from pathlib import Path
import re

import pytest

from .words import ENGLISH, texts

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    chain(
        *(ROOT.glob(f"{folder}*.md") for folder in ("", "docs/", "specs/", ".github/"))
    )
)
OURS = [text for _, text in texts(ENGLISH)]


def prose(document: Path) -> str:
    """Return a document without its code."""
    return re.sub(r"```.*?```|`[^`\n]+`", "", document.read_text(), flags=re.DOTALL)


def anchors(document: Path) -> set[str]:
    """Return the anchors of the headings of a document."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_are_valid(document: Path) -> None:
    """Link only to existing files and headings."""
    links = re.findall(
        r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", prose(document)
    )
    for link in map("".join, links):
        if ":" in link:
            continue
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_architecture_names_files_that_exist() -> None:
    """Name only existing files in ARCHITECTURE and BEHAVIOR."""
    documents = [ROOT / f"specs/{name}.md" for name in ("ARCHITECTURE", "BEHAVIOR")]
    text = "".join(path.read_text() for path in documents)
    integration = ROOT / "custom_components" / "barco_pulse"
    client = integration / "pulse"
    folders = (ROOT, integration, client, client / "model", client / "reports")
    names = set(re.findall(r"`([\w/]+\.\w+)`", text))
    files = [name for name in names if name.endswith((".py", ".json", ".yaml"))]
    assert len(files) >= 60
    missing = [name for name in files if not any((f / name).is_file() for f in folders)]
    assert missing == []


def test_every_learned_fact_has_its_test() -> None:
    """Name an existing test for each fact in RELIABILITY."""
    text = (ROOT / "specs/RELIABILITY.md").read_text()
    _, _, section = text.partition("## What is learned")
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| (?!fact |---)(.*) \|$", section, re.MULTILINE)
    assert len(rows) >= 30
    for row in rows:
        file = ""
        named = re.findall(r"`(?:(test_\w+\.py)::)?(test_\w+)`", row.split("|")[-1])
        assert named, row
        for other, test in named:
            file = other or file
            assert f"def {test}(" in (ROOT / "tests" / file).read_text(), test


def test_symptoms_are_quoted_as_they_are_shown() -> None:
    """Quote messages as they appear on the screen."""
    [section] = re.findall(
        r"## When something does not work\n(.*?)\n## ",
        prose(ROOT / "README.md"),
        re.DOTALL,
    )
    symptoms = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    quoted = [quote for text in symptoms for quote in re.findall(r"\*([^*]+)\*", text)]
    assert len(quoted) >= 8
    assert [quote for quote in quoted if not any(quote in text for text in OURS)] == []
