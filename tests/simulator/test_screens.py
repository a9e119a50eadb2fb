"""What the screens show, read by a library that knows nothing of the simulator."""

from io import BytesIO
from typing import Any

from PIL import Image
import pytest

from simulator import Simulator
from simulator.bitmap import Bitmap
from simulator.image_files import JPEG, bmp, png
from simulator.menu import ROWS
from simulator.screens import (
    AMBER,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PALETTE,
    RED,
    ROW_HEIGHT,
    ROW_LEFT,
    ROW_TOP,
    SCREENS,
    WHITE,
)

from .client import Client
from .conftest import Connect, Start


def picture(data: bytes) -> Image.Image:
    """Read a file."""
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB")


def dots(*rows: str) -> Bitmap:
    """Draw by hand."""
    drawn = Bitmap(len(rows[0]), len(rows), PALETTE)
    for y, row in enumerate(rows):
        for x, color in enumerate(row):
            drawn.fill(x, y, 1, 1, int(color))
    return drawn


def rows_of(projector: Simulator) -> list[int]:
    """Return the colours of the menu's rows; black ones are none."""
    screen = SCREENS["ui.capture.osd"](projector.device)
    tops = range(ROW_TOP + 1, screen.height, ROW_HEIGHT)
    colors = [screen.rows[top][ROW_LEFT + 1] for top in tops]
    return [color for color in colors if color != BLACK]


def highlighted(row: int) -> list[int]:
    """Return the colours of an open menu."""
    return [BLUE if number == row else GREY for number in range(len(ROWS))]


# Files


@pytest.mark.parametrize("encode", [png, bmp])
def test_every_dot(encode: Any) -> None:
    """In its place and colour; lines of any length."""
    drawn = dots("01234", "56012", "65432")
    read = picture(encode(drawn))
    assert read.size == (5, 3)
    for y, row in enumerate(drawn.rows):
        assert [read.getpixel((x, y)) for x in range(5)] == [PALETTE[c] for c in row]


def test_a_jpeg() -> None:
    """A whole one."""
    assert picture(JPEG).size == (8, 8)


def test_letters() -> None:
    """Dots, blocks for what the font lacks, and an end at the edge."""
    drawn = Bitmap(12, 5, PALETTE)
    drawn.write(0, 0, "lé+", WHITE, 1)
    assert [bytes(row) for row in drawn.rows] == [
        bytes(map(int, row))
        for row in (
            "100011101110",
            "100011101110",
            "100011101110",
            "100011101110",
            "111011101110",
        )
    ]
    drawn.write(8, 0, "11", RED, 2)
    assert {len(row) for row in drawn.rows} == {12}
    assert len(drawn.rows) == 5


# The menu


async def test_keys_walk_the_menu(start: Start, connect: Connect) -> None:
    """With the remote's keys and the keypad's, pressed or clicked."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)

    async def use(key: str, event: str = "CLICKED") -> list[int]:
        arguments = {"eventtype": event, "key": key}
        await client.call("keydispatcher.postevent", arguments)
        return rows_of(projector)

    assert rows_of(projector) == []
    assert await use("RC_DOWN") == []
    assert await use("RC_MENU") == highlighted(0)
    assert await use("RC_DOWN") == highlighted(1)
    assert await use("KP_DOWN", "PRESS") == highlighted(2)
    assert await use("KP_DOWN", "RELEASE") == highlighted(2)
    assert await use("RC_UP") == highlighted(1)
    assert await use("RC_SHIFT_UP") == highlighted(1)
    assert await use("RC_BACK") == []
    assert await use("KP_MENU") == highlighted(0)
    assert await use("KP_UP") == highlighted(len(ROWS) - 1)
    assert await use("RC_MENU") == []
    assert projector.keys[:4] == [
        ("CLICKED", "RC_DOWN"),
        ("CLICKED", "RC_MENU"),
        ("CLICKED", "RC_DOWN"),
        ("PRESS", "KP_DOWN"),
    ]


async def test_the_menu_is_a_property_too(start: Start, connect: Connect) -> None:
    """Told, set, and toggled."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    await client.subscribe("ui.menu")
    await client.call(
        "keydispatcher.postevent", {"eventtype": "CLICKED", "key": "RC_MENU"}
    )
    assert await client.changed() == {"ui.menu": True}
    assert await client.set("ui.menu", False) is True
    assert rows_of(projector) == []
    assert await client.call("ui.togglemenu") is None
    assert rows_of(projector) == highlighted(0)
    assert await client.get("ui.menu") is True


async def test_a_menu_that_is_open(start: Start) -> None:
    """From the beginning."""
    projector = await start("udx", state="on", values={"ui.menu": True})
    assert rows_of(projector) == highlighted(0)


async def test_titles(start: Start) -> None:
    """Rows differ in what is written on them."""
    projector = await start("udx", state="on", values={"ui.menu": True})
    screen = SCREENS["ui.capture.osd"](projector.device)
    written = {
        b"".join(screen.rows[top : top + ROW_HEIGHT]).translate(
            bytes(color == WHITE for color in range(256))
        )
        for top in range(ROW_TOP, ROW_TOP + len(ROWS) * ROW_HEIGHT, ROW_HEIGHT)
    }
    assert len(written) == len(ROWS)


# The LCD


@pytest.mark.parametrize(
    ("state", "color"),
    [
        ("standby", BLUE),
        ("conditioning", AMBER),
        ("on", GREEN),
        ("error", RED),
        ("service", GREY),
    ],
)
async def test_lcd(start: Start, state: str, color: int) -> None:
    """The state, in its colour and in words."""
    projector = await start("hdr_cs", state=state)
    screen = SCREENS["ui.capture.lcd"](projector.device)
    assert screen.rows[0][0] == color
    projector.change("system.state", "ready" if state == "standby" else "standby")
    assert SCREENS["ui.capture.lcd"](projector.device).rows != screen.rows


async def test_lcd_of_a_projector_without_a_name(start: Start) -> None:
    """Shows that of the model."""
    projector = await start({"name": "bare"})
    named = await start({"name": "else"})
    draw = SCREENS["ui.capture.lcd"]
    assert draw(projector.device).rows != draw(named.device).rows


async def test_other_toggles(start: Start, connect: Connect) -> None:
    """Switch the property of their name, which may be an enumeration."""
    projector = await start("hdr_cs")
    client: Client = await connect(projector)
    await client.call("ui.toggleosd")
    assert await client.get("ui.osd") is False
    for mode in ("On", "Off"):
        assert await client.call("ui.togglestealthmode") is None
        assert await client.get("ui.stealthmode") == mode
