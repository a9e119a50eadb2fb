"""Run the simulator: `python -m simulator --model balder_cs --port 9090`."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
import os
import signal
import sys

from .control import Commands, Console, ControlPort, line_of, value_for
from .diagnostics import from_diagnostics
from .model import STATES
from .model_file import load_model, model_names
from .replay import Replay
from .replay_control import ReplayConsole, greeting, unrecorded_report
from .rpc import NOT_FOUND
from .simulator import Simulator


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line. SystemExit with a message if it is invalid."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A Barco Pulse projector on loopback."
    )
    _add_source(parser)
    _add_addresses(parser)
    parser.add_argument(
        "--unrecorded",
        default=NOT_FOUND,
        type=lambda text: None if text == "none" else int(text),
        metavar="CODE",
        help="error of a replay for requests that were never recorded; none for no reply",
    )
    parser.add_argument("--state", choices=STATES, help="initial power state")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="divides all durations"
    )
    parser.add_argument("--pin", help="replaces the model's PIN; empty for none")
    parser.add_argument(
        "--drift",
        type=float,
        default=2.0,
        help="seconds between small changes; 0 for none",
    )
    parser.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="one quirk; may be repeated",
    )
    parser.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="initial value of a property; may be repeated",
    )
    return parser.parse_args(arguments)


def _add_source(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(model_names())
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--model", default="balder_cs", help=f"{names}, or a file")
    model.add_argument(
        "--from-diagnostics",
        metavar="FILE",
        help="use the projector of a diagnostics download from Home Assistant",
    )
    model.add_argument(
        "--replay",
        metavar="FILE",
        help="answer as in a recording; of the options below only the addresses,"
        " --speed and --unrecorded apply",
    )


def _add_addresses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=9090, help="0 for a free port")
    parser.add_argument("--control-port", type=int, help="TCP port for commands")
    parser.add_argument(
        "--wake-port", type=int, default=0, help="UDP port for magic packets"
    )
    parser.add_argument("--web-port", type=int, help="HTTP port for the screens")
    parser.add_argument(
        "--ssdp-port", type=int, help="UDP port for SSDP; needs --web-port"
    )


def build(options: argparse.Namespace) -> Simulator:
    """Return the projector that the command line describes. ValueError if invalid."""
    download = options.from_diagnostics
    model = from_diagnostics(download) if download else load_model(options.model)
    values = {
        name: value_for(model, name, text)
        for name, text in _pairs(options.value).items()
    }
    projector = Simulator(
        model,
        state=options.state,
        speed=options.speed,
        values=values,
        pin=... if options.pin is None else options.pin or None,
        host=options.host,
        port=options.port,
        wake_port=options.wake_port,
        web_port=options.web_port,
        ssdp_port=options.ssdp_port,
        drift=options.drift,
    )
    for name, text in _pairs(options.quirk).items():
        projector.quirks.set_from_text(name, text)
    return projector


def build_replay(options: argparse.Namespace) -> Replay:
    """Return the replay that the command line describes. ValueError if invalid."""
    return Replay(
        options.replay,
        speed=options.speed,
        unrecorded_error=options.unrecorded,
        host=options.host,
        port=options.port,
        wake_port=options.wake_port,
    )


async def run(options: argparse.Namespace, output: Callable[[str], None]) -> None:
    """Run the simulator or a replay until a command or a signal stops it.

    Raises:
        OSError: A port is in use.
        ValueError: An option is not valid.
    """
    if options.replay:
        async with build_replay(options) as replay:
            await _serve(ReplayConsole(replay), greeting(replay), options, output)
        output(unrecorded_report(replay))
        return
    async with build(options) as projector:
        await _serve(Console(projector), _greeting(projector), options, output)


async def _serve(
    console: Commands,
    greeting_line: str,
    options: argparse.Namespace,
    output: Callable[[str], None],
) -> None:
    """Run commands until one of them or a signal stops the program."""
    control = ControlPort(console)
    with _signals(console), _prompt(console, output):
        try:
            output(greeting_line)
            if options.control_port is not None:
                port = await control.open(options.host, options.control_port)
                output(f"control port {port}")
            await console.ended.wait()
        finally:
            await control.close()


def main() -> int:
    """Run the command line; return the exit status."""
    try:
        asyncio.run(run(parse(), lambda text: print(text, flush=True)))
    except (OSError, ValueError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Possible only before the event loop handles the signals.
        return 130
    return 0


def _greeting(projector: Simulator) -> str:
    model = projector.model
    pin = f"PIN {projector.pin}" if projector.pin else "no PIN"
    web = f", shows its screens on port {projector.web_port}"
    ssdp = f", answers SSDP on UDP {projector.ssdp_port}"
    return (
        f"{model.name} ({projector.state}, {pin}) listens on "
        f"{projector.host}:{projector.port}, wakes on UDP {projector.wake_port}"
        f"{web if projector.web_port else ''}{ssdp if projector.ssdp_port else ''}"
    )


@contextmanager
def _signals(console: Commands) -> Iterator[None]:
    """Stop the simulator on SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, console.ended.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextmanager
def _prompt(console: Commands, output: Callable[[str], None]) -> Iterator[None]:
    """Read commands from standard input if it is a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, _Prompt(console, output).read)
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)


class _Prompt:
    """A reader of the commands that a user types."""

    def __init__(self, console: Commands, output: Callable[[str], None]) -> None:
        self._console = console
        self._output = output
        self._buffer = b""
        self._unwatch: Callable[[], None] | None = None

    def read(self) -> None:
        """Run the typed commands; stop the simulator at the end of the input."""
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            self._console.ended.set()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._run(line.decode(errors="replace").strip())

    def _run(self, line: str) -> None:
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if line == "watch":
            watch = self._console.watch
            self._unwatch = watch(lambda record: self._output(line_of(record)))
        elif answer := self._console.run(line):
            self._output(answer)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """Parse NAME=VALUE options."""
    pairs = {}
    for text in texts:
        name, separator, pairs[name] = text.partition("=")
        if not separator:
            raise ValueError(f"{text!r} is not NAME=VALUE")
    return pairs


if __name__ == "__main__":
    sys.exit(main())
