"""Send magic packets."""

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
"""Some devices listen on this port instead."""
_BROADCAST: Final = "255.255.255.255"

type _Route = tuple[str, str | None]
"""The address to send to, and the address of the interface, None for any."""


async def async_wake(hass: HomeAssistant, mac: str, host: str) -> None:
    """Send magic packets to the projector and to the networks that it may be in.

    One packet goes directly to the projector, because a router may forward it but no
    broadcasts. Another one goes to 255.255.255.255, because the netmask of this host
    may be wrong. Raises PulseWakeError if no packet could be sent.
    """
    adapters = await network.async_get_adapters(hass)
    _send_all(mac, _routes(await _address(hass, host), adapters))


async def _address(hass: HomeAssistant, host: str) -> IPv4Address | None:
    """Return the IPv4 address of a host, None if it cannot be resolved."""
    try:
        found = await hass.loop.getaddrinfo(host, None, family=socket.AF_INET)
    except OSError, UnicodeError:
        return None
    address = ip_address(found[0][4][0])
    return address if isinstance(address, IPv4Address) else None


def _routes(host: IPv4Address | None, adapters: Iterable[Adapter]) -> Iterable[_Route]:
    """Yield where to send: to the network of the projector, or to all networks.

    Packets to 255.255.255.255 leave from each interface, because a container knows
    only its own network.
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
    in_network = [i for i in interfaces if host is not None and host in i.network]
    for interface in in_network or interfaces:
        yield str(interface.network.broadcast_address), str(interface.ip)
    for interface in interfaces:
        yield _BROADCAST, str(interface.ip)


def _send_all(mac: str, routes: Iterable[_Route]) -> None:
    """Send a packet to all targets and both ports.

    Raises PulseWakeError if none could be sent.
    """
    packet = create_magic_packet(mac)
    errors = []
    for (target, interface), port in product(routes, (PORT, OTHER_PORT)):
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
    """Send a datagram to an IPv4 address.

    Raises OSError if it cannot be sent. `wakeonlan` has a function that sends,
    but it blocks, and versions 3 and 4 name it differently.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        # Called in the event loop, so this must not wait.
        sender.setblocking(False)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if interface is not None:
            sender.bind((interface, 0))
        sender.connect((target, port))
        sender.send(packet)
