"""The pictures in the documents are those of scripts/e2e."""

from io import BytesIO
from pathlib import Path
import re

from PIL import Image
import pytest

from .e2e.camera import differs
from .e2e.pictures import FOLDER, PICTURES, SCALE

ROOT = Path(__file__).parents[1]
MOST_BYTES = 250_000


def test_all_pictures() -> None:
    """Have exactly the pictures that scripts/e2e takes."""
    assert {picture.stem for picture in FOLDER.iterdir()} == PICTURES.keys()


def test_all_pictures_are_used() -> None:
    """Show all pictures in the documents."""
    documents = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    shown = {
        name
        for path in documents
        for name in re.findall(r"pictures/([\w-]+)\.png", path.read_text())
    }
    assert shown == PICTURES.keys()


@pytest.mark.parametrize("name", PICTURES)
def test_size(name: str) -> None:
    """Have the listed sizes, and small files."""
    picture = PICTURES[name]
    data = (FOLDER / f"{name}.png").read_bytes()
    assert len(data) < MOST_BYTES
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    assert (width, height) == (picture.width * SCALE, picture.height * SCALE)


@pytest.mark.parametrize(("x", "renewed"), [(2, True), (7, False)])
def test_unchanged_picture_is_kept(tmp_path: Path, x: int, renewed: bool) -> None:
    """Keep a picture if only a time in it differs."""
    picture = Image.new("RGB", (10, 10), "white")
    picture.save(tmp_path / "picture.png")
    picture.putpixel((x, 5), (200, 255, 255))
    shot = BytesIO()
    picture.save(shot, "PNG")

    boxes = [(6, 0, 20, 10)]
    assert differs(tmp_path / "picture.png", shot.getvalue(), boxes) is renewed
