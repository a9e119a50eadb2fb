"""The pictures that Home Assistant shows for the integration."""

import hashlib
from pathlib import Path
import struct
import zlib

import pytest

from custom_components.barco_pulse.const import DOMAIN

ROOT = Path(__file__).parents[1]
BRAND = ROOT / "custom_components" / DOMAIN / "brand"
SOURCE = ROOT / "brand" / f"{DOMAIN}.svg"
SIDES = {"": 256, "@2x": 512}
NAMES = {
    f"{theme}{kind}{suffix}.png": (kind, side)
    for theme in ("", "dark_")
    for kind in ("icon", "logo")
    for suffix, side in SIDES.items()
}
RGBA = 6


def chunks(name: str) -> dict[bytes, bytes]:
    """Return the parts of a PNG file by their names; IDAT joined."""
    content = (BRAND / name).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    found: dict[bytes, bytes] = {}
    at = 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        assert checksum == zlib.crc32(kind + data)
        found[kind] = found.get(kind, b"") + data if kind == b"IDAT" else data
        at += length + 12
    return found


def rows(name: str) -> list[bytes]:
    """Return the rows of pixels, four bytes each."""
    parts = chunks(name)
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    line = 4 * width
    data = zlib.decompress(parts[b"IDAT"])
    assert len(data) == height * (line + 1)
    above = bytearray(line)
    found: list[bytes] = []
    for at in range(0, len(data), line + 1):
        above = unfiltered(data[at], data[at + 1 : at + 1 + line], above)
        found.append(bytes(above))
    return found


def unfiltered(kind: int, line: bytes, above: bytearray) -> bytearray:
    """Undo what PNG does to a row so that it compresses better."""
    row = bytearray(line)
    for at, byte in enumerate(line):
        left, up = row[at - 4] if at >= 4 else 0, above[at]
        corner = above[at - 4] if at >= 4 else 0
        nearest = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
        guess = (0, left, up, (left + up) // 2, nearest)[kind]
        row[at] = (byte + guess) % 256
    return row


def test_all_pictures() -> None:
    """Every one that Home Assistant may ask for, and nothing else."""
    assert {path.name for path in BRAND.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_size(name: str) -> None:
    """Icons are square; the shorter side of a logo is as long."""
    kind, side = NAMES[name]
    width, height, depth, color = struct.unpack(">IIBB", chunks(name)[b"IHDR"][:10])
    assert height == side
    assert width == side if kind == "icon" else width > side
    assert (depth, color) == (8, RGBA)


@pytest.mark.parametrize("name", [name for name in NAMES if "@2x" not in name])
def test_transparent_and_trimmed(name: str) -> None:
    """There is something to see, right up to the edges, and also something through."""
    alphas = [row[3::4] for row in rows(name)]
    everything = b"".join(alphas)
    seen = sum(alpha > 127 for alpha in everything)
    assert 0.2 < seen / len(everything) < 0.9
    edges = (
        alphas[0],
        alphas[-1],
        bytes(row[0] for row in alphas),
        bytes(row[-1] for row in alphas),
    )
    assert all(max(edge) > 127 for edge in edges)
    assert alphas[0][0] == alphas[-1][-1] == 0


def test_no_two_alike() -> None:
    """A picture that says nothing new is left out: Home Assistant takes the other."""
    assert len({(BRAND / name).read_bytes() for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_compressed(name: str) -> None:
    """As small as it can be without loss, for every browser fetches it."""
    data = chunks(name)[b"IDAT"]
    assert len(data) < len(zlib.compress(zlib.decompress(data), 9))


@pytest.mark.parametrize("name", NAMES)
def test_up_to_date(name: str) -> None:
    """If this fails: scripts/brand."""
    drawing = hashlib.sha256(SOURCE.read_text().encode()).hexdigest()
    assert chunks(name)[b"tEXt"] == b"Source\0" + drawing.encode()
