"""The cost of each message, equal on every machine."""

import asyncio
from asyncio.subprocess import PIPE
import json
import sys

import pytest

from benchmarks.cost import BUDGET
from benchmarks.subprocess_rpc import REPOSITORY

_LEEWAY = 1.05


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 14), reason="counted in the bytecode of Python 3.14"
)
@pytest.mark.real_clock
async def test_budget() -> None:
    """Stay within the budget. To change it: `python -m benchmarks.cost --write`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.cost"), cwd=REPOSITORY, stdout=PIPE
    )
    output, _ = await process.communicate()
    costs = json.loads(output)
    budget = json.loads(BUDGET.read_text(encoding="utf-8"))

    assert costs.keys() == budget.keys()
    dearer = {
        what: cost for what, cost in costs.items() if cost > budget[what] * _LEEWAY
    }
    assert dearer == {}, f"the budget is {budget}"
