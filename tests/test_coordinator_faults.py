"""Faults of connection and projector."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import (
    Home,
    SetUp,
    SetUpProjector,
    StartProjector,
    change_timings,
    logged,
    set_faults,
)

pytestmark = pytest.mark.usefixtures("watched_sensors")

INLET = "environment.temperature.inlet.value"
PRESS = "keydispatcher.postevent"
ESSENTIAL = {
    "media_player.projector",
    "number.laser_power",
    "select.preset",
    "select.source",
    "sensor.health",
    "sensor.inlet_temperature",
    "sensor.laser_hours",
    "sensor.mainboard_temperature",
    "sensor.outlet_temperature",
    "sensor.projector_hours",
    "sensor.signal",
    "sensor.state",
    "switch.power",
}
"""Entities that exist with and without introspection."""


@pytest.mark.parametrize(
    ("missing_name", "absent_methods"), [("omit", []), ("error", ["introspect"])]
)
async def test_missing_name_in_a_batch(
    setup_projector: SetUpProjector, missing_name: str, absent_methods: list[str]
) -> None:
    """Keep all other values."""
    home = await setup_projector(
        {"extends": "hdr_cs", "properties": {"system.name": None}},
        state="on",
        quirks={"missing_name": missing_name, "absent_methods": absent_methods},
    )

    shown = {name: home.value(name) for name in home.entries()}
    assert shown.keys() >= ESSENTIAL
    assert STATE_UNAVAILABLE not in shown.values()


@pytest.mark.parametrize(
    "fault",
    [
        {"interleave": True},
        {"duplicate": True},
        {"garbage": True},
        {"split": True},
        {"split": True, "interleave": True},
        {"reorder": 0.01},
    ],
    ids=str,
)
async def test_message_boundaries_do_not_matter(
    start_projector: StartProjector,
    set_up: SetUp,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
) -> None:
    """Stay available with several or partial messages in one read."""
    projector = await start_projector("hdr_cs", state="on")
    set_faults(projector, fault)

    home = Home(hass, projector, await set_up(projector))
    await home.act("select_option", "select.preset", option="5: Gaming")
    home.projector.change(INLET, 31)

    await home.until("sensor.inlet_temperature", "31")
    shown = {name: home.value(name) for name in home.entries()}
    assert shown.keys() >= ESSENTIAL
    assert STATE_UNAVAILABLE not in shown.values()
    assert projector.counters.connections_opened == 1
    assert logged(caplog) == []


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"busy": True}, "busy"),
        ({"silence": True}, "no_answer"),
        ({"close_mid_reply": True}, "unreachable"),
        ({"reset_mid_reply": True}, "unreachable"),
        ({"half_open": "fin"}, "unreachable"),
        ({"nesting": 5000}, "not_understood"),
        ({"endless": True}, "not_understood"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("short_timeouts")
async def test_command_error(
    setup_projector: SetUpProjector, fault: dict[str, Any], key: str
) -> None:
    """Raise an error with the reason, and press no key twice."""
    home = await setup_projector("balder_cs", state="ready")
    home.projector.faults.methods = (PRESS,)
    set_faults(home.projector, fault)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("send_command", "remote.remote", command="menu")

    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == key
    assert home.entry.title in str(refusal.value)
    assert home.projector.counters.requests[PRESS] <= 1


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"busy": True}, "not_switched"),
        ({"silence": True}, "not_switched"),
        ({"half_open": "fin"}, "not_switched"),
        ({"nesting": 5000}, "not_understood"),
        ({"endless": True}, "not_understood"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("default_unavailable_delay", "short_timeouts")
async def test_turn_on_error(
    setup_projector: SetUpProjector,
    hass: HomeAssistant,
    fault: dict[str, Any],
    key: str,
) -> None:
    """Retry until the deadline."""
    change_timings(hass, pending_timeout=0.2, unavailable_delay=10)
    home = await setup_projector("balder_cs", state="ready", speed=1)
    home.projector.faults.methods = ("system.poweron",)
    set_faults(home.projector, fault)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", "switch.power")

    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == key
    assert home.entry.title in str(refusal.value)


def change_pin(projector: Simulator) -> None:
    """Make the projector refuse the PIN."""
    projector.pin = "99999"


def close_port(projector: Simulator) -> None:
    """Close the port of the projector."""
    projector.faults.refuse = True


@pytest.mark.parametrize(
    ("trouble", "key"), [(change_pin, "pin_needed"), (close_port, "connection_refused")]
)
@pytest.mark.usefixtures("short_timeouts")
async def test_command_that_cannot_reconnect(
    setup_projector: SetUpProjector,
    hass: HomeAssistant,
    trouble: Callable[[Simulator], None],
    key: str,
) -> None:
    """Raise an error if a released connection cannot be opened."""
    change_timings(hass, unavailable_delay=0.1, retry_busy=0.01, reconnect_min=0.01)
    login = {"authenticate": {"params": [{"name": "code", "type": "int"}]}}
    home = await setup_projector({"extends": "minimal", "methods": login}, pin="12345")
    counters = home.projector.counters
    await home.projector.wait_until(lambda: counters.connections_open == 0)
    trouble(home.projector)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", "switch.power")

    assert refusal.value.translation_key == key
