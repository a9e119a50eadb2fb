"""Test what the README of the package promises."""

from pathlib import Path
import re
import runpy

import pytest

from cli.app import app
from cli.errors import ExitCode
from tests.conftest import StartProjector

from .conftest import ROOT

README = (ROOT / "cli/README.md").read_text()


def test_commands_and_exit_codes() -> None:
    """The README lists all commands and all exit codes."""
    commands = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    assert (
        set(re.findall(r"^\| `(\w+)(?: HOST.*?)?` \|", README, re.MULTILINE))
        >= commands
    )
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert codes == set(ExitCode)


async def test_example(
    start_projector: StartProjector,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The example connects, watches and switches a projector in at most 15 lines."""
    projector = await start_projector("balder_cs", state="ready", pin="12345")
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    body = code.partition("async def main")[2]
    assert len([line for line in body.splitlines() if line.strip()]) <= 15
    code = code.replace('"192.0.2.10"', f'"{projector.host}", {projector.port}')
    code = code.replace("asyncio.run(main())", "")
    (tmp_path / "example.py").write_text(code)
    await runpy.run_path(str(tmp_path / "example.py"))["main"]()
    assert projector.state in ("on", "conditioning")
    assert "warming" in capsys.readouterr().out
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
