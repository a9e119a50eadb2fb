"""Buttons."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
import pytest

from .conftest import SetUpProjector
from .observe import record_requests

METHODS = {
    "button.activity": "system.activity",
    "button.go_to_eco": "system.gotoeco",
    "button.go_to_ready": "system.gotoready",
    "button.lens_center": "optics.shifttocenter",
}
"""The method of each button."""
POWER_STATE_BUTTONS = ("button.go_to_eco", "button.go_to_ready")


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx"])
async def test_each_calls_its_own_method(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Call the method once for each press, and nothing else."""
    home = await setup_projector(model, state="on")
    await home.enable()
    buttons = [name for name in home.names("button") if name not in POWER_STATE_BUTTONS]
    requests = record_requests(home.projector, *METHODS.values())

    for name in buttons:
        await home.act("press", name)

    assert requests == [(METHODS[name], None) for name in buttons]


@pytest.mark.parametrize("state", ["ready", "eco"])
async def test_straight_to_a_lower_state(
    setup_projector: SetUpProjector, state: str
) -> None:
    """Go to the power state of the button directly, not step by step."""
    home = await setup_projector("udx", state="on")
    await home.enable()

    await home.act("press", f"button.go_to_{state}")

    await home.projector.wait_for_state(state)
    assert home.projector.counters.requests["system.poweroff"] == 0


@pytest.mark.usefixtures("fast_timings")
async def test_available_while_the_object_exists(
    setup_projector: SetUpProjector,
) -> None:
    """Disable the lens buttons in standby, but not the reset of the countdown."""
    home = await setup_projector("udx", state="on")
    await home.enable()

    home.projector.change("system.state", "standby")

    await home.until("button.lens_center", STATE_UNAVAILABLE)
    assert home.value("button.activity") != STATE_UNAVAILABLE
    home.projector.change("system.state", "on")
    await home.until("button.lens_center", STATE_UNKNOWN)
