"""The blueprint "picture by signal"."""

from typing import Any

from homeassistant.core import CoreState, HomeAssistant
import pytest

from simulator import Simulator
from tests.conftest import until_phase, wait_until
from tests.observe import record_requests

from .conftest import PHASE, Clock, Use

HDR = "binary_sensor.cinema_hdr"
PRESET = "select.cinema_preset"
SIGNAL = "image.connector.hdmi.detectedsignal"
PICTURE: dict[str, Any] = {
    "for_hdr": "2: HDR",
    "for_sdr": "0: Cinema",
    "settle": 0.1,
}


@pytest.fixture
async def playing(hass: HomeAssistant, cinema_projector: Simulator) -> Simulator:
    """Return a projector that is on, with an SDR signal."""
    cinema_projector.power_on()
    await until_phase(hass, "on")
    await wait_until(hass, lambda: hass.states.is_state(HDR, "off"))
    return cinema_projector


@pytest.fixture
def activated(cinema_projector: Simulator) -> list[tuple[str, Any]]:
    """Return a list that receives the activated presets."""
    return record_requests(cinema_projector, "profile.activatepreset")


async def play(hass: HomeAssistant, projector: Simulator, **signal: Any) -> None:
    """Change the signal of the player."""
    detected = projector.get(SIGNAL)
    assert isinstance(detected, dict)
    detected = {**detected, "active": True, "gamma_type": "POWER", **signal}
    projector.change(SIGNAL, detected)
    hdr = "on" if detected["gamma_type"] == "SMPTE_ST2084" else "off"
    sides = detected["horizontal_resolution"], detected["vertical_resolution"]
    resolution = "{}x{}".format(*sides) if all(sides) else None
    await wait_until(
        hass,
        lambda: (
            hass.states.is_state(HDR, hdr)
            and (shown := hass.states.get("sensor.cinema_signal")) is not None
            and shown.attributes.get("resolution") == resolution
        ),
    )


async def until_active(hass: HomeAssistant, option: str) -> None:
    """Wait until a preset is active."""
    await wait_until(hass, lambda: hass.states.is_state(PRESET, option))


IN_HDR = {"gamma_type": "SMPTE_ST2084"}


async def test_hdr_and_sdr(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    activated: list[Any],
) -> None:
    """Activate the preset for HDR, and then the one for SDR."""
    await use("picture_by_signal", **PICTURE)

    await play(hass, playing, **IN_HDR)
    await until_active(hass, "2: HDR")
    await play(hass, playing)
    await until_active(hass, "0: Cinema")

    assert [preset for _, preset in activated] == [2, 0]


async def test_short_changes(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    clock: Clock,
    activated: list[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ignore short changes, and activate no preset twice."""
    await use("picture_by_signal", **PICTURE | {"settle": 3})
    sdr = playing.get(SIGNAL)
    assert isinstance(sdr, dict)

    await play(hass, playing, **IN_HDR)
    await hass.async_block_till_done()
    for _ in range(3):
        await play(hass, playing)
        clock.forward(hass, seconds=1)
        await play(hass, playing, **IN_HDR)
        clock.forward(hass, seconds=1)
    await hass.async_block_till_done()
    playing.change(SIGNAL, {"active": False})
    await wait_until(hass, lambda: hass.states.is_state(HDR, "off"))
    await hass.async_block_till_done()
    await play(hass, playing, **sdr | IN_HDR)
    await hass.async_block_till_done()

    await play(hass, playing, **sdr)
    await hass.async_block_till_done()
    assert [preset for _, preset in activated] == [2, 0]
    assert "Already running" not in caplog.text  # the time counts from the last change


async def test_turned_on(
    hass: HomeAssistant,
    cinema_projector: Simulator,
    use: Use,
    activated: list[Any],
) -> None:
    """Activate a preset after each start, because the projector forgets it."""
    await use("picture_by_signal", **PICTURE)

    for _ in range(2):
        cinema_projector.power_on()
        await wait_until(hass, lambda: hass.states.is_state(HDR, "off"))
        await until_active(hass, "0: Cinema")
        cinema_projector.power_off()
        await wait_until(hass, lambda: hass.states.is_state(PHASE, "off"))

    assert len(activated) == 2


async def test_resolutions(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    activated: list[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Use the first matching resolution, before HDR and SDR."""
    cases = [
        {"resolution": "5120x2160", "range": "HDR", "preset": "2: HDR"},
        {"resolution": "5120x2160", "preset": "1: Sport"},
    ]
    await use("picture_by_signal", **PICTURE | {"for_hdr": "", "cases": cases})
    wide = {"horizontal_resolution": 5120, "vertical_resolution": 2160}
    usual = {"horizontal_resolution": 3840, "vertical_resolution": 2160}

    await play(hass, playing, **usual)
    await until_active(hass, "0: Cinema")
    await play(hass, playing, **wide)
    await until_active(hass, "1: Sport")
    await play(hass, playing, **wide, **IN_HDR)
    await until_active(hass, "2: HDR")
    await play(hass, playing, **usual)
    await until_active(hass, "0: Cinema")
    await play(hass, playing, **usual, **IN_HDR)
    await hass.async_block_till_done()  # no preset for HDR: no change

    assert [preset for _, preset in activated] == [0, 1, 2, 0]
    assert "Error while executing" not in caplog.text


async def test_changed_while_home_assistant_was_stopped(
    hass: HomeAssistant,
    playing: Simulator,
    use: Use,
    activated: list[Any],
) -> None:
    """Check the signal once at the start."""
    hass.set_state(CoreState.not_running)
    await use("picture_by_signal", **PICTURE)
    await play(hass, playing, **IN_HDR)

    await hass.async_start()
    await until_active(hass, "2: HDR")

    assert len(activated) == 1
