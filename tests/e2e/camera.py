"""Take the pictures of pictures.py when a page does not change any more."""

from io import BytesIO
from math import ceil, floor
from pathlib import Path

# Home Assistant also requires this package.
from PIL import Image, ImageChops
from playwright.sync_api import FloatRect

from .browser import DESKTOP
from .frontend import Frontend
from .pictures import FOLDER, PICTURES, SCALE

# True if the page is complete: no spinner, no toast, all images, icons and fonts.
SETTLED = """() => {
  function* all(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  }
  const absent = {
    "ha-spinner": () => true,
    "hass-loading-screen": () => true,
    "ha-toast": () => true,
    "img": (image) => !image.complete,
    "ha-svg-icon": (icon) => !icon.path,
    "ha-icon": (icon) => icon.icon && !icon.shadowRoot?.firstElementChild,
  };
  for (const element of all(document)) {
    if (absent[element.localName]?.(element) && element.checkVisibility()) return false;
  }
  return document.fonts.status === "loaded";
}"""

TRIES = 20

VARYING = "ha-logbook, ha-relative-time, hui-history-graph-card"
"""Elements with times or measured values, which differ between runs."""

type Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the picture."""


def take(frontend: Frontend, name: str) -> None:
    """Save a picture of the page; restore its size and theme."""
    picture, page = PICTURES[name], frontend.page
    page.emulate_media(color_scheme="dark" if picture.dark else "light")
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    # Move the mouse away, so that nothing is highlighted.
    page.mouse.move(0, 0)
    page.wait_for_function(SETTLED)
    before = b""
    for _ in range(TRIES):
        shot = page.screenshot(animations="disabled", caret="hide")
        if shot == before:
            break
        before = shot
    else:
        raise AssertionError(f"{name}: the page does not come to rest")
    found = [each.bounding_box() for each in page.locator(VARYING).all()]
    path = FOLDER / f"{name}.png"
    if not path.exists() or differs(path, shot, [_pixels(box) for box in found if box]):
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shot)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)


def _pixels(box: FloatRect) -> Box:
    """Return the position of an element in the picture, rounded outward."""
    left, top = box["x"] * SCALE, box["y"] * SCALE
    right, bottom = left + box["width"] * SCALE, top + box["height"] * SCALE
    return floor(left), floor(top), ceil(right), ceil(bottom)


def differs(path: Path, shot: bytes, boxes: list[Box]) -> bool:
    """Return whether a picture differs from the one in a file, outside of `boxes`."""
    pictures = [Image.open(file).convert("RGB") for file in (path, BytesIO(shot))]
    for picture in pictures:
        for box in boxes:
            picture.paste("black", box)
    old, new = pictures
    return old.size != new.size or ImageChops.difference(old, new).getbbox() is not None
