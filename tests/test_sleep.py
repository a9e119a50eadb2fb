"""Sleeping projectors, and how they are woken."""

import asyncio

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import SetUpProjector, change_timings, logged, wait_until
from .observe import history, record_requests
from .packets import FakeMagicPackets
from .sleeping import ASLEEP, ASSUMED, HOURS, SLEEPERS, available_states, fall_asleep

PROJECTOR = "media_player.projector"
POWER = (PROJECTOR, "remote.remote", "switch.power")

pytestmark = [
    pytest.mark.parametrize("model", SLEEPERS),
    pytest.mark.usefixtures("fast_timings", "watched_sensors"),
]


async def test_asleep(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Show off, not unavailable, and log once."""
    home = await setup_projector(model, state="on")
    power = history(home, PROJECTOR)
    caplog.clear()
    assert home.attribute("sensor.phase", "asleep") is False

    await fall_asleep(home)

    assert available_states(home) == ASLEEP
    assert home.attribute("sensor.phase", "asleep") is True
    assert logged(caplog) == [f"{home.entry.title} is asleep"]
    assert power == ["off"]
    assert magic_packets.sent == []


async def test_counters_keep_their_value(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Keep counters while the projector is asleep, and after a restart."""
    home = await setup_projector(model, state="on")
    hours = {name: home.value(name) for name in HOURS}
    assert all(hour and float(hour) > 0 for hour in hours.values())
    written = [history(home, name) for name in HOURS]
    states = history(home, "sensor.state")

    await fall_asleep(home)

    assert written == [[] for _ in HOURS]
    assert states[-1] == "eco"
    assert STATE_UNAVAILABLE not in states

    await home.unload()
    await home.load()

    assert {name: home.value(name) for name in HOURS} == hours
    assert home.value("sensor.state") == "eco"


@pytest.mark.parametrize("name", [PROJECTOR, "remote.remote", "switch.power"])
async def test_woken(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Wake the projector by magic packets and turn it on, by any entity."""
    home = await setup_projector(model)
    await fall_asleep(home)
    phases = history(home, "sensor.phase")
    commands = record_requests(home.projector, "system.poweron", "system.poweroff")
    caplog.clear()
    magic_packets.wakes = home.projector

    await home.act("turn_on", name)

    await home.until(name, "on")
    await home.until("sensor.state", "on")
    assert set(magic_packets.sent) == {home.projector.model.mac.lower()}
    assert {method for method, _ in commands} == {"system.poweron"}
    assert phases[-1] == "on"
    assert set(phases[:-1]) <= {"starting", "off", "warming"}
    assert home.attribute(name, "pending") is None
    assert logged(caplog) == [f"{home.entry.title} is back"]


async def test_waking_shows_the_goal(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Show on as the goal, while the phase is still off."""
    home = await setup_projector(model)
    await fall_asleep(home)

    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await wait_until(home.hass, lambda: home.attribute(PROJECTOR, "pending") == "on")
    assert home.value("sensor.phase") == "off"
    assert home.value("sensor.pending_command") == "turn_on"
    assert home.value(PROJECTOR) == "on"
    assert home.value("sensor.state") == "eco"
    await magic_packets.until(3)
    assert not command.done()
    magic_packets.wakes = home.projector

    await command

    await home.until(PROJECTOR, "on")


async def test_not_woken(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    hass: HomeAssistant,
) -> None:
    """Raise an error after the timeout, and show off again."""
    change_timings(hass, pending_timeout=0.2)
    home = await setup_projector(model)
    await fall_asleep(home)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", PROJECTOR)

    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == "not_woken"
    assert len(magic_packets.sent) > 1
    assert available_states(home) == ASLEEP
    assert home.attribute(PROJECTOR, "pending") is None


async def test_no_packet_can_be_sent(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Raise an error at once."""
    home = await setup_projector(model)
    await fall_asleep(home)
    magic_packets.failure = OSError("Network is unreachable")

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", PROJECTOR)

    assert refusal.value.translation_key == "wake_failed"
    assert "Network is unreachable" not in str(refusal.value)
    assert available_states(home) == ASLEEP


async def test_turn_off_cancels_waking(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Send no more packets after turning off."""
    home = await setup_projector(model)
    await fall_asleep(home)
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await wait_until(home.hass, lambda: home.attribute(PROJECTOR, "pending") == "on")

    await home.act("turn_off", "switch.power")

    with pytest.raises(HomeAssistantError) as refusal:
        await command
    assert refusal.value.translation_key == "cancelled_switched_off"
    assert available_states(home) == ASLEEP
    assert home.projector.state == "eco"


async def test_woken_by_another_controller(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets, model: str
) -> None:
    """Show a projector that was woken elsewhere."""
    home = await setup_projector(model)
    await fall_asleep(home)

    home.projector.power_on()

    await home.until("sensor.state", "on")
    await home.until(PROJECTOR, "on")
    assert magic_packets.sent == []


async def test_power_loss_while_on(
    setup_projector: SetUpProjector,
    magic_packets: FakeMagicPackets,
    model: str,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Make everything unavailable, and assume after minutes that it is off."""
    home = await setup_projector(model, state="on")
    caplog.clear()
    change_timings(hass, assume_asleep_delay=0.3)
    await home.reload()

    home.projector.cut_mains()
    home.projector.drop(reset=True)

    await home.until(PROJECTOR, STATE_UNAVAILABLE)
    assert available_states(home) == {}
    [line] = logged(caplog)
    assert line.startswith(f"Lost {home.entry.title}: ")

    await home.until(PROJECTOR, "off")
    assert available_states(home) == ASSUMED
    for name in POWER:
        assert home.attribute(name, "assumed_state") is True
    magic_packets.wakes = home.projector
    home.projector.restore_mains()
    await home.until("sensor.state", home.projector.model.rests_in)
    assert home.attribute(PROJECTOR, "assumed_state") is None
    assert logged(caplog) == [line, f"{home.entry.title} is back"]
