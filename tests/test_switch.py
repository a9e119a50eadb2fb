"""Power, for those who look for a switch."""

from homeassistant.exceptions import HomeAssistantError
import pytest

from .conftest import MoveIn


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
    move_in: MoveIn, state: str, action: str, method: str, shown: str
) -> None:
    """One wish is one command, and what is shown is what the projector says."""
    home = await move_in("balder_cs", state=state, speed=1)

    await home.act(action, "switch.power")

    await home.until("switch.power", shown)
    await home.until("media_player.projector", shown)
    assert home.projector.counters.requests[method] == 1


async def test_turning_off_twice_steps_down_once(move_in: MoveIn) -> None:
    """A second step would end where there is no network; the projector refuses it."""
    home = await move_in("hdr_cs", state="on", speed=1)
    await home.act("turn_off", "switch.power")

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_off", "switch.power")

    assert refusal.value.translation_key == "not_now"
    assert home.projector.state == "deconditioning"
    assert home.projector.counters.requests["system.poweroff"] == 2


async def test_a_projector_that_does_not_push_is_asked_after_a_command(
    move_in: MoveIn,
) -> None:
    """It tells no target state, so it is asked until it is where it was sent."""
    home = await move_in("minimal", state="standby", speed=100)

    await home.act("turn_on", "switch.power")

    await home.until("switch.power", "on")
    await home.until("sensor.state", "on")
