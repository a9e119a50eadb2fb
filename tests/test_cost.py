"""The cost of each message, equal on every machine."""

import asyncio
from asyncio.subprocess import PIPE
import json
import sys
from typing import Any

import pytest

from benchmarks.cost import BUDGET
from benchmarks.subprocess_rpc import REPOSITORY

_LEEWAY = 1.05
_MAX_MODULES = 12


async def _output_of(module: str) -> dict[str, Any]:
    """Run a benchmark in a process of its own; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), cwd=REPOSITORY, stdout=PIPE
    )
    output, _ = await process.communicate()
    printed: dict[str, Any] = json.loads(output)
    return printed


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 14), reason="counted in the bytecode of Python 3.14"
)
@pytest.mark.real_clock
async def test_budget() -> None:
    """Stay within the budget. To change it: `python -m benchmarks.cost --write`."""
    costs = await _output_of("benchmarks.cost")
    budget = json.loads(BUDGET.read_text(encoding="utf-8"))

    assert costs.keys() == budget.keys()
    dearer = {
        what: cost for what, cost in costs.items() if cost > budget[what] * _LEEWAY
    }
    assert dearer == {}, f"the budget is {budget}"


@pytest.mark.real_clock
async def test_a_pushed_temperature_passes_few_modules() -> None:
    """Pass at most 12 modules from the received bytes to the new state."""
    modules = await _output_of("benchmarks.push_path")

    assert {"pulse/connection.py", "entity.py"} <= modules.keys()
    assert len(modules) <= _MAX_MODULES, [*modules]
