"""Test the commands that write files: `report` and `record`."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from pathlib import Path
from typing import Any

from aiobarcopulse import LASER_POWER, PulseConnectionError
from homeassistant.core import HomeAssistant
import pytest

from cli import files
from cli.errors import CommandError, ExitCode
from cli.output import Output
from cli.target import Address, Target
from simulator import Replay
from simulator.diagnostics import from_diagnostics
from simulator.simulator import Simulator
from tests.conftest import Home, StartProjector
from tests.test_recordings import entry_of, is_optional

PIN = "71236"


@pytest.fixture
async def projector(start_projector: StartProjector) -> Simulator:
    """Return a projector that is on and has a name of its own."""
    return await start_projector(
        "balder_cs", state="on", pin=PIN, values={"system.name": "Salon bleu"}
    )


def target_of(projector: Simulator) -> Target:
    """Return the target of a simulated projector, with its PIN."""
    return Target(Address(projector.host, projector.port), PIN)


def private_texts(projector: Simulator) -> list[str]:
    """Return what no file may contain."""
    names = ("system.serialnumber", "system.name", "network.device.lan.hwaddress")
    return [PIN, *(str(projector.get(name)) for name in names)]


def assert_private(text: str, projector: Simulator) -> None:
    """Check that a text contains nothing private."""
    assert [private for private in private_texts(projector) if private in text] == []


async def test_report(projector: Simulator, tmp_path: Path) -> None:
    """Write a report that the simulator can use, without private data."""
    path = tmp_path / "report.json"
    await files.report(Output(), target_of(projector), path)
    assert_private(path.read_text(), projector)
    model = from_diagnostics(path)
    assert model.name == "Balder CS"
    assert {"system.state", LASER_POWER} <= model.properties.keys()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_report_lists_what_was_refused(
    projector: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Write what was answered, and list what was not."""
    path = tmp_path / "report.json"
    projector.faults.methods = ("image.source.list", "environment.*")
    projector.faults.error = -32000
    await files.report(Output(as_json=True), target_of(projector), path)
    data = json.loads(path.read_text())["data"]
    assert data["values"]["system.state"] == "on"
    assert any("image.source.list" in name for name in data["refused"])
    assert json.loads(capsys.readouterr().out)["refused"] == data["refused"]


async def test_report_without_connection(tmp_path: Path) -> None:
    """Write what was tried if the projector cannot be reached."""
    path = tmp_path / "report.json"
    with pytest.raises(PulseConnectionError):
        await files.report(Output(), Target(Address("127.0.0.1", 1), PIN), path)
    data = json.loads(path.read_text())["data"]
    assert data["attempts"]
    assert PIN not in path.read_text()


async def test_record(projector: Simulator, tmp_path: Path) -> None:
    """Record messages until the command is canceled, without private data."""
    path = tmp_path / "recording.jsonl"
    task = asyncio.create_task(files.record(Output(), target_of(projector), path, None))
    await projector.wait_until(lambda: projector.counters.requests["introspect"] > 0)
    task.cancel()
    await asyncio.wait([task])
    text = path.read_text()
    assert_private(text, projector)
    header, *events = map(json.loads, text.splitlines())
    assert header["barco_pulse_recording"] == 1
    kinds = {kind for event in events for kind in event.keys() - {"t", "c"}}
    assert {"opened", "sent", "received", "closed"} <= kinds
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_record_for_some_seconds(projector: Simulator, tmp_path: Path) -> None:
    """Record the pushed changes, and stop by itself."""
    path = tmp_path / "recording.jsonl"
    task = asyncio.create_task(files.record(Output(), target_of(projector), path, 5))
    await projector.wait_until(lambda: projector.counters.connections_open == 1)
    await asyncio.sleep(1)  # the clock of the loop jumps there
    projector.change(LASER_POWER, 50)
    await task
    events: list[dict[str, Any]] = [*map(json.loads, path.read_text().splitlines())]
    pushed = [
        event["received"]["params"]
        for event in events
        if event.get("received", {}).get("method") == "property.changed"
    ]
    assert {LASER_POWER: 50} in [entry for push in pushed for entry in push["property"]]


async def test_recording_in_home_assistant(
    hass: HomeAssistant, projector: Simulator, tmp_path: Path
) -> None:
    """Show in Home Assistant what the command line recorded."""
    path = tmp_path / "recording.jsonl"
    task = asyncio.create_task(files.record(Output(), target_of(projector), path, 20))
    await projector.wait_until(lambda: projector.counters.requests["introspect"] > 5)
    await asyncio.sleep(2)
    projector.power_off()
    await task
    async with Replay(path) as replay:
        entry = entry_of(replay)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        home = Home(hass, projector, entry)
        assert home.value("select.source") == "HDMI"
        await home.until("media_player.projector", "off")
        commands = [name for name in replay.unrecorded if not is_optional(name)]
        assert commands == []
        assert await hass.config_entries.async_remove(entry.entry_id)


async def test_record_without_connection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Write the attempts, and fail if there was no connection."""
    path = tmp_path / "recording.jsonl"
    target = Target(Address("127.0.0.1", 1), PIN)
    with pytest.raises(PulseConnectionError):
        await files.record(Output(), target, path, 5)
    assert "Wrote 0 messages" in capsys.readouterr().err
    assert "barco_pulse_recording" in path.read_text()


@pytest.mark.parametrize(
    "command",
    [
        files.report,
        lambda output, target, path: files.record(output, target, path, 5),
    ],
    ids=["report", "record"],
)
async def test_file_that_cannot_be_written(
    projector: Simulator,
    tmp_path: Path,
    command: Callable[[Output, Target, Path], Awaitable[None]],
) -> None:
    """Say which file cannot be written, before anything is read or recorded."""
    path = tmp_path / "missing" / "report.json"
    with pytest.raises(CommandError, match=r"Could not write .*report\.json") as error:
        await command(Output(), target_of(projector), path)
    assert error.value.code is ExitCode.USAGE
    assert projector.counters.connections_opened == 0
