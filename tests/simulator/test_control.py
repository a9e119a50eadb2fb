"""The commands of the prompt and of the control port."""

import asyncio
from collections.abc import AsyncIterator
import re

import pytest

from simulator import Simulator
from simulator.control import Console, ControlPort, line_of
from simulator.traffic import Record

from .client import DEADLINE
from .conftest import Connect, Start


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """A Balder CS that is ready."""
    return await start("balder_cs")


@pytest.fixture
def console(projector: Simulator) -> Console:
    """Commands for it."""
    return Console(projector)


@pytest.fixture
async def control(console: Console) -> AsyncIterator[int]:
    """A control port for it."""
    port = ControlPort(console)
    yield await port.open("127.0.0.1", 0)
    await port.close()


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str
) -> str:
    """Send a command, return its answer."""
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
        ("get nothing", "error: nothing here is called 'nothing' now"),
        ("set image.brightness 0.5", "ok"),
        ("set statistics.laser plate 1 bank 1 runtime.value 7", "ok"),
        ("set image.window.main.source DisplayPort 1", "ok"),
        ("set image.window.main.source Betamax", "error: Could not set source!"),
        ("set nothing 5", "error: nothing here is called 'nothing' now"),
        ("power on", "conditioning"),
        ("power up", "error: nothing here is called 'up' now"),
        ("mains off", "off"),
        ("firmware 3.0.0", "boot"),
        ("firmware", "error: which version?"),
        ("announce 127.0.0.1 1900", "error: no SSDP without ssdp_port"),
        ("wake", "not woken"),
        ("fault drip 0.5", "ok"),
        ("fault silence", "ok"),
        ("fault drip [1]", "error: drip takes no [1]"),
        ("clear", "ok"),
        ("personality missing_name null", "ok"),
        ("personality missing_name perhaps", "error: missing_name must be one of"),
        ("personality idle_drop 60", "ok"),
        ("personality absent_methods introspect", "error: absent_methods must be"),
        ("personality nothing 1", "error: unknown personality switch 'nothing'"),
        ('signal modelupdated {"object": "image"}', "ok"),
        ("signal modelupdated", "ok"),
        ("signal modelupdated 5", "error: arguments must be a JSON object"),
        ("notify warning 1017 Inlet blocked", "1"),
        ("notify fatal 1", "error: severity must be one of"),
        ("dismiss 1", "error: nothing here is called '1' now"),
        ("drop", "0 dropped"),
        ("sing", "unknown command 'sing'; try help"),
        ("quit", "bye"),
    ],
)
async def test_commands(console: Console, line: str, answer: str) -> None:
    """Each says what it did, or why not."""
    assert console.run(line).startswith(answer)


async def test_commands_work(projector: Simulator, console: Console) -> None:
    """They do what they say."""
    console.run("set image.brightness 0.5")
    assert projector.get("image.brightness") == 0.5
    console.run("fault drip 0.5")
    assert projector.faults.drip == 0.5
    assert "drip = 0.5" in console.run("faults")
    console.run("set network.hostname 5")
    assert projector.get("network.hostname") == "5"
    assert "wrong_pin = error" in console.run("personality")
    console.run("personality wrong_pin false")
    assert "wrong_pin = false" in console.run("personality")
    console.run("notify warning 1017 Inlet blocked")
    assert projector.get("notification.count") == 1
    assert console.run("dismiss 1") == "ok"
    assert projector.get("notification.count") == 0
    console.run("set environment.humidity.inlet.value 55")
    assert projector.device.store.kept("environment.humidity.inlet.value") == 55
    console.run("mains off")
    console.run("mains on")
    assert projector.state == "boot"
    assert not console.ended.is_set()
    console.run("quit")
    assert console.ended.is_set()


async def test_wake(start: Start) -> None:
    """Without an address it is the projector's own."""
    console = Console(await start("balder_cs", state="eco"))
    assert console.run("wake 00:00:00:00:00:00") == "not woken"
    assert console.run("wake") == "woke up"


async def test_announce(start: Start) -> None:
    """As long as it is on the network."""
    projector = await start("balder_cs", web_port=0, ssdp_port=0)
    console = Console(projector)
    command = f"announce {projector.host} {projector.wake_port}"
    assert console.run(command) == "announced"
    assert console.run("announce 192.0.2.1 1900").startswith("error: the simulator")
    assert console.run("announce 127.0.0.1").startswith("error: invalid literal")
    projector.cut_mains()
    assert console.run(command) == "not on the network"


async def test_firmware(projector: Simulator, console: Console) -> None:
    """With a PIN, if one is given."""
    console.run("firmware 3.0.0")
    assert projector.get("system.firmwareversion") == "3.0.0"
    assert projector.pin == "12345"
    console.run("firmware 3.0.1 4711")
    assert projector.pin == "4711"


async def test_every_command_has_help(console: Console) -> None:
    """One line each, as "COMMAND ARGUMENTS: what it does."."""
    lines = console.run("help").splitlines()
    assert all(re.fullmatch(r"[a-z]+[^:]*: [a-z].*\.", line) for line in lines)
    words = ("get NAME:", "set NAME VALUE:", "power on|off:", "state:", "watch:")
    for word in words:
        assert any(line.startswith(word) for line in lines), word


async def test_faults_of_connections_are_cleared_too(
    projector: Simulator, console: Console, connect: Connect
) -> None:
    """All of them, and connections can be dropped."""
    client = await connect(projector)
    await client.get("system.state")
    projector.connections[0].faults.nesting = 5
    console.run("clear")
    assert await client.get("system.state") == "ready"
    assert "1 property.get" not in console.run("counters")
    assert "2 property.get" in console.run("counters")
    assert console.run("drop") == "1 dropped"
    assert await client.read_to_end() == b""


async def test_over_the_port(projector: Simulator, control: int) -> None:
    """One answer per line, ended by an empty line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", control)
    assert await ask(reader, writer, "state") == "ready"
    assert await ask(reader, writer, "set ui.osd false") == "ok"
    assert "connections_open = 0" in await ask(reader, writer, "counters")
    writer.close()


async def test_watching(projector: Simulator, control: int, connect: Connect) -> None:
    """The traffic, until the next line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", control)
    writer.write(b"state\nwatch\n")
    async with asyncio.timeout(DEADLINE):
        await reader.readuntil(b"\n\n")
        client = await connect(projector)
        seen = ""
        while "result" not in seen:
            await client.get("system.state")
            seen = (await reader.readline()).decode()
    assert seen.startswith("0 -> '{")
    assert await ask(reader, writer, "") is not None
    writer.transport.abort()
    assert await client.get("system.state") == "ready"


async def test_a_talk_that_is_going_on(projector: Simulator) -> None:
    """Ends with the port."""
    port = ControlPort(Console(projector))
    number = await port.open("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", number)
    assert await ask(reader, writer, "state\nwatch") == "ready"
    await port.close()
    async with asyncio.timeout(DEADLINE):
        assert await reader.read() == b""
    writer.close()


async def test_a_port_that_was_never_open(console: Console) -> None:
    """May be closed."""
    await ControlPort(console).close()


def test_lines_of_the_log() -> None:
    """Bytes that are no text are seen."""
    assert line_of(Record("in", 3, b"a\xff\n")) == r"3 <- 'a\\xff\n'"
    assert line_of(Record("event", -1, "state on")) == "-1 -- 'state on'"
