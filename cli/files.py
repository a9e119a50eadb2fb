"""The commands `report` and `record`."""

import asyncio
from collections.abc import Iterable, Mapping
import json
from pathlib import Path
from typing import Any, Final

from aiobarcopulse import (
    ConnectionLog,
    JsonValue,
    PulseError,
    Recorder,
    Redactor,
    Snapshot,
    build_report,
)

from .errors import CommandError, ExitCode
from .output import Output
from .target import Target, running

_SHOW_INTERVAL: Final = 0.5  # seconds


async def report(output: Output, target: Target, path: Path) -> None:
    """Write everything about a projector to a file, without private data.

    If it cannot be reached, write what was tried. Raises PulseError then.
    """
    _check_writable(path)
    log = ConnectionLog()
    private = _private(target)
    try:
        with output.steps(f"Connecting to {target.address}") as step:
            async with target.connected(trace=log) as projector:
                step.at("Reading everything")
                data = await build_report(projector, {"entry": private})
    except PulseError as error:
        redactor = Redactor(None, private)
        attempts = log.attempts(redactor)
        data = {
            "entry": redactor.redact_mapping(private),
            "errors": [redactor.redact(repr(error))],
            "attempts": attempts,
        }
        _write_json(path, data)
        output.note(f"Wrote {path}, which says what was tried.")
        raise
    _write_json(path, data)
    refused = data["refused"]
    output.result(
        {"file": str(path), "refused": refused},
        f"Wrote {path}."
        + (f" {len(refused)} requests were refused." if refused else ""),
    )


async def record(
    output: Output, target: Target, path: Path, seconds: float | None
) -> None:
    """Record the messages of a projector, by default until Ctrl-C.

    Raises PulseError after the file was written if there was never a connection.
    """
    _check_writable(path)
    recorder = Recorder(_private(target))
    projector = target.projector(trace=recorder, default_names=_everything)
    try:
        with output.steps("Recording until Ctrl-C. Do now what goes wrong") as step:
            async with running(projector), asyncio.timeout(seconds):
                while not recorder.truncated:
                    await asyncio.sleep(_SHOW_INTERVAL)
                    if step.is_live:
                        step.at(f"Recording until Ctrl-C, {recorder.messages} messages")
    except TimeoutError:
        pass  # the recording is over
    finally:
        await projector.stop()
        _write(path, recorder)
        count = recorder.messages
        plural = "" if count == 1 else "s"
        written = f"Wrote {count} message{plural} to {path}."
        if projector.identity is None and projector.snapshot.error is not None:
            output.note(written)
            raise projector.snapshot.error
        output.result({"file": str(path), "messages": count}, written)


def _everything(snapshot: Snapshot) -> Iterable[str]:
    """Return all properties and lists: the fault may be in any of them."""
    lists = (
        name
        for name, parameters in snapshot.methods.items()
        if not parameters and name.rpartition(".")[2].startswith("list")
    )
    return (*snapshot.properties, *lists)


def _private(target: Target) -> Mapping[str, JsonValue]:
    """Return the private data that were entered."""
    entered: dict[str, JsonValue] = {"host": target.address.host}
    if target.pin:
        entered["pin"] = target.pin
    if target.login:
        entered |= {
            "username": target.login.username,
            "password": target.login.password,
        }
    return entered


def _write_json(path: Path, data: Any) -> None:
    try:
        path.write_text(
            json.dumps({"data": data}, indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
    except OSError as error:
        raise _not_written(path, error) from error


def _write(path: Path, recorder: Recorder) -> None:
    try:
        recorder.write(path)
    except OSError as error:
        raise _not_written(path, error) from error


def _check_writable(path: Path) -> None:
    """Find out before the work, not after it. Raises CommandError."""
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> CommandError:
    return CommandError(ExitCode.USAGE, f"Could not write {path}: {error.strerror}.")
