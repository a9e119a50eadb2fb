"""Magic packets that leave no machine."""

import asyncio

from custom_components.barco_pulse.wake_on_lan import OTHER_PORT
from simulator import Simulator


class FakeMagicPackets:
    """Takes the magic packets, and lets them through to a projector or not."""

    def __init__(self) -> None:
        """Nobody is woken yet."""
        self.sent: list[str] = []
        self.wakes: Simulator | None = None
        self.failure: OSError | None = None
        self._news = asyncio.Event()

    def send(
        self, packet: bytes, target: str, port: int, interface: str | None
    ) -> None:
        """Stand in for wake.send."""
        assert target == "127.0.0.1", "no packet may leave this machine"
        if self.failure is not None:
            raise self.failure
        if port == OTHER_PORT:
            return  # the same once more
        mac = packet[6:12].hex(":")
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
