"""The coordinator: pushes, lost connections, reauthentication."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.barco_pulse.const import DOMAIN

from .conftest import (
    Home,
    SetUpProjector,
    StartProjector,
    logged,
    make_entry,
    set_faults,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("watched_sensors")

INLET = "environment.temperature.inlet.value"


async def disconnect(home: Home) -> None:
    """Disconnect the projector."""
    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until("media_player.projector", STATE_UNAVAILABLE)


async def reconnect(home: Home) -> None:
    """Make the projector reachable again."""
    home.projector.faults.clear()
    await home.until("media_player.projector", "on")


def states(home: Home) -> dict[str, str]:
    """Return the states of all entities by entity id."""
    return {state.entity_id: state.state for state in home.hass.states.async_all()}


@pytest.mark.parametrize(
    ("name", "value", "entity", "shown"),
    [
        ("system.state", "error", "sensor.state", "error"),
        ("system.state", "ready", "media_player.projector", "off"),
        ("system.state", "ready", "switch.power", "off"),
        ("system.health", "Warning", "sensor.health", "warning"),
        ("image.window.main.source", "DisplayPort 1", "select.source", "DisplayPort 1"),
        (
            "image.connector.hdmi.detectedsignal",
            {"active": False},
            "sensor.signal",
            "no_signal",
        ),
        ("illumination.sources.laser.power", 61.5, "number.laser_power", "61.5"),
        (
            INLET,
            25.25,
            "sensor.inlet_temperature",
            "25.25",
        ),
    ],
)
async def test_pushed_changes(
    setup_projector: SetUpProjector, name: str, value: Any, entity: str, shown: str
) -> None:
    """Show pushed changes while read requests get no response."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.faults.silence = True
    home.projector.faults.methods = ("property.get",)

    home.projector.change(name, value)

    await home.until(entity, shown)


async def test_signal_follows_the_source(setup_projector: SetUpProjector) -> None:
    """Read the signal of the connectors of the new source."""
    home = await setup_projector("hdr_cs", state="on")

    home.projector.change("image.window.main.source", "DisplayPort 1")

    await home.until("sensor.signal", "3840x2160@60 Hz")


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize("model", ["hdr_cs", "minimal"])
async def test_polled_changes(setup_projector: SetUpProjector, model: str) -> None:
    """Poll a projector that does not push."""
    home = await setup_projector(model, state="on")

    home.projector.change("system.state", "error")

    await home.until("sensor.state", "error")


@pytest.mark.usefixtures("fast_timings")
async def test_update_entity_reads_from_the_projector(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Show a change that was not pushed after an update of the entity."""
    assert await async_setup_component(hass, "homeassistant", {})
    home = await setup_projector("hdr_cs", state="on")
    home.projector.device.put(INLET, 31, tell=False)

    await update(home, "sensor.inlet_temperature")

    await home.until("sensor.inlet_temperature", "31")


async def update(home: Home, name: str) -> None:
    """Call the action that updates an entity."""
    await home.hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": [home.entity_id(name)]},
        blocking=True,
    )


@pytest.mark.usefixtures("fast_timings")
async def test_disconnect_and_reconnect(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Make everything unavailable, then available. Log each once."""
    assert await async_setup_component(hass, "homeassistant", {})
    home = await setup_projector("hdr_cs", state="on")
    counters = home.projector.counters
    before = states(home)
    caplog.clear()

    home.projector.faults.accept_then_close = True
    home.projector.drop()
    await home.until("media_player.projector", STATE_UNAVAILABLE)
    assert set(states(home).values()) == {STATE_UNAVAILABLE}
    await home.projector.wait_until(lambda: counters.connections_opened > 5)
    await update(home, "sensor.state")
    home.projector.faults.clear()
    await wait_until(hass, lambda: states(home) == before)

    assert logged(caplog) == [
        f"Lost {home.entry.title}: The projector closed the connection",
        f"{home.entry.title} is back",
    ]
    assert counters.connections_most == 1


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"error": -32009}, 30),
        ({"accept_then_close": True}, 30),
        ({"refuse": True}, None),
    ],
)
@pytest.mark.usefixtures("short_timeouts")
async def test_set_up_of_a_busy_projector_is_retried_later(
    hass: HomeAssistant,
    start_projector: StartProjector,
    fault: dict[str, bool],
    seconds: int | None,
) -> None:
    """Retry set-up after the delay of the error, from Home Assistant 2026.11 on."""
    projector = await start_projector("hdr_cs", state="on")
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    set_faults(projector, fault)
    tried = []
    first_refresh = DataUpdateCoordinator.async_config_entry_first_refresh

    async def note(coordinator: DataUpdateCoordinator[Any]) -> None:
        tried.append(coordinator)
        await first_refresh(coordinator)

    with patch.object(DataUpdateCoordinator, first_refresh.__name__, note):
        await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    [coordinator] = tried
    assert isinstance(coordinator.last_exception, UpdateFailed)
    assert coordinator.last_exception.retry_after == seconds
    await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.usefixtures("fast_timings")
async def test_everything_is_read_after_reconnecting(
    setup_projector: SetUpProjector,
) -> None:
    """Show changes that were made without a connection."""
    home = await setup_projector("hdr_cs", state="on")
    await disconnect(home)
    home.projector.change(INLET, 31)
    home.projector.change("image.window.main.source", "DisplayPort 1")

    await reconnect(home)

    await home.until("sensor.inlet_temperature", "31")
    await home.until("select.source", "DisplayPort 1")
    home.projector.change(INLET, 32)
    await home.until("sensor.inlet_temperature", "32")


@pytest.mark.usefixtures("fast_timings")
async def test_reconnect_with_a_pin(
    setup_projector: SetUpProjector,
) -> None:
    """Authenticate again after a lost connection."""
    home = await setup_projector("balder_cs", state="on", speed=1)
    await disconnect(home)
    await reconnect(home)

    await home.act("turn_off", "media_player.projector")

    await home.until("sensor.state", "deconditioning")
    assert home.projector.counters.requests["authenticate"] == 2


@pytest.mark.usefixtures("fast_timings")
async def test_wrong_pin_while_running(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Start one reauthentication, and do not send the refused PIN again."""
    home = await setup_projector("balder_cs", state="on")
    requests = home.projector.counters.requests
    caplog.clear()
    home.projector.pin = "99999"
    home.projector.quirks.without_pin = "none"
    home.projector.drop()
    await home.until("media_player.projector", STATE_UNAVAILABLE)
    await wait_until(hass, lambda: bool(reauth_flows(hass)))

    await more_connections(home)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
    await hass.async_block_till_done()

    assert len(reauth_flows(hass)) == 1
    assert requests["authenticate"] == 2
    assert len(logged(caplog)) == 1

    (flow,) = reauth_flows(hass)
    await hass.config_entries.flow.async_configure(flow["flow_id"], {"pin": "99999"})
    await home.until("media_player.projector", "on")
    assert not reauth_flows(hass)
    assert home.projector.counters.connections_most == 1


@pytest.mark.usefixtures("fast_timings")
async def test_pin_required_while_running(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Start a reauthentication if reading requires a PIN now."""
    home = await setup_projector("balder_cs", state="on", pin=None)
    home.projector.pin = "99999"
    home.projector.quirks.without_pin = "none"
    home.projector.drop()

    await wait_until(hass, lambda: bool(reauth_flows(hass)))

    await home.until("media_player.projector", STATE_UNAVAILABLE)
    await more_connections(home)
    assert len(reauth_flows(hass)) == 1


async def more_connections(home: Home) -> None:
    """Wait for more attempts to read."""
    counters = home.projector.counters
    enough = counters.connections_opened + 3
    await home.projector.wait_until(lambda: counters.connections_opened >= enough)


def reauth_flows(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the reauthentication flows in progress."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert all(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)
    return [dict(flow) for flow in flows]


def device(home: Home) -> dr.DeviceEntry:
    """Return the one device of the entry."""
    registry = dr.async_get(home.hass)
    (entry,) = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    return entry


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx", "minimal"])
async def test_device(
    setup_projector: SetUpProjector, snapshot: SnapshotAssertion, model: str
) -> None:
    """Show the reported identity on the device page."""
    assert device(await setup_projector(model)) == snapshot


async def test_names_of_an_older_release(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Rename the device after its model, but keep the entity IDs."""
    home = await setup_projector("balder_cs", state="on")
    registry = dr.async_get(hass)
    registry.async_update_device(device(home).id, name="Balder CS-1730052877")
    older = "media_player.balder_cs_1730052877"
    er.async_get(hass).async_update_entity(
        home.entries()["media_player.projector"].entity_id, new_entity_id=older
    )

    await home.reload()

    assert device(home).name == "Balder CS"
    assert home.entry.title == "Balder CS-1730052877"
    assert home.entity_id("media_player.projector") == older
    assert home.attribute("media_player.projector", "friendly_name") == "Balder CS"


@pytest.mark.usefixtures("fast_timings")
async def test_new_firmware_shows_on_the_device_page(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Update the firmware version after a restart of the projector."""
    home = await setup_projector("hdr_cs", state="on")
    await disconnect(home)
    home.projector.change("system.firmwareversion", "2.4.0")

    await reconnect(home)

    assert device(home).sw_version == "2.4.0"


@pytest.mark.usefixtures("fast_timings", "short_timeouts")
async def test_detected_framing_is_stored(setup_projector: SetUpProjector) -> None:
    """Store the detected framing for the next connection."""
    home = await setup_projector("hdr_cs", state="on")
    await disconnect(home)
    home.projector.quirks.framing = "http-only"

    await reconnect(home)
    opened = home.projector.counters.connections_opened
    await home.reload()

    assert home.entry.state is ConfigEntryState.LOADED
    assert home.projector.counters.connections_opened == opened + 1


async def test_an_automation_sees_each_of_two_states(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Let an automation wait for one state, then for the next of the same message."""
    home = await setup_projector("hdr_cs", state="on")
    state = home.entity_id("sensor.state")

    def wait_for(value: str) -> dict[str, Any]:
        trigger = {"trigger": "state", "entity_id": state, "to": value}
        return {"wait_for_trigger": [trigger], "timeout": 60}

    actions = [wait_for("error"), wait_for("on"), {"event": "seen"}]
    script = {"sequence": actions}
    assert await async_setup_component(hass, "script", {"script": {"watch": script}})
    seen = async_capture_events(hass, "seen")
    await hass.services.async_call("script", "turn_on", {"entity_id": "script.watch"})
    await wait_until(hass, lambda: hass.states.is_state("script.watch", "on"))

    home.projector.change("system.state", "error")
    home.projector.change("system.state", "on")

    await wait_until(hass, lambda: bool(seen))
