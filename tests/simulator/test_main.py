"""The command line: a process of its own, and how it ends."""

import argparse
import asyncio
from collections.abc import Iterator
import json
import os
from pathlib import Path
import re
import signal
import sys

import pytest

from simulator import Simulator
from simulator.__main__ import build, main, parse, run

from .client import DEADLINE
from .conftest import Connect


def options(*arguments: str) -> argparse.Namespace:
    """Read a command line, on free ports unless it says otherwise."""
    return parse(["--port", "0", *arguments])


@pytest.fixture
def said() -> asyncio.Queue[str]:
    """What a simulation has said."""
    return asyncio.Queue()


async def test_options() -> None:
    """Everything that can be chosen."""
    projector = build(
        options(
            *("--model", "udx", "--state", "on", "--speed", "10", "--pin", "777"),
            *("--personality", "missing_name=error", "--personality", "hints=true"),
            *("--value", "system.serialnumber=2222222222", "--drift", "0"),
        )
    )
    assert projector.model.name == "udx"
    assert projector.model.serial == "2222222222"
    assert projector.pin == "777"
    assert projector.personality.missing_name == "error"
    assert projector.personality.hints is True
    assert build(options("--pin", "")).pin is None
    assert build(options()).pin == "12345"
    assert build(options("--web-port", "0")).web_port == 0
    assert build(options()).web_port is None
    assert build(options("--web-port", "0", "--ssdp-port", "0")).ssdp_port == 0
    assert build(options()).ssdp_port is None


async def test_the_projector_of_a_download(tmp_path: Path) -> None:
    """Instead of a model."""
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
        ("--personality", "missing_name"),
        ("--personality", "missing_name=perhaps"),
        ("--value", "no.such.name=1"),
        ("--from-diagnostics", "nothing.json"),
        ("--from-diagnostics", "README.md"),
    ],
)
def test_a_wrong_command_line(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One clear line, no trace."""
    monkeypatch.setattr(sys, "argv", ["simulator", "--port", "0", *arguments])
    assert main() == 1
    message = capsys.readouterr().err
    assert message.startswith("simulator: ")
    assert message.count("\n") == 1


@pytest.mark.parametrize(("end", "status"), [(None, 0), (KeyboardInterrupt, 130)])
def test_status(
    end: type[BaseException] | None, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 for a simulation that was ended, 130 for one interrupted while starting."""

    async def pretend(_options: object, _say: object) -> None:
        if end is not None:
            raise end

    monkeypatch.setattr(sys, "argv", ["simulator"])
    monkeypatch.setattr("simulator.__main__.run", pretend)
    assert main() == status


async def test_run_until_quit(said: asyncio.Queue[str], connect: Connect) -> None:
    """It says where it is, obeys its control port, and ends."""
    running = asyncio.create_task(
        run(options("--model", "hdr_cs", "--control-port", "0"), said.put_nowait)
    )
    async with asyncio.timeout(DEADLINE):
        greeting, control = await said.get(), await said.get()
        assert greeting.startswith("hdr_cs (standby, no PIN) listens on 127.0.0.1:")
        port = int(control.removeprefix("control port "))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"quit\n")
        assert await reader.read() == b"bye\n\n"
        await running
        writer.close()


async def test_the_greeting_tells_of_the_web_server(
    said: asyncio.Queue[str], terminal: Terminal
) -> None:
    """And where it is."""
    running = asyncio.create_task(run(options("--web-port", "0"), said.put_nowait))
    async with asyncio.timeout(DEADLINE):
        assert re.search(r"shows its screens on port [1-9]\d+$", await said.get())
        terminal.end()
        await running


async def test_the_greeting_tells_of_ssdp(
    said: asyncio.Queue[str], terminal: Terminal
) -> None:
    """And where searches are answered."""
    arguments = options("--web-port", "0", "--ssdp-port", "0")
    running = asyncio.create_task(run(arguments, said.put_nowait))
    async with asyncio.timeout(DEADLINE):
        assert re.search(r"answers SSDP on UDP [1-9]\d+$", await said.get())
        terminal.end()
        await running


async def test_a_taken_control_port(said: asyncio.Queue[str]) -> None:
    """Ends it with the reason."""
    async with Simulator("minimal") as other:
        arguments = options("--control-port", str(other.port))
        with pytest.raises(OSError, match="address already in use"):
            await run(arguments, said.put_nowait)


class Terminal:
    """A standard input at which a person types."""

    def __init__(self) -> None:
        """Open a pipe that claims to be a terminal."""
        self._read, self._write = os.pipe()
        self._file = os.fdopen(self._read)

    def isatty(self) -> bool:
        """Claim it."""
        return True

    def fileno(self) -> int:
        """Return what the loop waits on."""
        return self._read

    def readline(self) -> str:
        """Return the next line."""
        return self._file.readline()

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._write, f"{line}\n".encode())

    def end(self) -> None:
        """Type the end of input."""
        os.close(self._write)

    def close(self) -> None:
        """Close the rest."""
        self._file.close()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Sit at the prompt."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdin", terminal)
    yield terminal
    terminal.close()


async def test_prompt(said: asyncio.Queue[str], terminal: Terminal) -> None:
    """The same commands, typed; the end of input ends it."""
    running = asyncio.create_task(run(options(), said.put_nowait))
    async with asyncio.timeout(DEADLINE):
        await said.get()
        terminal.type("state")
        assert await said.get() == "ready"
        terminal.type("watch")
        terminal.type("")
        terminal.type("power on")
        assert await said.get() == "conditioning"
        terminal.end()
        await running


async def test_watching_at_the_prompt(
    said: asyncio.Queue[str], terminal: Terminal
) -> None:
    """Shows what happens."""
    arguments = options("--speed", "1000")
    running = asyncio.create_task(run(arguments, said.put_nowait))
    async with asyncio.timeout(DEADLINE):
        await said.get()
        terminal.type("power on")
        terminal.type("watch")
        line = await said.get()
        while "state on" not in line:
            line = await said.get()
        assert line == "-1 -- 'state on, target on'"
        terminal.type("quit")
        while line != "bye":
            line = await said.get()
        await running
    terminal.end()


@pytest.mark.real_clock
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ends_cleanly(number: signal.Signals) -> None:
    """A process of its own: SIGINT and SIGTERM leave no trace."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-X", "dev", "-W", "error", "-m", "simulator", "--port", "0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        greeting = (await process.stdout.readline()).decode()
        port = re.search(r"127\.0\.0\.1:(\d+)", greeting)
        assert port is not None
        _, writer = await asyncio.open_connection("127.0.0.1", int(port[1]))
        process.send_signal(number)
        _, errors = await process.communicate()
    writer.close()
    assert process.returncode == 0
    # Developer mode also reports how long a step took, which depends on the machine.
    lines = errors.splitlines()
    assert [line for line in lines if not line.startswith(b"Executing <")] == []
