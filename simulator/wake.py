"""Magic packets: what they look like, and whom they wake."""

import re

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
