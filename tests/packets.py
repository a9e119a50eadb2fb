"""Magic packets that are not sent."""

import asyncio

from custom_components.barco_pulse.wake_on_lan import OTHER_PORT
from simulator import Simulator


class FakeMagicPackets:
    """Records magic packets, and passes them to a projector or not."""

    def __init__(self) -> None:
        """Initialize without packets."""
        self.sent: list[str] = []
        self.wakes: Simulator | None = None
        self.failure: OSError | None = None
        self._news = asyncio.Event()

    def send(
        self, packet: bytes, target: str, port: int, interface: str | None
    ) -> None:
        """Replace the function that sends packets."""
        assert target == "127.0.0.1", "no packet is sent"
        if self.failure is not None:
            raise self.failure
        if port == OTHER_PORT:
            return  # the same again
        mac = packet[6:12].hex(":")
        self.sent.append(mac)
        self._news.set()
        if self.wakes is not None:
            self.wakes.wake(mac)

    async def until(self, count: int) -> None:
        """Wait for this number of packets."""
        async with asyncio.timeout(5):
            while len(self.sent) < count:
                self._news.clear()
                await self._news.wait()
