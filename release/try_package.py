"""Try an installed aiobarcopulse: every command, with a projector and with nonsense.

Run by scripts/package in an environment that has only the wheel and its extra `cli`.
"""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Sequence
import contextlib
import json
from pathlib import Path
import signal
import sys
import tempfile
import time
from typing import Final, NamedTuple

from simulator.simulator import Simulator

MAX_WHEEL: Final = 200_000
"""Bytes."""
MAX_INFO: Final = 2.0
"""Seconds that `info` may take with 20 ms for each response."""
_PIN: Final = "12345"
_TIMEOUT: Final = 60.0

_ON: Final = "on HOST --timeout 30"
_COMMANDS: Final = (
    "info HOST --json",
    "watch HOST system.state",
    "get HOST system.state",
    _ON,
    "set HOST illumination.sources.laser.power 60",
    "call HOST image.source.list",
    "source HOST HDMI",
    "off HOST --timeout 30",
)
"""The commands that connect, in an order that works."""

_IMPORT: Final = """
import importlib.util
import aiobarcopulse
for name in ("homeassistant", "custom_components", "simulator"):
    assert importlib.util.find_spec(name) is None, name
"""


class Outcome(NamedTuple):
    """How a process ended."""

    code: int | None
    out: str
    err: str
    seconds: float


class PackageError(Exception):
    """The package does not do what it should; the message says what."""


async def _run(*command: str | Path, interrupt: bool = False) -> Outcome:
    """Run a command; `interrupt`: press Ctrl-C after its first line."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(_TIMEOUT):
            if interrupt:
                assert process.stdout is not None
                await process.stdout.readline()
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
            out, err = await process.communicate()
    seconds = time.monotonic() - started
    return Outcome(process.returncode, out.decode(), err.decode(), seconds)


def _check(condition: object, message: str) -> None:
    if not condition:
        raise PackageError(message)


async def _with_projector(program: Path) -> None:
    """Run every command against a simulated projector."""
    async with Simulator("balder_cs", state="ready", pin=_PIN, speed=20) as projector:
        for command in _COMMANDS:
            arguments = _arguments(command, projector.port)
            outcome = await _run(
                program,
                *arguments,
                "--pin",
                _PIN,
                interrupt=command.startswith("watch"),
            )
            print(f"{outcome.seconds:5.1f} s  {command}")
            _check(outcome.code == 0, f"{command}: {outcome.code} {outcome.err}")
            await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def _with_nonsense(program: Path) -> None:
    """Run every command against a server that does not speak the protocol."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            writer.write(b"220 mail.example ESMTP\r\n")
            await reader.read(-1)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        outcomes = await asyncio.gather(
            *(_run(program, *_arguments(command, port)) for command in _COMMANDS)
        )
    for command, outcome in zip(_COMMANDS, outcomes, strict=True):
        plain = outcome.code in (3, 5) and "Traceback" not in outcome.err
        _check(plain, f"{command}, nonsense: {outcome.code} {outcome.err}")


async def _time_info(program: Path) -> None:
    async with Simulator("balder_cs", state="on") as projector:
        projector.faults.delay = 0.02
        outcome = await _run(program, *_arguments("info HOST --json", projector.port))
    _check(json.loads(outcome.out)["model"], "info shows no model")
    print(f"{outcome.seconds:5.1f} s  info, with 20 ms for each response")
    _check(outcome.seconds < MAX_INFO, f"info took {outcome.seconds:.1f} s")


def _arguments(command: str, port: int) -> Sequence[str]:
    return command.replace("HOST", f"127.0.0.1:{port}").split()


async def _try(binaries: Path, wheel: Path) -> None:
    size = wheel.stat().st_size
    print(f"{size / 1000:5.0f} kB {wheel.name}")
    _check(size < MAX_WHEEL, f"The wheel has {size} bytes")
    outcome = await _run(binaries / "python", "-c", _IMPORT)
    _check(outcome.code == 0, outcome.err)
    program = binaries / "aiobarcopulse"
    await _time_info(program)
    await _with_projector(program)
    await _with_nonsense(program)


def main() -> int:
    """Try the package; return the exit code."""
    binaries, wheel = map(Path, sys.argv[1:])
    try:
        asyncio.run(_try(binaries.resolve(), wheel))
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print("The package works, with a projector and with nonsense.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
