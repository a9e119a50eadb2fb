"""Fixtures: Home Assistant with the blueprints, a projector, and a clock that tests set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import time
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import freezegun
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component import common
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator
from tests.conftest import until_phase, wait_until
from tests.loop import LoopClock

BLUEPRINTS = Path(__file__).parents[2] / "blueprints/automation/barco_pulse"

PROJECTOR = "media_player.cinema"
PHASE = "sensor.cinema_phase"

type Use = Callable[..., Awaitable[None]]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Create a configuration folder with the blueprints."""
    folder = tmp_path / "blueprints/automation"
    folder.mkdir(parents=True)
    (folder / BLUEPRINTS.name).symlink_to(BLUEPRINTS)
    return str(tmp_path)


class Clock:
    """The time of day. It advances by itself; timers follow it only on request."""

    def __init__(self, frozen: Any) -> None:
        """Take the time from freezegun."""
        self._frozen = frozen
        self._ahead = 0.0  # of timers, in seconds

    def forward(self, hass: HomeAssistant, **duration: float) -> None:
        """Advance the time, and run the timers that are due."""
        self._move(hass, dt_util.utcnow() + timedelta(**duration), time.time())

    def strike(self, hass: HomeAssistant, hour: int, minute: int = 0) -> None:
        """Advance to that time of day, and run the timers that are due.

        Waits that began since the last change of time end early.
        """
        now = dt_util.now()
        moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        moment += timedelta(days=moment < now)
        self._move(hass, moment, time.time() - self._ahead)

    def _move(self, hass: HomeAssistant, moment: datetime, before: float) -> None:
        self._ahead += (moment - dt_util.utcnow()).total_seconds()
        self._frozen.move_to(moment.astimezone(UTC))
        with patch.object(common, "time", SimpleNamespace(time=lambda: before)):
            common.async_fire_time_changed(hass, moment)


@pytest.fixture
def clock(hass: HomeAssistant, loop_clock: LoopClock | None) -> Iterator[Clock]:
    """Return a clock; it starts on a Tuesday morning.

    It advances with the clock of the loop.
    """
    morning = datetime(2026, 12, 1, 9, 30, tzinfo=dt_util.get_default_time_zone())
    with freezegun.freeze_time(morning, tick=loop_clock is None) as frozen:
        if loop_clock is not None:
            loop_clock.watch(frozen.tick)
        yield Clock(frozen)


@pytest.fixture
def cinema_projector(
    fast_timings: None, clock: Clock, cinema_projector: Simulator
) -> Simulator:
    """Return the projector, set up when the clock was set."""
    return cinema_projector


@pytest.fixture
async def use(hass: HomeAssistant) -> AsyncIterator[Use]:
    """Create automations from blueprints, for the projector.

    Example: `await use("left_on", no_signal=5)`.
    """

    async def make(blueprint: str, **inputs: Any) -> None:
        [entry] = hass.config_entries.async_entries(DOMAIN)
        registry = dr.async_get(hass)
        [device] = dr.async_entries_for_config_entry(registry, entry.entry_id)
        automation = {
            "alias": blueprint,
            "use_blueprint": {
                "path": f"barco_pulse/{blueprint}.yaml",
                "input": {"projector": device.id, **inputs},
            },
        }
        assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automation})
        await hass.async_block_till_done()
        assert hass.states.is_state(f"automation.{blueprint}", "on")

    yield make
    await hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that receives the default notifications."""
    return async_mock_service(hass, "persistent_notification", "create")


async def out_of_reach(hass: HomeAssistant, cinema_projector: Simulator) -> None:
    """Disconnect the network while the projector is on."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    cinema_projector.faults.refuse = True
    cinema_projector.drop()
    await wait_until(hass, lambda: hass.states.is_state(PROJECTOR, "unavailable"))


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for a condition without an event, such as the step of an automation."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)
