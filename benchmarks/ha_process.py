"""A subprocess with one real Home Assistant core.

It has registries, storage and an event loop, but not the other default integrations
(frontend, recorder and others).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
import gc
from pathlib import Path
import socket
import tempfile
import time
from types import MappingProxyType
from typing import Any

from homeassistant import auth, bootstrap, loader, runner
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import ulid as ulid_util

from custom_components.barco_pulse.const import (
    DOMAIN,
    ENTRY_MINOR_VERSION,
    ENTRY_VERSION,
)

from .subprocess_rpc import serve_commands

_PLATFORMS = (
    "binary_sensor",
    "button",
    "event",
    "image",
    "media_player",
    "number",
    "remote",
    "select",
    "sensor",
    "switch",
)


class MeasuredLoop(asyncio.SelectorEventLoop):
    """An event loop that measures its longest iteration.

    It measures CPU time of the thread, because wall time depends on other programs.
    Garbage collection is subtracted: it visits all objects of Home Assistant and can
    occur in any iteration. Measuring is off by default, because it takes time itself.
    """

    measures = False
    longest = 0.0
    collecting = 0.0
    """CPU seconds of garbage collection since the start."""

    def __init__(self) -> None:
        """Initialize, and measure garbage collection."""
        super().__init__()
        gc.callbacks.append(self._note_collection)

    def _note_collection(self, phase: str, info: object) -> None:
        now = time.thread_time()
        self.collecting += now if phase == "stop" else -now

    def _run_once(self) -> None:
        if not self.measures:
            super()._run_once()  # type: ignore[misc]
            return
        began = time.thread_time() - self.collecting
        super()._run_once()  # type: ignore[misc]
        took = time.thread_time() - self.collecting - began
        self.longest = max(self.longest, took)


@asynccontextmanager
async def home_assistant(folder: Path) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant core with an empty configuration folder."""
    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth.auth_manager_from_config(hass, [], [])
    # Every installation has the HTTP server; here it listens on loopback only.
    http = {"http": {"server_host": ["127.0.0.1"], "server_port": _free_port()}}
    for component in ("homeassistant", "http", *_PLATFORMS):
        if not await async_setup_component(hass, component, http):
            raise RuntimeError(f"Home Assistant cannot set {component} up")
    await hass.async_start()
    yield hass  # Not stopped: the files it writes at the end are not needed.


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def entry_of(projector: Mapping[str, Any]) -> ConfigEntry[Any]:
    """Return a config entry as the config flow creates it."""
    return ConfigEntry(
        data={
            CONF_HOST: projector["host"],
            CONF_PORT: projector["port"],
            CONF_PIN: projector["pin"],
        },
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        entry_id=ulid_util.ulid_now(),
        minor_version=ENTRY_MINOR_VERSION,
        options={},
        source=SOURCE_USER,
        subentries_data=None,
        title=f"Projector {projector['serial']}",
        unique_id=projector["serial"],
        version=ENTRY_VERSION,
    )


class HomeAssistantProcess:
    """The commands for a Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Record when each state changes."""
        self._hass = hass
        self._changed_at: dict[str, int] = {}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    @callback
    def _note(self, event: Event[EventStateChangedData]) -> None:
        self._changed_at[event.data["entity_id"]] = time.monotonic_ns()

    async def add(self, projectors: Sequence[Mapping[str, Any]]) -> list[float]:
        """Set up projectors one after the other; return the seconds of each."""
        seconds = []
        for projector in projectors:
            entry = entry_of(projector)
            began = time.monotonic()
            await self._hass.config_entries.async_add(entry)
            await self._hass.async_block_till_done()
            seconds.append(time.monotonic() - began)
            if entry.state is not ConfigEntryState.LOADED:
                raise RuntimeError(f"Not set up: {entry.state} {entry.reason}")
        return seconds

    async def entities(self) -> int:
        """Return the number of entities with a state."""
        return len(self._hass.states.async_entity_ids())

    async def cpu(self) -> tuple[float, float]:
        """Return the CPU seconds used since the start, and those of garbage collection."""
        loop = self._hass.loop
        assert isinstance(loop, MeasuredLoop)
        return time.process_time(), loop.collecting

    async def memory(self) -> int:
        """Return the resident memory of this process in kilobytes (1,000 bytes)."""
        gc.collect()
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 // 1000

    async def start_measuring(self) -> None:
        """Start measuring the longest iteration of the event loop."""
        loop = self._hass.loop
        assert isinstance(loop, MeasuredLoop)
        loop.longest, loop.measures = 0.0, True

    async def stop_measuring(self) -> float:
        """Stop measuring; return the CPU seconds of the longest iteration."""
        loop = self._hass.loop
        assert isinstance(loop, MeasuredLoop)
        loop.measures = False
        return loop.longest

    async def collection(self) -> float:
        """Return the CPU seconds of one full garbage collection."""
        began = time.thread_time()
        gc.collect()
        return time.thread_time() - began

    async def changed_at(self, serial: str, name: str) -> int | None:
        """Return when a state changed last, in ns of the monotonic clock."""
        return self._changed_at.pop(self._entity_id(serial, name), None)

    async def call_action(
        self, serial: str, name: str, action: str, data: dict[str, Any]
    ) -> int:
        """Call an action and wait for its end; return the start, in ns."""
        target = {"entity_id": self._entity_id(serial, name)}
        called = time.monotonic_ns()
        await self._hass.services.async_call(
            name.partition(".")[0], action, data | target, blocking=True
        )
        return called

    def _entity_id(self, serial: str, name: str) -> str:
        platform, _, key = name.partition(".")
        entity_id = er.async_get(self._hass).async_get_entity_id(
            platform, DOMAIN, f"{serial}_{key}"
        )
        assert entity_id is not None
        return entity_id


async def main(folder: Path) -> None:
    """Serve commands until standard input is closed."""
    async with home_assistant(folder) as hass:
        ha = HomeAssistantProcess(hass)
        await serve_commands(
            ha.add,
            ha.entities,
            ha.cpu,
            ha.memory,
            ha.start_measuring,
            ha.stop_measuring,
            ha.collection,
            ha.changed_at,
            ha.call_action,
        )


def _loop() -> asyncio.AbstractEventLoop:
    loop = MeasuredLoop()
    runner.configure_event_loop(loop)
    return loop


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(main(Path(scratch)), loop_factory=_loop)
