"""One fault at one moment, with the assertions after its end."""

import asyncio
from collections.abc import Callable
import contextlib
from datetime import timedelta
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.storage import ProjectorStore
from simulator import Simulator
from simulator.traffic import Record
from tests.common import open_sockets
from tests.conftest import Home, logged, make_entry, wait_until

from .fault_table import LASER, Fault, give_pin
from .peers import Peer

PROJECTOR: Final = "media_player.projector"
DIMMER: Final = "number.laser_power"

MAX_RECOVERY: Final = 1.5
"""Seconds to recover. The real limit is 15 s; all waits are shortened more than this."""

MOMENTS: Final = {
    "set-up": None,
    "connect": None,
    "authentication": b'"authenticate"',
    "discovery": b'"introspect"',
    "subscribe": b'"property.subscribe"',
    "idle": None,
    "command": b'"property.set"',
    "resync": b'"property.get"',
    "unload": b'"property.set"',
}
"""The moments, with the request during which the fault starts."""

_CONNECTING: Final = ("connect", "authentication", "discovery", "subscribe")
_COMMANDING: Final = ("command", "unload")


class FaultCase:
    """One fault at one moment, with a Home Assistant of its own."""

    def __init__(
        self,
        hass: HomeAssistant,
        projector: Simulator,
        peer: Peer,
        fault: Fault,
        moment: str,
        caplog: pytest.LogCaptureFixture,
        **options: Any,
    ) -> None:
        """Initialize without setting up; `options` are those of the entry."""
        self.hass = hass
        self.projector = projector
        self.peer = peer
        entry = make_entry(projector)
        self.home = Home(hass, projector, entry)
        self._options = options
        self.fault = fault
        self.moment = moment
        self._caplog = caplog
        self._tasks = asyncio.all_tasks()
        self._sockets = open_sockets()
        self._lost: set[str] = set()
        self._error_reported = False
        self._other: PulseClient | None = None

    async def run(self) -> str:
        """Run the case; return the text for the table."""
        self._other = await self.fault.occupy(self.home)
        self.home.entry.add_to_hass(self.hass)
        store = ProjectorStore(self.hass, self.home.entry.entry_id)
        await store.async_save({"framing": self.peer.framing})
        self.hass.config_entries.async_update_entry(
            self.home.entry, options=self._options
        )
        if self.moment == "set-up":
            self.fault.start(self.home)
        await self._load()
        stop = self._listen()
        if self.moment == "unload":
            await self._unload_during_fault()
        elif self.moment != "set-up":
            await self._run_fault()
        stop()
        seen = await self._wait_for_effect()
        elapsed = await self._wait_for_recovery(seen=seen)
        await self._unload()
        if self._other is not None:
            await self._other.disconnect()
        await self._assert_no_leaks()
        self._assert_log()
        if self.fault.kind == "asks" and self.moment != "unload":
            return "asks"
        if not seen:
            return "told" if self._error_reported else "unseen"
        return f"{elapsed * 1000:.0f} ms"

    async def _load(self) -> None:
        # With single bytes, discovery takes long on a slow machine.
        async with asyncio.timeout(30):
            await self.hass.config_entries.async_setup(self.home.entry.entry_id)
            await self.hass.async_block_till_done()

    def _listen(self) -> Callable[[], None]:
        @callback
        def note(event: Event[EventStateChangedData]) -> None:
            state = event.data["new_state"]
            if state is not None and state.state == STATE_UNAVAILABLE:
                self._lost.add(state.entity_id)

        return self.hass.bus.async_listen(EVENT_STATE_CHANGED, note)

    def _start_on_request(self, method: bytes) -> asyncio.Event:
        """Start the fault when the projector reads a request with this method."""
        started = asyncio.Event()

        def watch(record: Record) -> None:
            if isinstance(record.data, bytes) and method in record.data:
                stop()
                self.fault.start(self.home)
                started.set()

        stop = self.projector.watch(watch)
        return started

    async def _start_fault(self) -> asyncio.Task[None] | None:
        """Start the fault; return the running command, if any."""
        method = MOMENTS[self.moment]
        if method is None:
            self.fault.start(self.home)
            if self.moment == "connect":
                self.fault.cut(self.home)
            return None
        started = self._start_on_request(method)
        command = None
        if self.moment in _COMMANDING:
            command = asyncio.create_task(self.home.act("set_value", DIMMER, value=60))
        if self.moment in _CONNECTING:
            self.fault.cut(self.home)
        async with asyncio.timeout(5):
            await started.wait()
        return command

    async def _run_fault(self) -> None:
        command = await self._start_fault()
        if command is not None:
            await self._await_command(command)
        if self.fault.kind == "arrives":
            await self._assert_pushed()

    async def _await_command(self, command: asyncio.Task[None]) -> None:
        """Wait for the command. It may fail only if the fault prevents it."""
        async with asyncio.timeout(5):
            [error] = await asyncio.gather(command, return_exceptions=True)
        if error is not None:
            assert isinstance(error, HomeAssistantError)
            refuses = self.fault.refuses or self.peer.read_only
            arrives = self.fault.kind == "arrives" and not refuses
            assert not arrives or self.moment == "unload"
            self._error_reported = True

    async def _unload_during_fault(self) -> None:
        command = await self._start_fault()
        async with asyncio.timeout(2):
            await self.home.unload()
        assert command is not None
        await self._await_command(command)

    async def _wait_for_effect(self) -> bool:
        """Wait until the fault has an effect; return whether it has one."""
        entry = self.home.entry
        if self.moment == "unload":
            return False
        if self.fault.kind == "asks":
            flows = self.hass.config_entries.flow
            await wait_until(
                self.hass, lambda: bool(flows.async_progress_by_handler(DOMAIN))
            )
        elif self.fault.kind == "outage":
            if self.moment == "set-up":
                assert entry.state is ConfigEntryState.SETUP_RETRY
                return True
            await self.home.until(PROJECTOR, STATE_UNAVAILABLE)
            return True
        assert entry.state is ConfigEntryState.LOADED
        assert not self._lost
        return False

    async def _wait_for_recovery(self, *, seen: bool) -> float:
        """Stop the fault; return the seconds until everything works again."""
        with contextlib.suppress(KeyError):  # without power there is none
            self.projector.change(LASER, 40)
        self.fault.stop(self.home)
        await self.projector.wait_for_state("on")
        loop = asyncio.get_running_loop()
        end = loop.time()
        if self.moment == "unload":
            if self.fault.kind == "asks":
                self.projector.pin = self.projector.model.pin
            await self._load()
        elif self.fault.kind == "asks":
            await give_pin(self.home)
        elif self.moment == "set-up" and seen:
            await self._wait_for_retry()
        await wait_until(self.hass, self._recovered)
        elapsed = loop.time() - end
        assert elapsed < MAX_RECOVERY
        await self._assert_pushed()
        return elapsed

    async def _wait_for_retry(self) -> None:
        """Trigger the next set-up attempt, which Home Assistant delays by 5 s or more."""
        entry = self.home.entry
        loaded = asyncio.Event()

        @callback
        def note() -> None:
            if entry.state is ConfigEntryState.LOADED:
                loaded.set()

        entry.async_on_state_change(note)
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(minutes=1))
        async with asyncio.timeout(5):
            await loaded.wait()

    def _recovered(self) -> bool:
        """Return whether Home Assistant shows the current values."""
        return (
            self.home.entry.state is ConfigEntryState.LOADED
            and self.home.value(PROJECTOR) == "on"
            and self._laser_power() == self.projector.get(LASER)
        )

    def _laser_power(self) -> float | None:
        shown = self.home.value(DIMMER)
        return None if shown in (None, STATE_UNAVAILABLE) else float(shown)

    async def _assert_pushed(self) -> None:
        """Assert that a change at the projector is shown."""
        value = 50 if self.projector.get(LASER) == 51 else 51
        if (
            self._other is not None
            and self.fault.kind == "arrives"
            and not self.peer.read_only
        ):
            await self._other.request(
                "property.set", {"property": LASER, "value": value}
            )
        else:
            self.projector.change(LASER, value)
        await wait_until(self.hass, lambda: self._laser_power() == value)

    async def _unload(self) -> None:
        async with asyncio.timeout(2):
            await self.home.unload()
            await self.hass.async_block_till_done()

    async def _assert_no_leaks(self) -> None:
        """Assert that no connection, socket or task is left."""
        counters = self.projector.counters
        await self.projector.wait_until(lambda: counters.connections_open == 0)
        assert open_sockets() == self._sockets
        left = asyncio.all_tasks() - self._tasks
        assert not left

    def _assert_log(self) -> None:
        """Assert that nothing is logged but the loss and the return of the projector."""
        records = self._caplog.get_records("call")
        assert [r for r in records if r.exc_info and r.levelno > logging.DEBUG] == []
        assert logged(self._caplog, logging.WARNING) == []
        lines = logged(self._caplog)
        if self.fault.kind == "outage" and self.moment not in ("set-up", "unload"):
            assert len(lines) == 2
        else:
            assert lines == []
