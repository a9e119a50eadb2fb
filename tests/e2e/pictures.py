"""The pictures in the documents, which camera.py takes."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/pictures"

SCALE = 1.5
"""Pixels of a picture per pixel of the page, for sharp pictures on most screens."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The size of the page in pixels, and its theme."""

    width: int
    height: int
    dark: bool = False


PICTURES = {
    "dashboard-light": Picture(1480, 720),
    "dashboard-dark": Picture(1480, 720, dark=True),
    "dashboard-phone-light": Picture(390, 844),
    "dashboard-phone-dark": Picture(390, 844, dark=True),
    "dashboard-remote": Picture(480, 800),
    "discovered": Picture(960, 560),
    "add": Picture(800, 640),
    "device": Picture(1280, 900),
    "media-player": Picture(960, 760),
    "options": Picture(800, 820),
    "automation": Picture(1280, 680),
    "repair": Picture(800, 560),
}
"""The pictures by file name."""
