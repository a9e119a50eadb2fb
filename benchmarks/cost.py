"""Count the bytecode instructions of a message: `python -m benchmarks.cost`.

The counts are exact and equal on every machine with the same Python and Home
Assistant, so that a test can check them. They cover the Python code of the integration
and of Home Assistant, but not the time in C code (orjson, regular expressions), the
event loop, the kernel, memory, or waiting.
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

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.decoder import MessageDecoder
from custom_components.barco_pulse.pulse.protocol import Framing
from simulator import Simulator

from .decoding import a_message
from .echo import Echo
from .ha_process import HomeAssistantProcess, home_assistant

BUDGET = Path(__file__).parent / "budget.json"

_TOOL_ID = 3  # not reserved for debuggers, coverage or profilers
_COUNTED_PATHS = ("/custom_components/barco_pulse/", "/homeassistant/")
_REPEATS = 10
_SETTLE = 0.03  # seconds until all callbacks of a change have run


class Instructions:
    """A counter of instructions in the integration and in Home Assistant."""

    def __init__(self) -> None:
        """Initialize the counter with 0."""
        self.count = 0
        self._counted: dict[CodeType, bool] = {}

    def _on_instruction(self, code: CodeType, offset: int) -> object:
        counted = self._counted.get(code)
        if counted is None:
            name = code.co_filename.replace("\\", "/")
            counted = self._counted[code] = any(part in name for part in _COUNTED_PATHS)
        if not counted:
            return sys.monitoring.DISABLE
        self.count += 1
        return None

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the instructions while the context is entered."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL_ID, "benchmarks")
        event = monitoring.events.INSTRUCTION
        monitoring.register_callback(_TOOL_ID, event, self._on_instruction)
        monitoring.set_events(_TOOL_ID, event)
        try:
            yield
        finally:
            monitoring.set_events(_TOOL_ID, 0)
            monitoring.register_callback(_TOOL_ID, event, None)
            monitoring.free_tool_id(_TOOL_ID)


def decoding(chunk: bytes, messages: int) -> int:
    """Return the instructions per message of decoding a chunk of `messages`."""
    instructions = Instructions()
    decoder = MessageDecoder(lambda message: None)
    with instructions.counting():
        for _ in range(_REPEATS):
            decoder.feed(chunk)
    return instructions.count // (_REPEATS * messages)


async def request() -> int:
    """Return the instructions of a request and its response."""
    instructions = Instructions()
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = PulseClient("127.0.0.1", port, framing=Framing.RAW)
        await client.connect()
        with instructions.counting():
            for _ in range(_REPEATS):
                await client.request("property.get", {"property": "system.state"})
        await client.disconnect()
    return instructions.count // _REPEATS


async def push(
    ha: HomeAssistantProcess, projector: Simulator, changed: asyncio.Event
) -> int:
    """Return the instructions of a pushed value, up to the state change."""
    instructions = Instructions()
    with instructions.counting():
        for number in range(_REPEATS):
            changed.clear()
            projector.change("image.brightness", (number + 1) / 100)
            await changed.wait()
            await asyncio.sleep(_SETTLE)
    return instructions.count // _REPEATS


async def action(
    ha: HomeAssistantProcess, projector: Simulator, changed: asyncio.Event
) -> int:
    """Return the instructions of an action, up to the resulting state change."""
    instructions = Instructions()
    serial = str(projector.get("system.serialnumber"))
    with instructions.counting():
        for number in range(_REPEATS):
            changed.clear()
            value = (number + 1) / 100
            await ha.call_action(
                serial, "number.contrast", "set_value", {"value": value}
            )
            await changed.wait()
            await asyncio.sleep(_SETTLE)
    return instructions.count // _REPEATS


async def _entity_costs(folder: Path) -> dict[str, int]:
    changed = asyncio.Event()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        changed.set()

    async with (
        home_assistant(folder) as hass,
        Simulator("balder_cs", state="on", speed=1000.0) as projector,
    ):
        ha = HomeAssistantProcess(hass)
        serial = str(projector.get("system.serialnumber"))
        host, port, pin = projector.host, projector.port, projector.pin
        await ha.add([{"host": host, "port": port, "pin": pin, "serial": serial}])
        hass.bus.async_listen(EVENT_STATE_CHANGED, note)
        found = {}
        for what, cost in (
            ("push to state", push),
            ("action to projector and back", action),
        ):
            await cost(ha, projector, changed)  # the first one fills caches
            found[what] = await cost(ha, projector, changed)
        return found


async def costs() -> dict[str, int]:
    """Return the instructions by kind of message."""
    message = a_message(1000)
    found = {
        "decoding, one message per chunk": decoding(message, 1),
        "decoding, 64 messages per chunk": decoding(message * 64, 64),
        "request and answer": await request(),
    }
    with tempfile.TemporaryDirectory() as folder:
        return found | await _entity_costs(Path(folder))


if __name__ == "__main__":
    counted = asyncio.run(costs())
    if sys.argv[1:] == ["--write"]:
        BUDGET.write_text(json.dumps(counted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(counted, indent=2))
