"""The blueprint "notification relay", at half past nine in the morning."""

from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Simulator
from tests.conftest import change_timings, until_phase, wait_until

from .conftest import PROJECTOR, Clock, Use, eventually, out_of_reach

MESSAGE = {"title": "{{ title }}", "message": "{{ message }}"}
NIGHT = {"quiet_from": "22:00:00", "quiet_to": "10:00:00"}
AWAY = {"away_for": 15}


def messages(notifications: list[ServiceCall]) -> list[str]:
    """Return the sent messages in order."""
    return [call.data["message"] for call in notifications]


async def until_sent(notifications: list[ServiceCall], message: str) -> None:
    """Wait for a message."""
    await eventually(lambda: message in messages(notifications))


async def test_relevant_notifications(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Send each relevant notification, also several at once."""
    slow = [{"delay": 0.05}, {"action": "notify.phone", "data": MESSAGE}]
    notifications = async_mock_service(hass, "notify", "phone")
    await use("notification_relay", tell=slow)

    cinema_projector.notify("INFO", "3000", "Firmware available")
    cinema_projector.notify("WARNING", "1017", "Inlet blocked")
    cinema_projector.notify("ERROR", "2001", "Laser failed")
    await eventually(lambda: len(notifications) == 2)
    cinema_projector.notify("CRITICAL", "2002", "Laser failed again")
    await eventually(lambda: len(notifications) == 3)

    assert {call.data["title"]: call.data["message"] for call in notifications} == {
        "Cinema: warning": "Inlet blocked",
        "Cinema: error": "Laser failed",
        "Cinema: critical": "Laser failed again",
    }


async def test_filter(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    notifications: list[ServiceCall],
) -> None:
    """Send only the selected severities."""
    await use("notification_relay", severities=["caution"])

    cinema_projector.notify("ERROR", "2001", "Laser failed")
    cinema_projector.notify("CAUTION", "3001", "Filter nearly full")
    await until_sent(notifications, "Filter nearly full")

    assert len(notifications) == 1


async def test_all_variables(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Replace all variables of the description."""
    calls = async_mock_service(hass, "notify", "phone")
    words = MESSAGE | {"severity": "{{ severity }}", "code": "{{ code }}"}
    tell = [{"action": "notify.phone", "data": words}]
    await use("notification_relay", tell=tell)

    cinema_projector.notify("ERROR", "2001", "Laser failed")
    await eventually(lambda: bool(calls))

    assert calls[0].data == {
        "title": "Cinema: error",
        "message": "Laser failed",
        "severity": "error",
        "code": 2001,
    }


async def test_quiet_hours(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Send only urgent notifications at night."""
    await use("notification_relay", **NIGHT)

    cinema_projector.notify("WARNING", "1017", "Inlet blocked")
    cinema_projector.notify("ERROR", "2001", "Laser failed")
    await until_sent(notifications, "Laser failed")
    clock.forward(hass, hours=1)
    cinema_projector.notify("WARNING", "1018", "Outlet blocked")
    await until_sent(notifications, "Outlet blocked")

    assert messages(notifications) == ["Laser failed", "Outlet blocked"]


async def test_each_notification_is_sent_once(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    notifications: list[ServiceCall],
) -> None:
    """Send nothing again after a restart or a disconnect."""
    await use("notification_relay")
    cinema_projector.notify("ERROR", "2001", "Laser failed")
    await until_sent(notifications, "Laser failed")
    [entry] = hass.config_entries.async_entries("barco_pulse")

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    cinema_projector.notify("WARNING", "1017", "Inlet blocked")
    await until_sent(notifications, "Inlet blocked")

    assert messages(notifications) == ["Laser failed", "Inlet blocked"]


async def test_unavailable(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Report unavailability once, also if it began before the start."""
    await out_of_reach(hass, cinema_projector)
    await use("notification_relay", **AWAY)

    clock.forward(hass, minutes=14)
    await hass.async_block_till_done()
    assert not notifications
    clock.forward(hass, minutes=2)
    await until_sent(notifications, "It has been out of reach for 15 min.")
    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()
    assert len(notifications) == 1
    assert notifications[0].data["title"] == "Cinema: error"


async def test_assumed_asleep(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Report unavailability before the projector is assumed asleep."""
    change_timings(hass, assume_asleep_delay=0.1)
    [entry] = hass.config_entries.async_entries("barco_pulse")
    await hass.config_entries.async_reload(entry.entry_id)
    await use("notification_relay", **AWAY)
    await out_of_reach(hass, cinema_projector)
    await wait_until(hass, lambda: hass.states.is_state(PROJECTOR, "off"))

    clock.forward(hass, minutes=9)
    await hass.async_block_till_done()
    assert not notifications
    clock.forward(hass, minutes=2)
    await until_sent(notifications, "It has been out of reach for 15 min.")
    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()
    assert len(notifications) == 1


async def test_short_unavailability(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Send nothing for short unavailability, or if it is not selected."""
    await use("notification_relay", **AWAY)
    await out_of_reach(hass, cinema_projector)
    clock.forward(hass, minutes=10)
    cinema_projector.faults.refuse = False
    await until_phase(hass, "on")

    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()

    assert not notifications
