"""(h) Time to import the integration, without the modules of Home Assistant."""

import asyncio
from asyncio.subprocess import PIPE
import json
import statistics
import sys

from .metric import Metric, Report
from .subprocess_rpc import REPOSITORY

_PACKAGE = "custom_components.barco_pulse"
# The first process finds the modules of Home Assistant that the integration imports.
# The second one imports them, then measures the import of the integration.
_FIND_MODULES = f"""
import importlib, json, pkgutil, sys
package = importlib.import_module({_PACKAGE!r})
ours = [module.name for module in pkgutil.iter_modules(package.__path__)]
for name in ours:
    importlib.import_module({_PACKAGE!r} + "." + name)
theirs = [name for name in sys.modules if name.partition(".")[0] == "homeassistant"]
print(json.dumps([ours, theirs]))
"""
_MEASURE = f"""
import importlib, sys, time
ours, theirs = __import__("json").load(sys.stdin)
for name in theirs:
    importlib.import_module(name)
began = time.perf_counter()
for name in ours:
    importlib.import_module({_PACKAGE!r} + "." + name)
print(time.perf_counter() - began)
"""


async def run(*, quick: bool) -> Report:
    """Measure the milliseconds, with cached bytecode."""
    modules_json = await _run_python(_FIND_MODULES)
    seconds = [
        float(await _run_python(_MEASURE, modules_json))
        for _ in range(1 if quick else 9)
    ]
    modules = len(json.loads(modules_json)[0])
    milliseconds = statistics.median(seconds) * 1000
    return Report([Metric("h", f"Import of all {modules} modules", milliseconds, "ms")])


async def _run_python(program: str, stdin: str = "") -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), cwd=REPOSITORY, stdin=PIPE, stdout=PIPE
    )
    output, _ = await process.communicate(stdin.encode())
    if process.returncode:
        raise RuntimeError("The integration could not be imported")
    return output.decode()
