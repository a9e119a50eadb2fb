"""(h) Importing the integration, beyond what Home Assistant has imported already."""

import asyncio
from asyncio.subprocess import PIPE
import json
import statistics
import sys

from .children import REPOSITORY
from .figure import Figure, Report

_PACKAGE = "custom_components.barco_pulse"
# First all of it, to learn which of Home Assistant's modules it needs; then, in
# another process, these, and what is left to do.
_WHICH = f"""
import importlib, json, pkgutil, sys
package = importlib.import_module({_PACKAGE!r})
ours = [module.name for module in pkgutil.iter_modules(package.__path__)]
for name in ours:
    importlib.import_module({_PACKAGE!r} + "." + name)
theirs = [name for name in sys.modules if name.partition(".")[0] == "homeassistant"]
print(json.dumps([ours, theirs]))
"""
_HOW_LONG = f"""
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
    """Return milliseconds, with bytecode that is there already."""
    needed = await _python(_WHICH)
    seconds = [
        float(await _python(_HOW_LONG, needed)) for _ in range(1 if quick else 9)
    ]
    modules = len(json.loads(needed)[0])
    milliseconds = statistics.median(seconds) * 1000
    return Report([Figure("h", f"Import of all {modules} modules", milliseconds, "ms")])


async def _python(program: str, words: str = "") -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), cwd=REPOSITORY, stdin=PIPE, stdout=PIPE
    )
    output, _ = await process.communicate(words.encode())
    if process.returncode:
        raise RuntimeError("It could not be imported")
    return output.decode()
