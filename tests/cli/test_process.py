"""Test the installed command line as a process."""

import asyncio
from asyncio.subprocess import PIPE, Process
import json
import os
from pathlib import Path
import signal
import sys
import time

import pytest

from tests.conftest import StartProjector

pytestmark = pytest.mark.real_clock


async def start(installed: Path, *arguments: str) -> Process:
    """Start the command line from the unpacked wheel."""
    environment = os.environ | {"PYTHONPATH": str(installed), "COLUMNS": "80"}
    command = (sys.executable, "-m", "aiobarcopulse", *arguments)
    return await asyncio.create_subprocess_exec(
        *command, cwd=installed, env=environment, stdout=PIPE, stderr=PIPE
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


async def test_usage(installed: Path) -> None:
    """Explain an invalid command line, and exit with 2."""
    process = await start(installed, "info", "host:port")
    code, _, err = await outcome(process)
    assert code == 2
    assert "'host:port' is not HOST or HOST:PORT" in err
