"""Stories about known problems of owners, from end to end."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.const import CONF_HOST, CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.barco_pulse import wake_on_lan as wake
from custom_components.barco_pulse.const import DOMAIN

from .common import connected
from .conftest import Home, SetUpProjector, logged, wait_until
from .observe import history

PROJECTOR = "media_player.projector"

pytestmark = pytest.mark.usefixtures("fast_timings", "watched_sensors")


@pytest.fixture
def model() -> str:
    """Return a model that leaves the network when it is in ECO."""
    return "hdr_cs"


async def fall_asleep(home: Home) -> None:
    """Let the projector leave the network by itself."""
    await home.hass.services.async_call(
        DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
    )
    await home.projector.wait_for_state("eco")
    await home.until("sensor.notifications", STATE_UNAVAILABLE)


async def flows(hass: HomeAssistant) -> list[Any]:
    """Return the config flows that wait for input."""
    await hass.async_block_till_done()
    return list(hass.config_entries.flow.async_progress_by_handler(DOMAIN))


async def test_story_1_restart_while_in_eco(
    setup_projector: SetUpProjector,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Show off after a restart, and turn on."""
    home = await setup_projector(model)
    monkeypatch.setattr(wake, "PORT", home.projector.wake_port)
    await fall_asleep(home)
    await home.unload()
    caplog.clear()
    await home.load()
    assert home.value(PROJECTOR) == "off"
    assert home.value("sensor.phase") == "off"
    assert home.value("sensor.state") == "eco"
    await home.act("turn_on", PROJECTOR)
    await home.until(PROJECTOR, "on")
    await home.until("sensor.state", "on")
    name = home.entry.title
    assert logged(caplog) == [f"{name} is asleep", f"{name} is back"]


async def test_story_3_changes_by_other_controllers(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Show changes by the IR remote and another controller within 1 s."""
    home = await setup_projector(model)
    home.projector.power_on()
    async with asyncio.timeout(1):
        await home.until(PROJECTOR, "on")
        await home.until("sensor.state", "on")
        await wait_until(home.hass, lambda: bool(home.attribute(PROJECTOR, "source")))
    sources = home.attribute(PROJECTOR, "source_list")
    other = next(s for s in sources if s != home.attribute(PROJECTOR, "source"))
    async with connected(home.projector) as controller:
        await controller.request(
            "property.set", {"property": "image.window.main.source", "value": other}
        )
        async with asyncio.timeout(1):
            await home.until("select.source", other)
    assert home.attribute(PROJECTOR, "source") == other


async def test_story_4_turn_on_while_cooling_down(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Show warming up as on and cooling down as off; turn on while cooling down."""
    home = await setup_projector(model, state="on", speed=500)
    phases, power = history(home, "sensor.phase"), history(home, PROJECTOR)
    await home.act("turn_off", PROJECTOR)
    await home.until("sensor.state", "deconditioning")
    assert home.value(PROJECTOR) == "off"
    assert home.value("sensor.phase") == "cooling"
    await home.act("turn_on", PROJECTOR)
    await home.until(PROJECTOR, "on")
    await home.until("sensor.phase", "on")
    # The projector may accept the command only after a moment.
    assert [phase for phase in phases if phase != "off"] == ["cooling", "warming", "on"]
    assert power == ["off", "on"]


async def test_story_6_standby(
    setup_projector: SetUpProjector, model: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Change availability without log messages."""
    home = await setup_projector(model, state="standby")
    assert home.value("number.laser_power") in (None, STATE_UNAVAILABLE)
    caplog.clear()
    await home.act("turn_on", PROJECTOR)
    power = f"{home.projector.device.store.kept('illumination.sources.laser.power'):g}"
    await home.until("number.laser_power", power)
    await home.projector.wait_for_state("on")
    home.projector.power_off()
    await home.projector.wait_for_state("ready")
    home.projector.change("system.state", "standby")
    await home.until("number.laser_power", STATE_UNAVAILABLE)
    assert home.value(PROJECTOR) == "off"
    assert logged(caplog) == []


@pytest.mark.usefixtures("fast_silence_detection")
async def test_story_8_another_address(
    hass: HomeAssistant, setup_projector: SetUpProjector, model: str
) -> None:
    """Keep the entities and their history."""
    home = await setup_projector(model, state="on")
    before = home.entries()
    await home.projector.move()
    await home.until(PROJECTOR, STATE_UNAVAILABLE)
    result = await home.entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert (
        hass.config_entries.flow.async_get(result["flow_id"])["context"]["source"]
        == SOURCE_RECONFIGURE
    )
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        {CONF_HOST: home.projector.host, CONF_PORT: home.projector.port},
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert home.value(PROJECTOR) == "on"
    assert {n: e.entity_id for n, e in home.entries().items()} == {
        n: e.entity_id for n, e in before.items()
    }


async def test_story_9_second_controller(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Work beside another controller, and show its changes."""
    home = await setup_projector(model, state="on")
    async with connected(home.projector) as controller:
        for value in (40, 50, 60):
            await controller.request(
                "property.set",
                {"property": "illumination.sources.laser.power", "value": value},
            )
            await home.until("number.laser_power", str(value))
            await home.act("set_value", "number.laser_power", value=value + 5)
            answer = await controller.request(
                "property.get", {"property": "illumination.sources.laser.power"}
            )
            assert answer == value + 5
    assert home.projector.counters.connections_opened == 2
