"""The pictures that the documents show are those that scripts/e2e takes."""

from io import BytesIO
from pathlib import Path
import re

from PIL import Image
import pytest

from .e2e.camera import differs
from .e2e.pictures import FOLDER, PICTURES, SCALE

ROOT = Path(__file__).parents[1]
MOST_BYTES = 250_000


def test_all_are_there() -> None:
    """And no others, which nobody would renew."""
    assert {picture.stem for picture in FOLDER.iterdir()} == PICTURES.keys()


def test_documents_show_them_all() -> None:
    """And no others: each is taken anew by the next run."""
    documents = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    shown = {
        name
        for path in documents
        for name in re.findall(r"pictures/([\w-]+)\.png", path.read_text())
    }
    assert shown == PICTURES.keys()


@pytest.mark.parametrize("name", PICTURES)
def test_size(name: str) -> None:
    """As the table has it, and quick to load."""
    picture = PICTURES[name]
    data = (FOLDER / f"{name}.png").read_bytes()
    assert len(data) < MOST_BYTES
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    assert (width, height) == (picture.width * SCALE, picture.height * SCALE)


@pytest.mark.parametrize(("x", "renewed"), [(2, True), (7, False)])
def test_renewed_only_if_more_than_the_time_differs(
    tmp_path: Path, x: int, renewed: bool
) -> None:
    """Another run of scripts/e2e at another time leaves it as it is."""
    picture = Image.new("RGB", (10, 10), "white")
    picture.save(tmp_path / "picture.png")
    picture.putpixel((x, 5), (200, 255, 255))
    shot = BytesIO()
    picture.save(shot, "PNG")

    boxes = [(6, 0, 20, 10)]
    assert differs(tmp_path / "picture.png", shot.getvalue(), boxes) is renewed
