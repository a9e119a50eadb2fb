"""A client of the control port of a simulated projector."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import json
import socket
import time
from typing import IO, Any

SECONDS = 30


@dataclass(slots=True)
class Projector:
    """A simulated projector of the demo."""

    port: int
    control_port: int
    pin: str | None
    """The current PIN."""

    @property
    def name(self) -> str:
        """Return the name of the projector."""
        return str(self.get("system.name"))

    def force_state(self, state: str) -> None:
        """Set the power state without a transition."""
        self.set("system.state", state)

    def install_pin(self, pin: str) -> None:
        """Change the PIN by a firmware update, and wait for ready."""
        self.do(f"firmware {self.get('firmware.firmwareversion')} {pin}")
        self.force_state("ready")
        self.pin = pin

    def do(self, command: str) -> str:
        """Run a command of the simulator; return the response."""
        with self._talk() as talk:
            return _ask(talk, command)

    def get(self, name: str) -> Any:
        """Return a property."""
        return json.loads(self.do(f"get {name}"))

    def set(self, name: str, value: object) -> None:
        """Change a property as by hand."""
        text = value if isinstance(value, str) else json.dumps(value)
        assert self.do(f"set {name} {text}") == "ok"

    def until(self, name: str, value: object) -> None:
        """Wait until a property has this value."""
        self._until(f"get {name}", json.dumps(value))

    def until_connections(self, number: int) -> None:
        """Wait until this number of clients is connected."""
        self._until("counters", f"connections_open = {number}")

    def _until(self, command: str, line: str) -> None:
        end = time.monotonic() + SECONDS
        with self._talk() as talk:
            while line not in (answer := _ask(talk, command)).splitlines():
                assert time.monotonic() < end, f"{command}: {answer}, never {line}"
                time.sleep(0.05)

    @contextmanager
    def watched(self) -> Iterator[Traffic]:
        """Watch the traffic."""
        with self._talk() as talk:
            talk.write("watch\n")
            talk.flush()
            yield Traffic(talk)

    @contextmanager
    def _talk(self) -> Iterator[IO[str]]:
        address = ("127.0.0.1", self.control_port)
        with (
            socket.create_connection(address, SECONDS) as connection,
            connection.makefile("rw") as talk,
        ):
            yield talk


@dataclass(frozen=True, slots=True)
class Traffic:
    """The lines of the watched traffic."""

    lines: IO[str]

    def until(self, *words: str) -> str:
        """Wait for a message with all these words."""
        return next(line for line in self.lines if all(word in line for word in words))


def _ask(talk: IO[str], command: str) -> str:
    """Send a command, whose response ends with an empty line."""
    talk.write(f"{command}\n")
    talk.flush()
    lines = []
    while line := talk.readline().rstrip("\n"):
        lines.append(line)
    return "\n".join(lines)
