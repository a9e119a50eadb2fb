"""Magic packets that leave no machine."""

import asyncio
from typing import Any

from custom_components.barco_pulse.wake import OTHER_PORT
from simulator import Simulator


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
        if options["port"] == OTHER_PORT:
            return  # the same once more
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
