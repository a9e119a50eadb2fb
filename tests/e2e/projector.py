"""The hands at a simulated projector, by its control port."""

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
    """The PIN it has now."""

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return str(self.get("system.name"))

    def be(self, state: str) -> None:
        """Be in a power state without having gone there."""
        self.set("system.state", state)

    def install_pin(self, pin: str) -> None:
        """Get another PIN, which only a new firmware brings, and be ready again."""
        self.do(f"firmware {self.get('firmware.firmwareversion')} {pin}")
        self.be("ready")
        self.pin = pin

    def do(self, command: str) -> str:
        """Carry out a command of the simulator's prompt and return its answer."""
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
        """Wait until so many clients are connected."""
        self._until("counters", f"connections_open = {number}")

    def _until(self, command: str, line: str) -> None:
        end = time.monotonic() + SECONDS
        with self._talk() as talk:
            while line not in (answer := _ask(talk, command)).splitlines():
                assert time.monotonic() < end, f"{command}: {answer}, never {line}"
                time.sleep(0.05)

    @contextmanager
    def watched(self) -> Iterator[Traffic]:
        """Watch what goes over its wire."""
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
    """Lines about the traffic, as they come."""

    lines: IO[str]

    def until(self, *words: str) -> str:
        """Wait for a message with all these words."""
        return next(line for line in self.lines if all(word in line for word in words))


def _ask(talk: IO[str], command: str) -> str:
    """Send a command; its answer ends with an empty line."""
    talk.write(f"{command}\n")
    talk.flush()
    lines = []
    while line := talk.readline().rstrip("\n"):
        lines.append(line)
    return "\n".join(lines)
