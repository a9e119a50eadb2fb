"""Each sensor shows its value, pushed or read."""

from datetime import timedelta
from itertools import count
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNKNOWN
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from .conftest import Home, SetUpProjector

pytestmark = pytest.mark.usefixtures("watched_sensors")

RUNTIME = "statistics.laserruntime.value"
HDMI = "image.connector.hdmi.detectedsignal"
CPU = "environment.temperature.mainboard.cpu.value"


@pytest.mark.parametrize(
    ("name", "value", "entity", "shown"),
    [
        (
            "environment.fanspeed.mainboard.fan1.value",
            900,
            "mainboard_fan1_speed",
            "900",
        ),
        ("environment.tilt.roll.value", 2.5, "roll_angle", "2.5"),
        (CPU, 91.5, "mainboard_cpu_temperature", "91.5"),
        ("firmware.status", "Active", "update_status", "active"),
        ("illumination.clo.state", "TooDim", "clo_state", "too_dim"),
        ("illumination.sources.laser.actualpower", 44.5, "actual_laser_power", "44.5"),
        (HDMI, {"bits_per_component": 12}, "bit_depth", "12"),
        (HDMI, {"bits_per_component": "deep"}, "bit_depth", STATE_UNKNOWN),
        (HDMI, {"chroma_sampling": "4:2:0"}, "chroma_sampling", "4:2:0"),
        (HDMI, {"color_primaries": "REC709"}, "color_primaries", "rec709"),
        (HDMI, {"color_space": "RGB"}, "color_space", "rgb"),
        (HDMI, {"content_aspect_ratio": "2.39:1"}, "aspect_ratio", "2.39:1"),
        (HDMI, {"gamma_type": "POWER"}, "signal_gamma", "power"),
        (HDMI, {"horizontal_resolution": 4096}, "resolution", "4096x2160"),
        (HDMI, {"mastering_luminance": 4000.0}, "mastering_luminance", "4000"),
        (HDMI, {"mastering_luminance": -1.0}, "mastering_luminance", STATE_UNKNOWN),
        (HDMI, {"max_cll": 0.0}, "max_cll", "0"),
        (HDMI, {"signal_range": "0-255"}, "signal_range", "0-255"),
        (HDMI, {"stereo_mode": "FramePacked"}, "stereo_mode", "frame_packed"),
        (HDMI, {"vertical_frequency": 50.0}, "refresh_rate", "50"),
        (HDMI, {"active": False}, "refresh_rate", STATE_UNKNOWN),
        (HDMI, {"active": False}, "resolution", STATE_UNKNOWN),
        (HDMI, {"vertical_resolution": None}, "resolution", STATE_UNKNOWN),
        (HDMI, {"horizontal_resolution": 0}, "resolution", STATE_UNKNOWN),
        (HDMI, {"name": None}, "signal", "3840x2160"),
        (HDMI, {"stereo_mode": None}, "stereo_mode", STATE_UNKNOWN),
    ],
)
async def test_pushed_changes(
    setup_projector: SetUpProjector, name: str, value: Any, entity: str, shown: str
) -> None:
    """Show a pushed change while read requests get no response."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable(f"sensor.{entity}")
    assert home.value(f"sensor.{entity}") != shown
    home.projector.faults.silence = True
    home.projector.faults.methods = ("property.get",)

    home.projector.change(name, value)

    await home.until(f"sensor.{entity}", shown)


async def refresh(home: Home) -> None:
    """Update the entities of a projector by the action."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    await home.hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": [home.entity_id("sensor.state")]},
        blocking=True,
    )


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize(
    ("model", "name", "value", "entity", "shown"),
    [
        ("hdr_cs", RUNTIME, 1182, "laser_hours", "1182"),
        ("hdr_cs", RUNTIME, "many", "laser_hours", STATE_UNKNOWN),
        (
            "hdr_cs",
            "statistics.projectorruntime.value",
            1400,
            "projector_hours",
            "1400",
        ),
        ("hdr_cs", "environment.humidity.inlet.value", 55, "inlet_humidity", "55"),
        (
            "udx",
            "environment.temperature.inlet.value",
            30.5,
            "inlet_temperature",
            "30.5",
        ),
        (
            "udx",
            "environment.laser.board1.bank0.temperature.value",
            44.5,
            "laser_board1_bank0_temperature",
            "44.5",
        ),
        ("udx", "environment.fan.psu.tacho.value", 1500, "psu_speed", "1500"),
        ("udx", "statistics.laserstrikes.value", 813, "laser_strikes", "813"),
    ],
)
async def test_constantly_changing_values_are_polled(
    setup_projector: SetUpProjector,
    model: str,
    name: str,
    value: Any,
    entity: str,
    shown: str,
) -> None:
    """Poll counters and listed values instead of subscribing."""
    home = await setup_projector(model, state="on")
    await home.enable()
    assert home.value(f"sensor.{entity}") != shown
    (connection,) = home.projector.connections
    assert name not in connection.session.properties

    home.projector.change(name, value)
    await refresh(home)

    await home.until(f"sensor.{entity}", shown)


@pytest.mark.usefixtures("fast_silence_detection")
@pytest.mark.parametrize(
    ("entity", "name", "unit", "sign"),
    [
        ("on_time_left", "system.on.timeout.remaining", 1, 1),
        ("standby_time_left", "system.standby.timeout.remaining", 1, 1),
        ("license_time_left", "system.license.register.remaining", 60, 1),
        ("uptime", "statistics.uptime.value", 1, -1),
    ],
)
async def test_timestamp(
    setup_projector: SetUpProjector,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    entity: str,
    name: str,
    unit: int,
    sign: int,
) -> None:
    """Keep the time while later values agree with it."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable(f"sensor.{entity}")
    hours = count(2000)

    async def read(value: int) -> str | None:
        power = home.projector.device.power
        monkeypatch.setattr(power, "remaining", lambda state: value)
        home.projector.change(name, value)
        for hour in (next(hours), next(hours)):  # the first read may be in progress
            home.projector.change(RUNTIME, hour)
            await home.until("sensor.laser_hours", str(hour))
        return home.value(f"sensor.{entity}")

    def expected(value: int) -> str:
        moment = dt_util.utcnow() + timedelta(seconds=sign * unit * value)
        return moment.isoformat(timespec="seconds")

    first = await read(600)
    assert first == expected(600)
    freezer.tick(62 * unit)
    assert await read(600 - sign * 61) == first
    freezer.tick(1)
    assert await read(300) == expected(300) != first
    assert await read(0) == STATE_UNKNOWN
    assert await read(10**12) == STATE_UNKNOWN


@pytest.mark.usefixtures("fast_timings")
async def test_timer_that_does_not_run(
    setup_projector: SetUpProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show no time while the timer is stopped, for example by a signal."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable("sensor.on_time_left")
    power = home.projector.device.power

    monkeypatch.setattr(power, "remaining", lambda state: 900)
    home.projector.change(RUNTIME, 2000)
    await refresh(home)
    await home.until("sensor.laser_hours", "2000")

    assert home.value("sensor.on_time_left") == STATE_UNKNOWN


async def test_uptime_without_a_unit(setup_projector: SetUpProjector) -> None:
    """Show nothing, because a guess may be wrong by 3,600."""
    absent = {"absent_methods": ["statistics.listcounters"]}
    home = await setup_projector("udx", state="on", quirks=absent)
    await home.enable("sensor.uptime")

    assert home.value("sensor.uptime") == STATE_UNKNOWN


async def test_all_blocks(setup_projector: SetUpProjector) -> None:
    """Add fans and laser boards too, whose names end with the quantity."""
    home = await setup_projector("udx", state="on")
    entries = home.entries()
    speeds = [name for name in entries if name.endswith("_speed")]
    temperatures = [name for name in entries if name.endswith("_temperature")]
    assert len(speeds) == 11
    assert len(temperatures) == 31
    assert {name for name in temperatures if not entries[name].disabled_by} == {
        "sensor.inlet_temperature",
        "sensor.outlet_temperature",
    }
    ar1 = entries["sensor.ar1_speed"]
    assert (ar1.original_name, ar1.unit_of_measurement) == ("AR1 fan speed", "rpm")
    assert all(entries[name].disabled_by for name in speeds)


@pytest.mark.parametrize(
    ("reported", "unit", "device_class"),
    [
        ("bar", "hPa", "atmospheric_pressure"),
        ("hectopascal", "hPa", "atmospheric_pressure"),
        ("ohm", "Ω", None),
        ("NotApplicable", None, None),
    ],
)
async def test_unit_of_the_projector(
    setup_projector: SetUpProjector,
    reported: str,
    unit: str | None,
    device_class: str | None,
) -> None:
    """Use the reported unit. Home Assistant converts pressures."""
    name = "environment.pressure.ambient.unit"
    home = await setup_projector("udx", state="on", values={name: reported})
    await home.enable("sensor.ambient_pressure")

    assert home.attribute("sensor.ambient_pressure", "unit_of_measurement") == unit
    assert home.attribute("sensor.ambient_pressure", "device_class") == device_class
    assert home.value("sensor.ambient_pressure") not in (None, STATE_UNKNOWN)


@pytest.mark.usefixtures("fast_timings")
async def test_two_names_of_one_location(setup_projector: SetUpProjector) -> None:
    """Use one entity, which shows the name that is listed now."""
    old, new = "environment.fanspeed.psu", "environment.fan.psu.tacho"
    model = {
        "extends": "udx",
        "blocks": {old: ["Sensor", "Speed", 1400.0]},
        "exists": {old: ["standby"], new: ["on"]},
    }
    home = await setup_projector(model, state="standby")
    home.projector.change("system.state", "on")
    await home.until("sensor.state", "on")
    await home.enable("sensor.psu_speed")
    await home.until("sensor.psu_speed", "1450")

    home.projector.change("system.state", "standby")

    await home.until("sensor.psu_speed", "1400")
