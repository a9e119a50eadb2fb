"""Pictures as files: PNG, BMP, a JPEG of one colour, and a page that is none."""

from base64 import b64decode
import struct
from typing import Literal
import zlib

from .bitmap import Bitmap

type Format = Literal["png", "jpeg", "bmp", "html"]

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head>"
    b'<body><form method="post"><input name="username">'
    b'<input name="password" type="password"></form></body></html>'
)

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_INDEXED = 3
_BMP_HEAD = "<2sI4xI"
_BMP_INFO = "<IiiHHIIiiII"


def encode(picture: Bitmap, form: Format) -> bytes:
    """Return a picture as the bytes of a file.

    A JPEG shows nothing of the picture: it is there to be recognized.
    """
    if form == "png":
        return png(picture)
    if form == "bmp":
        return bmp(picture)
    return JPEG if form == "jpeg" else LOGIN_PAGE


def png(picture: Bitmap) -> bytes:
    """Return a picture as a PNG of eight bits and a palette."""
    head = struct.pack(
        ">IIBBBBB", picture.width, picture.height, 8, _PNG_INDEXED, 0, 0, 0
    )
    palette = b"".join(bytes(color) for color in picture.palette)
    lines = b"".join(b"\0" + row for row in picture.rows)
    parts = (
        (b"IHDR", head),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    return _PNG_SIGNATURE + b"".join(_png_chunk(name, data) for name, data in parts)


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(
        f">I4s{len(data)}sI", len(data), name, data, zlib.crc32(name + data)
    )


def bmp(picture: Bitmap) -> bytes:
    """Return a picture as a BMP of eight bits and a palette, lowest line first."""
    palette = b"".join(bytes((b, g, r, 0)) for r, g, b in picture.palette)
    colors = len(picture.palette)
    padding = bytes(-picture.width % 4)
    lines = b"".join(row + padding for row in reversed(picture.rows))
    begin = struct.calcsize(_BMP_HEAD) + struct.calcsize(_BMP_INFO) + len(palette)
    size = (picture.width, picture.height)
    info = (40, *size, 1, 8, 0, len(lines), 2835, 2835, colors, colors)
    return (
        struct.pack(_BMP_HEAD, b"BM", begin + len(lines), begin)
        + struct.pack(_BMP_INFO, *info)
        + palette
        + lines
    )


JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////"
    "////////////////////////////////////////////////wAALCAAIAAgBAREA/8QAFAAB"
    "AAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z"
)
"""Eight by eight dark dots."""
