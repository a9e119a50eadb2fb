"""Wake a projector by magic packets."""

import asyncio
import ipaddress
import re
import socket

from aiobarcopulse import PulseWakeError
from wakeonlan import send_magic_packet

from .target import Address

_BROADCAST = "255.255.255.255"


def parse_mac(text: str) -> str:
    """Return a MAC address with colons. Raises ValueError if it is none."""
    digits = re.sub(r"[:.\-]", "", text.strip())
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        raise ValueError(f"{text!r} is not a MAC address")
    return ":".join(re.findall("..", digits))


class MagicPackets:
    """Sends magic packets to one projector: the `waker` of a `Projector`."""

    def __init__(self, address: Address, mac: str | None, port: int) -> None:
        """Send to this UDP port; without `mac` to the address that is reported."""
        self._address = address
        self._mac = mac
        self._port = port

    def can_wake(self, mac: str | None) -> bool:
        """Return True if a MAC address is known."""
        return bool(self._mac or mac)

    async def wake(self, mac: str | None, *, again: bool) -> None:
        """Send a packet to the projector and to the local network.

        Raises PulseWakeError if none could be sent.
        """
        if not (mac := self._mac or mac):
            return
        errors = []
        for address in await self._destinations():
            try:
                send_magic_packet(mac, ip_address=address, port=self._port)
            except OSError as error:
                errors.append(f"{address}: {error}")
            else:
                errors.append("")
        if all(errors):
            raise PulseWakeError(f"Could not send a magic packet: {errors}")

    async def _destinations(self) -> list[str]:
        """Return where to send: to loopback alone if the projector is there."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(
                self._address.host, None, family=socket.AF_INET
            )
        except OSError, UnicodeError:
            return [_BROADCAST]
        address = str(found[0][4][0])
        if ipaddress.ip_address(address).is_loopback:
            return [address]
        return [address, _BROADCAST]
