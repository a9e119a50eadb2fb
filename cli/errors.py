"""Exit codes, and what the errors of the client mean in plain words."""

from enum import IntEnum
from typing import Final

from aiobarcopulse import (
    PulseAuthenticationError,
    PulseCanceledError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseRpcError,
    PulseTimeoutError,
    PulseWakeError,
)


class ExitCode(IntEnum):
    """The exit codes of all commands. The README lists them."""

    DONE = 0
    REFUSED = 1
    """The projector refused the command, or it is not possible now."""
    USAGE = 2
    """The command line is not valid, or the name is blocked."""
    UNREACHABLE = 3
    """No connection, or not a Barco Pulse projector."""
    LOGIN = 4
    """The projector requires a PIN or login, or refused it."""
    TIMEOUT = 5
    """The projector did not respond, or did not finish, in time."""
    INTERRUPTED = 130
    """Ctrl-C."""


class CommandError(Exception):
    """A command failed, and the command itself knows best what to tell the user."""

    def __init__(
        self, code: ExitCode, message: str, reason: PulseError | None = None
    ) -> None:
        """Take the exit code, a message for the user, and the error of the client."""
        super().__init__(message)
        self.code = code
        self.reason = reason


_MEANINGS: Final[tuple[tuple[type[PulseError], ExitCode, str], ...]] = (
    (
        PulseAuthenticationError,
        ExitCode.LOGIN,
        "The projector refused the PIN or login. Check it in the projector's menu.",
    ),
    (
        PulsePermissionError,
        ExitCode.LOGIN,
        "The projector requires a PIN or login for this. Pass --pin, or --user and"
        " --password.",
    ),
    (
        PulseConnectionLimitError,
        ExitCode.UNREACHABLE,
        "{address} closed the connection at once. Other controllers may use all"
        " connections of the projector. Close one of them, and try again.",
    ),
    (
        PulseWakeError,
        ExitCode.UNREACHABLE,
        "No magic packet could be sent. Check the network of this computer.",
    ),
    (
        PulseConnectionError,
        ExitCode.UNREACHABLE,
        "Could not connect to {address}, or the connection was lost. Check the address,"
        " and that the projector has power and its network stays on in standby."
        " A projector in ECO mode has to be woken first: on --mac.",
    ),
    (
        PulseProtocolError,
        ExitCode.UNREACHABLE,
        "The device at {address} is not a Barco Pulse projector, or requires a PIN.",
    ),
    (
        PulseTimeoutError,
        ExitCode.TIMEOUT,
        "The device at {address} did not respond in time. Check that this is the address"
        " of the projector. Another controller may keep it busy. Try again.",
    ),
    (
        PulseCanceledError,
        ExitCode.REFUSED,
        "The command was canceled by a newer one.",
    ),
    (
        PulseInvalidStateError,
        ExitCode.REFUSED,
        "This is not possible in the present power state, or does not exist.",
    ),
    (PulseRpcError, ExitCode.REFUSED, "The projector refused this."),
    (PulseError, ExitCode.REFUSED, "This failed."),
)
"""Error classes, exit codes and messages. The first match counts."""


def explain(error: PulseError, address: object) -> tuple[ExitCode, str]:
    """Return the exit code for an error, and a message that says what to do."""
    for error_class, code, message in _MEANINGS:
        if isinstance(error, error_class):
            return code, message.format(address=address)
    raise AssertionError  # the last class matches every error
