"""The pictures of the projector's screens: the on-screen menu and the LCD."""

from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image, ImageDraw

from .device import Device
from .menu import ROWS

type Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)
GRAY: Color = (64, 64, 64)
BLUE: Color = (0, 96, 192)
GREEN: Color = (0, 128, 64)
AMBER: Color = (192, 128, 0)
RED: Color = (192, 0, 0)
STATE_COLORS = {
    "standby": BLUE,
    "ready": BLUE,
    "conditioning": AMBER,
    "on": GREEN,
    "deconditioning": AMBER,
    "error": RED,
}
"""The background of the LCD by power state; gray in all other states."""

ROW_LEFT, ROW_TOP, ROW_WIDTH, ROW_HEIGHT = 40, 40, 280, 36
_OSD_SIZE = (640, 360)
_LCD_SIZE = (320, 80)
_MARGIN = 6
_FONT_SIZE = 20


def osd(device: Device) -> Image.Image:
    """Draw the on-screen menu on black. The picture is black while it is closed."""
    picture = Image.new("RGB", _OSD_SIZE, BLACK)
    draw = ImageDraw.Draw(picture)
    for number, title in enumerate(ROWS if device.menu.opened else ()):
        top = ROW_TOP + number * ROW_HEIGHT
        corner = (ROW_LEFT + ROW_WIDTH - 1, top + ROW_HEIGHT - 3)
        color = BLUE if number == device.menu.row else GRAY
        draw.rectangle((ROW_LEFT, top, *corner), fill=color)
        _write(draw, ROW_LEFT, top, title)
    return picture


def lcd(device: Device) -> Image.Image:
    """Draw the LCD: model and power state on the color of the state."""
    state = device.power.state
    picture = Image.new("RGB", _LCD_SIZE, STATE_COLORS.get(state, GRAY))
    draw = ImageDraw.Draw(picture)
    name = str(device.store.kept("system.modelname") or device.model.name)
    for number, line in enumerate((name, state)):
        _write(draw, 0, number * ROW_HEIGHT, line)
    return picture


SCREENS: Mapping[str, Callable[[Device], Image.Image]] = {
    "ui.capture.osd": osd,
    "ui.capture.lcd": lcd,
}
"""The function that draws a screen, by the name of its capture in Barco's guide."""


def encode(picture: Image.Image, image_format: str) -> bytes:
    """Return a picture as a PNG, JPEG or BMP file."""
    file = BytesIO()
    picture.save(file, image_format)
    return file.getvalue()


def _write(draw: ImageDraw.ImageDraw, left: int, top: int, text: str) -> None:
    position = (left + _MARGIN, top + _MARGIN)
    draw.text(position, text, fill=WHITE, font_size=_FONT_SIZE)
