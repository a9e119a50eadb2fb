"""Every sensor shows what it is named after: as it is pushed, or when it is read."""

from typing import Any

from homeassistant.const import STATE_UNKNOWN
from homeassistant.setup import async_setup_component
import pytest

from .conftest import Home, MoveIn

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
        ("environment.image-tilt.roll.value", 1.5, "image_roll_angle", "1.5"),
        ("environment.tilt.roll.value", 2.5, "roll_angle", "2.5"),
        (CPU, 91.5, "mainboard_cpu_temperature", "91.5"),
        ("firmware.progress", 40, "update_progress", "40"),
        ("firmware.status", "Active", "update_status", "active"),
        (
            "illumination.clo.availability",
            "PendingWarmup",
            "clo_availability",
            "pending_warmup",
        ),
        ("illumination.clo.state", "TooDim", "clo_state", "too_dim"),
        ("illumination.sources.laser.actualpower", 44.5, "actual_laser_power", "44.5"),
        ("image.display.frequency", 23.976, "display_frequency", "23.976"),
        (HDMI, {"bits_per_component": 12}, "bit_depth", "12"),
        (HDMI, {"chroma_sampling": "4:2:0"}, "chroma_sampling", "4:2:0"),
        (HDMI, {"color_primaries": "REC709"}, "color_primaries", "rec709"),
        (HDMI, {"color_space": "RGB"}, "color_space", "rgb"),
        (HDMI, {"content_aspect_ratio": "2.39:1"}, "aspect_ratio", "2.39:1"),
        (HDMI, {"gamma_type": "POWER"}, "signal_gamma", "power"),
        (HDMI, {"horizontal_resolution": 4096}, "resolution", "4096x2160"),
        (HDMI, {"mastering_luminance": 4000.0}, "mastering_luminance", "4000"),
        (HDMI, {"mastering_luminance": -1.0}, "mastering_luminance", STATE_UNKNOWN),
        (HDMI, {"max_cll": 900.0}, "max_cll", "900"),
        (HDMI, {"max_fall": 0.0}, "max_fall", "0"),
        (HDMI, {"scan": "Interlaced"}, "scan", "interlaced"),
        (HDMI, {"signal_range": "0-255"}, "signal_range", "0-255"),
        (HDMI, {"stereo_mode": "FramePacked"}, "stereo_mode", "frame_packed"),
        (HDMI, {"vertical_frequency": 50.0}, "refresh_rate", "50"),
        (HDMI, {"active": False}, "refresh_rate", STATE_UNKNOWN),
        (HDMI, {"active": False}, "resolution", STATE_UNKNOWN),
        (HDMI, {"vertical_resolution": None}, "resolution", STATE_UNKNOWN),
        (HDMI, {"horizontal_resolution": 0}, "resolution", STATE_UNKNOWN),
        (HDMI, {"name": None}, "signal", STATE_UNKNOWN),
        (HDMI, {"stereo_mode": None}, "stereo_mode", STATE_UNKNOWN),
        ("iot.cloudservices.connectionstate", "CONNECTED", "cloud", "connected"),
        (
            "network.device.lan.ip4config",
            {"Address": "192.0.2.9"},
            "ip_address",
            "192.0.2.9",
        ),
        ("network.device.lan.speed", 100, "network_speed", "100"),
        ("scheduler.nextscheduledaction", [], "next_action", STATE_UNKNOWN),
        (
            "scheduler.nextscheduledaction",
            [{"Name": "Matinee"}],
            "next_action",
            "Matinee",
        ),
        ("system.firmwareversion", "2.4.0", "firmware", "2.4.0"),
        ("system.targetstate", "ready", "target_state", "ready"),
        ("ui.language", "nl", "language", "nl"),
    ],
)
async def test_changes_show(
    move_in: MoveIn, name: str, value: Any, entity: str, shown: str
) -> None:
    """As the projector pushes them: it answers no reading meanwhile."""
    home = await move_in("hdr_cs", state="on")
    await home.enable(f"sensor.{entity}")
    assert home.shows(f"sensor.{entity}") != shown
    home.projector.faults.silence = True
    home.projector.faults.methods = ("property.get",)

    home.projector.change(name, value)

    await home.until(f"sensor.{entity}", shown)


@pytest.mark.parametrize(
    "motor", ["zoom", "focus", "lens_shift_horizontal", "lens_shift_vertical"]
)
async def test_motors(move_in: MoveIn, motor: str) -> None:
    """Whether it runs, and whether it knows where it is."""
    home = await move_in("udx", state="on")
    await home.enable()
    name = f"optics.{motor.replace('_shift_', 'shift.')}"

    home.projector.change(f"{name}.state", "Homing")
    home.projector.change(f"{name}.calibrationstate", "Busy")

    await home.until(f"sensor.{motor}_state", "homing")
    await home.until(f"sensor.{motor}_calibration", "busy")


async def refresh(home: Home) -> None:
    """Ask Home Assistant to read a projector again."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    await home.hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": [home.entity_id("sensor.state")]},
        blocking=True,
    )


@pytest.mark.usefixtures("quick")
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
        (
            "hdr_cs",
            "statistics.laser plate 1 bank 2 runtime.value",
            7,
            "counter_laser_plate_1_bank_2_runtime",
            "7",
        ),
        (
            "hdr_cs",
            "system.license.register.remaining",
            2880,
            "license_time_left",
            "2.0",
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
        ("udx", "environment.altitude.value", 40, "altitude", "40"),
        ("udx", "statistics.laserstrikes.value", 813, "laser_strikes", "813"),
    ],
)
async def test_what_changes_all_the_time_is_read(
    move_in: MoveIn, model: str, name: str, value: Any, entity: str, shown: str
) -> None:
    """Counters, countdowns, and what is only listed: nobody subscribes to them."""
    home = await move_in(model, state="on")
    await home.enable()
    assert home.shows(f"sensor.{entity}") != shown
    (connection,) = home.projector.connections
    assert name not in connection.session.properties

    home.projector.change(name, value)
    await refresh(home)

    await home.until(f"sensor.{entity}", shown)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("state", ["on", "ready", "standby"])
async def test_time_left(move_in: MoveIn, state: str) -> None:
    """How long it stays in a state if nobody does anything."""
    home = await move_in("hdr_cs", state=state, speed=1)
    await home.enable()
    if state == "on":  # the time runs while there is nothing to show
        home.projector.change(HDMI, {"active": False})
    home.projector.change(f"system.{state}.timeout.duration", 600)

    home.projector.change(f"system.{state}.timeout.enable", True)
    await refresh(home)

    await home.until(f"sensor.{state}_time_left", "600")


async def test_every_block_is_shown(move_in: MoveIn) -> None:
    """Fans and laser boards too, whose names end with what they measure."""
    home = await move_in("udx", state="on")
    known = home.entries()
    speeds = [name for name in known if name.endswith("_speed")]
    temperatures = [name for name in known if name.endswith("_temperature")]
    assert len(speeds) - speeds.count("sensor.network_speed") == 11
    assert len(temperatures) == 31
    assert {name for name in temperatures if not known[name].disabled_by} == {
        "sensor.inlet_temperature",
        "sensor.mainboard_temperature",
        "sensor.outlet_temperature",
    }
    ar1 = known["sensor.ar1_speed"]
    assert (ar1.original_name, ar1.unit_of_measurement) == ("AR1 speed", "rpm")
    assert all(known[name].disabled_by for name in speeds)


@pytest.mark.parametrize(
    ("told", "unit", "device_class"),
    [
        ("bar", "bar", "pressure"),
        ("hectopascal", "hPa", "pressure"),
        ("ohm", "Ω", None),
        ("NotApplicable", None, None),
    ],
)
async def test_the_unit_is_the_projectors(
    move_in: MoveIn, told: str, unit: str | None, device_class: str | None
) -> None:
    """What it says counts, also where another unit is usual."""
    name = "environment.pressure.ambient.unit"
    home = await move_in("udx", state="on", values={name: told})
    await home.enable("sensor.ambient_pressure")

    assert home.attribute("sensor.ambient_pressure", "unit_of_measurement") == unit
    assert home.attribute("sensor.ambient_pressure", "device_class") == device_class
    assert home.shows("sensor.ambient_pressure") not in (None, STATE_UNKNOWN)


@pytest.mark.usefixtures("quick")
async def test_two_names_of_one_place(move_in: MoveIn) -> None:
    """They are one entity, which shows whichever is listed now."""
    old, new = "environment.fanspeed.psu", "environment.fan.psu.tacho"
    model = {
        "extends": "udx",
        "blocks": {old: ["Sensor", "Speed", 1400.0]},
        "exists": {old: ["standby"], new: ["on"]},
    }
    home = await move_in(model, state="standby")
    home.projector.change("system.state", "on")
    await home.until("sensor.state", "on")
    await home.enable("sensor.psu_speed")
    await home.until("sensor.psu_speed", "1450")

    home.projector.change("system.state", "standby")

    await home.until("sensor.psu_speed", "1400")


async def test_thresholds(move_in: MoveIn) -> None:
    """Attributes of the reading that they are for; no entities of their own."""
    home = await move_in("hdr_cs")
    await home.enable()
    cpu = "sensor.mainboard_cpu_temperature"
    assert home.attribute(cpu, "highwarning") == 90
    assert not [name for name in home.entries() if "threshold" in name]

    home.projector.change(
        "environment.temperature.mainboard.cpu.threshold.highwarning", 85
    )
    home.projector.change(CPU, 60.5)

    await home.until(cpu, "60.5")
    assert home.attribute(cpu, "highwarning") == 85
