"""What tests of sleeping projectors share."""

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
"""What is shown of a sleeper, besides HOURS; all else is unavailable."""
ASSUMED = {name: state for name, state in ASLEEP.items() if name != "sensor.state"}
"""What is shown, besides HOURS, of one that is only assumed to sleep."""
HOURS = ("sensor.laser_hours", "sensor.projector_hours")
"""What stands still while it sleeps."""


async def fall_asleep(home: Home) -> None:
    """Let the projector be sent to ECO, as by an automation."""
    await home.hass.services.async_call(
        DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
    )
    await home.projector.wait_for_state("eco")
    await home.until("sensor.latest_message", STATE_UNAVAILABLE)


def shown(home: Home) -> dict[str, str | None]:
    """Return what is shown of what is not unavailable, besides HOURS."""
    states = {name: home.value(name) for name in home.entries() if name not in HOURS}
    return {
        name: state
        for name, state in states.items()
        if state not in (None, STATE_UNAVAILABLE)
    }
