"""Takes the pictures of pictures.py when a page has come to rest."""

from .browser import DESKTOP
from .frontend import Frontend
from .pictures import FOLDER, PICTURES

# Whether everything is there: no spinner, no toast, all images, icons and letters.
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


def take(frontend: Frontend, name: str) -> None:
    """Save a picture of what the page shows; the page keeps its size and theme."""
    picture, page = PICTURES[name], frontend.page
    page.emulate_media(color_scheme="dark" if picture.dark else "light")
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    # Nothing shall look as if it was pointed at.
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
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(shot)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
