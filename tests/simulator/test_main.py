"""The command line of the simulator."""

import argparse
import asyncio
from collections.abc import Iterator
import json
import os
from pathlib import Path
import sys

import pytest

from simulator.__main__ import build, main, parse, run

from .client import DEADLINE
from .conftest import Connect


def options(*arguments: str) -> argparse.Namespace:
    """Parse a command line, with free ports by default."""
    return parse(["--port", "0", *arguments])


@pytest.fixture
def output() -> asyncio.Queue[str]:
    """Return the output of a simulation."""
    return asyncio.Queue()


async def test_options() -> None:
    """All options are used."""
    projector = build(
        options(
            *("--model", "udx", "--state", "on", "--speed", "10", "--pin", "777"),
            *("--quirk", "missing_name=error", "--quirk", "hints=true"),
            *("--value", "system.serialnumber=2222222222", "--drift", "0"),
        )
    )
    assert projector.model.name == "udx"
    assert projector.model.serial == "2222222222"
    assert projector.pin == "777"
    assert projector.quirks.missing_name == "error"
    assert projector.quirks.hints is True
    assert build(options("--pin", "")).pin is None
    assert build(options()).pin == "12345"
    assert build(options("--web-port", "0")).web_port == 0
    assert build(options()).web_port is None
    assert build(options("--web-port", "0", "--ssdp-port", "0")).ssdp_port == 0
    assert build(options()).ssdp_port is None


async def test_from_diagnostics(tmp_path: Path) -> None:
    """A diagnostics download replaces the model."""
    path = tmp_path / "download.json"
    values = {"system.modelname": "Bragi CS"}
    described = {"system.modelname": {"base": "string"}}
    part = {"state": "on", "properties": described, "values": values}
    path.write_text(json.dumps({"data": part}), "utf-8")
    async with build(options("--from-diagnostics", str(path))) as projector:
        assert projector.model.name == "Bragi CS"
        assert projector.state == "on"
    with pytest.raises(SystemExit):
        options("--from-diagnostics", str(path), "--model", "udx")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--model", "nobody"),
        ("--host", "192.0.2.1"),
        ("--speed", "0"),
        ("--ssdp-port", "0"),
        ("--quirk", "missing_name"),
        ("--quirk", "missing_name=perhaps"),
        ("--value", "no.such.name=1"),
        ("--from-diagnostics", "nothing.json"),
        ("--from-diagnostics", "README.md"),
    ],
)
def test_invalid_command_line(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An invalid command line prints one line without a traceback."""
    monkeypatch.setattr(sys, "argv", ["simulator", "--port", "0", *arguments])
    assert main() == 1
    message = capsys.readouterr().err
    assert message.startswith("simulator: ")
    assert message.count("\n") == 1


async def test_run_until_quit(output: asyncio.Queue[str], connect: Connect) -> None:
    """The simulator prints its address, accepts commands and ends."""
    running = asyncio.create_task(
        run(options("--model", "hdr_cs", "--control-port", "0"), output.put_nowait)
    )
    async with asyncio.timeout(DEADLINE):
        greeting, control = await output.get(), await output.get()
        assert greeting.startswith("hdr_cs (standby, no PIN) listens on 127.0.0.1:")
        port = int(control.removeprefix("control port "))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"quit\n")
        assert await reader.read() == b"bye\n\n"
        await running
        writer.close()


class Terminal:
    """A standard input like a terminal."""

    def __init__(self) -> None:
        """Open a pipe that reports to be a terminal."""
        self._read, self._write = os.pipe()
        self._file = os.fdopen(self._read)

    def isatty(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that the loop waits for."""
        return self._read

    def readline(self) -> str:
        """Return the next line."""
        return self._file.readline()

    def type(self, line: str) -> None:
        """Write a line."""
        os.write(self._write, f"{line}\n".encode())

    def end(self) -> None:
        """Write the end of the input."""
        os.close(self._write)

    def close(self) -> None:
        """Close the rest."""
        self._file.close()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Use a terminal as standard input."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdin", terminal)
    yield terminal
    terminal.close()
