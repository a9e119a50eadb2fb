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
async def playing(hass: HomeAssistant, cinema: Simulator) -> Simulator:
    """Return a projector that is on, with a signal."""
    cinema.power_on()
    await until_phase(hass, "on")
    await signal(hass, cinema, active=True)
    return cinema


async def later(hass: HomeAssistant, clock: Clock, **duration: float) -> None:
    """Let time pass, and what is due happen."""
    clock.forward(hass, **duration)
    await hass.async_block_till_done()


async def warned(
    hass: HomeAssistant, clock: Clock, told: list[ServiceCall], number: int = 1
) -> None:
    """The time without a signal begins now: there is a warning after it, not before."""
    await later(hass, clock, minutes=19)
    assert len(told) == number - 1
    clock.forward(hass, minutes=2)
    # Not until all is done: the automation now waits for the signal.
    await eventually(lambda: len(told) == number)


async def signal(hass: HomeAssistant, projector: Simulator, *, active: bool) -> None:
    """Plug the player in, or out."""
    told = projector.get(SIGNAL)
    assert isinstance(told, dict)
    projector.change(SIGNAL, {**told, "active": active})
    shown = "on" if active else "off"
    await wait_until(hass, lambda: hass.states.is_state(DETECTED, shown))


async def test_warned_then_switched_off(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Twenty minutes without a signal, ten more."""
    await use("left_on", **LEFT_ON)
    await later(hass, clock, minutes=60)
    await signal(hass, playing, active=False)

    await warned(hass, clock, told)
    assert [call.data["message"] for call in told] == [
        "Cinema has had no signal for 20 min. It will be switched off in 10 min."
    ]
    assert playing.state == "on"

    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")
    assert playing.counters.requests["system.poweroff"] == 1
    assert len(told) == 1


async def test_signal_back_in_time(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """It stays on, even if the signal is lost again: that counts anew."""
    await use("left_on", **LEFT_ON)
    await signal(hass, playing, active=False)
    await warned(hass, clock, told)
    await signal(hass, playing, active=True)

    await signal(hass, playing, active=False)
    await warned(hass, clock, told, number=2)
    assert playing.state == "on"


async def test_switched_on_without_signal(
    hass: HomeAssistant,
    cinema: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Then the time without a signal begins."""
    cinema.change(SIGNAL, {"active": False})
    await use("left_on", **LEFT_ON)
    await later(hass, clock, minutes=300)
    cinema.power_on()
    await until_phase(hass, "on")
    await wait_until(hass, lambda: hass.states.is_state(DETECTED, "off"))

    await warned(hass, clock, told)


async def test_on_for_too_long(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """With a signal; not at all unless that was asked for."""
    await use("left_on", **LEFT_ON, limit=12)

    await later(hass, clock, hours=11.9)
    assert not told
    clock.forward(hass, hours=0.2)
    await eventually(lambda: bool(told))
    assert [call.data["message"] for call in told] == [
        "Cinema has been on for 12 h. It will be switched off in 10 min."
    ]
    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")


async def test_kept_on(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """Somebody said to leave it; after that the time begins again."""
    hass.states.async_set("input_boolean.leave_it", "on")
    await use("left_on", **LEFT_ON, limit=12, keep_on=["input_boolean.leave_it"])
    await signal(hass, playing, active=False)
    await later(hass, clock, hours=24)
    assert not told

    hass.states.async_set("input_boolean.leave_it", "off")
    await warned(hass, clock, told)


async def test_after_a_restart(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    told: list[ServiceCall],
) -> None:
    """The signal was gone before: nothing happens then that could be waited for."""
    await signal(hass, playing, active=False)
    await later(hass, clock, minutes=5)
    await use("left_on", **LEFT_ON)

    clock.forward(hass, minutes=16)
    await eventually(lambda: bool(told))
    clock.forward(hass, minutes=10)
    await playing.wait_for_state("ready")
