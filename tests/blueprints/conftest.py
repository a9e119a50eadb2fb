"""A house with our blueprints, a cinema, and a clock that can be put forward."""

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
    """A folder of its own, with our blueprints."""
    folder = tmp_path / "blueprints/automation"
    folder.mkdir(parents=True)
    (folder / BLUEPRINTS.name).symlink_to(BLUEPRINTS)
    return str(tmp_path)


class Clock:
    """The clock on the wall: it goes on by itself, and timers mind it only if asked to."""

    def __init__(self, frozen: Any) -> None:
        """Take over what freezegun made of the time."""
        self._frozen = frozen
        self._ahead = 0.0  # of the timers, in seconds

    def forward(self, hass: HomeAssistant, **duration: float) -> None:
        """Let time pass: what was to be done within so long from now is done."""
        self._move(hass, dt_util.utcnow() + timedelta(**duration), time.time())

    def strike(self, hass: HomeAssistant, hour: int, minute: int = 0) -> None:
        """Let it become that time of the day, and do whatever had to wait for it.

        What has been begun since the clock was put forward the last time is hurried.
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
    """Return a clock; without being put forward it shows a Tuesday morning.

    It goes on as fast as the clock of the loop.
    """
    morning = datetime(2026, 12, 1, 9, 30, tzinfo=dt_util.get_default_time_zone())
    with freezegun.freeze_time(morning, tick=loop_clock is None) as frozen:
        if loop_clock is not None:
            loop_clock.watch(frozen.tick)
        yield Clock(frozen)


@pytest.fixture
def cinema(fast_timings: None, clock: Clock, cinema: Simulator) -> Simulator:
    """Return the cinema, set up when the clock was set."""
    return cinema


@pytest.fixture
async def use(hass: HomeAssistant) -> AsyncIterator[Use]:
    """Make automations of blueprints, for the projector that is set up.

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
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that takes what is notified, if nobody chose how."""
    return async_mock_service(hass, "persistent_notification", "create")


async def out_of_reach(hass: HomeAssistant, cinema: Simulator) -> None:
    """Break the network while it is on."""
    cinema.power_on()
    await until_phase(hass, "on")
    cinema.faults.refuse = True
    cinema.drop()
    await wait_until(hass, lambda: hass.states.is_state(PROJECTOR, "unavailable"))


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells, such as how far an automation has got."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)
