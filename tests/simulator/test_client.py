"""The client of the control port: a process of its own."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
import sys

import pytest

from simulator import Simulator
from simulator.control import Console, ControlPort

from .client import DEADLINE


@pytest.fixture
async def port(projector: Simulator) -> AsyncIterator[int]:
    """Return the control port of a projector."""
    control = ControlPort(Console(projector))
    yield await control.open(projector.host, 0)
    await control.close()


async def said(*arguments: str, typed: str = "") -> tuple[int | None, str]:
    """Run the client; return its exit status and all that it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator.client", *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(DEADLINE):
        outputs = await process.communicate(typed.encode())
    return process.returncode, b"".join(outputs).decode()


@pytest.mark.real_clock
async def test_one_command(port: int) -> None:
    """The answer is printed; the exit status tells whether it is an error."""
    where = str(port)
    assert await said(where, "power", "off") == (0, "deconditioning\n")
    assert await said(where, "get", "nonsense") == (
        1,
        "error: nothing here is called 'nonsense' now\n",
    )


@pytest.mark.real_clock
async def test_typed_commands(port: int) -> None:
    """Until the input ends."""
    status, text = await said(
        str(port), typed="set system.name Hall\nget system.name\n"
    )
    assert (status, text.split()) == (0, ["ok", '"Hall"'])


@pytest.mark.real_clock
async def test_nobody_listens() -> None:
    """The port is named."""
    status, text = await said("1", "state")
    assert status == 1
    assert text.startswith("No simulator on port 1: ")
