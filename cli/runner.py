"""Run a command to its exit code."""

import asyncio
from collections.abc import Coroutine
import logging
from typing import Any, Final

from aiobarcopulse import PulseError, to_single_line
import typer

from .errors import CommandError, ExitCode, explain
from .output import Output

_LOGGER = logging.getLogger(__name__)
_MAX_REASON: Final = 500
"""Characters."""


def run(
    work: Coroutine[Any, Any, ExitCode | None],
    output: Output,
    address: object = "",
    *,
    interrupted: ExitCode = ExitCode.INTERRUPTED,
) -> None:
    """Run a coroutine, print its error in plain words, and exit.

    Ctrl-C cancels the coroutine, which closes its connection, before the exit with the
    code `interrupted`.
    """
    try:
        code = asyncio.run(work) or ExitCode.DONE
    except KeyboardInterrupt:
        code = interrupted
    except PulseError as error:
        _LOGGER.debug("Failed", exc_info=True)
        code, message = explain(error, address)
        _fail(output, message, error)
    except CommandError as error:
        code = error.code
        _fail(output, str(error), error.reason)
    raise typer.Exit(code)


def _fail(output: Output, message: str, reason: PulseError | None) -> None:
    if output.as_json:
        output.json_line({"error": message, "reason": repr(reason) if reason else None})
        return
    output.error(message)
    if str(reason or ""):
        output.note(f"Reason: {to_single_line(str(reason), _MAX_REASON)}")


def log_to_stderr(verbose: int) -> None:
    """Log everything to standard error if `verbose`."""
    if verbose:
        logging.basicConfig(
            level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s"
        )
