"""The blueprint "notification relay": it is half past nine in the morning."""

from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Simulator
from tests.conftest import change_timings, until_phase, wait_until

from .conftest import PROJECTOR, Clock, Use, eventually, out_of_reach

MESSAGE = {"title": "{{ title }}", "message": "{{ message }}"}
NIGHT = {"quiet_from": "22:00:00", "quiet_to": "10:00:00"}
AWAY = {"away_for": 15}


def messages(told: list[ServiceCall]) -> list[str]:
    """Return what was told, one after the other."""
    return [call.data["message"] for call in told]


async def until_told(told: list[ServiceCall], message: str) -> None:
    """Wait for a message."""
    await eventually(lambda: message in messages(told))


async def test_what_matters(hass: HomeAssistant, cinema: Simulator, use: Use) -> None:
    """As it comes, also if it comes in one moment, without what is of no importance."""
    slow = [{"delay": 0.05}, {"action": "notify.phone", "data": MESSAGE}]
    told = async_mock_service(hass, "notify", "phone")
    await use("notification_relay", tell=slow)

    cinema.notify("INFO", "3000", "Firmware available")
    cinema.notify("WARNING", "1017", "Inlet blocked")
    cinema.notify("ERROR", "2001", "Laser failed")
    await eventually(lambda: len(told) == 2)
    cinema.notify("CRITICAL", "2002", "Laser failed again")
    await eventually(lambda: len(told) == 3)

    assert {call.data["title"]: call.data["message"] for call in told} == {
        "Cinema: warning": "Inlet blocked",
        "Cinema: error": "Laser failed",
        "Cinema: critical": "Laser failed again",
    }


async def test_filter(
    hass: HomeAssistant, cinema: Simulator, use: Use, told: list[ServiceCall]
) -> None:
    """Only what was chosen."""
    await use("notification_relay", severities=["caution"])

    cinema.notify("ERROR", "2001", "Laser failed")
    cinema.notify("CAUTION", "3001", "Filter nearly full")
    await until_told(told, "Filter nearly full")

    assert len(told) == 1


async def test_all_variables(hass: HomeAssistant, cinema: Simulator, use: Use) -> None:
    """As the description promises."""
    heard = async_mock_service(hass, "notify", "phone")
    words = MESSAGE | {"severity": "{{ severity }}", "code": "{{ code }}"}
    tell = [{"action": "notify.phone", "data": words}]
    await use("notification_relay", tell=tell)

    cinema.notify("ERROR", "2001", "Laser failed")
    await eventually(lambda: bool(heard))

    assert heard[0].data == {
        "title": "Cinema: error",
        "message": "Laser failed",
        "severity": "error",
        "code": 2001,
    }


async def test_quiet_hours(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """At night only what cannot wait."""
    await use("notification_relay", **NIGHT)

    cinema.notify("WARNING", "1017", "Inlet blocked")
    cinema.notify("ERROR", "2001", "Laser failed")
    await until_told(told, "Laser failed")
    clock.forward(hass, hours=1)
    cinema.notify("WARNING", "1018", "Outlet blocked")
    await until_told(told, "Outlet blocked")

    assert messages(told) == ["Laser failed", "Outlet blocked"]


async def test_nothing_twice(
    hass: HomeAssistant, cinema: Simulator, use: Use, told: list[ServiceCall]
) -> None:
    """Not even after a restart or a cut."""
    await use("notification_relay")
    cinema.notify("ERROR", "2001", "Laser failed")
    await until_told(told, "Laser failed")
    [entry] = hass.config_entries.async_entries("barco_pulse")

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    cinema.notify("WARNING", "1017", "Inlet blocked")
    await until_told(told, "Inlet blocked")

    assert messages(told) == ["Laser failed", "Inlet blocked"]


async def test_out_of_reach(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Also if it was before Home Assistant began to watch it; once."""
    await out_of_reach(hass, cinema)
    await use("notification_relay", **AWAY)

    clock.forward(hass, minutes=14)
    await hass.async_block_till_done()
    assert not told
    clock.forward(hass, minutes=2)
    await until_told(told, "It has been out of reach for 15 min.")
    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()
    assert len(told) == 1
    assert told[0].data["title"] == "Cinema: error"


async def test_assumed_to_sleep(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Home Assistant assumes after five minutes that it sleeps: it is out of reach."""
    change_timings(hass, assume_asleep_delay=0.1)
    [entry] = hass.config_entries.async_entries("barco_pulse")
    await hass.config_entries.async_reload(entry.entry_id)
    await use("notification_relay", **AWAY)
    await out_of_reach(hass, cinema)
    await wait_until(hass, lambda: hass.states.is_state(PROJECTOR, "off"))

    clock.forward(hass, minutes=9)
    await hass.async_block_till_done()
    assert not told
    clock.forward(hass, minutes=2)
    await until_told(told, "It has been out of reach for 15 min.")
    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()
    assert len(told) == 1


async def test_back_soon(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Not worth a word; nor is being away, unless that was asked for."""
    await use("notification_relay", **AWAY)
    await out_of_reach(hass, cinema)
    clock.forward(hass, minutes=10)
    cinema.faults.refuse = False
    await until_phase(hass, "on")

    clock.forward(hass, minutes=60)
    await hass.async_block_till_done()

    assert not told
