"""Test the command line as a user types it, on a terminal and in a pipe."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from pathlib import Path

from aiobarcopulse import LASER_POWER
import pytest
from typer.testing import CliRunner, Result

from cli import app as application
from cli.errors import ExitCode
from cli.output import Output
from cli.target import Address, Target
from cli.watch import watch
from simulator.simulator import Simulator
from tests.conftest import StartProjector

pytestmark = pytest.mark.real_clock

PIN = "12345"
COMMANDS = (
    "info HOST",
    "get HOST system.state system.name",
    "on HOST --timeout 30",
    "set HOST image.brightness -0.2",
    "call HOST image.source.list",
    "source HOST hdmi",
    "report HOST -o report.json",
    "record HOST -o recording.jsonl --seconds 1",
    "off HOST --timeout 30 --no-wait",
)
"""The commands that connect and end by themselves, in an order that works."""

type Invoke = Callable[..., Awaitable[Result]]


@pytest.fixture
async def projector(start_projector: StartProjector) -> Simulator:
    """Return a projector that is off."""
    return await start_projector("balder_cs", state="ready", pin=PIN, speed=50)


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run the command line in a thread, because it has an event loop of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BARCO_PULSE_PIN", PIN)

    async def run(projector: Simulator, command: str, *options: str) -> Result:
        address = f"{projector.host}:{projector.port}"
        arguments = [*command.replace("HOST", address).split(), *options]
        runner = CliRunner()
        return await asyncio.to_thread(runner.invoke, application.app, arguments)

    return run


@pytest.mark.parametrize("terminal", [False, True])
async def test_every_command(
    projector: Simulator,
    invoke: Invoke,
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
) -> None:
    """Exit with 0, print something, and leave no connection."""
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal
    for command in COMMANDS:
        result = await invoke(projector, command)
        assert result.exit_code == 0, (command, result.output, result.exception)
        assert result.output, command
        await projector.wait_until(lambda: not projector.connections, 30)


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("get HOST no.such.name", ExitCode.REFUSED, "no.such.name"),
        ("call HOST system.reboot", ExitCode.USAGE, "blocked"),
        ("info HOST --pin abc", ExitCode.USAGE, "PIN"),
        ("info HOST --user me", ExitCode.USAGE, "--password"),
        ("discover --address 127.0.0.1:9 --seconds 1", ExitCode.UNREACHABLE, "SSDP"),
        ("info 127.0.0.1:1", ExitCode.UNREACHABLE, "Could not connect"),
    ],
)
async def test_errors(
    projector: Simulator, invoke: Invoke, command: str, code: ExitCode, words: str
) -> None:
    """Exit with the documented code, and say what happened."""
    result = await invoke(projector, command)
    assert result.exit_code == code, result.output
    assert words in result.output


async def test_json_error(projector: Simulator, invoke: Invoke) -> None:
    """Print an error as JSON for programs."""
    result = await invoke(projector, "get HOST no.such.name", "--json")
    printed = json.loads(result.stdout.splitlines()[-1])
    assert printed["error"]
    assert result.exit_code == ExitCode.REFUSED


async def test_watch_on_a_terminal(
    projector: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Show a table that changes."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    target = Target(Address(projector.host, projector.port), PIN)
    task = asyncio.create_task(watch(Output(), target, [LASER_POWER]))
    printed = ""

    async def until(text: str) -> None:
        nonlocal printed
        async with asyncio.timeout(30):
            while text not in printed:
                await asyncio.sleep(0.05)  # the table is redrawn four times a second
                printed += capsys.readouterr().out

    try:
        await until(LASER_POWER)
        projector.change(LASER_POWER, 47)
        await until("47")
    finally:
        task.cancel()
        await asyncio.wait([task])
