"""A refused PIN of a projector that can be read without one."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .conftest import Home, SetUp, SetUpProjector, StartProjector, logged, wait_until
from .observe import history
from .test_init import reauth_flows

INLET = "environment.temperature.inlet.value"


@pytest.mark.parametrize("answer", ["error", "false"])
async def test_refused_at_set_up(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp, answer: str
) -> None:
    """Start one reauthentication, also after a restart, and keep reading."""
    projector = await start_projector(
        "balder_cs", state="on", quirks={"wrong_pin": answer}
    )

    for starts in (1, 2):
        if starts == 1:
            entry = await set_up(projector, pin="1")
        else:
            assert await hass.config_entries.async_reload(entry.entry_id)
        home = Home(hass, projector, entry)
        assert entry.state is ConfigEntryState.LOADED
        await home.until("media_player.projector", "on")
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
        await hass.async_block_till_done()
        assert len(reauth_flows(hass)) == 1
        assert projector.counters.requests["authenticate"] == starts
        assert projector.counters.connections_open == 1


@pytest.mark.usefixtures("default_unavailable_delay")
async def test_refused_while_running(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Start one reauthentication, and keep reading; only control needs the PIN."""
    home = await setup_projector("balder_cs", state="on")
    requests = home.projector.counters.requests
    caplog.clear()
    states = history(home, "media_player.projector")
    home.projector.pin = "99999"

    for number in (31, 32, 33):
        home.projector.drop()
        home.projector.change(INLET, number)
        await home.until("sensor.inlet_temperature", str(number))

    await wait_until(hass, lambda: bool(reauth_flows(hass)))
    assert requests["authenticate"] == 2
    assert len(reauth_flows(hass)) == 1
    assert home.entry.state is ConfigEntryState.LOADED
    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_off", "media_player.projector")
    assert refusal.value.translation_key == "pin_needed"
    assert states == logged(caplog) == []

    (flow,) = reauth_flows(hass)
    await hass.config_entries.flow.async_configure(flow["flow_id"], {"pin": "99999"})
    await home.until("media_player.projector", "on")
    await home.act("turn_off", "media_player.projector")
    assert not reauth_flows(hass)


@pytest.mark.usefixtures("fast_timings")
async def test_refused_during_another_flow(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Start the reauthentication as soon as the other flow is finished."""
    home = await setup_projector("balder_cs", state="on")
    dialog = await home.entry.start_reconfigure_flow(hass)
    home.projector.pin = "99999"
    home.projector.drop()
    home.projector.change(INLET, 30)
    await home.until("sensor.inlet_temperature", "30")
    assert home.projector.counters.requests["authenticate"] == 2

    hass.config_entries.flow.async_abort(dialog["flow_id"])
    home.projector.change(INLET, 31)

    await wait_until(hass, lambda: bool(reauth_flows(hass)))


@pytest.mark.usefixtures("fast_timings")
async def test_refused_pin_does_not_change_the_phase(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Keep the power phase although the PIN was refused before."""
    projector = await start_projector("balder_cs", state="ready")
    home = Home(hass, projector, await set_up(projector, pin=None))
    with pytest.raises(HomeAssistantError):
        await home.act("turn_on", "media_player.projector")
    phases = history(home, "sensor.phase")

    with pytest.raises(HomeAssistantError):
        await home.act("turn_on", "media_player.projector")

    assert "warming" not in phases
