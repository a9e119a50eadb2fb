"""The commands and their arguments."""

from pathlib import Path
from typing import Annotated

from aiobarcopulse import Login
import typer

from . import files, info as information, power, values, watch as live
from .errors import ExitCode
from .output import Output
from .runner import log_to_stderr, run
from .target import Address, Target, parse_address
from .waking import MagicPackets, parse_mac

app = typer.Typer(
    help="Look at Barco Pulse projectors, and switch them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _parse_pin(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise typer.BadParameter("A PIN consists of digits.")
    return text


Host = Annotated[
    Address,
    typer.Argument(parser=parse_address, metavar="HOST[:PORT]", show_default=False),
]
Pin = Annotated[
    str | None,
    typer.Option(
        "--pin",
        parser=_parse_pin,
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


def _target(
    host: Address, pin: str | None, user: str | None, password: str | None
) -> Target:
    if (user is None) != (password is None):
        raise typer.BadParameter("Pass --user and --password together.")
    login = Login(user, password) if user and password else None
    return Target(host, pin, login)


@app.command()
def discover(
    seconds: Annotated[int, typer.Option(min=1, max=60, help="Seconds to search.")] = 4,
    address: Annotated[
        Address | None,
        typer.Option(
            parser=parse_address,
            metavar="HOST:PORT",
            help="Send the search to this address only, in place of the multicast.",
        ),
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Find projectors in the local network."""
    # Only this command needs aiohttp, which takes half a second to import.
    from .discover import discover as search  # noqa: PLC0415

    output = Output(as_json=as_json)
    target = (address.host, address.port) if address else None
    run(search(output, seconds, target), output)


@app.command()
def info(
    host: Host,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Show what a projector is and measures, and what does not work."""
    output = Output(as_json=as_json)
    run(information.info(output, _target(host, pin, user, password)), output, host)


@app.command()
def watch(
    host: Host,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names of properties; * and ? match any text."),
    ] = None,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Show values as they change, until Ctrl-C."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(
        live.watch(output, target, names or ()),
        output,
        host,
        interrupted=ExitCode.DONE,
    )


@app.command()
def get(
    host: Host,
    names: Annotated[list[str], typer.Argument(help="Names of properties.")],
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Print the values of properties."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(values.get(output, target, names), output, host)


@app.command("set")
def set_value(
    host: Host,
    name: Annotated[str, typer.Argument(help="Name of a property.")],
    value: Annotated[str, typer.Argument(help="The new value: JSON or text.")],
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Set a property. Names that could do harm are blocked."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(values.set_value(output, target, name, value), output, host)


@app.command()
def call(
    host: Host,
    method: Annotated[str, typer.Argument(help="Name of a method.")],
    params: Annotated[
        str | None, typer.Argument(help="Parameters: JSON or text.")
    ] = None,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Call a method. Names that could do harm are blocked."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(values.call(output, target, method, params), output, host)


@app.command()
def on(
    host: Host,
    mac: Annotated[
        str | None,
        typer.Option(
            parser=parse_mac, metavar="MAC", help="Wake a projector in ECO mode."
        ),
    ] = None,
    wake_port: Annotated[
        int, typer.Option(min=1, max=65535, help="UDP port of magic packets.")
    ] = 9,
    limit: Limit = 300,
    wait: Wait = True,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Switch a projector on, and wait until it shows a picture."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    packets = MagicPackets(host, mac, wake_port)
    run(
        power.switch_on(output, target, packets=packets, limit=limit, wait=wait),
        output,
        host,
    )


@app.command()
def off(
    host: Host,
    limit: Limit = 300,
    wait: Wait = True,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Switch a projector off, and wait until it has cooled down."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(power.switch_off(output, target, limit=limit, wait=wait), output, host)


@app.command()
def source(
    host: Host,
    name: Annotated[str, typer.Argument(help="Name of a source.")],
    limit: Limit = 300,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Select a source. A projector that warms up does it as soon as it can."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(power.select_source(output, target, name, limit=limit), output, host)


File = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", dir_okay=False, show_default=False),
]


@app.command()
def report(
    host: Host,
    file: File,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Write everything that a bug report needs, without private data."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(files.report(output, target, file), output, host)


@app.command()
def record(
    host: Host,
    file: File,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="Stop after this time.")
    ] = None,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Record the messages of a projector, without private data, until Ctrl-C."""
    output = Output(as_json=as_json)
    target = _target(host, pin, user, password)
    run(
        files.record(output, target, file, seconds),
        output,
        host,
        interrupted=ExitCode.DONE,
    )
