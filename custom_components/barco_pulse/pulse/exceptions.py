"""The exceptions that the client raises."""

from typing import Final

METHOD_NOT_FOUND: Final = -32601
"""The JSON-RPC error code for a name that does not exist."""


class PulseError(Exception):
    """Any failure in talking to a projector."""


class PulseConnectionError(PulseError):
    """The projector could not be reached, or the connection was lost."""


class PulseConnectionLimitError(PulseConnectionError):
    """The projector closed the connection before it sent anything.

    Other controllers may use all the connections that the projector accepts.
    """


class PulseDeviceMismatchError(PulseConnectionError):
    """Another projector answers at this address."""

    def __init__(self, message: str = "", identity: str = "") -> None:
        """Take model and serial number of the projector that answered."""
        super().__init__(message)
        self.identity = identity


class PulseTimeoutError(PulseError):
    """A deadline passed."""


class PulseNoResponseError(PulseTimeoutError):
    """The projector has not started to respond on this connection."""


class PulseWakeError(PulseConnectionError):
    """No magic packet could be sent to the projector."""


class PulsePendingTimeoutError(PulseTimeoutError):
    """A pending command could not be carried out within its time limit."""

    def __init__(self, message: str, what: str = "power") -> None:
        """`what` is the kind of command: power, source, preset or profile."""
        super().__init__(message)
        self.what = what


class PulseCanceledError(PulseError):
    """A pending command was canceled."""

    def __init__(self, reason: str) -> None:
        """`reason` is "switched_off", "unloaded" or "stopped"."""
        super().__init__(reason)
        self.reason = reason


class PulseProtocolError(PulseError):
    """The received data is not the Pulse protocol."""


class PulseFramingError(PulseProtocolError):
    """The peer did not understand the request: the framing may be the wrong one."""


class PulseAuthenticationError(PulseError):
    """The projector refused the PIN, or the user name and password."""


class PulseRpcError(PulseError):
    """The projector answered a request with an error.

    `code` is the JSON-RPC error code, None where the projector answered `false`.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        """Take the projector's own message and code."""
        super().__init__(message)
        self.code = code


class PulsePermissionError(PulseRpcError):
    """The projector does this only after it accepted a PIN or login."""


class PulseInvalidStateError(PulseRpcError):
    """Not possible in the projector's present state: absent, or busy changing state."""

    @property
    def not_found(self) -> bool:
        """True if the name does not exist now, False if the projector is just busy."""
        return self.code == METHOD_NOT_FOUND


class PulsePresetNotFoundError(PulseRpcError):
    """The preset does not exist (any more). No request was sent to the projector."""


class PulseSlowResponseError(PulseInvalidStateError):
    """The projector did not answer this in time, while it answered other requests."""
