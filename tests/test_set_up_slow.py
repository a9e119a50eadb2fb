"""Set-up of a slow projector, and changes of its identity."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.barco_pulse.const import LIMITS, Limits

from .conftest import (
    Home,
    SetUp,
    SetUpProjector,
    StartProjector,
    change_timings,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("watched_sensors")


@pytest.mark.usefixtures("fast_timings")
async def test_set_up_with_slow_introspection(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Load the entry, and add more entities as the projector describes them."""
    change_timings(hass, introspection_limit=0.1)
    projector = await start_projector("balder_cs", state="on")
    projector.faults.methods = ("introspect",)
    projector.faults.delay = 0.3

    home = Home(hass, projector, await set_up(projector))

    assert home.entry.state is ConfigEntryState.LOADED
    assert home.value("sensor.state") == "on"
    assert home.entity_id("number.laser_power")
    assert not home.entity_id("select.scaling_mode")
    projector.faults.clear()
    await wait_until(hass, lambda: home.entity_id("select.scaling_mode") is not None)
    assert projector.counters.connections_opened == 1


async def test_set_up_timeout(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
) -> None:
    """Retry set-up after the limit, and close the connection."""
    hass.data[LIMITS] = Limits(set_up=0.5)
    projector = await start_projector("balder_cs", state="on")
    projector.faults.delay = 0.2

    entry = await set_up(projector)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


@pytest.mark.parametrize("model", ["udx"])
async def test_set_up_with_slow_responses(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    model: str,
) -> None:
    """Set up with responses of 4 s within 120 s, in a fiftieth of real time."""
    hass.data[LIMITS] = Limits(set_up=120 / 50)
    change_timings(
        hass,
        introspection_limit=15 / 50,
        introspection_limit_later=2 / 50,
        setup_limit=40 / 50,
    )
    projector = await start_projector(model, state="on")
    projector.faults.delay = 4 / 50

    entry = await set_up(projector)

    assert entry.state is ConfigEntryState.LOADED


async def test_new_name_and_firmware(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Update the device page over the same connection."""
    home = await setup_projector("balder_cs", state="on")
    home.projector.device.put("system.name", "Cinema", tell=False)
    home.projector.device.put("system.firmwareversion", "9.9.9", tell=False)

    home.entry.runtime_data.projector.refresh()

    def shown() -> tuple[str | None, str | None]:
        registry = dr.async_get(hass)
        (device,) = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
        return device.name, device.sw_version

    await wait_until(hass, lambda: shown() == ("Cinema", "9.9.9"))
