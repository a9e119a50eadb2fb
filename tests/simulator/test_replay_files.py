"""The files and the command line of a replay."""

import asyncio
from pathlib import Path

import pytest

from simulator import Recording, RecordingError, Replay
from simulator.__main__ import main, parse, run
from simulator.replay_control import ReplayConsole, greeting

from .client import DEADLINE, Client
from .recorded import StartReplay, closed, lines, opened


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ([], 'line 1 must have "barco_pulse_recording": 1'),
        (['{"barco_pulse_recording": 2}'], "line 1 must have"),
        (["[]"], "line 1 is not an object"),
        ([*lines([]), "{"], "line 2 is not JSON"),
        (lines([{"t": -1, "c": 1, "opened": "bare"}]), "line 2: t must be"),
        (lines([{"t": 10**400, "c": 1, "opened": "bare"}]), "line 2: t must be"),
        (lines([{"t": 0, "c": "1", "opened": "bare"}]), "line 2: c must be"),
        (lines([{"t": 0, "c": 1}]), "line 2 must have one of opened, sent"),
        (lines([{"t": 0, "c": 1, "sent": "x"}]), "line 2: sent must be an object"),
        (lines([{"t": 0, "c": 1, "closed": 5}]), "line 2: closed must be a text"),
    ],
)
def test_a_broken_file(broken: list[str], message: str, tmp_path: Path) -> None:
    """The error names the file and the line."""
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join(broken), "utf-8")
    with pytest.raises(RecordingError) as raised:
        Recording.load(path)
    assert str(raised.value).startswith(f"{path} is not a recording: {message}")


def test_a_truncated_file() -> None:
    """The last line may say that the recorder stopped early."""
    assert not Recording.parse(lines(opened(0))).truncated
    events = [*opened(5), *closed(4)]
    recording = Recording.parse([*lines(events), '{"truncated": true}', ""])
    assert recording.truncated
    assert [(event.at, event.kind) for event in recording.events] == [
        (5, "opened"),
        (5, "closed"),  # time does not run backwards
    ]


@pytest.mark.parametrize("content", [None, b"\xff", b"{}"])
def test_a_wrong_file(
    content: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command line prints one line without a traceback."""
    path = tmp_path / "file.jsonl"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr("sys.argv", ["simulator", "--replay", str(path)])
    assert main() == 1
    message = capsys.readouterr().err
    assert message.startswith("simulator: ")
    assert message.count("\n") == 1


async def test_the_command_line(tmp_path: Path) -> None:
    """It says what is replayed, accepts commands, and reports in the end."""
    path = tmp_path / "file.jsonl"
    path.write_text("\n".join(lines([*opened(0), *closed(90)])), "utf-8")
    said: asyncio.Queue[str] = asyncio.Queue()
    options = parse(["--replay", str(path), "--port", "0", "--control-port", "0"])
    running = asyncio.create_task(run(options, said.put_nowait))
    async with asyncio.timeout(DEADLINE):
        line, control = await said.get(), await said.get()
        assert line.startswith("recording of 2026-11-29T20:00:00+00:00 (90 s) listens")
        port = int(control.removeprefix("control port "))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"quit\n")
        assert await reader.read() == b"bye\n\n"
        await running
        writer.close()
    assert await said.get() == "all requests were recorded"


async def test_hostile_texts() -> None:
    """No control characters reach the terminal, and surrogates do not end the replay."""
    header = '{"barco_pulse_recording": 1, "created": ["\\u001b[31m\\u009b"]}'
    texts = [{"t": 0, "c": 1, "received_text": "\ud800\n"}]
    recording = Recording.parse([header, *lines([*opened(0), *texts])[1:]])
    async with Replay(recording) as replay, Client(replay) as client:
        assert greeting(replay).isprintable()
        assert await client.read_until(b"\n") == b"?\n"


async def test_commands(play: StartReplay) -> None:
    """The console shows the position and what was not recorded, and wakes."""
    console = ReplayConsole(await play([*opened(0), *closed(90)]))
    async with Client(console.replay) as client:
        await client.error("x.y")
    answers = {
        line: console.run(line) for line in ("position", "wake", "x", "", "help")
    }
    assert answers.pop("help").startswith("unrecorded: show the requests")
    assert answers == {
        "position": "0.0 of 90.0 s",
        "wake": "not woken",
        "x": "unknown command 'x'; try help",
        "": "",
    }
    assert console.run("unrecorded").endswith("\n1 x.y")
