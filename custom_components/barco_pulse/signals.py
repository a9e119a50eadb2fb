"""The signals between coordinator and entities that carry no snapshot."""

from homeassistant.helpers.dispatcher import SignalType

from .const import DOMAIN
from .pulse import JsonObject, PendingCommand


class Signals:
    """The dispatcher signals of one config entry."""

    def __init__(self, entry_id: str) -> None:
        """Name the signals after the entry."""
        prefix = f"{DOMAIN}_{entry_id}"
        self.key_event = SignalType[JsonObject](f"{prefix}_key_event")
        """Sent for each key event of the projector, with its arguments."""
        self.key_sent = SignalType[()](f"{prefix}_key_sent")
        """Sent after each key that Home Assistant sent to the projector."""
        self.command = SignalType[PendingCommand](f"{prefix}_command")
        """Sent for each new command that may have to wait."""
