"""A real Home Assistant with the troubled projector, and one cycle after the other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
import contextlib
from functools import partial
from random import Random
import tempfile
from typing import Any, Final
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

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.pulse import api, link, upkeep
from custom_components.barco_pulse.pulse.connection import Deadlines
from custom_components.barco_pulse.pulse.timing import Pace
from tests.conftest import wait_until

from .projector import Projector

PACE: Final[dict[str, Any]] = {
    "resync": 1.0,
    "slow": 0.0,
    "discovery": 0.01,
    "settle": 0.01,
    "busy": 0.01,
    "push": 0.001,
    "retry_least": 0.01,
    "retry_most": 0.01,
}
"""Retries within milliseconds; what is noticed late is noticed within a second."""
DEADLINES: Final = {"first_byte": 0.1, "between_chunks": 0.1, "answer": 0.2}
STORM: Final = 500
"""Cycles from one busy storm to the next; the PIN changes with every fourth."""
WRONG_PIN: Final = "99999"

_PATIENCE: Final = 30.0


class Owner:
    """Goes through the cycles."""

    def __init__(self, hass: HomeAssistant, projector: Projector, seed: int) -> None:
        """Own a projector that is not set up yet."""
        self.hass = hass
        self.projector = projector
        self.counts: Counter[str] = Counter()
        self._random = Random(seed)
        model = projector.model
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title=model.name,
            unique_id=model.serial,
            data={
                CONF_HOST: projector.host,
                CONF_PORT: projector.port,
                CONF_PIN: projector.pin,
            },
        )
        self.entry.add_to_hass(hass)
        self._value = 50

    async def set_up(self) -> None:
        """Set up until it is loaded: one request in thirty fails."""
        entries = self.hass.config_entries
        async with asyncio.timeout(_PATIENCE):
            await entries.async_setup(self.entry.entry_id)
            await self._until_loaded()

    async def _until_loaded(self) -> None:
        while self.entry.state is not ConfigEntryState.LOADED:
            self.counts["set-ups that failed"] += 1
            await self.hass.config_entries.async_reload(self.entry.entry_id)

    async def reload(self) -> None:
        """Unload it, and set it up again."""
        self.counts["reloads"] += 1
        async with asyncio.timeout(_PATIENCE):
            await self.hass.config_entries.async_reload(self.entry.entry_id)
            await self._until_loaded()

    async def cycle(self, number: int) -> None:
        """Let a change or a command get through, whatever happens on the way."""
        self._value = 20 + (self._value + self._random.randint(1, 59)) % 80
        if number % (4 * STORM) == STORM:
            await self._new_pin()
        if storm := number % STORM == 0:
            await self.projector.busy(True)
        if self._random.random() < 0.5 or storm:
            await self._command(self._value)
        else:
            await self.projector.dim(self._value)
            self.counts["changes"] += 1
            await self._until_shown()
        if storm:
            await self.projector.busy(False)

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
        await self._until_shown()

    @property
    def _entity_id(self) -> str:
        entity_id = er.async_get(self.hass).async_get_entity_id(
            "number", DOMAIN, f"{self.entry.unique_id}_laser_power"
        )
        assert entity_id is not None
        return entity_id

    async def _until_shown(self) -> None:
        await wait_until(self.hass, self._shown, _PATIENCE)

    def _shown(self) -> bool:
        state = self.hass.states.get(self._entity_id)
        return state is not None and state.state in (
            f"{self._value}",
            f"{self._value}.0",
        )

    async def _new_pin(self) -> None:
        """Have the PIN refused, until it is given where Home Assistant asks for it."""
        self.counts["refused PINs"] += 1
        old = self.projector.pin
        await self.projector.change_pin("54321" if old == "12345" else "12345")
        flows = self.hass.config_entries.flow
        while self.entry.data[CONF_PIN] == old:
            await wait_until(
                self.hass, lambda: bool(flows.async_progress_by_handler(DOMAIN))
            )
            [flow] = flows.async_progress_by_handler(DOMAIN)
            with contextlib.suppress(UnknownFlow):
                await flows.async_configure(
                    flow["flow_id"], {CONF_PIN: self.projector.pin}
                )
        await self.hass.async_block_till_done()
        async with asyncio.timeout(_PATIENCE):
            await self._until_loaded()

    async def flow(self) -> None:
        """Begin to add a projector, and give it up half-way."""
        self.counts["flows given up"] += 1
        flows = self.hass.config_entries.flow
        result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = {
            CONF_HOST: self.projector.host,
            CONF_PORT: self._random.choice([1, self.projector.port]),
            CONF_PIN: WRONG_PIN,
        }
        configure = self.hass.async_create_task(
            flows.async_configure(result["flow_id"], form)
        )
        if self._random.random() < 0.3:  # the browser is closed meanwhile
            await asyncio.sleep(0)
            configure.cancel()
        await asyncio.wait([configure])
        with contextlib.suppress(UnknownFlow):
            flows.async_abort(result["flow_id"])

    async def rest(self, connections: int = 1) -> None:
        """Wait until nothing is under way, and there are so many connections."""
        await self.hass.async_block_till_done()
        async with asyncio.timeout(_PATIENCE):
            while await self.projector.counter("connections_open") != connections:
                pass

    async def leave(self) -> None:
        """Unload it, and see that no connection is left."""
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.rest(connections=0)


@contextlib.asynccontextmanager
async def home_assistant() -> AsyncIterator[HomeAssistant]:
    """Start a Home Assistant that is as quick as the trouble."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for module in (link, api):
            stack.enter_context(
                patch.object(module, "Deadlines", partial(Deadlines, **DEADLINES))
            )
        stack.enter_context(patch.object(upkeep, "Pace", partial(Pace, **PACE)))
        for method in ("async_bind", "start"):  # it would listen to everybody
            stack.enter_context(patch.object(HomeAssistantHTTP, method))
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            frame.async_setup(hass)
            await async_setup_component(hass, "homeassistant", {})
            try:
                yield hass
            finally:
                await hass.async_stop(force=True)
