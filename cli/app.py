"""The commands and their arguments."""

from importlib.metadata import version
from typing import Annotated

import typer

from . import files, info as information, power, values, watch as live
from .errors import ExitCode
from .options import (
    File,
    Host,
    Json,
    Limit,
    Password,
    Pin,
    User,
    Verbose,
    Wait,
    check_value,
    parser,
    target_of,
)
from .output import Output
from .runner import run
from .target import Address, parse_address
from .waking import MagicPackets, parse_mac

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# A negative number looks like an option. Values that are none are refused.
_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aiobarcopulse {version('aiobarcopulse')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Look at Barco Pulse projectors, and switch them."""


@app.command()
def discover(
    seconds: Annotated[int, typer.Option(min=1, max=60, help="Seconds to search.")] = 4,
    address: Annotated[
        Address | None,
        typer.Option(
            parser=parser(parse_address),
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
    run(information.info(output, target_of(host, pin, user, password)), output, host)


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
    target = target_of(host, pin, user, password)
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
    target = target_of(host, pin, user, password)
    run(values.get(output, target, names), output, host)


@app.command("set", context_settings=_NEGATIVE_NUMBERS)
def set_value(
    host: Host,
    name: Annotated[str, typer.Argument(help="Name of a property.")],
    value: Annotated[
        str,
        typer.Argument(
            parser=parser(check_value),
            metavar="VALUE",
            help="The new value: JSON or text.",
        ),
    ],
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Set a property. Names that could do harm are blocked."""
    output = Output(as_json=as_json)
    target = target_of(host, pin, user, password)
    run(values.set_value(output, target, name, value), output, host)


@app.command(context_settings=_NEGATIVE_NUMBERS)
def call(
    host: Host,
    method: Annotated[str, typer.Argument(help="Name of a method.")],
    params: Annotated[
        str | None,
        typer.Argument(
            parser=parser(check_value),
            metavar="PARAMS",
            help="Parameters: JSON or text.",
        ),
    ] = None,
    pin: Pin = None,
    user: User = None,
    password: Password = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Call a method. Names that could do harm are blocked."""
    output = Output(as_json=as_json)
    target = target_of(host, pin, user, password)
    run(values.call(output, target, method, params), output, host)


@app.command()
def on(
    host: Host,
    mac: Annotated[
        str | None,
        typer.Option(
            parser=parser(parse_mac),
            metavar="MAC",
            help="Wake a projector in ECO mode.",
        ),
    ] = None,
    wake_port: Annotated[
        int, typer.Option(min=1, max=65535, help="UDP port for magic packets.")
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
    target = target_of(host, pin, user, password)
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
    """Switch a projector off, and wait until the light source is off."""
    output = Output(as_json=as_json)
    target = target_of(host, pin, user, password)
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
    target = target_of(host, pin, user, password)
    run(power.select_source(output, target, name, limit=limit), output, host)


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
    target = target_of(host, pin, user, password)
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
    """Record all messages until Ctrl-C, without private data."""
    output = Output(as_json=as_json)
    target = target_of(host, pin, user, password)
    run(
        files.record(output, target, file, seconds),
        output,
        host,
        interrupted=ExitCode.DONE,
    )
