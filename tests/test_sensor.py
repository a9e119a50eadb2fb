"""Sensors."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
import pytest

from .conftest import SetUpProjector

pytestmark = pytest.mark.usefixtures("watched_sensors")

LASER_HOURS = "sensor.laser_hours"
ACTIVE_SIGNAL = "sensor.signal"
RUNTIME = "statistics.laserruntime.value"


def with_properties(base: str, **properties: Any) -> dict[str, Any]:
    """Return a model with other properties; None removes one."""
    return {"extends": base, "properties": properties}


@pytest.mark.parametrize(
    ("unit", "value", "hours", "shown_unit"),
    [
        ("hours", 1181, "1181", "h"),
        ("minutes", 90, "1.5", "h"),
        ("seconds", 5400, "1.5", "h"),
        ("fortnights", 3, "3", None),
    ],
)
async def test_unit_of_a_counter(
    setup_projector: SetUpProjector,
    unit: str,
    value: int,
    hours: str,
    shown_unit: str | None,
) -> None:
    """Use the unit in the list of counters: hours, minutes or seconds."""
    runtime = {"type": "int", "access": "r", "value": value, "unit": unit}
    home = await setup_projector(with_properties("hdr_cs", **{RUNTIME: runtime}))

    assert home.value(LASER_HOURS) == hours
    assert home.attribute(LASER_HOURS, "unit_of_measurement") == shown_unit


async def test_temperatures_of_an_older_projector(
    setup_projector: SetUpProjector,
) -> None:
    """Read the temperatures of a UDX by its method."""
    home = await setup_projector("udx", state="on")

    assert home.value("sensor.inlet_temperature") == "24.2"
    assert home.value("sensor.outlet_temperature") == "41.7"


async def test_counter_without_a_unit(setup_projector: SetUpProjector) -> None:
    """Show a number without a unit, because a guess may be wrong by 3,600."""
    home = await setup_projector(
        "hdr_cs", quirks={"absent_methods": ["statistics.listcounters"]}
    )

    assert home.value(LASER_HOURS) == "1181"
    assert home.attribute(LASER_HOURS, "unit_of_measurement") is None
    assert home.attribute(LASER_HOURS, "device_class") is None


@pytest.mark.parametrize(
    "name", ["statistics.operating.laseron.value", "statistics.laser runtime.value"]
)
async def test_names_of_other_models(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Show a counter under any of its names."""
    counter = {"type": "int", "access": "r", "value": 21, "unit": "hours"}
    model = with_properties("hdr_cs", **{RUNTIME: None, name: counter})
    home = await setup_projector(model)

    assert home.value(LASER_HOURS) == "21"


@pytest.mark.usefixtures("fast_timings")
async def test_separate_sensors(setup_projector: SetUpProjector) -> None:
    """Use separate sensors for the processor and its board."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable("sensor.mainboard_temperature")
    assert home.value("sensor.mainboard_temperature") == "34.5"

    home.projector.change("system.state", "standby")
    await home.until("sensor.inlet_temperature", STATE_UNAVAILABLE)

    assert home.value("sensor.mainboard_temperature") == STATE_UNAVAILABLE


@pytest.mark.usefixtures("fast_timings", "entity_registry_enabled_by_default")
async def test_new_property_of_a_known_object(
    setup_projector: SetUpProjector,
) -> None:
    """Add a sensor for a new property of a known object."""
    home = await setup_projector("hdr_cs", state="standby")

    home.projector.power_on()

    await home.until("sensor.mainboard_temperature", "34.5")


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        ("hdr_cs", "system.health", ["Normal", "Warning", "Error"]),
        (
            "udx",
            "environment.alarmstate",
            ["Ok", "Warning", "Alert", "Error", "Fatal"],
        ),
    ],
)
async def test_health(
    setup_projector: SetUpProjector, model: str, name: str, values: list[str]
) -> None:
    """Accept the words of newer and older projectors."""
    home = await setup_projector(model, state="on")
    options = home.attribute("sensor.health", "options")
    assert sorted(options) == sorted(value.lower() for value in values)

    for value in values:
        home.projector.change(name, value)
        await home.until("sensor.health", value.lower())


async def test_latest_message(setup_projector: SetUpProjector) -> None:
    """Show the text of the newest notification, unknown if there is none."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.value("sensor.latest_message") == STATE_UNKNOWN
    assert home.attribute("sensor.notifications", "state_class") is None

    home.projector.notify("WARNING", "4203", "Filter nearly used up")
    await home.until("sensor.latest_message", "Filter nearly used up")
    home.projector.notify("ERROR", "L100", "Laser plate 2 is too hot")

    await home.until("sensor.latest_message", "Laser plate 2 is too hot")
    assert home.attribute("sensor.latest_message", "severity") == "error"
    assert home.attribute("sensor.latest_message", "code") == "L100"


async def test_signal(setup_projector: SetUpProjector) -> None:
    """Show no signal, and then another one."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.value(ACTIVE_SIGNAL) == "3840x2160@23.98 Hz"
    assert home.attribute(ACTIVE_SIGNAL, "resolution") == "3840x2160"
    assert home.attribute(ACTIVE_SIGNAL, "hdr") is True

    home.projector.change("image.connector.hdmi.detectedsignal", {"active": False})
    await home.until(ACTIVE_SIGNAL, "no_signal")
    assert home.attribute(ACTIVE_SIGNAL, "resolution") is None
    assert home.attribute(ACTIVE_SIGNAL, "hdr") is False

    home.projector.change(
        "image.connector.hdmi.detectedsignal",
        {"active": True, "name": "1920x1080@50 Hz", "horizontal_resolution": 1920},
    )
    await home.until(ACTIVE_SIGNAL, "1920x1080@50 Hz")
    assert home.attribute(ACTIVE_SIGNAL, "hdr") is True


@pytest.mark.parametrize("connector", ["displayport1", "displayport2"])
async def test_signal_of_a_source_with_two_connectors(
    setup_projector: SetUpProjector, connector: str
) -> None:
    """Show the signal of either connector."""
    home = await setup_projector("hdr_cs", state="on")
    name = "image.connector.{}.detectedsignal"
    home.projector.change(name.format("displayport1"), {"active": False})

    home.projector.change("image.window.main.source", "Dual DisplayPort columns")
    home.projector.change(name.format(connector), {"active": True, "name": "4K"})

    await home.until("sensor.signal", "4K")


async def test_signal_without_a_name(setup_projector: SetUpProjector) -> None:
    """Show its resolution."""
    home = await setup_projector("hdr_cs", state="on")

    home.projector.change(
        "image.connector.hdmi.detectedsignal", {"active": True, "name": ""}
    )

    await home.until(ACTIVE_SIGNAL, "3840x2160")
