"""List the modules that a pushed temperature passes: `python -m benchmarks.push_path`.

From the received bytes to the new state in Home Assistant, in order of the first call.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import sys
import tempfile
from types import CodeType

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback

from simulator import Simulator

from .ha_process import HomeAssistantProcess, home_assistant

_TOOL_ID = 3  # not reserved for debuggers, coverage or profilers
_INTEGRATION = "/custom_components/barco_pulse/"
_TEMPERATURE = "environment.temperature.inlet.value"
_SETTLE = 0.03  # seconds until all callbacks of a change have run


class CalledFunctions:
    """The called functions of the integration by module, in order of the first call."""

    def __init__(self) -> None:
        """Start without calls."""
        self.by_module: dict[str, list[str]] = {}

    def _on_start(self, code: CodeType, offset: int) -> object:
        _, found, module = code.co_filename.replace("\\", "/").rpartition(_INTEGRATION)
        if not found:
            return sys.monitoring.DISABLE
        functions = self.by_module.setdefault(module, [])
        if code.co_qualname not in functions:
            functions.append(code.co_qualname)
        return None

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record the calls while the context is entered."""
        monitoring = sys.monitoring
        events = monitoring.events.PY_START | monitoring.events.PY_RESUME
        monitoring.use_tool_id(_TOOL_ID, "benchmarks")
        for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
            monitoring.register_callback(_TOOL_ID, event, self._on_start)
        monitoring.set_events(_TOOL_ID, events)
        try:
            yield
        finally:
            monitoring.set_events(_TOOL_ID, 0)
            monitoring.free_tool_id(_TOOL_ID)


async def path_of_a_push(folder: Path) -> dict[str, list[str]]:
    """Return the functions that one pushed temperature calls, by module."""
    changed = asyncio.Event()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        changed.set()

    async with (
        home_assistant(folder) as hass,
        Simulator("balder_cs", state="on") as projector,
    ):
        ha = HomeAssistantProcess(hass)
        serial = str(projector.get("system.serialnumber"))
        host, port, pin = projector.host, projector.port, projector.pin
        await ha.add([{"host": host, "port": port, "pin": pin, "serial": serial}])
        hass.bus.async_listen(EVENT_STATE_CHANGED, note)
        functions = CalledFunctions()
        for temperature in (31.0, 32.0):  # the first one fills caches
            functions.by_module.clear()
            changed.clear()
            with functions.recording():
                projector.change(_TEMPERATURE, temperature)
                await changed.wait()
                await asyncio.sleep(_SETTLE)
        return functions.by_module


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(asyncio.run(path_of_a_push(Path(temporary))), indent=2))
