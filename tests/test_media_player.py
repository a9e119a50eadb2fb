"""The media player: power and source."""

import asyncio

from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUp, SetUpProjector, StartProjector
from .observe import history

pytestmark = pytest.mark.usefixtures("watched_sensors")

PROJECTOR = "media_player.projector"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("boot", "off"),
        ("eco", "off"),
        ("standby", "off"),
        ("ready", "off"),
        ("conditioning", "on"),
        ("on", "on"),
        ("service", "off"),
        ("deconditioning", "off"),
        ("error", "off"),
    ],
)
async def test_states(setup_projector: SetUpProjector, state: str, shown: str) -> None:
    """Show warming up as on and cooling down as off."""
    home = await setup_projector("hdr_cs", state="ready", speed=1)

    home.projector.change("system.state", state)

    await home.until("sensor.state", state)
    await home.until(PROJECTOR, shown)
    await home.until("switch.power", shown)


async def test_power_cycle(setup_projector: SetUpProjector) -> None:
    """Stay on from the command to the end, and off afterwards."""
    home = await setup_projector("hdr_cs", state="standby")
    states, power = history(home, "sensor.state"), history(home, PROJECTOR)

    await home.act("turn_on", PROJECTOR)
    await home.until("sensor.state", "on")
    await home.act("turn_off", PROJECTOR)
    await home.until("sensor.state", "standby")

    assert power == ["on", "off"]
    assert states == [
        "ready",
        "conditioning",
        "on",
        "deconditioning",
        "ready",
        "standby",
    ]
    assert home.projector.counters.requests["system.poweron"] == 1
    assert home.projector.counters.requests["system.poweroff"] == 1


async def test_turn_on_shows_the_goal(setup_projector: SetUpProjector) -> None:
    """Show the goal without waiting for the projector to warm up."""
    home = await setup_projector("hdr_cs", state="standby", speed=1)

    turn_on = asyncio.create_task(home.act("turn_on", PROJECTOR))

    await home.until(PROJECTOR, "on")
    assert home.projector.state == "standby"
    assert home.value("sensor.state") == "standby"
    await turn_on


async def test_refused_command_raises(setup_projector: SetUpProjector) -> None:
    """Raise an error if the projector refuses the command."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    home.projector.change("system.state", "error")
    await home.until(PROJECTOR, "off")

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", PROJECTOR)

    assert refusal.value.translation_key == "in_error"
    assert home.value(PROJECTOR) == "off"
    assert home.projector.counters.requests["system.poweron"] == 0


async def test_turn_on_without_the_pin(
    start_projector: StartProjector, set_up: SetUp, hass: HomeAssistant
) -> None:
    """Raise an error that says how to enter the PIN, while reading works without it."""
    projector = await start_projector("balder_cs")
    home = Home(hass, projector, await set_up(projector, pin=None))

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", PROJECTOR)

    assert refusal.value.translation_key == "pin_needed"
    assert home.value(PROJECTOR) == "off"


async def test_select_source(setup_projector: SetUpProjector) -> None:
    """Select a source, and show it when the projector reports it."""
    home = await setup_projector("hdr_cs", state="on")
    assert home.attribute(PROJECTOR, "source") == "HDMI"
    assert home.attribute(PROJECTOR, "source_list") == [
        "HDMI",
        "DisplayPort 1",
        "DisplayPort 2",
        "Dual DisplayPort columns",
        "HDBaseT A",
        "HDBaseT B",
    ]

    await home.act("select_source", PROJECTOR, source="DisplayPort 1")

    await home.until("select.source", "DisplayPort 1")
    assert home.attribute(PROJECTOR, "source") == "DisplayPort 1"
    assert home.projector.get("image.window.main.source") == "DisplayPort 1"


async def test_select_unknown_source(setup_projector: SetUpProjector) -> None:
    """Raise an error that lists the sources, without a request."""
    home = await setup_projector("hdr_cs", state="on")

    with pytest.raises(ServiceValidationError) as refusal:
        await home.act("select_source", PROJECTOR, source="VHS")

    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == "unknown_source"
    assert str(refusal.value) == (
        f'{home.entry.title} has no source "VHS". Available: HDMI, DisplayPort 1,'
        " DisplayPort 2, Dual DisplayPort columns, HDBaseT A, HDBaseT B"
    )
    assert home.projector.counters.requests["property.set"] == 0


@pytest.mark.parametrize(
    ("model", "state", "sources"),
    [
        ("hdr_cs", "on", MediaPlayerEntityFeature.SELECT_SOURCE),
        ("hdr_cs", "standby", MediaPlayerEntityFeature(0)),
        ("minimal", "on", MediaPlayerEntityFeature(0)),
    ],
)
async def test_features(
    setup_projector: SetUpProjector,
    model: str,
    state: str,
    sources: MediaPlayerEntityFeature,
) -> None:
    """Support power always, and sources only if there are any."""
    home = await setup_projector(model, state=state)

    power = MediaPlayerEntityFeature.TURN_ON | MediaPlayerEntityFeature.TURN_OFF
    assert home.attribute(PROJECTOR, "supported_features") == power | sources
