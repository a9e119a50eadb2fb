"""A picture of a few colours, and a small font to write in it."""

from collections.abc import Sequence

type Color = tuple[int, int, int]
"""Red, green, blue, 0 to 255 each."""

GLYPH_WIDTH, GLYPH_HEIGHT = 3, 5

# Five lines from top to bottom, an octal digit for the three dots of each.
_GLYPHS = {
    "A": "25755",
    "B": "65656",
    "C": "34443",
    "D": "65556",
    "E": "74647",
    "F": "74644",
    "G": "34553",
    "H": "55755",
    "I": "72227",
    "J": "11152",
    "K": "55655",
    "L": "44447",
    "M": "57755",
    "N": "65555",
    "O": "25552",
    "P": "65644",
    "Q": "25563",
    "R": "65655",
    "S": "34216",
    "T": "72222",
    "U": "55557",
    "V": "55552",
    "W": "55775",
    "X": "55255",
    "Y": "55222",
    "Z": "71247",
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71717",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71111",
    "8": "75757",
    "9": "75717",
    "-": "00700",
    ".": "00002",
    " ": "00000",
}
_UNKNOWN = "77777"


class Bitmap:
    """Dots that each hold the number of a colour in the palette.

    What is drawn beyond the right or the lower edge is cut off.
    """

    def __init__(
        self, width: int, height: int, palette: Sequence[Color], color: int = 0
    ) -> None:
        """Begin with one colour everywhere."""
        self.width = width
        self.height = height
        self.palette = palette
        self.rows = [bytearray([color]) * width for _ in range(height)]

    def fill(self, x: int, y: int, width: int, height: int, color: int) -> None:
        """Draw a rectangle; x and y are its left upper corner."""
        right = min(x + width, self.width)
        for row in self.rows[y : y + height]:
            row[x:right] = bytes([color]) * (right - x)

    def write(self, x: int, y: int, text: str, color: int, size: int) -> None:
        """Write a line of capital letters, each dot `size` dots wide and high."""
        for letter in text.upper():
            self._draw(x, y, _GLYPHS.get(letter, _UNKNOWN), color, size)
            x += (GLYPH_WIDTH + 1) * size

    def _draw(self, x: int, y: int, glyph: str, color: int, size: int) -> None:
        for row, dots in enumerate(glyph):
            for column, dot in enumerate(f"{int(dots):03b}"):
                if dot == "1":
                    place = (x + column * size, y + row * size)
                    self.fill(*place, size, size, color)
