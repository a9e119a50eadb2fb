"""Text commands for the terminal and for the control port."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from itertools import starmap
import json
from typing import Protocol

from .faults import FAULT_NAMES
from .jsontypes import JsonValue, parse_text
from .model import Model
from .rpc import RpcError
from .simulator import Simulator
from .traffic import Record

type Command = Callable[[Console, str], str]

_ARROWS = {"in": "<-", "out": "->", "event": "--"}


class Commands(Protocol):
    """What runs the commands of a terminal or of the control port."""

    ended: asyncio.Event
    """Set when a command has stopped the program."""

    def run(self, line: str) -> str:
        """Run a command; return the response, which may have several lines."""

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""


class Console:
    """The commands for a simulator. `quit` sets `ended`."""

    def __init__(self, projector: Simulator) -> None:
        """Initialize for a projector."""
        self.projector = projector
        self.ended = asyncio.Event()

    def run(self, line: str) -> str:
        """Run a command; return the response, which may have several lines."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return ""
        command = COMMANDS.get(word)
        if command is None:
            return f"unknown command {word!r}; try help"
        try:
            return command(self, rest.strip())
        except KeyError as error:
            return f"error: {error.args[0]!r} does not exist now"
        except (AttributeError, RpcError, TypeError, ValueError) as error:
            return f"error: {error}"

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""
        return self.projector.watch(watcher)


def _get(console: Console, rest: str) -> str:
    """NAME: show a property."""
    return _text(console.projector.get(rest))


def _set(console: Console, rest: str) -> str:
    """NAME VALUE: change a property as by hand."""
    names = (n for n in console.projector.model.properties if rest.startswith(f"{n} "))
    name = max(names, key=len, default=rest.partition(" ")[0])
    text = rest[len(name) :].strip()
    console.projector.change(name, value_for(console.projector.model, name, text))
    return "ok"


def _power(console: Console, rest: str) -> str:
    """on|off: press the key on the IR remote."""
    keys = {"on": console.projector.power_on, "off": console.projector.power_off}
    keys[rest]()
    return console.projector.state


def _mains(console: Console, rest: str) -> str:
    """on|off: connect or disconnect the mains."""
    actions = {
        "on": console.projector.restore_mains,
        "off": console.projector.cut_mains,
    }
    actions[rest]()
    return console.projector.state


def _wake(console: Console, rest: str) -> str:
    """[MAC]: send a magic packet, to this projector if no address is given."""
    woke = console.projector.wake(rest or console.projector.model.mac)
    return "woke up" if woke else "not woken"


def _announce(console: Console, rest: str) -> str:
    """HOST PORT: announce the projector by SSDP to a loopback address."""
    host, _, port = rest.partition(" ")
    announced = console.projector.announce(host, int(port))
    return "announced" if announced else "not on the network"


def _firmware(console: Console, rest: str) -> str:
    """VERSION [PIN]: install a firmware, and set another PIN."""
    version, _, pin = rest.partition(" ")
    if not version:
        raise ValueError("which version?")
    console.projector.update_firmware(version, pin=pin.strip() or ...)
    return console.projector.state


def _state(console: Console, _rest: str) -> str:
    """Show the power state."""
    return console.projector.state


def _fault(console: Console, rest: str) -> str:
    """NAME VALUE: set a fault, such as: fault drip 0.01."""
    name, _, value = rest.partition(" ")
    console.projector.faults.set_from_text(name, parse_text(value or "true"))
    return "ok"


def _faults(console: Console, _rest: str) -> str:
    """Show the active faults, and the names of all."""
    active = console.projector.faults.active()
    lines = [f"{name} = {value}" for name, value in active.items()]
    return "\n".join([*lines, f"({', '.join(FAULT_NAMES)})"])


def _clear(console: Console, _rest: str) -> str:
    """Clear all faults."""
    console.projector.faults.clear()
    for connection in console.projector.connections:
        connection.faults.clear()
    return "ok"


def _quirk(console: Console, rest: str) -> str:
    """[NAME VALUE]: change a quirk, or show all of them."""
    quirks = console.projector.quirks
    if not rest:
        return "\n".join(f"{name} = {value}" for name, value in quirks.items())
    name, _, value = rest.partition(" ")
    quirks.set_from_text(name, value)
    return "ok"


def _signal(console: Console, rest: str) -> str:
    """NAME [ARGUMENTS]: emit a signal; arguments are a JSON object."""
    name, _, arguments = rest.partition(" ")
    value = parse_text(arguments or "{}")
    if not isinstance(value, dict):
        raise TypeError("arguments must be a JSON object")
    console.projector.signal(name, value)
    return "ok"


def _notify(console: Console, rest: str) -> str:
    """SEVERITY CODE MESSAGE: emit a notification."""
    severity, code, message = (*rest.split(" ", 2), "", "", "")[:3]
    return console.projector.notify(severity.upper(), code, message)


def _rename(console: Console, rest: str) -> str:
    """NAME: rename the selected source."""
    console.projector.rename_source(rest)
    return "ok"


def _dismiss(console: Console, rest: str) -> str:
    """ID: dismiss a notification."""
    console.projector.dismiss(rest)
    return "ok"


def _drop(console: Console, rest: str) -> str:
    """[reset]: close every connection; with RST for reset."""
    number = len(console.projector.connections)
    console.projector.drop(reset=rest == "reset")
    return f"{number} dropped"


def _counters(console: Console, _rest: str) -> str:
    """Show the counters of the traffic."""
    return "\n".join(console.projector.counters.lines())


def _help(_console: Console, _rest: str) -> str:
    """Show this list."""
    described = {name: command.__doc__ or "" for name, command in COMMANDS.items()}
    described["watch"] = "Show the traffic until the next line."
    return "\n".join(starmap(_described, described.items()))


def _described(name: str, text: str) -> str:
    """Return the help for a command, whose docstring may begin with "ARGUMENTS: "."""
    arguments, separator, does = text.partition(": ")
    if not separator:
        return f"{name}: {text[:1].lower()}{text[1:]}"
    return f"{name} {arguments}: {does}"


def _quit(console: Console, _rest: str) -> str:
    """Stop the simulator."""
    console.ended.set()
    return "bye"


COMMANDS: Mapping[str, Command] = {
    "get": _get,
    "set": _set,
    "power": _power,
    "mains": _mains,
    "wake": _wake,
    "announce": _announce,
    "firmware": _firmware,
    "state": _state,
    "fault": _fault,
    "faults": _faults,
    "clear": _clear,
    "quirk": _quirk,
    "signal": _signal,
    "notify": _notify,
    "dismiss": _dismiss,
    "rename": _rename,
    "drop": _drop,
    "counters": _counters,
    "help": _help,
    "quit": _quit,
}


class ControlPort:
    """A TCP port on loopback for commands, one per line.

    The response to each line ends with an empty line.
    """

    def __init__(self, console: Commands) -> None:
        """Initialize without listening."""
        self._console = console
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen on a port, 0 for a free one; return it. OSError if it is in use."""
        self._server = await asyncio.start_server(self._serve, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Close all connections and stop listening."""
        if self._server is None:
            return
        self._server.close()
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        unwatch: Callable[[], None] | None = None
        try:
            while line := await reader.readline():
                if unwatch is not None:
                    unwatch()
                    unwatch = None
                if line.strip() == b"watch":
                    unwatch = self._watch(writer)
                    continue
                response = self._console.run(line.decode(errors="replace"))
                writer.write(f"{response}\n\n".encode())
                await writer.drain()
        except ConnectionError:
            return
        finally:
            if unwatch is not None:
                unwatch()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _watch(self, writer: asyncio.StreamWriter) -> Callable[[], None]:
        def show(record: Record) -> None:
            writer.write(f"{line_of(record)}\n".encode())

        return self._console.watch(show)


def line_of(record: Record) -> str:
    """Format a record of the traffic as one line."""
    data = record.data
    text = data.decode(errors="backslashreplace") if isinstance(data, bytes) else data
    return f"{record.connection} {_ARROWS[record.direction]} {text!r}"


def value_for(model: Model, name: str, text: str) -> JsonValue:
    """Parse the value of a property: text, or else JSON."""
    prop = model.properties.get(name)
    if prop is not None and prop.type.name in ("string", "enum"):
        return text
    return parse_text(text)


def _text(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)
