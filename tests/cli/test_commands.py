"""Test the commands against a simulated projector."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import json
import re
from typing import Any

from aiobarcopulse import (
    SOURCE,
    SOURCES,
    PulseAuthenticationError,
    PulseConnectionError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
)
import pytest

from cli import info, power, values, watch
from cli.discover import discover
from cli.errors import CommandError, ExitCode, explain
from cli.output import Output
from cli.target import Address, Target
from cli.waking import MagicPackets
from simulator.simulator import Simulator
from tests.common import RawPeer, serve
from tests.conftest import StartProjector

LASER = "illumination.sources.laser.power"
LONG_NAME = "Cinema " + "0123456789" * 30


def target_of(projector: Simulator, pin: str | None = None) -> Target:
    """Return the target of a simulated projector."""
    return Target(Address(projector.host, projector.port), pin or projector.pin)


@pytest.fixture
async def projector(start_projector: StartProjector) -> Simulator:
    """Return a projector that is on."""
    return await start_projector("balder_cs", state="on", pin="12345")


type Run = Callable[[Callable[[Output], Awaitable[object]]], Awaitable[Any]]


@pytest.fixture
def run_json(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with --json, and return the parsed output."""

    async def run(command: Callable[[Output], Awaitable[object]]) -> Any:
        await command(Output(as_json=True))
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(autouse=True)
async def no_connection_left(projector: Simulator) -> AsyncIterator[None]:
    """Check that each command closes its connection."""
    yield
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_info(projector: Simulator, run_json: Run) -> None:
    """Show identity, state, hours, temperatures and response times."""
    shown = await run_json(lambda output: info.info(output, target_of(projector)))
    assert shown["model"] == "Balder CS"
    assert shown["state"] == "on"
    assert shown["source"] == "HDMI"
    assert shown["hours"] == {"laser": 1181, "projector": 1393}
    assert set(shown["temperatures"]) > {"inlet", "outlet"}
    assert shown["response_ms"]["median"] > 0
    assert shown["problems"] == []


async def test_info_for_people(
    projector: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Print one line per fact, and a problem in plain words."""
    await info.info(Output(), target_of(projector, pin="99999"))
    printed = capsys.readouterr()
    assert "Framing        raw JSON\n" in printed.out
    assert "MAC address    " in printed.out
    assert re.search(r"Described .*, complete\n", printed.out)
    assert "Problem        The projector refused the PIN" in printed.out
    assert "Connecting" in printed.err


async def test_get(projector: Simulator, run_json: Run) -> None:
    """Return one or several values."""
    names = [LASER, "system.state"]
    shown = await run_json(
        lambda output: values.get(output, target_of(projector), names)
    )
    assert shown == {LASER: 75, "system.state": "on"}


async def test_get_unknown(projector: Simulator) -> None:
    """Name the property that the projector does not have."""
    names = ["system.state", "system.none"]
    with pytest.raises(CommandError, match=r"no property system\.none") as error:
        await values.get(Output(), target_of(projector), names)
    assert error.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    ("pin", "name", "error", "words"),
    [
        ("99999", LASER, PulseAuthenticationError, "Access"),
        ("12345", "system.state", CommandError, "with this PIN or login"),
        (None, LASER, PulsePermissionError, "Access"),
    ],
    ids=["wrong PIN", "read-only", "no PIN"],
)
async def test_refused_in_spite_of_pin(
    projector: Simulator,
    pin: str | None,
    name: str,
    error: type[Exception],
    words: str,
) -> None:
    """Ask for a PIN only if none was given."""
    target = Target(Address(projector.host, projector.port), pin)
    with pytest.raises(error, match=words):
        await values.set_value(Output(), target, name, "50")


async def test_power_with_wrong_pin(projector: Simulator) -> None:
    """Tell a refused PIN from a missing one."""
    target = target_of(projector, pin="99999")
    with pytest.raises(PulseAuthenticationError):
        await power.switch_off(Output(), target, limit=9, wait=True)


async def test_set(projector: Simulator, run_json: Run) -> None:
    """Set a value of the described type, and return it."""
    target = target_of(projector)
    assert await run_json(
        lambda output: values.set_value(output, target, LASER, "60")
    ) == {LASER: 60}
    assert projector.get(LASER) == 60
    await run_json(lambda output: values.set_value(output, target, SOURCE, "DVI 1"))
    assert projector.get(SOURCE) == "DVI 1"


async def test_call(projector: Simulator, run_json: Run) -> None:
    """Return the result of a method."""
    shown = await run_json(
        lambda output: values.call(
            output, target_of(projector), "image.source.list", None
        )
    )
    assert "HDMI" in shown["result"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda o, t: values.set_value(o, t, "network.hostname", "x"), ExitCode.USAGE),
        (lambda o, t: values.call(o, t, "system.reboot", None), ExitCode.USAGE),
        (lambda o, t: values.set_value(o, t, "image.none", "1"), ExitCode.REFUSED),
        (lambda o, t: values.call(o, t, "image.none", None), ExitCode.REFUSED),
        (lambda o, t: power.select_source(o, t, "SCART", limit=9), ExitCode.REFUSED),
    ],
    ids=["blocked property", "blocked method", "property", "method", "source"],
)
async def test_refused_names(
    projector: Simulator,
    command: Callable[[Output, Target], Awaitable[None]],
    code: ExitCode,
) -> None:
    """Names that are blocked or do not exist are not sent."""
    with pytest.raises(CommandError) as error:
        await command(Output(), target_of(projector))
    assert error.value.code is code
    assert "property.set" not in projector.counters.requests


async def test_off_and_on(projector: Simulator, run_json: Run) -> None:
    """Wait until the projector is off, and until it shows a picture."""
    target = target_of(projector)
    off = await run_json(
        lambda output: power.switch_off(output, target, limit=20, wait=True)
    )
    assert off["state"] == "ready"
    packets = MagicPackets(target.address, None, 9)
    on = await run_json(
        lambda output: power.switch_on(
            output, target, packets=packets, limit=20, wait=True
        )
    )
    assert on == {"state": "on", "phase": "on", "source": "HDMI"}


async def test_progress(
    projector: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Print each phase once where the output is not a terminal."""
    await power.switch_off(Output(), target_of(projector), limit=20, wait=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Connecting to ")
    assert lines[-1] == "Cooling down"
    assert len(set(lines)) == len(lines)


async def test_source(projector: Simulator, run_json: Run) -> None:
    """Find the source without regard to upper and lower case."""
    shown = await run_json(
        lambda output: power.select_source(
            output, target_of(projector), "displayport 1", limit=9
        )
    )
    assert shown["source"] == "DisplayPort 1"


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (
            lambda o, t: power.switch_off(o, t, limit=20, wait=True),
            "Off, and still cooling down\n",
        ),
        (lambda o, t: power.select_source(o, t, "dvi 1", limit=9), "DVI 1\n"),
        (lambda o, t: values.get(o, t, ["system.name"]), f"{LONG_NAME}\n"),
    ],
    ids=["off", "source", "a long text"],
)
async def test_printed_results(
    projector: Simulator,
    capsys: pytest.CaptureFixture[str],
    command: Callable[[Output, Target], Awaitable[None]],
    printed: str,
) -> None:
    """Print what the command achieved; do not cut the only result."""
    projector.change("system.name", LONG_NAME)
    await command(Output(), target_of(projector))
    assert capsys.readouterr().out.endswith(printed)


async def test_source_that_takes_time(
    start_projector: StartProjector, run_json: Run
) -> None:
    """Print the selected source, not what is shown while the projector switches."""
    slow = await start_projector("balder_cs", state="on", speed=1.0)
    shown = await run_json(
        lambda output: power.select_source(output, target_of(slow), "DVI 1", limit=30)
    )
    assert shown["source"] == "DVI 1"


async def test_all_sources(
    start_projector: StartProjector, capsys: pytest.CaptureFixture[str]
) -> None:
    """Do not cut a long list of sources."""
    large = await start_projector("udx", state="on")
    await info.info(Output(), target_of(large))
    shown = " ".join(capsys.readouterr().out.split())
    assert [*large.device.model.sources][-1] in shown


async def test_watch_lost_projector(
    projector: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Say which projector is not reachable."""
    task = asyncio.create_task(
        watch.watch(Output(as_json=True), target_of(projector), [LASER])
    )
    printed = ""
    async with asyncio.timeout(60):
        while LASER not in printed:
            await asyncio.sleep(0.1)
            printed += capsys.readouterr().out
        projector.cut_mains()
        while "reachable" not in printed:
            await asyncio.sleep(1)
            printed += capsys.readouterr().out
    task.cancel()
    await asyncio.wait([task])
    projector.restore_mains()
    assert f"{projector.host}:{projector.port}" in printed


async def test_too_slow(start_projector: StartProjector) -> None:
    """Stop waiting after the limit, and close the connection."""
    slow = await start_projector("balder_cs", state="on", speed=1.0)
    with pytest.raises(CommandError, match="Last step: Cooling down") as error:
        await power.switch_off(Output(), target_of(slow), limit=1, wait=True)
    assert error.value.code is ExitCode.TIMEOUT
    await slow.wait_until(lambda: slow.counters.connections_open == 0)


async def test_wake(start_projector: StartProjector, run_json: Run) -> None:
    """Wake a projector in ECO mode by its MAC address, and switch it on."""
    asleep = await start_projector("hdr_cs", state="eco")
    target = target_of(asleep)
    packets = MagicPackets(target.address, asleep.model.mac, asleep.wake_port)
    shown = await run_json(
        lambda output: power.switch_on(
            output, target, packets=packets, limit=60, wait=True
        )
    )
    assert shown["state"] == "on"


async def test_watch(projector: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Print values at first, then each change, until the command is canceled."""
    task = asyncio.create_task(
        watch.watch(
            Output(as_json=True), target_of(projector), [LASER, "*.inlet.value"]
        )
    )
    lines: list[dict[str, Any]] = []

    async def until(name: str, value: object) -> None:
        async with asyncio.timeout(5):
            while not any(
                line["name"] == name and line["value"] == value for line in lines
            ):
                await asyncio.sleep(0)
                lines.extend(map(json.loads, capsys.readouterr().out.splitlines()))

    await until(LASER, 75)
    projector.change(LASER, 50)
    await until(LASER, 50)
    task.cancel()
    await asyncio.wait([task])
    assert "environment.temperature.inlet.value" in {line["name"] for line in lines}


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PulseAuthenticationError(), ExitCode.LOGIN, "refused the PIN"),
        (PulsePermissionError("no"), ExitCode.LOGIN, "--pin"),
        (PulseConnectionError(), ExitCode.UNREACHABLE, "Could not connect to host"),
        (PulseProtocolError(), ExitCode.UNREACHABLE, "not a Barco Pulse projector"),
        (PulseTimeoutError(), ExitCode.TIMEOUT, "did not respond in time"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors(error: Any, code: ExitCode, words: str) -> None:
    """Each error has an exit code, and says what to do."""
    found, text = explain(error, "host")
    assert found is code
    assert words in text


async def test_discover(start_projector: StartProjector, run_json: Run) -> None:
    """List what responds to a search."""
    found = await start_projector("balder_cs", web_port=0, ssdp_port=0)
    shown = await run_json(
        lambda output: discover(output, 1, (found.host, found.ssdp_port or 0))
    )
    [projector] = shown
    assert projector["host"] == "127.0.0.1"
    assert projector["model"] == "Balder CS"


async def test_discover_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Say what to check if nothing responds."""
    code = await discover(Output(), 1, ("127.0.0.1", 9))
    assert code is ExitCode.UNREACHABLE
    assert "SSDP" in capsys.readouterr().err


COMMANDS: dict[str, Callable[[Output, Target], Awaitable[object]]] = {
    "info": info.info,
    "watch": lambda output, target: watch.watch(output, target, []),
    "get": lambda output, target: values.get(output, target, ["system.state"]),
    "set": lambda output, target: values.set_value(output, target, LASER, "60"),
    "call": lambda output, target: values.call(output, target, SOURCES, None),
    "on": lambda output, target: power.switch_on(
        output,
        target,
        packets=MagicPackets(target.address, None, 9),
        limit=60,
        wait=True,
    ),
    "off": lambda output, target: power.switch_off(output, target, limit=60, wait=True),
    "source": lambda output, target: power.select_source(
        output, target, "HDMI", limit=60
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
async def test_nonsense(name: str) -> None:
    """Fail with an error of the client if a server answers nonsense."""

    async def talk(line: RawPeer) -> None:
        line.write(b"220 mail.example ESMTP\r\n")
        await line.closed()

    async with serve(talk) as port:
        target = Target(Address("127.0.0.1", port))
        with pytest.raises((PulseProtocolError, PulseTimeoutError)):
            await COMMANDS[name](Output(), target)
