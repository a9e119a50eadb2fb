"""The menu on the projector's screen, and the keys that walk through it."""

from .store import Put, Store

ROWS = ("Source", "Image", "Illumination", "Installation", "Status", "System")
SHOWN = "ui.menu"


class Menu:
    """One list of rows, open or not.

    Attributes:
        opened: whether it is on the screen, as `ui.menu` tells where there is one.
        row: the highlighted row, counted from 0.
    """

    def __init__(self, store: Store, put: Put) -> None:
        """Initialize from the values of the model; `put` changes a property."""
        self._put = put
        self.opened = store.kept(SHOWN) is True
        self.row = 0

    def show(self, opened: bool) -> None:
        """Open the menu at its first row, or close it."""
        if opened and not self.opened:
            self.row = 0
        self.opened = opened
        self._put(SHOWN, opened)

    def press(self, key: str) -> None:
        """Do what a key of the remote (RC_...) or of the keypad (KP_...) does."""
        match key.partition("_")[2]:
            case "MENU":
                self.show(not self.opened)
            case "BACK":
                self.show(False)
            case "UP":
                self.row = (self.row - 1) % len(ROWS)
            case "DOWN":
                self.row = (self.row + 1) % len(ROWS)
