"""The images that Home Assistant shows for the integration."""

import hashlib
from pathlib import Path

from PIL import Image
import pytest

from custom_components.barco_pulse.const import DOMAIN

ROOT = Path(__file__).parents[1]
BRAND = ROOT / "custom_components" / DOMAIN / "brand"
SOURCE = ROOT / "brand" / f"{DOMAIN}.svg"
NAMES = {
    f"{theme}{image_type}{suffix}.png": (image_type, side)
    for theme in ("", "dark_")
    for image_type in ("icon", "logo")
    for suffix, side in {"": 256, "@2x": 512}.items()
}


def test_all_images_exist() -> None:
    """Have each image of Home Assistant; all are different."""
    assert {path.name for path in BRAND.iterdir()} == set(NAMES)
    assert len({path.read_bytes() for path in BRAND.iterdir()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_image(name: str) -> None:
    """Have the right size, no margins and transparency, and be up to date.

    If it is not up to date: scripts/brand.
    """
    image_type, side = NAMES[name]
    with Image.open(BRAND / name) as picture:
        assert picture.mode == "RGBA"
        assert picture.height == side
        assert picture.width == side if image_type == "icon" else picture.width > side
        alpha = picture.getchannel("A").point(lambda value: 255 * (value > 127))
        assert alpha.getbbox() == (0, 0, *picture.size)
        seen = alpha.histogram()[255] / (picture.width * picture.height)
        assert 0.2 < seen < 0.9
        drawing = hashlib.sha256(SOURCE.read_text().encode()).hexdigest()
        assert picture.info["Source"] == drawing
