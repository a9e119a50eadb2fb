"""Set-up and unload of an entry."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.const import CONF_PIN, EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.barco_pulse.const import DOMAIN

from .conftest import SetUp, SetUpProjector, StartProjector, make_entry, set_faults

pytestmark = pytest.mark.usefixtures("watched_sensors")

MODELS = [
    ("hdr_cs", "standby"),
    ("balder_cs", "ready"),
    ("udx", "on"),
    ("minimal", "on"),
]

type End = Callable[[HomeAssistant, MockConfigEntry], Awaitable[object]]


def reauth_flows(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the reauthentication flows in progress."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert {flow["context"]["source"] for flow in flows} <= {SOURCE_REAUTH}
    return [dict(flow) for flow in flows]


async def until(entry: MockConfigEntry, state: ConfigEntryState) -> None:
    """Wait for a state of an entry."""
    changed = asyncio.Event()
    stop_listening = entry.async_on_state_change(changed.set)
    async with asyncio.timeout(5):
        while entry.state is not state:
            changed.clear()
            await changed.wait()
    stop_listening()


async def unload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the entry."""
    assert await hass.config_entries.async_unload(entry.entry_id)


async def remove(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Delete the entry."""
    await hass.config_entries.async_remove(entry.entry_id)


async def stop(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop Home Assistant, which does not unload entries."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


ENDS = [unload, remove, stop]


@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_set_up(setup_projector: SetUpProjector, model: str, state: str) -> None:
    """Set up every model in every power state, over one connection."""
    home = await setup_projector(model, state=state)

    assert home.entry.state is ConfigEntryState.LOADED
    assert home.value("sensor.state") == state
    assert home.projector.counters.connections_opened == 1


async def test_set_up_after_the_config_flow(
    hass: HomeAssistant, start_projector: StartProjector
) -> None:
    """Set up an entry that the config flow created."""
    projector = await start_projector("balder_cs")
    flow = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": "user"},
        data={"host": projector.host, "port": projector.port, "pin": projector.pin},
    )
    await hass.async_block_till_done()

    assert flow["result"].state is ConfigEntryState.LOADED
    assert projector.counters.connections_open == 1


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("model", "state"), [("udx", "on"), ("hdr_cs", "standby")])
async def test_unload_has_no_leaks(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    model: str,
    state: str,
    end: End,
) -> None:
    """Leave neither tasks nor sockets."""
    tasks = asyncio.all_tasks()
    home = await setup_projector(model, state=state)

    await end(hass, home.entry)

    await home.projector.wait_until(
        lambda: home.projector.counters.connections_open == 0
    )
    assert asyncio.all_tasks() <= tasks


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("fault", "connections"),
    [
        ("silence", 2),
        ("half_open", 2),
        ("stop_reading", 2),
        ("accept_then_close", 3),
        ("refuse", 1),
    ],
)
@pytest.mark.usefixtures("fast_timings")
async def test_unload_during_a_fault(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    fault: str,
    connections: int,
    end: End,
) -> None:
    """Unload without waiting for a projector that hangs."""
    tasks = asyncio.all_tasks()
    home = await setup_projector("hdr_cs", state="on")
    counters = home.projector.counters
    setattr(home.projector.faults, fault, True)
    home.projector.drop()
    await home.until("sensor.state", STATE_UNAVAILABLE)
    await home.projector.wait_until(lambda: counters.connections_opened >= connections)

    async with asyncio.timeout(2):
        await end(hass, home.entry)

    home.projector.faults.clear()  # without reading, the projector does not see the disconnect
    await home.projector.wait_until(lambda: counters.connections_open == 0)
    assert asyncio.all_tasks() <= tasks


async def test_disabled_during_a_command(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Raise an error for the caller of the command."""
    home = await setup_projector("hdr_cs", state="ready", speed=1)
    home.projector.faults.silence = True
    command = hass.async_create_task(home.act("turn_on", "switch.power"))
    await home.projector.wait_until(
        lambda: home.projector.counters.requests["system.poweron"] == 1
    )

    entry_id = home.entry.entry_id
    await hass.config_entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)

    with pytest.raises(HomeAssistantError) as refusal:
        await command
    assert refusal.value.translation_key == "cancelled_unloaded"


async def test_reload(hass: HomeAssistant, setup_projector: SetUpProjector) -> None:
    """Close the old connection before opening the new one."""
    home = await setup_projector("hdr_cs", state="on")

    assert await hass.config_entries.async_reload(home.entry.entry_id)

    assert home.entry.state is ConfigEntryState.LOADED
    assert home.value("media_player.projector") == "on"
    assert home.projector.counters.connections_opened == 2
    assert home.projector.counters.connections_most == 1


async def test_removal(hass: HomeAssistant, setup_projector: SetUpProjector) -> None:
    """Remove device and entities with the entry."""
    home = await setup_projector("hdr_cs", state="on")

    await remove(hass, home.entry)

    assert not hass.states.async_all()
    assert not er.async_get(hass).entities
    assert not list(dr.async_get(hass).devices)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"refuse": True}, "connection_refused"),
        ({"accept_then_close": True}, "crowded"),
        ({"close_mid_reply": True}, "unreachable"),
        ({"silence": True}, "no_answer"),
        ({"half_open": True}, "no_answer"),
        ({"drip": 0.05}, "no_answer"),
        ({"nesting": 5000}, "not_understood"),
        ({"endless": True}, "not_understood"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("short_timeouts")
async def test_retry(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    fault: dict[str, Any],
    reason: str,
) -> None:
    """Retry set-up if the projector is unreachable, and show the reason."""
    projector = await start_projector("balder_cs")
    set_faults(projector, fault)

    entry = await set_up(projector)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == reason
    assert entry.error_reason_translation_placeholders is not None
    assert entry.error_reason_translation_placeholders["projector"] == entry.title
    await projector.wait_until(lambda: projector.counters.connections_open == 0)

    projector.faults.clear()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(entry, ConfigEntryState.LOADED)
    assert not reauth_flows(hass)


async def test_another_projector_at_the_address(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Do not set up another projector at the address."""
    projector = await start_projector("balder_cs")
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    projector.change("system.serialnumber", "4444444444")

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "stranger"
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    [issue] = ir.async_get(hass).issues.values()
    assert issue.translation_key == "other_projector"
    assert issue.translation_placeholders == {
        "projector": entry.title,
        "stranger": "Balder CS 4444444444",
    }

    projector.change("system.serialnumber", entry.unique_id)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(entry, ConfigEntryState.LOADED)
    assert not ir.async_get(hass).issues
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("answer", "reason", "tries"),
    [
        ("error", "pin_refused", 1),
        ("false", "pin_refused", 1),
        # An unclear response, after which reads are refused.
        ("null", "pin_needed", 2),
        ("empty", "pin_needed", 2),
    ],
)
async def test_wrong_pin(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    answer: str,
    reason: str,
    tries: int,
) -> None:
    """Start a reauthentication after one attempt with a wrong PIN."""
    projector = await start_projector(
        "balder_cs", quirks={"wrong_pin": answer, "without_pin": "none"}
    )

    entry = await set_up(projector, pin="1")

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == reason
    assert len(reauth_flows(hass)) == 1
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
    await hass.async_block_till_done()
    assert projector.counters.requests["authenticate"] == tries
    assert projector.counters.connections_open == 0


async def test_pin_required_for_reading(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Start a reauthentication if the projector requires a PIN now."""
    projector = await start_projector("balder_cs", quirks={"without_pin": "none"})

    entry = await set_up(projector, pin=None)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "pin_needed"
    assert len(reauth_flows(hass)) == 1
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_reauthentication(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Work without a restart after the reauthentication."""
    projector = await start_projector("balder_cs")
    entry = await set_up(projector, pin="1")
    (flow,) = reauth_flows(hass)

    await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_PIN: projector.pin}
    )
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert not reauth_flows(hass)
