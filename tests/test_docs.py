"""What the documents point to is there, and what they quote is what we say."""

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
    """Return the headings of a document as addresses have them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """To a file that is there, and to a heading that it has."""
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
    """A contributor finds every file that ARCHITECTURE and BEHAVIOR name."""
    documents = [ROOT / f"specs/{name}.md" for name in ("ARCHITECTURE", "BEHAVIOR")]
    text = "".join(path.read_text() for path in documents)
    integration = ROOT / "custom_components" / "barco_pulse"
    folders = (ROOT, integration, integration / "pulse")
    names = set(re.findall(r"`([\w/]+\.\w+)`", text))
    files = [name for name in names if name.endswith((".py", ".json", ".yaml"))]
    assert len(files) >= 60
    missing = [name for name in files if not any((f / name).is_file() for f in folders)]
    assert missing == []


def test_every_learned_fact_has_its_test() -> None:
    """RELIABILITY names the test that corrects each wrong fact."""
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
    """An owner looks for what they read on the screen."""
    [section] = re.findall(
        r"## When something does not work\n(.*?)\n## ",
        prose(ROOT / "README.md"),
        re.DOTALL,
    )
    symptoms = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    quoted = [quote for text in symptoms for quote in re.findall(r"\*([^*]+)\*", text)]
    assert len(quoted) >= 8
    assert [quote for quote in quoted if not any(quote in text for text in OURS)] == []
