"""Subprocesses that carry out commands, sent as lines of JSON."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import sys
from typing import Any

REPOSITORY = Path(__file__).parent.parent
_TIMEOUT = 180.0
_STOP_TIMEOUT = 20.0
_MAX_LINE = 1 << 20

type Command = Callable[..., Awaitable[Any]]


class Subprocess:
    """A running subprocess that serves commands."""

    def __init__(self, process: Process) -> None:
        """Use a process that runs `serve_commands`."""
        self._process = process

    async def call(self, command: str, **arguments: Any) -> Any:
        """Run a command in the subprocess; return its result.

        Raises:
            RuntimeError: The subprocess ended.
            TimeoutError: There is no result within 180 s.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([command, arguments]).encode() + b"\n")
        async with asyncio.timeout(_TIMEOUT):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"The subprocess ended during {command}")
        return json.loads(line)


@asynccontextmanager
async def start_subprocess(module: str, *arguments: str) -> AsyncIterator[Subprocess]:
    """Run `python -m MODULE ARGUMENTS...` while the context is entered."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=REPOSITORY,
        stdin=PIPE,
        stdout=PIPE,
        limit=_MAX_LINE,
    )
    assert process.stdin is not None
    try:
        yield Subprocess(process)
    finally:
        process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_TIMEOUT):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def serve_commands(*commands: Command) -> None:
    """Carry out commands from standard input, by name, until it is closed."""
    by_name = {command.__name__: command for command in commands}
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        command, arguments = json.loads(line)
        result = await by_name[command](**arguments)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
