"""What tests of sleeping projectors share."""

import asyncio
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import Home

ASLEEP = {
    "media_player.projector": "off",
    "remote.remote": "off",
    "sensor.off_at": STATE_UNKNOWN,
    "sensor.phase": "off",
    "sensor.ready_at": STATE_UNKNOWN,
    "switch.power": "off",
}
"""What is shown of a sleeper; all else is unavailable."""


class Packets:
    """Takes the magic packets, and lets them through to a projector or not."""

    def __init__(self) -> None:
        """Nobody is woken yet."""
        self.sent: list[str] = []
        self.wakes: Simulator | None = None
        self.failure: OSError | None = None
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def send(self, mac: str, **options: Any) -> None:
        """Stand in for wakeonlan.send_magic_packet; another thread calls."""
        assert options["ip_address"] == "127.0.0.1", "no packet may leave this machine"
        if self.failure is not None:
            raise self.failure
        self._loop.call_soon_threadsafe(self._take, mac)

    def _take(self, mac: str) -> None:
        self.sent.append(mac)
        self._news.set()
        if self.wakes is not None:
            self.wakes.wake(mac)

    async def until(self, count: int) -> None:
        """Wait until so many were sent."""
        async with asyncio.timeout(5):
            while len(self.sent) < count:
                self._news.clear()
                await self._news.wait()


async def fall_asleep(home: Home) -> None:
    """Let the projector be sent to ECO, as by an automation."""
    await home.hass.services.async_call(
        DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
    )
    await home.projector.wait_for_state("eco")
    await home.until("sensor.state", STATE_UNAVAILABLE)


def shown(home: Home) -> dict[str, str | None]:
    """Return what is shown of what is not unavailable."""
    states = {name: home.shows(name) for name in home.entries()}
    return {
        name: state
        for name, state in states.items()
        if state not in (None, STATE_UNAVAILABLE)
    }
