"""The demo on free ports, started once for all tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
import socket
import subprocess

from demo.processes import is_free

from .projector import Projector

REPOSITORY = Path(__file__).parents[2]
PYTHON = REPOSITORY / ".venv/demo/bin/python"

# The demo waits up to 20 s for each of its three programs.
STOP_SECONDS = 70

# The projector warms up in 5 s, so that the tests see it.
SPEED = 2


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo with its URL and projectors."""

    url: str
    folder: Path
    cinema: Projector
    """The projector that the demo adds. Control needs its PIN."""
    hall: Projector
    """The projector to add. It has no PIN."""

    def log(self) -> str:
        """Return the log of Home Assistant."""
        return (self.folder / "home-assistant.log").read_text(errors="replace")


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo while the context is entered."""
    port, cinema, hall = _free_port(), _free_pair(), _free_pair()
    process = subprocess.Popen(
        [
            *(PYTHON, "-m", "demo", "--folder", folder, "--speed", str(SPEED)),
            *("--port", str(port)),
            *("--projector-port", str(cinema), "--second-port", str(hall)),
        ],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C is for pytest, which then stops the demo in order.
        start_new_session=True,
    )
    try:
        _wait_until_ready(process)
        yield Demo(
            f"http://127.0.0.1:{port}",
            folder,
            Projector(cinema, cinema + 1000, "12345"),
            Projector(hall, hall + 1000, None),
        )
    finally:
        _stop(process)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Wait until the demo prints that it is ready; it has its own timeout."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Home Assistant is ready"):
            return
    raise AssertionError(f"The demo did not start:\n{''.join(said)}")


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop the demo with its subprocesses."""
    process.terminate()
    try:
        # The output can be larger than the buffer of the pipe.
        process.communicate(timeout=STOP_SECONDS)
    finally:
        process.kill()
        process.wait()


def _free_pair() -> int:
    """Return a free port whose control port is also free."""
    port = _free_port()
    while not is_free(port + 1000):
        port = _free_port()
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
