"""The subprocesses of the demo, and their ports."""

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
    """Check that a loopback port is free.

    Raises:
        DemoError: The port is in use or not permitted.
    """
    try:
        _bind(port)
    except (OSError, OverflowError) as error:
        raise DemoError(
            f"Port {port} cannot be used ({error}).\n"
            f"Stop the program that uses the port, or choose another one with {option}."
        ) from error


def is_free(port: int, socket_type: int = socket.SOCK_STREAM) -> bool:
    """Return whether a loopback port is free."""
    try:
        _bind(port, socket_type)
    except OSError:
        return False
    return True


def _bind(port: int, socket_type: int = socket.SOCK_STREAM) -> None:
    with socket.socket(type=socket_type) as probe:
        # As servers do: ports of recently closed connections can be reused.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@asynccontextmanager
async def running(log: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run `python -m ARGUMENTS...` while the context is entered; log to a file."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *arguments),
            cwd=REPOSITORY,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            # With its own session, Ctrl-C reaches only the demo, which then stops its
            # subprocesses in order.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    """Terminate a process and its children; kill them after 20 s."""
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
        DemoError: The process ended, or does not answer within `seconds`.
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
        reason = f"The program for port {port} has ended."
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    raise DemoError("\n".join([reason, f"The end of {log}:", *lines]))
