"""Wake a projector that sleeps."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Interface, ip_address
from itertools import product
import logging
import socket
from typing import Final

from homeassistant.components import network
from homeassistant.components.network import Adapter
from homeassistant.core import HomeAssistant
from wakeonlan import create_magic_packet

from .pulse import PulseWakeError

_LOGGER = logging.getLogger(__name__)

PORT: Final = 9
OTHER_PORT: Final = 7
"""Some listen here instead."""
_EVERYWHERE: Final = "255.255.255.255"

type _Way = tuple[str, str | None]
"""The address to send to, and that of the interface to send from, if it matters."""


async def async_wake(hass: HomeAssistant, mac: str, host: str) -> None:
    """Send magic packets to the projector and to the networks that it may be in.

    To itself, because a router may know the way to a sleeper, but let no broadcast
    through. To 255.255.255.255 too, because the host's netmask may be wrong. Raises
    PulseWakeError if no packet could be sent.
    """
    adapters = await network.async_get_adapters(hass)
    _send_all(mac, _ways(await _address(hass, host), adapters))


async def _address(hass: HomeAssistant, host: str) -> IPv4Address | None:
    """Return the address of a host, None if nobody knows it."""
    try:
        found = await hass.loop.getaddrinfo(host, None, family=socket.AF_INET)
    except OSError, UnicodeError:
        return None
    address = ip_address(found[0][4][0])
    return address if isinstance(address, IPv4Address) else None


def _ways(host: IPv4Address | None, adapters: Iterable[Adapter]) -> Iterable[_Way]:
    """Return where to send: to the projector's own network, or to all if none is.

    255.255.255.255 goes out on each interface: a container knows only its own network.
    """
    if host is not None:
        yield str(host), None
        if host.is_loopback:
            return
    interfaces = [
        IPv4Interface((ip["address"], ip["network_prefix"]))
        for adapter in adapters
        if adapter["enabled"]
        for ip in adapter["ipv4"]
    ]
    near = [i for i in interfaces if host is not None and host in i.network]
    for interface in near or interfaces:
        yield str(interface.network.broadcast_address), str(interface.ip)
    for interface in interfaces:
        yield _EVERYWHERE, str(interface.ip)


def _send_all(mac: str, ways: Iterable[_Way]) -> None:
    """Send a packet each way to both ports; raise PulseWakeError if none left."""
    packet = create_magic_packet(mac)
    errors = []
    for (target, interface), port in product(ways, (PORT, OTHER_PORT)):
        try:
            send(packet, target, port, interface)
        except OSError as error:
            errors.append(f"{target}: {error}")
        else:
            _LOGGER.debug("Sent a magic packet to %s port %s", target, port)
            errors.append("")
    if all(errors):
        raise PulseWakeError(f"Could not send a magic packet: {errors}")


def send(packet: bytes, target: str, port: int, interface: str | None) -> None:
    """Send a datagram to an IPv4 address; raise OSError if it cannot be sent.

    Of wakeonlan only `create_magic_packet` is used: what sends has another name in
    version 4 than in version 3, and blocks.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        # Called in the event loop: what cannot be sent at once is an error.
        sender.setblocking(False)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if interface is not None:
            sender.bind((interface, 0))
        sender.connect((target, port))
        sender.send(packet)
