"""Subscribe to the signals of a projector."""

from typing import Final

from .const import KEY_EVENT, NOTIFICATION_DISMISSED, NOTIFICATION_EMITTED
from .model.optional_requests import OptionalRequests

MODEL_SIGNALS: Final = ("modelupdated", "introspect.objectchanged")
"""The signals that objects appeared, disappeared or changed, as models name them."""
_SIGNALS: Final = (
    MODEL_SIGNALS[0],
    NOTIFICATION_EMITTED,
    NOTIFICATION_DISMISSED,
    KEY_EVENT,
)


class SignalSubscription:
    """The subscription to signals on the current connection."""

    def __init__(self, requests: OptionalRequests) -> None:
        """Start without a subscription."""
        self._requests = requests
        self.active = False
        """True if the projector reports which objects appear, disappear or change."""
        self.has_all = False
        """True if the projector accepted all signals, not only the first."""
        self.pending = False
        """True if the projector was too busy to answer."""

    async def subscribe(self) -> None:
        """Subscribe to all signals, or to the first if the projector refuses others.

        Raises PulseError if the connection fails.
        """
        for names in (_SIGNALS, _SIGNALS[:1]):
            self.active = bool(
                await self._requests.request("signal.subscribe", {"signal": [*names]})
            )
            if self.active:
                self.has_all = names == _SIGNALS
                break
        self.pending = not self.active and self._requests.incomplete

    def disable(self) -> None:
        """Record that the current connection carries no signals."""
        self.active = self.pending = False
