"""Switches: power, shutter, and settings."""

from homeassistant.const import STATE_UNKNOWN
import pytest

from .conftest import SetUpProjector
from .observe import record_requests, settings

pytestmark = pytest.mark.usefixtures("watched_sensors")

SETTINGS = {
    "switch.blank": ("ui.layer.blank.enable", True, False),
    "switch.clo": ("illumination.clo.enable", True, False),
    "switch.eco_enabled": ("system.eco.enable", True, False),
    "switch.on_timer": ("system.on.timeout.enable", True, False),
    "switch.osd": ("ui.osd", True, False),
    "switch.ready_timer": ("system.ready.timeout.enable", True, False),
    "switch.scheduler_pause": ("scheduler.pause", True, False),
    "switch.shutter": ("optics.shutter.target", "Closed", "Open"),
    "switch.source_signal": ("ui.sourcesignal", True, False),
    "switch.standby_enabled": ("system.standby.enable", True, False),
    "switch.standby_timer": ("system.standby.timeout.enable", True, False),
    "switch.test_pattern": ("image.testpattern.show", True, False),
    "switch.warp": ("image.processing.warp.enable", True, False),
}
"""The property of each switch, with its values for on and off."""


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx"])
async def test_set_each_switch(setup_projector: SetUpProjector, model: str) -> None:
    """Set one property, and show the reported value."""
    home = await setup_projector(model, state="on", speed=100)
    await home.enable()
    switches = [name for name in home.names("switch") if name != "switch.power"]
    requests = record_requests(home.projector, "property.set")

    for name in switches:
        await home.act("turn_off", name)
        await home.until(name, "off")
        await home.act("turn_on", name)
        await home.until(name, "on")

    assert settings(requests) == [
        (target, value)
        for target, on, off in map(SETTINGS.__getitem__, switches)
        for value in (off, on)
    ]


async def test_moving_shutter(
    setup_projector: SetUpProjector,
) -> None:
    """Show unknown while the shutter moves; closed is on."""
    home = await setup_projector("udx", state="on", speed=1)
    assert home.value("switch.shutter") == "off"

    await home.act("turn_on", "switch.shutter")
    assert home.value("switch.shutter") == "off"
    home.projector.change("optics.shutter.position", "Moving")
    await home.until("switch.shutter", STATE_UNKNOWN)
    home.projector.change("optics.shutter.position", "Closed")

    await home.until("switch.shutter", "on")


@pytest.mark.parametrize(
    ("available", "there"), [(True, True), (False, False), (None, True)]
)
async def test_power_state_switches(
    setup_projector: SetUpProjector, available: bool | None, there: bool
) -> None:
    """Add a switch unless the power state is reported as not available."""
    description = {"type": "bool", "access": "r", "value": available}
    properties = {
        "system.standby.available": None if available is None else description
    }
    home = await setup_projector({"extends": "hdr_cs", "properties": properties})

    assert ("switch.standby_enabled" in home.entries()) is there


@pytest.mark.parametrize(
    ("state", "action", "method", "shown"),
    [
        ("ready", "turn_on", "system.poweron", "on"),
        ("ready", "toggle", "system.poweron", "on"),
        ("on", "turn_off", "system.poweroff", "off"),
        ("on", "toggle", "system.poweroff", "off"),
    ],
)
async def test_power(
    setup_projector: SetUpProjector, state: str, action: str, method: str, shown: str
) -> None:
    """Send one command for each click, and show the reported state."""
    home = await setup_projector("balder_cs", state=state, speed=1)

    await home.act(action, "switch.power")

    await home.until("switch.power", shown)
    await home.until("media_player.projector", shown)
    assert home.projector.counters.requests[method] == 1


async def test_turn_off_twice(
    setup_projector: SetUpProjector,
) -> None:
    """Send one request, because a second one would end without a network."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    await home.act("turn_off", "switch.power")

    await home.act("turn_off", "switch.power")

    await home.until("sensor.state", "deconditioning")
    await home.act("turn_off", "switch.power")
    assert home.projector.state == "deconditioning"
    assert home.projector.counters.requests["system.poweroff"] == 1


async def test_poll_after_a_command(
    setup_projector: SetUpProjector,
) -> None:
    """Poll a projector without pushes until it reaches the power state."""
    home = await setup_projector("minimal", state="standby", speed=100)

    await home.act("turn_on", "switch.power")

    await home.until("switch.power", "on")
    await home.until("sensor.state", "on")
