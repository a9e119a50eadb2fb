"""Test the installed command line as a process."""

import asyncio
from asyncio.subprocess import PIPE, Process
import contextlib
import json
import os
from pathlib import Path
import re
import signal
import sys
import time

import pytest

from tests.conftest import StartProjector

pytestmark = pytest.mark.real_clock


async def start(
    installed: Path, *arguments: str, stdout: int = PIPE, columns: int = 80
) -> Process:
    """Start the command line from the unpacked wheel."""
    environment = os.environ | {
        "PYTHONPATH": str(installed),
        "COLUMNS": str(columns),
        "TERM": "xterm",
    }
    command = (sys.executable, "-m", "aiobarcopulse", *arguments)
    return await asyncio.create_subprocess_exec(
        *command, cwd=installed, env=environment, stdout=stdout, stderr=PIPE
    )


async def outcome(process: Process) -> tuple[int | None, str, str]:
    """Return exit code, output and errors."""
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_info_is_fast(installed: Path, start_projector: StartProjector) -> None:
    """Show a projector within 2 s if each response takes 20 ms.

    The start of the interpreter does not count: it depends on the machine only.
    """
    projector = await start_projector("balder_cs", state="on")
    projector.faults.delay = 0.02
    process = await start(
        installed, "info", f"{projector.host}:{projector.port}", "--json"
    )
    await projector.wait_until(lambda: projector.counters.connections_open == 1, 30)
    started = time.monotonic()
    code, out, err = await outcome(process)
    assert code == 0, err
    assert json.loads(out)["model"] == "Balder CS"
    assert time.monotonic() - started < 2


async def test_interrupted(installed: Path, start_projector: StartProjector) -> None:
    """Close the connection after Ctrl-C, and exit with 130."""
    projector = await start_projector("balder_cs", state="on", speed=1.0, pin=None)
    process = await start(installed, "off", f"{projector.host}:{projector.port}")
    await projector.wait_until(lambda: projector.state == "deconditioning", 30)
    process.send_signal(signal.SIGINT)
    code, _, err = await outcome(process)
    assert code == 130, err
    assert "Traceback" not in err
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_interrupted_at_the_start(installed: Path) -> None:
    """Exit without a traceback if Ctrl-C comes while modules are loaded."""
    program = (
        "import sys, aiobarcopulse.cli as cli\n"
        "def interrupt(*_): raise KeyboardInterrupt\n"
        "cli.import_module = interrupt\n"
        "cli.main()"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), cwd=installed, stdout=PIPE, stderr=PIPE
    )
    assert await outcome(process) == (130, "", "")


async def test_watch_on_a_terminal(
    installed: Path, start_projector: StartProjector
) -> None:
    """Show whole names in narrow terminals, signals by name, and no methods."""
    projector = await start_projector("balder_cs", state="on")
    address = f"{projector.host}:{projector.port}"
    screen, terminal = os.openpty()
    printed = bytearray()
    loop, shown = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        # A terminal whose program has ended raises OSError, or has no more bytes.
        with contextlib.suppress(OSError):
            while part := os.read(screen, 4096):
                printed.extend(part)
                if b"NAME" in printed:
                    loop.call_soon_threadsafe(shown.set)

    names = ("system.*", "connector.detectedsignal")
    process = await start(
        installed, "watch", address, *names, stdout=terminal, columns=40
    )
    os.close(terminal)
    reading = asyncio.create_task(asyncio.to_thread(read))
    async with asyncio.timeout(30):
        await shown.wait()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
        await reading
    os.close(screen)
    table = printed.rpartition(b"NAME")[2].decode()
    assert "2160@" in table
    assert "vertical" not in table
    assert "…" not in table
    assert "system.resetall" not in table


async def test_negative_number(
    installed: Path, start_projector: StartProjector
) -> None:
    """Take a negative number for a value, not for an option."""
    projector = await start_projector("balder_cs", state="on")
    address = f"{projector.host}:{projector.port}"
    process = await start(
        installed,
        "set",
        address,
        "image.brightness",
        "-0.3",
        "--pin",
        projector.pin or "",
    )
    assert (await outcome(process))[:2] == (0, "-0.3\n")


async def test_reason(installed: Path) -> None:
    """Print what happened below what to do about it."""
    process = await start(installed, "get", "127.0.0.1:1", "system.state")
    code, out, err = await outcome(process)
    assert (code, out) == (3, "")
    assert "Check the address" in err
    assert "\nReason: Cannot connect to 127.0.0.1 port 1" in err


async def test_version(installed: Path) -> None:
    """Print the version."""
    process = await start(installed, "--version")
    code, out, _ = await outcome(process)
    assert code == 0
    assert re.fullmatch(r"aiobarcopulse \d+\.\d+\.\d+\n", out)


async def test_usage(installed: Path) -> None:
    """Explain an invalid command line, and exit with 2."""
    process = await start(installed, "info", "host:port")
    code, _, err = await outcome(process)
    assert code == 2
    assert ": 'host:port' is not HOST or HOST:PORT." in err
    assert "Value error" not in err
