"""Numbers."""

import asyncio

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from .conftest import Home, SetUpProjector
from .observe import record_requests, settings

POWER = "number.laser_power"
PROPERTY = "illumination.sources.laser.power"

SETTINGS = {
    "number.brightness": ("image.brightness", 0.25),
    "number.clo_setpoint": ("illumination.clo.setpoint", 9000),
    "number.contrast": ("image.contrast", 1.25),
    "number.focus": ("optics.focus.target", 100),
    "number.gamma": ("image.gamma", 2.4),
    "number.hdr_boost": ("screen.hdrboost", 1.1),
    "number.intensity": ("image.intensity", 0.5),
    "number.laser_power": (PROPERTY, 61.5),
    "number.lens_shift_horizontal": ("optics.lensshift.horizontal.target", -200),
    "number.lens_shift_vertical": ("optics.lensshift.vertical.target", 200),
    "number.luminance": ("screen.luminance", 110),
    "number.on_timeout": ("system.on.timeout.duration", 1200),
    "number.ready_timeout": ("system.ready.timeout.duration", 1230),
    "number.saturation": ("image.saturation", 0.75),
    "number.sharpness": ("image.sharpness", -1),
    "number.standby_timeout": ("system.standby.timeout.duration", 1260),
    "number.zoom": ("optics.zoom.target", -100),
}
"""The property of each number, and a valid value that differs from the current one."""


def limits(home: Home) -> tuple[float, float, float]:
    """Return minimum, maximum and step of the laser power."""
    low, high, step = (home.attribute(POWER, name) for name in ("min", "max", "step"))
    return low, high, step


@pytest.mark.parametrize("model", ["hdr_cs"])
async def test_set(setup_projector: SetUpProjector, model: str) -> None:
    """Show the value when the projector reports it."""
    home = await setup_projector(model, state="on")

    await home.act("set_value", POWER, value=61.5)

    assert home.projector.get(PROPERTY) == 61.5
    await home.until(POWER, "61.5")


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx"])
async def test_set_each_number(setup_projector: SetUpProjector, model: str) -> None:
    """Set one property, the target of a lens motor, and show the new value."""
    home = await setup_projector(model, state="on")
    await home.enable()
    numbers = home.names("number")
    requests = record_requests(home.projector, "property.set")

    for name in numbers:
        await home.act("set_value", name, value=SETTINGS[name][1])

    assert settings(requests) == [SETTINGS[name] for name in numbers]
    for name in numbers:
        await home.until(name, str(SETTINGS[name][1]))


async def test_range(setup_projector: SetUpProjector) -> None:
    """Use the limits of the projector, also when they change."""
    home = await setup_projector("hdr_cs", state="on")
    assert limits(home) == (20, 100, 1)

    home.projector.change("illumination.sources.laser.minpower", 35)
    home.projector.change("illumination.sources.laser.maxpower", 80)
    home.projector.change(PROPERTY, 77)

    await home.until(POWER, "77")
    assert limits(home) == (35, 80, 1)
    with pytest.raises(ServiceValidationError):
        await home.act("set_value", POWER, value=81)
    assert home.projector.counters.requests["property.set"] == 0


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"min": 10, "max": 60, "precision": 0.5, "step": 3}, (10, 60, 1.5)),
        ({}, (0, 100, 1)),
    ],
)
async def test_range_without_limit_properties(
    setup_projector: SetUpProjector,
    described: dict[str, float],
    expected: tuple[float, float, float],
) -> None:
    """Use the range of the description, then the default range."""
    power = {"type": "float", "access": "rw", "value": 40.0, **described}
    without = {
        "illumination.sources.laser.minpower": None,
        "illumination.sources.laser.maxpower": None,
    }
    home = await setup_projector(
        {"extends": "udx", "properties": {PROPERTY: power, **without}}, state="on"
    )

    assert limits(home) == expected


@pytest.mark.parametrize(
    ("base", "value", "sent"),
    [("int", 50, b"50"), ("int", 49.999, b"50"), ("float", 50, b"50.0")],
)
async def test_number_is_sent_in_the_type_of_the_property(
    setup_projector: SetUpProjector, base: str, value: float, sent: bytes
) -> None:
    """Send 50 instead of 50.0 or 49.999 for an integer."""
    power = {"type": base, "access": "rw", "min": 0, "max": 100, "value": 40}
    home = await setup_projector(
        {"extends": "hdr_cs", "properties": {PROPERTY: power}}, state="on"
    )

    await home.act("set_value", POWER, value=value)

    received = b"".join(
        record.data for record in home.projector.log if isinstance(record.data, bytes)
    )
    assert b'"property":"%s","value":%s}' % (PROPERTY.encode(), sent) in received


async def test_refused(setup_projector: SetUpProjector) -> None:
    """Keep the old value if the projector refuses the new one."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.device.put("illumination.sources.laser.maxpower", 80, tell=False)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("set_value", POWER, value=90)

    assert refusal.value.translation_key == "refused"
    assert "Value out of range" not in str(refusal.value)
    assert home.value(POWER) == "75"


async def test_many_values_are_coalesced(
    setup_projector: SetUpProjector,
) -> None:
    """Send only the newest value while a request is in progress."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.faults.methods = ("property.set",)
    home.projector.faults.delay = 0.05

    await asyncio.gather(
        *(home.act("set_value", POWER, value=value) for value in range(30, 91, 5))
    )

    assert home.projector.counters.requests["property.set"] == 2
    assert home.projector.get(PROPERTY) == 90
    await home.until(POWER, "90")


async def test_many_refused_values(
    setup_projector: SetUpProjector,
) -> None:
    """Raise an error for each value that was sent."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.faults.busy = True
    home.projector.faults.delay = 0.05
    values = range(30, 91, 5)

    results = await asyncio.gather(
        *(home.act("set_value", POWER, value=value) for value in values),
        return_exceptions=True,
    )

    assert [type(results[0]), type(results[-1])] == [HomeAssistantError] * 2
    assert home.projector.counters.requests["property.set"] == 2
    assert home.value(POWER) == "75"
