"""What the projector shows of itself: the on-screen menu and the LCD."""

from collections.abc import Callable, Mapping

from .bitmap import Bitmap
from .device import Device
from .menu import ROWS

BLACK, WHITE, GREY, BLUE, GREEN, AMBER, RED = range(7)
PALETTE = (
    (0, 0, 0),
    (255, 255, 255),
    (64, 64, 64),
    (0, 96, 192),
    (0, 128, 64),
    (192, 128, 0),
    (192, 0, 0),
)
STATE_COLORS = {
    "standby": BLUE,
    "ready": BLUE,
    "conditioning": AMBER,
    "on": GREEN,
    "deconditioning": AMBER,
    "error": RED,
}
"""The background of the LCD; grey in all other states."""

OSD_SIZE = (640, 360)
LCD_SIZE = (320, 80)
ROW_LEFT, ROW_TOP, ROW_WIDTH, ROW_HEIGHT = 40, 40, 280, 36
_TEXT_MARGIN = 8
_TEXT_SIZE = 4


def osd(device: Device) -> Bitmap:
    """Draw the on-screen menu on black; only black while it is closed."""
    picture = Bitmap(*OSD_SIZE, PALETTE, BLACK)
    for number, title in enumerate(ROWS if device.menu.opened else ()):
        top = ROW_TOP + number * ROW_HEIGHT
        color = BLUE if number == device.menu.row else GREY
        picture.fill(ROW_LEFT, top, ROW_WIDTH, ROW_HEIGHT - 2, color)
        corner = (ROW_LEFT + _TEXT_MARGIN, top + _TEXT_MARGIN)
        picture.write(*corner, title, WHITE, _TEXT_SIZE)
    return picture


def lcd(device: Device) -> Bitmap:
    """Draw the LCD: the model and the power state, on the colour of the state."""
    state = device.power.state
    picture = Bitmap(*LCD_SIZE, PALETTE, STATE_COLORS.get(state, GREY))
    lines = (str(device.store.kept("system.modelname") or device.model.name), state)
    for number, line in enumerate(lines):
        top = _TEXT_MARGIN + number * ROW_HEIGHT
        picture.write(_TEXT_MARGIN, top, line, WHITE, _TEXT_SIZE)
    return picture


SCREENS: Mapping[str, Callable[[Device], Bitmap]] = {
    "ui.capture.osd": osd,
    "ui.capture.lcd": lcd,
}
"""What draws a screen, by the name that Barco's guide gives its capture."""
