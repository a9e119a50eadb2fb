"""Projectors that are asleep while Home Assistant starts, or cannot be woken."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from .conftest import Home, SetUp, SetUpProjector, StartProjector, logged
from .packets import FakeMagicPackets
from .sleeping import ASLEEP, ASSUMED, HOURS, SLEEPERS, available_states, fall_asleep

PROJECTOR = "media_player.projector"
POWER = (PROJECTOR, "remote.remote", "switch.power")
NO_MAC = {"network.device.lan.hwaddress": ""}

pytestmark = [
    pytest.mark.parametrize("model", SLEEPERS),
    pytest.mark.usefixtures("fast_timings", "watched_sensors"),
]


async def test_no_address_to_wake(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    magic_packets: FakeMagicPackets,
    model: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Be unavailable, and retry set-up after a restart."""
    projector = await start_projector(model, state="on", values=NO_MAC)
    home = Home(hass, projector, await set_up(projector))
    caplog.clear()
    await fall_asleep(home)

    assert available_states(home) == {}
    [line] = logged(caplog)
    assert line.startswith(f"Lost {home.entry.title}: ")

    await hass.config_entries.async_reload(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "connection_refused"


async def test_address_in_the_options(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    magic_packets: FakeMagicPackets,
    model: str,
) -> None:
    """Wake a projector that reports no MAC address."""
    projector = await start_projector(model, values=NO_MAC)
    home = Home(hass, projector, await set_up(projector))
    hass.config_entries.async_update_entry(
        home.entry, options={"mac": "00:0d:0a:00:00:01"}
    )
    await home.reload()

    await fall_asleep(home)

    assert available_states(home) == ASLEEP
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await magic_packets.until(1)
    assert magic_packets.sent[0] == "00:0d:0a:00:00:01"
    projector.power_on()
    await command


async def test_restart_while_asleep(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Set up from stored data, and wake the projector."""
    home = await setup_projector(model, state="on")
    await fall_asleep(home)
    before = home.entries().keys()
    await home.unload()
    caplog.clear()

    await home.load()

    assert available_states(home) == ASLEEP
    assert home.entries().keys() == before
    assert logged(caplog) == [f"{home.entry.title} is asleep"]
    magic_packets.wakes = home.projector
    await home.act("turn_on", PROJECTOR)
    await home.until(PROJECTOR, "on")
    await home.until("sensor.state", "on")


async def test_restart_after_turned_off_manually(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Assume that the projector is asleep, and allow turning it on."""
    home = await setup_projector(model, state="on")
    hours = [home.value(name) for name in HOURS]
    await home.unload()
    home.projector.device.power.start("eco")
    await home.projector.wait_until(lambda: not home.projector.network.present)
    caplog.clear()

    await home.load()

    assert available_states(home) == ASSUMED
    assert home.attribute("sensor.phase", "asleep") is True
    assert [home.value(name) for name in HOURS] == hours
    assert len(logged(caplog)) == 1
    for name in POWER:
        assert home.attribute(name, "assumed_state") is True
    magic_packets.wakes = home.projector
    await home.act("turn_on", PROJECTOR)
    await home.until(PROJECTOR, "on")
    await home.until("sensor.state", "on")
    for name in POWER:
        assert home.attribute(name, "assumed_state") is None


async def test_restart_without_network(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Show on as soon as the projector responds."""
    home = await setup_projector(model, state="on")
    await home.unload()
    home.projector.faults.refuse = True
    await home.load()
    assert available_states(home) == ASSUMED

    home.projector.faults.refuse = False

    await home.until(PROJECTOR, "on")
    await home.until("sensor.phase", "on")
    assert magic_packets.sent == []


async def test_waking_is_disabled(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
) -> None:
    """Retry set-up if the MAC address in the options is empty."""
    home = await setup_projector(model, state="on")
    hass.config_entries.async_update_entry(home.entry, options={"mac": ""})
    await home.unload()
    home.projector.faults.refuse = True

    await hass.config_entries.async_setup(home.entry.entry_id)

    assert home.entry.state is ConfigEntryState.SETUP_RETRY
    assert magic_packets.sent == []
