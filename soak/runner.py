"""The cycles of the soak test, with a real Home Assistant."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
import contextlib
from random import Random
import tempfile
from typing import Final
from unittest.mock import patch

from homeassistant.components.http import HomeAssistantHTTP
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from benchmarks.subprocess_rpc import Subprocess
from custom_components.barco_pulse.const import DOMAIN, TIMEOUTS, TIMINGS
from custom_components.barco_pulse.pulse import Timeouts, Timings
from tests.conftest import wait_until
from tests.faults.small import small

_TIMINGS: Final = Timings(
    resync_interval=1.0,
    slow_interval=0.0,
    introspection_interval=0.01,
    retry_incomplete=0.01,
    retry_busy=0.01,
    publish_interval=0.001,
    reconnect_min=0.01,
    reconnect_max=0.01,
)
"""Retry after milliseconds and resynchronize after one second."""
_TIMEOUTS: Final = Timeouts(first_byte=0.1, between_chunks=0.1, response=0.2)
BUSY_INTERVAL: Final = 500
"""Cycles from one busy projector to the next; every fourth changes the PIN."""
HOST: Final = "127.0.0.1"
WRONG_PIN: Final = "99999"

_TIMEOUT: Final = 30.0


class SoakRunner:
    """Runs cycles, reloads and flows against a faulty projector."""

    def __init__(
        self,
        hass: HomeAssistant,
        projector: Subprocess,
        port: int,
        pin: str,
        seed: int,
    ) -> None:
        """Add a config entry for the projector, without setting it up."""
        self.hass = hass
        self.projector = projector
        self._port = port
        self._pin = pin
        self.counts: Counter[str] = Counter()
        self._random = Random(seed)
        model = small()
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title=model.name,
            unique_id=model.serial,
            data={
                CONF_HOST: HOST,
                CONF_PORT: port,
                CONF_PIN: pin,
            },
        )
        self.entry.add_to_hass(hass)
        self._value = 50

    async def set_up(self) -> None:
        """Set up the entry until it is loaded; about one request in thirty fails."""
        entries = self.hass.config_entries
        async with asyncio.timeout(_TIMEOUT):
            await entries.async_setup(self.entry.entry_id)
            await self._reload_until_loaded()

    async def _reload_until_loaded(self) -> None:
        while self.entry.state is not ConfigEntryState.LOADED:
            self.counts["set-ups that failed"] += 1
            await self.hass.config_entries.async_reload(self.entry.entry_id)

    async def reload(self) -> None:
        """Reload the entry."""
        self.counts["reloads"] += 1
        async with asyncio.timeout(_TIMEOUT):
            await self.hass.config_entries.async_reload(self.entry.entry_id)
            await self._reload_until_loaded()

    async def cycle(self, number: int) -> None:
        """Change a value at the projector or by an action; wait for its state."""
        self._value = 20 + (self._value + self._random.randint(1, 59)) % 80
        if number % (4 * BUSY_INTERVAL) == BUSY_INTERVAL:
            await self._change_pin()
        if busy := number % BUSY_INTERVAL == 0:
            await self.projector.call("set_busy", busy=True)
        if self._random.random() < 0.5 or busy:
            await self._command(self._value)
        else:
            await self.projector.call("set_laser", value=self._value)
            self.counts["changes"] += 1
            await self._wait_for_state()
        if busy:
            await self.projector.call("set_busy", busy=False)

    async def _command(self, value: int) -> None:
        self.counts["commands"] += 1
        try:
            await self.hass.services.async_call(
                "number",
                "set_value",
                {"entity_id": self._entity_id, "value": value},
                blocking=True,
            )
        except HomeAssistantError as error:
            self.counts[f"commands that failed: {error.translation_key}"] += 1
            return
        await self._wait_for_state()

    @property
    def _entity_id(self) -> str:
        entity_id = er.async_get(self.hass).async_get_entity_id(
            "number", DOMAIN, f"{self.entry.unique_id}_laser_power"
        )
        assert entity_id is not None
        return entity_id

    async def _wait_for_state(self) -> None:
        await wait_until(self.hass, self._has_state, _TIMEOUT)

    def _has_state(self) -> bool:
        state = self.hass.states.get(self._entity_id)
        return state is not None and state.state in (
            f"{self._value}",
            f"{self._value}.0",
        )

    async def _change_pin(self) -> None:
        """Change the PIN of the projector, and enter it in the reauth flow."""
        self.counts["refused PINs"] += 1
        old = self._pin
        self._pin = "54321" if old == "12345" else "12345"
        await self.projector.call("change_pin", pin=self._pin)
        flows = self.hass.config_entries.flow
        while self.entry.data[CONF_PIN] == old:
            await wait_until(
                self.hass, lambda: bool(flows.async_progress_by_handler(DOMAIN))
            )
            [flow] = flows.async_progress_by_handler(DOMAIN)
            with contextlib.suppress(UnknownFlow):
                await flows.async_configure(flow["flow_id"], {CONF_PIN: self._pin})
        await self.hass.async_block_till_done()
        async with asyncio.timeout(_TIMEOUT):
            await self._reload_until_loaded()

    async def abort_flow(self) -> None:
        """Start to add the projector, and abort the flow."""
        self.counts["aborted flows"] += 1
        flows = self.hass.config_entries.flow
        result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = {
            CONF_HOST: HOST,
            CONF_PORT: self._random.choice([1, self._port]),
            CONF_PIN: WRONG_PIN,
        }
        configure = self.hass.async_create_task(
            flows.async_configure(result["flow_id"], form)
        )
        if self._random.random() < 0.3:  # as if the browser were closed
            await asyncio.sleep(0)
            configure.cancel()
        await asyncio.wait([configure])
        with contextlib.suppress(UnknownFlow):
            flows.async_abort(result["flow_id"])

    async def wait_until_idle(self, connections: int = 1) -> None:
        """Wait until all tasks are done and `connections` are open."""
        await self.hass.async_block_till_done()
        async with asyncio.timeout(_TIMEOUT):
            while (
                await self.projector.call("counter", name="connections_open")
                != connections
            ):
                pass

    async def unload(self) -> None:
        """Unload the entry and wait until its connection is closed."""
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.wait_until_idle(connections=0)


@contextlib.asynccontextmanager
async def home_assistant() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant with short timings."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for method in ("async_bind", "start"):  # it would listen on all interfaces
            stack.enter_context(patch.object(HomeAssistantHTTP, method))
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            hass.data[TIMINGS] = _TIMINGS
            hass.data[TIMEOUTS] = _TIMEOUTS
            frame.async_setup(hass)
            await async_setup_component(hass, "homeassistant", {})
            try:
                yield hass
            finally:
                await hass.async_stop(force=True)
