"""Pending selections of source, preset and profile."""

import asyncio
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from .conftest import Home, SetUpProjector, change_timings, logged, wait_until
from .observe import record_requests
from .packets import FakeMagicPackets
from .sleeping import fall_asleep

PROJECTOR = "media_player.projector"
SOURCE = "image.window.main.source"
SET = ("property.set", {"property": SOURCE, "value": "DisplayPort 1"})
SELECTIONS = {
    "select.source": ("DisplayPort 1", SET),
    "select.preset": ("5: Gaming", ("profile.activatepreset", 5)),
    "select.profile": ("Café", ("profile.activateprofile", "Café")),
}
"""The option of each select, and the request to the projector."""
METHODS = ("property.set", "profile.activatepreset", "profile.activateprofile")

pytestmark = pytest.mark.usefixtures(
    "fast_timings", "watched_sensors", "profile_enabled"
)


@pytest.fixture
def name() -> str:
    """Return the select to use, by default that of the source."""
    return "select.source"


async def warm_up(setup_projector: SetUpProjector) -> Home:
    """Return a projector that was asked to turn on, and is still in standby."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    home.projector.change("system.state", "standby")
    await home.until("select.source", STATE_UNAVAILABLE)
    await home.act("turn_on", PROJECTOR)
    await home.until("sensor.phase", "warming")
    return home


async def select_early(home: Home, name: str) -> asyncio.Task[None]:
    """Select something before the projector is ready."""
    option, _ = SELECTIONS[name]
    command = asyncio.create_task(home.act("select_option", name, option=option))
    await until_pending(home, name, option)
    return command


def pending(home: Home, name: str) -> str | None:
    """Return the pending option of a select."""
    selection = name.partition(".")[2]
    option: str | None = home.attribute("sensor.pending_command", selection)
    return option


async def until_pending(home: Home, name: str, option: str | None) -> None:
    """Wait until this option of a select is pending."""
    await wait_until(home.hass, lambda: pending(home, name) == option)


@pytest.mark.parametrize("name", SELECTIONS)
async def test_selected_while_warming_up(
    setup_projector: SetUpProjector, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Show the pending selection, and send it when the projector is ready."""
    home = await warm_up(setup_projector)
    option, asked = SELECTIONS[name]
    assert home.value(name) != STATE_UNAVAILABLE
    requests = record_requests(home.projector, *METHODS)

    command = await select_early(home, name)

    assert home.value(name) == option, "shown as selected"
    assert home.value("sensor.pending_command") == name.partition(".")[2]
    assert not command.done()
    await home.projector.wait_until(lambda: bool(requests))  # fails
    home.projector.change("system.state", "on")
    await command
    await home.until(name, option)
    await until_pending(home, name, None)
    assert {str(request) for request in requests} == {str(asked)}
    assert logged(caplog) == []


@pytest.mark.parametrize(
    ("action", "entity", "data"),
    [
        ("select_source", PROJECTOR, {"source": "DisplayPort 1"}),
        ("send_command", "remote.remote", {"command": "source_DisplayPort 1"}),
        ("select_option", "select.source", {"option": "DisplayPort 1"}),
    ],
)
async def test_pending_source_in_all_entities(
    setup_projector: SetUpProjector, action: str, entity: str, data: dict[str, Any]
) -> None:
    """Show the pending source in the media player, too."""
    home = await warm_up(setup_projector)

    command = asyncio.create_task(home.act(action, entity, **data))

    await until_pending(home, "select.source", "DisplayPort 1")
    assert home.attribute(PROJECTOR, "source") == "DisplayPort 1"
    home.projector.change("system.state", "on")
    await command
    await home.until("select.source", "DisplayPort 1")
    assert home.attribute(PROJECTOR, "source") == "DisplayPort 1"
    assert pending(home, "select.source") is None


async def test_turn_off_cancels_pending_selection(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Raise an error for the caller of the selection."""
    home = await warm_up(setup_projector)
    command = await select_early(home, name)

    turn_off = asyncio.create_task(home.act("turn_off", PROJECTOR))

    with pytest.raises(HomeAssistantError) as refusal:
        await command
    assert refusal.value.translation_key == "cancelled_switched_off"
    requests = record_requests(home.projector, *METHODS)
    home.projector.change("system.state", "on")
    await turn_off
    await home.until("sensor.state", "deconditioning")
    assert requests == []
    assert pending(home, name) is None


async def test_timeout(
    setup_projector: SetUpProjector, name: str, hass: HomeAssistant
) -> None:
    """Raise an error once."""
    change_timings(hass, pending_timeout=0.2)
    home = await warm_up(setup_projector)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("select_option", name, option=SELECTIONS[name][0])

    assert refusal.value.translation_key == "too_late"
    await until_pending(home, name, None)


async def test_error_while_off(setup_projector: SetUpProjector, name: str) -> None:
    """Raise an error at once if nothing turns the projector on."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.change("system.state", "standby")
    await home.until(name, STATE_UNAVAILABLE)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("select_source", PROJECTOR, source="DisplayPort 1")

    assert refusal.value.translation_key == "in_standby"
    assert home.projector.state == "standby"
    assert pending(home, "select.source") is None


async def test_error_while_cooling_down(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Raise an error at once while the projector cools down."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    home.projector.power_off()
    await home.until("sensor.phase", "cooling")
    home.projector.faults.busy = True

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("select_option", name, option=SELECTIONS[name][0])

    assert refusal.value.translation_key == "in_deconditioning"
    assert pending(home, name) is None


async def test_refused_selection_is_not_repeated(
    setup_projector: SetUpProjector,
) -> None:
    """Retry a busy projector, but not a refusal."""
    home = await warm_up(setup_projector)
    home.projector.device.put("profile.profiles", ["SDR Cinema"], tell=False)
    command = await select_early(home, "select.profile")
    requests = record_requests(home.projector, "profile.activateprofile")

    home.projector.change("system.state", "on")

    with pytest.raises(HomeAssistantError) as refusal:
        await command
    assert refusal.value.translation_key == "refused"
    assert pending(home, "select.profile") is None
    asked = len(requests)
    await home.act("turn_off", PROJECTOR)  # the end
    assert len(requests) == asked


async def test_selected_while_waking(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, name: str
) -> None:
    """Send all pending selections after waking."""
    home = await setup_projector("hdr_cs", state="on")
    await fall_asleep(home)
    # At this speed, ready is too short to keep the selection.
    home.projector.change("system.ready.timeout.enable", False)
    assert home.value(name) == STATE_UNAVAILABLE
    turn_on = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await home.until("sensor.pending_command", "turn_on")
    command = await select_early(home, name)

    magic_packets.wakes = home.projector

    await turn_on
    await command
    await home.until(name, SELECTIONS[name][0])
    await home.projector.wait_for_state("on")
