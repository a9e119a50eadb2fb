"""Processes of our own that are told by lines of JSON what to do."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import sys
from typing import Any

REPOSITORY = Path(__file__).parent.parent
_PATIENCE = 180.0
_LONGEST_LINE = 1 << 20

type Command = Callable[..., Awaitable[Any]]


class Child:
    """The parent's end."""

    def __init__(self, process: Process) -> None:
        """Talk to a process that obeys."""
        self._process = process

    async def call(self, command: str, **arguments: Any) -> Any:
        """Let it carry out a command; return the result."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([command, arguments]).encode() + b"\n")
        async with asyncio.timeout(_PATIENCE):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"It ended instead of carrying out {command}")
        return json.loads(line)


@asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    """Run `python -m benchmarks.MODULE`; in the end it ends too."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"benchmarks.{module}", *arguments),
        cwd=REPOSITORY,
        stdin=PIPE,
        stdout=PIPE,
        limit=_LONGEST_LINE,
    )
    assert process.stdin is not None
    try:
        yield Child(process)
    finally:
        process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def obey(commands: Mapping[str, Command]) -> None:
    """Be the child: carry out one command after the other until there are no more."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        command, arguments = json.loads(line)
        result = await commands[command](**arguments)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
