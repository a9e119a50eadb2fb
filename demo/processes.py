"""Child processes that never outlive the demo, and the ports they need."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import os
from pathlib import Path
import signal
import socket
import sys

from .settings import REPOSITORY, DemoError

STOP_SECONDS = 20
LOG_LINES = 15


def require_free(port: int, option: str) -> None:
    """Check that nothing listens on a port of this machine.

    Raises:
        DemoError: something does, or the port must not be used.
    """
    try:
        _bind(port)
    except (OSError, OverflowError) as error:
        raise DemoError(
            f"Port {port} cannot be used ({error}).\n"
            f"Stop the program that has it, or choose another with {option}."
        ) from error


def is_free(port: int, kind: int = socket.SOCK_STREAM) -> bool:
    """Tell whether this process could listen on a port of this machine."""
    try:
        _bind(port, kind)
    except OSError:
        return False
    return True


def _bind(port: int, kind: int = socket.SOCK_STREAM) -> None:
    with socket.socket(type=kind) as probe:
        # As the servers do it: the rest of a connection just closed is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@asynccontextmanager
async def running(log: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run `python -m ARGUMENTS...` with its output in a file, and stop it in the end."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *arguments),
            cwd=REPOSITORY,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            # A session of its own: Ctrl-C reaches only the demo, which then stops
            # its children in order.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    """Ask a process to end, insist when it does not, and take its children along."""
    if process.returncode is None:
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def wait_for_port(process: Process, log: Path, port: int, seconds: float) -> None:
    """Wait until a process accepts connections.

    Raises:
        DemoError: it ended, or is not there in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while process.returncode is None:
                with suppress(ConnectionError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    await writer.wait_closed()
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        reason = f"Nothing answers on port {port} after {seconds:.0f} seconds."
    else:
        reason = f"A program ended that should answer on port {port}."
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    raise DemoError("\n".join([reason, f"The end of {log}:", *lines]))
