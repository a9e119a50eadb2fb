"""The arguments and options that several commands have."""

from collections.abc import Callable
import functools
from pathlib import Path
import re
from typing import Annotated

from aiobarcopulse import Login, is_valid_pin
import typer

from .runner import log_to_stderr
from .target import Address, Target, parse_address


def parser[T](parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return a parser of arguments that reports a ValueError in its own words."""

    @functools.wraps(parse)
    def parse_argument(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise typer.BadParameter(f"{error}.") from error

    return parse_argument


def check_value(text: str) -> str:
    """Return a value as it is. Raises ValueError for an option that does not exist."""
    if re.match("-[^0-9.]", text):
        raise ValueError(f"No such option: {text}")
    return text


def _parse_pin(text: str) -> str:
    if not is_valid_pin(text):
        raise ValueError("A PIN consists of digits")
    return text


Host = Annotated[
    Address,
    typer.Argument(
        parser=parser(parse_address),
        metavar="HOST[:PORT]",
        help="The address of the projector.",
        show_default=False,
    ),
]
Pin = Annotated[
    str | None,
    typer.Option(
        "--pin",
        parser=parser(_parse_pin),
        metavar="PIN",
        envvar="BARCO_PULSE_PIN",
        help="The PIN of the projector.",
    ),
]
User = Annotated[
    str | None,
    typer.Option(
        "--user", envvar="BARCO_PULSE_USER", help="User name, in place of a PIN."
    ),
]
Password = Annotated[
    str | None,
    typer.Option(
        "--password", envvar="BARCO_PULSE_PASSWORD", help="Password of the user."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        callback=lambda value: log_to_stderr(value) or value,
        help="Log all messages to standard error.",
    ),
]
Limit = Annotated[
    float, typer.Option("--timeout", min=1, help="Seconds to wait at most.")
]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until the projector is done.")
]
File = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        dir_okay=False,
        show_default=False,
        help="The file to write. An existing file is replaced.",
    ),
]


def target_of(
    host: Address, pin: str | None, user: str | None, password: str | None
) -> Target:
    """Return the projector of a command line, with its PIN or login."""
    if bool(user) != bool(password):
        raise typer.BadParameter("Pass --user and --password together.")
    login = Login(user, password) if user and password else None
    return Target(host, pin, login)
