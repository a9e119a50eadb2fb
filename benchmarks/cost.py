"""How many bytecode instructions a message costs: `python -m benchmarks.cost`.

Exact and alike on every machine with the same Python and Home Assistant, so that a
test can hold it. It sees what runs as Python in the integration and in Home Assistant;
it does not see the time inside of C (orjson, regular expressions, dictionaries), the
event loop, the kernel, memory, nor waiting.
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
from .home import Home, home_assistant

BUDGET = Path(__file__).parent / "budget.json"

_TOOL = 3  # none of those that debuggers, coverage and profilers take
_COUNTED = ("/custom_components/barco_pulse/", "/homeassistant/")
_TIMES = 10
_REST = 0.03  # seconds until nothing is left to do


class Instructions:
    """Counts the instructions of the integration and of Home Assistant."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self.count = 0
        self._counted: dict[CodeType, bool] = {}

    def _note(self, code: CodeType, offset: int) -> object:
        counted = self._counted.get(code)
        if counted is None:
            name = code.co_filename.replace("\\", "/")
            counted = self._counted[code] = any(part in name for part in _COUNTED)
        if not counted:
            return sys.monitoring.DISABLE
        self.count += 1
        return None

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what runs within."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, "benchmarks")
        event = monitoring.events.INSTRUCTION
        monitoring.register_callback(_TOOL, event, self._note)
        monitoring.set_events(_TOOL, event)
        try:
            yield
        finally:
            monitoring.set_events(_TOOL, 0)
            monitoring.register_callback(_TOOL, event, None)
            monitoring.free_tool_id(_TOOL)


def decoding(chunk: bytes, messages: int) -> int:
    """Return the cost of decoding one of so many messages in a chunk."""
    instructions = Instructions()
    decoder = MessageDecoder(lambda message: None)
    with instructions.counting():
        for _ in range(_TIMES):
            decoder.feed(chunk)
    return instructions.count // (_TIMES * messages)


async def request() -> int:
    """Return the cost of a request and its answer."""
    instructions = Instructions()
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = PulseClient("127.0.0.1", port, framing=Framing.BARE)
        await client.connect()
        with instructions.counting():
            for _ in range(_TIMES):
                await client.request("property.get", {"property": "system.state"})
        await client.disconnect()
    return instructions.count // _TIMES


async def push(home: Home, projector: Simulator, changed: asyncio.Event) -> int:
    """Return the cost of one push, up to the state."""
    instructions = Instructions()
    with instructions.counting():
        for number in range(_TIMES):
            changed.clear()
            projector.change("image.brightness", (number + 1) / 100)
            await changed.wait()
            await asyncio.sleep(_REST)
    return instructions.count // _TIMES


async def action(home: Home, projector: Simulator, changed: asyncio.Event) -> int:
    """Return the cost of one action, up to the projector, its push and the state."""
    instructions = Instructions()
    serial = str(projector.get("system.serialnumber"))
    with instructions.counting():
        for number in range(_TIMES):
            changed.clear()
            value = (number + 1) / 100
            await home.act(serial, "number.contrast", "set_value", {"value": value})
            await changed.wait()
            await asyncio.sleep(_REST)
    return instructions.count // _TIMES


async def _moved_in(folder: Path) -> dict[str, int]:
    changed = asyncio.Event()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        changed.set()

    async with (
        home_assistant(folder) as hass,
        Simulator("balder_cs", state="on", speed=1000.0) as projector,
    ):
        home = Home(hass)
        serial = str(projector.get("system.serialnumber"))
        host, port, pin = projector.host, projector.port, projector.pin
        await home.add([{"host": host, "port": port, "pin": pin, "serial": serial}])
        hass.bus.async_listen(EVENT_STATE_CHANGED, note)
        found = {}
        for what, cost in (
            ("push to state", push),
            ("action to projector and back", action),
        ):
            await cost(home, projector, changed)  # what is only done once
            found[what] = await cost(home, projector, changed)
        return found


async def costs() -> dict[str, int]:
    """Return the instructions of each."""
    message = a_message(1000)
    found = {
        "decoding, one message per chunk": decoding(message, 1),
        "decoding, 64 messages per chunk": decoding(message * 64, 64),
        "request and answer": await request(),
    }
    with tempfile.TemporaryDirectory() as folder:
        return found | await _moved_in(Path(folder))


if __name__ == "__main__":
    counted = asyncio.run(costs())
    if sys.argv[1:] == ["--write"]:
        BUDGET.write_text(json.dumps(counted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(counted, indent=2))
