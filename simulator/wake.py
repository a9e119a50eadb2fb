"""Magic packets of wake-on-LAN."""

import re

_SYNC = b"\xff" * 6
_REPEATS = 16
_MAC_BYTES = 6


def normalized(mac: str) -> str:
    """Return a MAC address as twelve lower-case digits."""
    return re.sub(r"[^0-9a-f]", "", mac.lower())


def woken(packet: bytes) -> str | None:
    """Return the normalized MAC address in a magic packet, None without one."""
    begin = packet.find(_SYNC)
    if begin < 0:
        return None
    body = packet[begin + len(_SYNC) :][: _REPEATS * _MAC_BYTES]
    mac = body[:_MAC_BYTES]
    complete = len(body) == _REPEATS * _MAC_BYTES and body == mac * _REPEATS
    return mac.hex() if complete else None
