"""Helpers for tests of sleeping projectors."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home

SLEEPERS = ("hdr_cs",)
"""Models that leave the network."""
ASLEEP = {
    "media_player.projector": "off",
    "remote.remote": "off",
    "sensor.off_at": STATE_UNKNOWN,
    "sensor.pending_command": "none",
    "sensor.phase": "off",
    "sensor.ready_at": STATE_UNKNOWN,
    "sensor.state": "eco",
    "switch.power": "off",
}
"""States of a sleeping projector besides HOURS; all others are unavailable."""
ASSUMED = {name: state for name, state in ASLEEP.items() if name != "sensor.state"}
"""States besides HOURS of a projector that is assumed asleep."""
HOURS = ("sensor.laser_hours", "sensor.projector_hours")
"""Counters, which keep their values while asleep."""


async def fall_asleep(home: Home) -> None:
    """Send the projector to ECO, as an automation does."""
    await home.hass.services.async_call(
        DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
    )
    await home.projector.wait_for_state("eco")
    await home.until("sensor.latest_message", STATE_UNAVAILABLE)


def available_states(home: Home) -> dict[str, str | None]:
    """Return the states that are not unavailable, without HOURS."""
    states = {name: home.value(name) for name in home.entries() if name not in HOURS}
    return {
        name: state
        for name, state in states.items()
        if state not in (None, STATE_UNAVAILABLE)
    }
