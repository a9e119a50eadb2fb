"""The simulator on its own: `python -m simulator --model balder_cs --port 9090`."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
import os
import signal
import sys

from .control import Console, ControlPort, line_of, value_for
from .diagnostics import from_diagnostics
from .model import STATES
from .model_file import load_model, model_names
from .simulator import Simulator


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; SystemExit with a message if it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A Barco Pulse projector on loopback."
    )
    names = ", ".join(model_names())
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--model", default="balder_cs", help=f"{names}, or a file")
    model.add_argument(
        "--from-diagnostics",
        metavar="FILE",
        help="be the projector of a diagnostics download from Home Assistant",
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=9090, help="0 for a free one")
    parser.add_argument("--state", choices=STATES, help="power state to begin in")
    parser.add_argument("--speed", type=float, default=1.0, help="of the power ladder")
    parser.add_argument("--pin", help="another PIN than the model's, empty for none")
    parser.add_argument("--control-port", type=int, help="takes the prompt's commands")
    parser.add_argument("--wake-port", type=int, default=0, help="UDP, magic packets")
    parser.add_argument("--web-port", type=int, help="HTTP, shows the screens")
    parser.add_argument("--ssdp-port", type=int, help="UDP, needs --web-port")
    parser.add_argument("--drift", type=float, default=2.0, help="seconds; 0 for none")
    parser.add_argument(
        "--personality",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="one switch; may be repeated",
    )
    parser.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="initial value of a property; may be repeated",
    )
    return parser.parse_args(arguments)


def build(options: argparse.Namespace) -> Simulator:
    """Build the projector that the command line asks for; ValueError if it cannot."""
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
    for name, text in _pairs(options.personality).items():
        projector.personality.set_from_text(name, text)
    return projector


async def run(options: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Simulate until a command or a signal ends it.

    Raises:
        OSError: a port is taken.
        ValueError: something on the command line is not valid.
    """
    async with build(options) as projector:
        console = Console(projector)
        control = ControlPort(console)
        with _signals(console), _prompt(console, say):
            try:
                say(_greeting(projector))
                if options.control_port is not None:
                    port = await control.open(projector.host, options.control_port)
                    say(f"control port {port}")
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
        # Only before the loop has taken over the signals.
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
def _signals(console: Console) -> Iterator[None]:
    """End the simulation by SIGINT or SIGTERM."""
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
def _prompt(console: Console, say: Callable[[str], None]) -> Iterator[None]:
    """Take commands from standard input if a person sits there."""
    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, _Prompt(console, say).read)
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)


class _Prompt:
    """Takes the lines that a person types."""

    def __init__(self, console: Console, say: Callable[[str], None]) -> None:
        self._console = console
        self._say = say
        self._typed = b""
        self._unwatch: Callable[[], None] | None = None

    def read(self) -> None:
        """Carry out what was typed; the end of input ends the simulation."""
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            self._console.ended.set()
        *lines, self._typed = (self._typed + data).split(b"\n")
        for line in lines:
            self._obey(line.decode(errors="replace").strip())

    def _obey(self, line: str) -> None:
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if line == "watch":
            watch = self._console.projector.watch
            self._unwatch = watch(lambda record: self._say(line_of(record)))
        elif answer := self._console.run(line):
            self._say(answer)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return the values of NAME=VALUE options by name."""
    pairs = {}
    for text in texts:
        name, separator, pairs[name] = text.partition("=")
        if not separator:
            raise ValueError(f"{text!r} is not NAME=VALUE")
    return pairs


if __name__ == "__main__":
    sys.exit(main())
