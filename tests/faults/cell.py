"""One fault at one moment: what is done, what must be so at its end."""

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
from custom_components.barco_pulse.storage import Memory
from simulator import Simulator
from simulator.traffic import Record
from tests.common import open_sockets
from tests.conftest import Home, logged, make_entry, wait_until

from .peers import Peer
from .rows import LASER, Fault, give_pin

PROJECTOR: Final = "media_player.projector"
DIMMER: Final = "number.laser_power"

RIGHT_AGAIN: Final = 1.5
"""Seconds after the end: a tenth of the 15 s, with all that is waited for shortened more."""

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
"""And what the projector is asked in the midst of it."""

_CONNECTING: Final = ("connect", "authentication", "discovery", "subscribe")
_COMMANDING: Final = ("command", "unload")


class Cell:
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
        """Nothing is set up yet; `options` are those of the entry."""
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
        self._told = False
        self._other: PulseClient | None = None

    async def run(self) -> str:
        """Go through it, and return what to write into the table."""
        self._other = await self.fault.occupy(self.home)
        self.home.entry.add_to_hass(self.hass)
        memory = Memory(self.hass, self.home.entry.entry_id)
        await memory.save({"framing": self.peer.framing})
        self.hass.config_entries.async_update_entry(
            self.home.entry, options=self._options
        )
        if self.moment == "set-up":
            self.fault.start(self.home)
        await self._load()
        stop = self._listen()
        if self.moment == "unload":
            await self._unload_in_its_midst()
        elif self.moment != "set-up":
            await self._suffer()
        stop()
        seen = await self._until_seen()
        elapsed = await self._until_right(seen=seen)
        await self._leave()
        if self._other is not None:
            await self._other.disconnect()
        await self._assert_nothing_is_left()
        self._assert_log()
        if self.fault.kind == "asks" and self.moment != "unload":
            return "asks"
        if not seen:
            return "told" if self._told else "unseen"
        return f"{elapsed * 1000:.0f} ms"

    async def _load(self) -> None:
        # Byte by byte all that it has takes a slow machine its time.
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

    def _when_asked(self, method: bytes) -> asyncio.Event:
        """Let the fault begin in the moment in which the projector reads this."""
        begun = asyncio.Event()

        def watch(record: Record) -> None:
            if isinstance(record.data, bytes) and method in record.data:
                stop()
                self.fault.start(self.home)
                begun.set()

        stop = self.projector.watch(watch)
        return begun

    async def _begin(self) -> asyncio.Task[None] | None:
        """Let the fault begin; return the command under way, if any."""
        method = MOMENTS[self.moment]
        if method is None:
            self.fault.start(self.home)
            if self.moment == "connect":
                self.fault.cut(self.home)
            return None
        begun = self._when_asked(method)
        command = None
        if self.moment in _COMMANDING:
            command = asyncio.create_task(self.home.act("set_value", DIMMER, value=60))
        if self.moment in _CONNECTING:
            self.fault.cut(self.home)
        async with asyncio.timeout(5):
            await begun.wait()
        return command

    async def _suffer(self) -> None:
        command = await self._begin()
        if command is not None:
            await self._end_of(command)
        if self.fault.kind == "arrives":
            await self._assert_pushed()

    async def _end_of(self, command: asyncio.Task[None]) -> None:
        """Nobody waits for ever, and only what could not be done is told."""
        async with asyncio.timeout(5):
            [error] = await asyncio.gather(command, return_exceptions=True)
        if error is not None:
            assert isinstance(error, HomeAssistantError)
            refuses = self.fault.refuses or self.peer.read_only
            arrives = self.fault.kind == "arrives" and not refuses
            assert not arrives or self.moment == "unload"
            self._told = True

    async def _unload_in_its_midst(self) -> None:
        command = await self._begin()
        async with asyncio.timeout(2):
            await self.home.unload()
        assert command is not None
        await self._end_of(command)

    async def _until_seen(self) -> bool:
        """Wait until it shows, if it may; return whether it did."""
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

    async def _until_right(self, *, seen: bool) -> float:
        """End the fault; return the seconds until all is as it should be."""
        with contextlib.suppress(KeyError):  # without mains there is none
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
            await self._until_tried_again()
        await wait_until(self.hass, self._right)
        elapsed = loop.time() - end
        assert elapsed < RIGHT_AGAIN
        await self._assert_pushed()
        return elapsed

    async def _until_tried_again(self) -> None:
        """Spare Home Assistant its own patience: 5 s, then 10, 20, ..."""
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

    def _right(self) -> bool:
        """Tell whether Home Assistant shows what is."""
        return (
            self.home.entry.state is ConfigEntryState.LOADED
            and self.home.shows(PROJECTOR) == "on"
            and self._dimmed() == self.projector.get(LASER)
        )

    def _dimmed(self) -> float | None:
        shown = self.home.shows(DIMMER)
        return None if shown in (None, STATE_UNAVAILABLE) else float(shown)

    async def _assert_pushed(self) -> None:
        """What changes is shown."""
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
        await wait_until(self.hass, lambda: self._dimmed() == value)

    async def _leave(self) -> None:
        async with asyncio.timeout(2):
            await self.home.unload()
            await self.hass.async_block_till_done()

    async def _assert_nothing_is_left(self) -> None:
        """No connection, counted at the projector; no socket and no task, here."""
        counters = self.projector.counters
        await self.projector.wait_until(lambda: counters.connections_open == 0)
        assert open_sockets() == self._sockets
        left = asyncio.all_tasks() - self._tasks
        assert not left

    def _assert_log(self) -> None:
        """No exception of anybody, no warning of ours; no line at all where all arrived."""
        records = self._caplog.get_records("call")
        assert [r for r in records if r.exc_info and r.levelno > logging.DEBUG] == []
        assert logged(self._caplog, logging.WARNING) == []
        lines = logged(self._caplog)
        if self.fault.kind == "outage" and self.moment not in ("set-up", "unload"):
            assert len(lines) == 2
        else:
            assert lines == []
