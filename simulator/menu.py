"""The on-screen menu and its keys."""

from .store import Put, Store

ROWS = ("Source", "Image", "Illumination", "Installation", "Status", "System")
MENU_PROPERTY = "ui.menu"


class Menu:
    """A menu with a list of rows.

    Attributes:
        opened: Whether it is on the screen; also the value of `ui.menu`.
        row: The highlighted row, counted from 0.
    """

    def __init__(self, store: Store, put: Put) -> None:
        """Initialize from the values of the model; `put` changes a property."""
        self._put = put
        self.opened = store.kept(MENU_PROPERTY) is True
        self.row = 0

    def show(self, opened: bool) -> None:
        """Open the menu at its first row, or close it."""
        if opened and not self.opened:
            self.row = 0
        self.opened = opened
        self._put(MENU_PROPERTY, opened)

    def press(self, key: str) -> None:
        """Handle a key of the remote (RC_...) or of the keypad (KP_...)."""
        match key.partition("_")[2]:
            case "MENU":
                self.show(not self.opened)
            case "BACK":
                self.show(False)
            case "UP":
                self.row = (self.row - 1) % len(ROWS)
            case "DOWN":
                self.row = (self.row + 1) % len(ROWS)
