"""Magic packets: what they look like, and a port that understands them."""

import asyncio
from collections.abc import Callable
import re
from typing import override

_SYNC = b"\xff" * 6
_REPEATS = 16
_MAC_BYTES = 6


def normalized(mac: str) -> str:
    """Return a hardware address as twelve lower-case digits."""
    return re.sub(r"[^0-9a-f]", "", mac.lower())


def woken(packet: bytes) -> str | None:
    """Return the address that a packet wakes, normalized; None if it wakes nobody."""
    begin = packet.find(_SYNC)
    if begin < 0:
        return None
    body = packet[begin + len(_SYNC) :][: _REPEATS * _MAC_BYTES]
    mac = body[:_MAC_BYTES]
    complete = len(body) == _REPEATS * _MAC_BYTES and body == mac * _REPEATS
    return mac.hex() if complete else None


class WakePort(asyncio.DatagramProtocol):
    """A UDP port on loopback that hands on the addresses of magic packets."""

    def __init__(self, wake: Callable[[str], object]) -> None:
        """Prepare; `wake` gets each address, normalized."""
        self._wake = wake
        self._transport: asyncio.DatagramTransport | None = None
        self._closed: asyncio.Future[None] | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen on a port, 0 for a free one; return it."""
        loop = asyncio.get_running_loop()
        self._closed = loop.create_future()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(host, port)
        )
        bound: int = self._transport.get_extra_info("sockname")[1]
        return bound

    async def close(self) -> None:
        """Stop listening; the port is free afterwards."""
        if self._transport is not None and self._closed is not None:
            self._transport.close()
            await self._closed

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._closed is not None:
            self._closed.set_result(None)

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        mac = woken(data)
        if mac is not None:
            self._wake(mac)
