"""The blueprint "scheduled show", on a Tuesday at half past nine."""

import asyncio
from datetime import datetime, timedelta
import re
from typing import Any

from homeassistant.core import CoreState, HomeAssistant, ServiceCall, State
from homeassistant.helpers import restore_state
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator
from tests.conftest import until_phase, wait_until
from tests.packets import FakeMagicPackets

from .conftest import Clock, Use, eventually, out_of_reach

SHOW: dict[str, Any] = {
    "days": ["tue", "thu"],
    "on_at": "09:45:00",
    "off_at": "18:00:00",
    "source": "SDI",
    "preset": "2: HDR",
    "retries": 2,
    "pause": 5,
    "success": [{"action": "notify.technician", "data": {"message": "{{ message }}"}}],
}


@pytest.fixture
def succeeded(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that receives the reports of success."""
    return async_mock_service(hass, "notify", "technician")


async def restart(
    hass: HomeAssistant, use: Use, show: dict[str, Any], ran: datetime | None
) -> None:
    """Start Home Assistant; the automation last ran before that."""
    last = {"last_triggered": ran and ran.isoformat()}
    state = State("automation.scheduled_show", "on", last)
    stored = [{"state": state.as_dict(), "last_seen": dt_util.utcnow()}]
    restored = restore_state.async_get(hass)
    await restored.store.async_save(stored)
    await restored.async_load()
    hass.set_state(CoreState.not_running)
    await use("scheduled_show", **show)
    await hass.async_start()
    await hass.async_block_till_done()


def today(hour: int, minute: int = 0) -> datetime:
    """Return a time of this day."""
    return dt_util.start_of_local_day() + timedelta(hours=hour, minutes=minute)


async def test_day(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
    succeeded: list[ServiceCall],
) -> None:
    """Turn on with the picture and turn off; do nothing on the next day."""
    await use("scheduled_show", **SHOW | {"off_at": "23:00:00"})

    clock.strike(hass, 9, 44)
    await hass.async_block_till_done()
    assert cinema_projector.state == "ready"
    clock.strike(hass, 9, 45)
    await wait_until(hass, lambda: len(succeeded) == 1)
    assert cinema_projector.state == "on"
    assert cinema_projector.get("image.window.main.source") == "SDI"
    assert hass.states.is_state("select.cinema_preset", "2: HDR")

    clock.strike(hass, 23)
    await wait_until(hass, lambda: len(succeeded) == 2)
    assert cinema_projector.counters.requests["system.poweroff"] == 1
    await until_phase(hass, "off")

    cinema_projector.power_on()
    await until_phase(hass, "on")
    clock.strike(hass, 9, 45)
    await hass.async_block_till_done()
    clock.strike(hass, 23)
    await hass.async_block_till_done()
    assert cinema_projector.state == "on"
    assert not notifications
    assert [call.data["message"] for call in succeeded] == [
        "Cinema was switched on as planned.",
        "Cinema was switched off as planned.",
    ]


async def test_ends_after_midnight(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    succeeded: list[ServiceCall],
) -> None:
    """End on Wednesday what began on Tuesday."""
    await use("scheduled_show", **SHOW | {"on_at": "20:00:00", "off_at": "01:30:00"})

    clock.strike(hass, 20)
    await wait_until(hass, lambda: len(succeeded) == 1)
    clock.strike(hass, 1, 30)
    await wait_until(hass, lambda: len(succeeded) == 2)

    assert cinema_projector.counters.requests["system.poweroff"] == 1


async def set_service_state(hass: HomeAssistant, cinema_projector: Simulator) -> None:
    """Set a state in which the projector refuses to turn on."""
    cinema_projector.change("system.state", "service")
    await wait_until(
        hass, lambda: hass.states.is_state("sensor.cinema_state", "service")
    )


async def until_refused(caplog: pytest.LogCaptureFixture, times: int) -> None:
    """Wait for this number of attempts, and for the next wait."""
    words = "ERROR.*Cinema is in service mode"
    await eventually(lambda: len(re.findall(words, caplog.text)) == times)
    await asyncio.sleep(0)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_retry(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
    succeeded: list[ServiceCall],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Retry after a refusal."""
    await set_service_state(hass, cinema_projector)
    await use("scheduled_show", **SHOW)

    clock.strike(hass, 9, 45)
    await until_refused(caplog, 1)
    clock.forward(hass, minutes=6)
    await until_refused(caplog, 2)
    cinema_projector.change("system.state", "ready")
    await wait_until(hass, lambda: hass.states.is_state("sensor.cinema_state", "ready"))
    clock.forward(hass, minutes=6)
    await eventually(lambda: bool(succeeded))

    assert cinema_projector.state == "on"
    assert not notifications


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_failure_is_reported(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
    succeeded: list[ServiceCall],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Report the failure with its reason."""
    cinema_projector.notify("ERROR", "1017", "Inlet blocked.")
    await set_service_state(hass, cinema_projector)
    await use("scheduled_show", **SHOW)

    clock.strike(hass, 9, 45)
    for attempt in (1, 2, 3):
        await until_refused(caplog, attempt)
        assert not notifications
        clock.forward(hass, minutes=6)
    await eventually(lambda: bool(notifications))

    assert [call.data["message"] for call in notifications] == [
        'Cinema could not be switched on as planned. It is still "Off". Inlet blocked.'
    ]
    assert not succeeded


async def test_unreachable(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Report a projector that is unreachable."""
    await out_of_reach(hass, cinema_projector)
    await use("scheduled_show", **SHOW | {"retries": 0})

    clock.strike(hass, 9, 45)
    await eventually(lambda: is_running(hass))
    await asyncio.sleep(0)
    clock.forward(hass, minutes=6)
    await eventually(lambda: bool(notifications))

    assert notifications[0].data["message"] == (
        "Cinema could not be switched on as planned."
        " Home Assistant cannot reach it. Check its power supply and its network connection."
    )


async def test_after_a_night_without_network(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    magic_packets: FakeMagicPackets,
    notifications: list[ServiceCall],
    succeeded: list[ServiceCall],
) -> None:
    """Wake a projector that was turned off by hand while unreachable."""
    await out_of_reach(hass, cinema_projector)
    [entry] = hass.config_entries.async_entries(DOMAIN)
    assert await hass.config_entries.async_unload(entry.entry_id)
    cinema_projector.faults.clear()
    cinema_projector.device.power.start("eco")
    await cinema_projector.wait_until(lambda: not cinema_projector.network.present)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    magic_packets.wakes = cinema_projector
    await use("scheduled_show", **SHOW)

    clock.strike(hass, 9, 45)
    await wait_until(hass, lambda: len(succeeded) == 1)

    assert cinema_projector.state == "on"
    assert cinema_projector.get("image.window.main.source") == "SDI"
    assert not notifications


def is_running(hass: HomeAssistant) -> bool:
    """Return whether the automation is running."""
    automation = hass.states.get("automation.scheduled_show")
    return automation is not None and automation.attributes["current"] > 0


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"source": "VHS"}, "It is on, but does not show VHS."),
        ({"preset": "9: Nothing"}, "It is on, but could not activate 9: Nothing."),
    ],
)
async def test_unknown_picture(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
    choice: dict[str, str],
    reason: str,
) -> None:
    """Run the other steps."""
    await use("scheduled_show", **SHOW | choice)

    clock.strike(hass, 9, 45)
    await wait_until(hass, lambda: bool(notifications))

    assert notifications[0].data["message"].strip() == (
        f"Cinema could not be switched on as planned. {reason}"
    )
    assert cinema_projector.state == "on"


async def test_missed_start(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    succeeded: list[ServiceCall],
) -> None:
    """Turn on later if Home Assistant was not running."""
    await restart(hass, use, SHOW | {"on_at": "09:00:00"}, ran=None)
    await eventually(lambda: bool(succeeded))

    assert cinema_projector.state == "on"


async def test_missed_end(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    succeeded: list[ServiceCall],
) -> None:
    """Turn off later what the schedule turned on."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    show = SHOW | {"on_at": "08:00:00", "off_at": "09:15:00"}
    await restart(hass, use, show, ran=today(8))
    await eventually(lambda: bool(succeeded))

    assert cinema_projector.counters.requests["system.poweroff"] == 1


@pytest.mark.parametrize(
    ("show", "ran"),
    [
        ({"on_at": "08:00:00", "off_at": "09:15:00"}, (9, 15)),
        ({"on_at": "10:00:00"}, None),
        ({"on_at": "09:00:00", "days": ["mon", "wed"]}, None),
        ({"days": []}, None),
    ],
)
async def test_restart_during_other_use(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    succeeded: list[ServiceCall],
    show: dict[str, Any],
    ran: tuple[int, int] | None,
) -> None:
    """Do not turn off a projector that was turned on manually."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await restart(hass, use, SHOW | show, ran=today(*ran) if ran else None)

    assert not succeeded
    assert cinema_projector.counters.requests["system.poweroff"] == 0
