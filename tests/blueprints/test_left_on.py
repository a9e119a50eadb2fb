"""The blueprint "left on"."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from simulator import Simulator
from tests.conftest import until_phase, wait_until

from .conftest import Clock, Use, eventually

SIGNAL = "image.connector.hdmi.detectedsignal"
DETECTED = "binary_sensor.cinema_signal_detected"
LEFT_ON: dict[str, Any] = {"no_signal": 20, "patience": 10}


@pytest.fixture
async def playing(hass: HomeAssistant, cinema_projector: Simulator) -> Simulator:
    """Return a projector that is on, with a signal."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await signal(hass, cinema_projector, active=True)
    return cinema_projector


async def advance(hass: HomeAssistant, clock: Clock, **duration: float) -> None:
    """Let time pass, and run what is due."""
    clock.forward(hass, **duration)
    await hass.async_block_till_done()


async def until_warned(
    hass: HomeAssistant, clock: Clock, notifications: list[ServiceCall], number: int = 1
) -> None:
    """Assert a warning after the time without a signal, not before."""
    await advance(hass, clock, minutes=19)
    assert len(notifications) == number - 1
    clock.forward(hass, minutes=2)
    # The automation does not end here: it waits for the signal.
    await eventually(lambda: len(notifications) == number)


async def signal(hass: HomeAssistant, projector: Simulator, *, active: bool) -> None:
    """Turn the signal on or off."""
    notifications = projector.get(SIGNAL)
    assert isinstance(notifications, dict)
    projector.change(SIGNAL, {**notifications, "active": active})
    shown = "on" if active else "off"
    await wait_until(hass, lambda: hass.states.is_state(DETECTED, shown))


async def test_warning_then_off(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Warn after 20 minutes without a signal; turn off 10 minutes later."""
    await use("left_on", **LEFT_ON)
    await advance(hass, clock, minutes=60)
    await signal(hass, playing, active=False)

    await until_warned(hass, clock, notifications)
    assert [call.data["message"] for call in notifications] == [
        "Cinema has had no signal for 20 min. It will be switched off in 10 min."
    ]
    assert playing.state == "on"

    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")
    assert playing.counters.requests["system.poweroff"] == 1
    assert len(notifications) == 1


async def test_signal_returns_in_time(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Stay on, and count again from the next loss."""
    await use("left_on", **LEFT_ON)
    await signal(hass, playing, active=False)
    await until_warned(hass, clock, notifications)
    await signal(hass, playing, active=True)

    await signal(hass, playing, active=False)
    await until_warned(hass, clock, notifications, number=2)
    assert playing.state == "on"


async def test_turned_on_without_signal(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Count from the moment of turning on."""
    cinema_projector.change(SIGNAL, {"active": False})
    await use("left_on", **LEFT_ON)
    await advance(hass, clock, minutes=300)
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await wait_until(hass, lambda: hass.states.is_state(DETECTED, "off"))

    await until_warned(hass, clock, notifications)


async def test_on_for_too_long(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Turn off although there is a signal, only if configured."""
    await use("left_on", **LEFT_ON, limit=12)

    await advance(hass, clock, hours=11.9)
    assert not notifications
    clock.forward(hass, hours=0.2)
    await eventually(lambda: bool(notifications))
    assert [call.data["message"] for call in notifications] == [
        "Cinema has been on for 12 h. It will be switched off in 10 min."
    ]
    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")


async def test_kept_on(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Keep the projector on if the user says so, and count again."""
    hass.states.async_set("input_boolean.leave_it", "on")
    await use("left_on", **LEFT_ON, limit=12, keep_on=["input_boolean.leave_it"])
    await signal(hass, playing, active=False)
    await advance(hass, clock, hours=24)
    assert not notifications

    hass.states.async_set("input_boolean.leave_it", "off")
    await until_warned(hass, clock, notifications)


async def test_after_a_restart(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    notifications: list[ServiceCall],
) -> None:
    """Do nothing if the signal was lost before the start."""
    await signal(hass, playing, active=False)
    await advance(hass, clock, minutes=5)
    await use("left_on", **LEFT_ON)

    clock.forward(hass, minutes=16)
    await eventually(lambda: bool(notifications))
    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")
