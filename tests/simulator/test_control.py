"""The commands of the prompt and of the control port."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator import Simulator
from simulator.control import Console, ControlPort

from .client import DEADLINE
from .conftest import Start


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """Return a Balder CS that is ready."""
    return await start("balder_cs")


@pytest.fixture
def console(projector: Simulator) -> Console:
    """Return the commands for it."""
    return Console(projector)


@pytest.fixture
async def control(console: Console) -> AsyncIterator[int]:
    """Return a control port for it."""
    port = ControlPort(console)
    yield await port.open("127.0.0.1", 0)
    await port.close()


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str
) -> str:
    """Send a command, and return its response."""
    writer.write(f"{line}\n".encode())
    async with asyncio.timeout(DEADLINE):
        return (await reader.readuntil(b"\n\n")).decode().removesuffix("\n\n")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("", ""),
        ("state", "ready"),
        ("get system.state", '"ready"'),
        ("get statistics.laser plate 1 bank 1 runtime.value", "1180"),
        ("get nothing", "error: 'nothing' does not exist now"),
        ("set image.brightness 0.5", "ok"),
        ("set statistics.laser plate 1 bank 1 runtime.value 7", "ok"),
        ("set image.window.main.source DisplayPort 1", "ok"),
        ("set image.window.main.source Betamax", "error: Could not set source!"),
        ("set nothing 5", "error: 'nothing' does not exist now"),
        ("power on", "conditioning"),
        ("power up", "error: 'up' does not exist now"),
        ("mains off", "off"),
        ("firmware 3.0.0", "boot"),
        ("firmware", "error: which version?"),
        ("announce 127.0.0.1 1900", "error: no SSDP without ssdp_port"),
        ("wake", "not woken"),
        ("fault drip 0.5", "ok"),
        ("fault silence", "ok"),
        ("fault drip [1]", "error: drip takes no [1]"),
        ("clear", "ok"),
        ("quirk missing_name null", "ok"),
        ("quirk missing_name perhaps", "error: missing_name must be one of"),
        ("quirk idle_drop 60", "ok"),
        ("quirk absent_methods introspect", "error: absent_methods must be"),
        ("quirk nothing 1", "error: unknown quirk 'nothing'"),
        ('signal modelupdated {"object": "image"}', "ok"),
        ("signal modelupdated", "ok"),
        ("signal modelupdated 5", "error: arguments must be a JSON object"),
        ("notify warning 1017 Inlet blocked", "1"),
        ("notify fatal 1", "error: severity must be one of"),
        ("dismiss 1", "error: '1' does not exist now"),
        ("drop", "0 dropped"),
        ("sing", "unknown command 'sing'; try help"),
        ("quit", "bye"),
    ],
)
async def test_commands(console: Console, line: str, answer: str) -> None:
    """Each command returns its result or an error."""
    assert console.run(line).startswith(answer)


async def test_over_the_port(projector: Simulator, control: int) -> None:
    """Each response on the control port ends with an empty line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", control)
    assert await ask(reader, writer, "state") == "ready"
    assert await ask(reader, writer, "set ui.osd false") == "ok"
    assert "connections_open = 0" in await ask(reader, writer, "counters")
    writer.close()
