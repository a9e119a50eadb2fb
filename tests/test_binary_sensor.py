"""Binary sensors."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
import pytest

from .conftest import SetUpProjector

pytestmark = pytest.mark.usefixtures("watched_sensors")

HDMI = "image.connector.hdmi.detectedsignal"
ALARM = "environment.alarmstate"
LICENSE = "system.license.register.valid"


@pytest.mark.parametrize(
    ("name", "value", "entity", "shown"),
    [
        ("illumination.state", "Off", "illumination", "off"),
        ("image.window.main.activesignal", False, "signal", "off"),
        (HDMI, {"gamma_type": "POWER"}, "hdr", "off"),
        (HDMI, {"gamma_type": "REC_BT1886"}, "hdr", "off"),
        (HDMI, {"active": False}, "hdr", "off"),
        (HDMI, {"gamma_type": None}, "hdr", STATE_UNKNOWN),
        ("system.health", "Warning", "problem", "on"),
        ("system.health", "Error", "problem", "on"),
        ("system.health", "Unheard of", "problem", STATE_UNKNOWN),
        ("illumination.sources.laser.ispowerlimited", True, "laser_limited", "on"),
        ("dmx.monitor.connectionstate.active", True, "dmx", "on"),
        (LICENSE, False, "license", "on"),
    ],
)
async def test_changes_show(
    setup_projector: SetUpProjector, name: str, value: Any, entity: str, shown: str
) -> None:
    """Show a pushed change."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable()
    before = home.value(f"binary_sensor.{entity}")

    home.projector.change(name, value)

    await home.until(f"binary_sensor.{entity}", shown)
    assert before in {"on", "off"} - {shown}


@pytest.mark.parametrize(
    ("alarm", "shown"),
    [("Ok", "off"), ("Warning", "on"), ("Alert", "on"), ("Error", "on")],
)
async def test_older_projectors_have_alarms_instead_of_health(
    setup_projector: SetUpProjector, alarm: str, shown: str
) -> None:
    """Turn on for each of the four levels of an alarm."""
    home = await setup_projector("udx", state="on")
    home.projector.change(ALARM, "Fatal")
    await home.until("binary_sensor.problem", "on")

    home.projector.change(ALARM, alarm)

    await home.until("binary_sensor.problem", shown)


@pytest.mark.parametrize("model", ["hdr_cs", "udx"])
@pytest.mark.parametrize("severity", ["ERROR", "CRITICAL"])
async def test_active_error_is_a_problem(
    setup_projector: SetUpProjector, model: str, severity: str
) -> None:
    """Turn on for an active error with any health, but not for a warning."""
    home = await setup_projector(model, state="on")
    home.projector.notify("WARNING", "4203", "Filter nearly used up")
    await home.until("sensor.notifications", "1")
    assert home.value("binary_sensor.problem") == "off"

    error = home.projector.notify(severity, "L100", "Laser plate 2 is too hot")

    await home.until("binary_sensor.problem", "on")
    assert home.value("sensor.health") in ("normal", "ok")

    home.projector.dismiss(error)
    await home.until("binary_sensor.problem", "off")


async def test_hdr(setup_projector: SetUpProjector) -> None:
    """Show HDR for the HDR signal, but not for the signal of the other connector."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.value("binary_sensor.hdr") == "on"

    home.projector.change("image.window.main.source", "DisplayPort 1")

    await home.until("binary_sensor.hdr", "off")


@pytest.mark.usefixtures("fast_timings")
async def test_no_light_in_standby(setup_projector: SetUpProjector) -> None:
    """Be unavailable, not off, while the projector does not report the light source."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable("binary_sensor.illumination")
    assert home.value("binary_sensor.illumination") == "on"

    home.projector.change("system.state", "standby")

    await home.until("binary_sensor.illumination", STATE_UNAVAILABLE)
