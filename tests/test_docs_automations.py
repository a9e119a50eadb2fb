"""The automations in docs/automations.md work, and its links are valid."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
import re
from typing import Any
from urllib.parse import unquote

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
    async_mock_service,
)

from simulator import Simulator
from tests.conftest import SetUp, StartProjector, until_phase, wait_until
from tests.packets import FakeMagicPackets

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs/automations.md").read_text()
AUTOMATIONS: dict[str, Any] = {
    heading: yaml_util.parse_yaml(block)
    for heading, block in re.findall(
        r"^### ([^\n]+)\n(?:(?!^#).)*?```yaml\n(.*?)```",
        DOCUMENT,
        re.DOTALL | re.MULTILINE,
    )
}
PROJECTOR = "media_player.cinema"
SIGNAL = "image.connector.hdmi.detectedsignal"

type Use = Callable[[str], Awaitable[None]]

pytestmark = pytest.mark.usefixtures("fast_timings")


@pytest.fixture
async def use(hass: HomeAssistant) -> AsyncIterator[Use]:
    """Create an automation from the code below a heading."""

    async def make(heading: str) -> None:
        assert await async_setup_component(
            hass, "automation", {"automation": AUTOMATIONS[heading]}
        )
        await hass.async_block_till_done()
        [automation] = hass.states.async_all("automation")
        assert automation.state == "on"
        assert automation.name == heading

    yield make
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


def test_every_automation_has_a_test() -> None:
    """Test each of the eleven automations."""
    tests = Path(__file__).read_text()
    assert len(AUTOMATIONS) == DOCUMENT.count("```yaml") == 11
    for heading, automation in AUTOMATIONS.items():
        assert f'"{heading}"' in tests
        assert automation["alias"] == heading


def test_import_links() -> None:
    """Link each blueprint by its own address."""
    linked = re.findall(
        r"\(https://my.home-assistant.io/redirect/blueprint_import/"
        r"\?blueprint_url=([^)&/:]+)\)",
        DOCUMENT,
    )
    files = (ROOT / "blueprints").glob("**/*.yaml")
    blueprints = [yaml_util.load_yaml_dict(file)["blueprint"] for file in files]
    assert sorted(map(unquote, linked)) == sorted(b["source_url"] for b in blueprints)


async def test_film_night(hass: HomeAssistant, cinema_projector: Simulator) -> None:
    """Send the pending selection when the projector is ready."""
    cinema_projector.change("image.window.main.source", "SDI")
    config = {"film_night": AUTOMATIONS["Film night"]}
    assert await async_setup_component(hass, "script", {"script": config})

    await hass.services.async_call("script", "film_night", blocking=True)

    await cinema_projector.wait_for_state("on")
    assert cinema_projector.get("image.window.main.source") == "HDMI"
    assert cinema_projector.counters.requests["profile.activatepreset"] == 1


async def test_lights(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Change the lights three times, but not after unavailability."""
    lights = async_mock_service(hass, "light", "turn_on")
    await use("Lights follow the projector")

    cinema_projector.power_on()
    await until_phase(hass, "on")
    [entry] = hass.config_entries.async_entries("barco_pulse")
    await hass.config_entries.async_reload(entry.entry_id)
    await until_phase(hass, "on")
    cinema_projector.power_off()
    await until_phase(hass, "off")

    assert [call.data["brightness_pct"] for call in lights] == [20, 0, 60]


async def test_off_without_a_signal(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Turn off after 30 minutes, not before."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await use("Off without a signal")

    cinema_projector.change(SIGNAL, {"active": False})
    await wait_until(
        hass, lambda: hass.states.is_state("sensor.cinema_signal", "no_signal")
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=29))
    await hass.async_block_till_done()
    assert cinema_projector.state == "on"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=31))
    await cinema_projector.wait_for_state("ready")

    assert cinema_projector.counters.requests["system.poweroff"] == 1


async def test_smart_plug(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    use: Use,
    magic_packets: FakeMagicPackets,
) -> None:
    """Connect power, and cut it only when the projector has cooled down."""
    values = {"system.name": "Cinema", "network.device.lan.hwaddress": ""}
    cinema_projector = await start_projector(
        "balder_cs", state="standby", values=values
    )
    await set_up(cinema_projector)
    await use("A smart plug wakes the projector")
    plugged = async_mock_service(hass, "switch", "turn_off")

    async def plug_in(call: ServiceCall) -> None:
        cinema_projector.restore_mains()

    hass.services.async_register("switch", "turn_on", plug_in)
    cinema_projector.cut_mains()
    await wait_until(hass, lambda: hass.states.is_state(PROJECTOR, "off"))

    await hass.services.async_call(
        "media_player", "turn_on", {"entity_id": PROJECTOR}, blocking=True
    )
    await until_phase(hass, "on")
    cinema_projector.power_off()
    await until_phase(hass, "cooling")
    await until_phase(hass, "off")
    assert not plugged
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
    await hass.async_block_till_done()

    assert len(plugged) == 1
    assert magic_packets.sent == []


async def test_masking(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Open for wide pictures when the signal is stable, otherwise close."""
    masking = async_mock_service(hass, "cover", "set_cover_position")
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await use("Masking follows the picture")
    signal = cinema_projector.get(SIGNAL)
    assert isinstance(signal, dict)

    async def play(width: int) -> None:
        cinema_projector.change(SIGNAL, {**signal, "horizontal_resolution": width})
        resolution = f"{width}x2160"
        await wait_until(
            hass,
            lambda: (
                (shown := hass.states.get("sensor.cinema_signal")) is not None
                and shown.attributes["resolution"] == resolution
            ),
        )

    async def settle() -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=4))
        await hass.async_block_till_done()

    await play(1920)
    await settle()
    await play(3840)
    await play(5120)
    await settle()

    assert [call.data["position"] for call in masking] == [40, 100]


async def test_intermission(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp, use: Use
) -> None:
    """Close and open the shutter; do nothing while the projector is off."""
    hall = await start_projector("udx", state="on")
    entry = await set_up(hall)
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        new = entity.entity_id.replace(".udx_4k32", ".cinema")
        registry.async_update_entity(entity.entity_id, new_entity_id=new)
    lights = async_mock_service(hass, "light", "turn_on")
    await use("Intermission")

    async def pause() -> None:
        hass.states.async_set("media_player.player", "playing")
        hass.states.async_set("media_player.player", "paused")
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
        await hass.async_block_till_done()

    await pause()
    await hall.wait_until(lambda: hall.get("optics.shutter.position") == "Closed")
    hass.states.async_set("media_player.player", "playing")
    await hall.wait_until(lambda: hall.get("optics.shutter.position") == "Open")
    await hass.async_block_till_done()
    hall.power_off()
    await until_phase(hass, "cooling")
    await pause()

    assert [call.data["brightness_pct"] for call in lights] == [40, 0]


async def test_console(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Turn on with the source of the console."""
    await use("The console switches it on")
    hass.states.async_set("media_player.console", "standby")

    hass.states.async_set("media_player.console", "idle")
    await hass.async_block_till_done()

    await cinema_projector.wait_for_state("on")
    assert cinema_projector.get("image.window.main.source") == "DisplayPort 1"


async def test_receiver(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use
) -> None:
    """Follow the source, selected by any controller."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await use("The receiver follows the source")
    calls = async_capture_events(hass, EVENT_CALL_SERVICE)

    cinema_projector.change("image.window.main.source", "DisplayPort 1")
    await wait_until(hass, lambda: bool(calls))

    assert calls[0].data["service"] == "select_source"
    assert calls[0].data["service_data"] == {
        "entity_id": ["media_player.receiver"],
        "source": "Game",
    }


async def test_remaining_time(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp, use: Use
) -> None:
    """Announce the time from the second time on."""
    named = {"system.name": "Cinema"}
    cinema_projector = await start_projector(
        "balder_cs", state="ready", values=named, speed=100
    )
    await set_up(cinema_projector)
    notifications = async_mock_service(hass, "notify", "send_message")
    await use("How long it will take")

    for times in (0, 2):
        cinema_projector.power_on()
        await until_phase(hass, "on")
        cinema_projector.power_off()
        await until_phase(hass, "cooling")
        await until_phase(hass, "off")
        assert len(notifications) == times

    # The announced end may be in the next minute.
    soon = [dt_util.now() + timedelta(minutes=minutes) for minutes in (-1, 0, 1)]
    announced = {f"{time:%H:%M}" for time in soon}
    messages = [call.data["message"].rpartition(" ") for call in notifications]
    assert [text for text, _, _ in messages] == ["Picture at", "Cooled down at"]
    assert {time for _, _, time in messages} <= announced


@pytest.mark.parametrize(("day", "reports"), [(1, 1), (2, 0)])
async def test_monthly_report(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    monkeypatch: pytest.MonkeyPatch,
    day: int,
    reports: int,
) -> None:
    """Report on the first of the month."""
    cinema_projector.notify("WARNING", "1017", "Inlet blocked")
    await wait_until(
        hass,
        lambda: hass.states.is_state("sensor.cinema_latest_message", "Inlet blocked"),
    )
    notifications = async_mock_service(hass, "notify", "send_message")
    await use("Monthly report")

    morning = dt_util.now().replace(day=day, hour=9, minute=0, second=0, microsecond=0)
    morning = morning.replace(year=morning.year + 1)
    monkeypatch.setattr(dt_util, "now", lambda time_zone=None: morning)
    async_fire_time_changed(hass, morning)
    await hass.async_block_till_done()

    assert [call.data["message"] for call in notifications] == reports * [
        "The laser of the projector has run for 1181 hours. Latest message: Inlet blocked."
    ]


@pytest.mark.parametrize(
    ("press", "key"), [("long", "RC_MENU"), ("double", "RC_DOWN"), ("single", "RC_OK")]
)
async def test_wall_button(
    hass: HomeAssistant, cinema_projector: Simulator, use: Use, press: str, key: str
) -> None:
    """Send one key for each press."""
    await use("A wall button opens the menu")
    hass.states.async_set("event.wall_button", "unknown")

    hass.states.async_set(
        "event.wall_button", "2026-12-01T20:00:00.000+00:00", {"event_type": press}
    )
    await cinema_projector.wait_until(lambda: bool(cinema_projector.keys))

    assert cinema_projector.keys == [("CLICKED", key)]
