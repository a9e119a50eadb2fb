"""UDP ports on loopback."""

import asyncio
from collections.abc import Callable
import socket

from .listener import loopback

_LONGEST = 65536

type Address = tuple[str, int]
"""Host and port of whoever sent a datagram, or gets one."""

type Receive = Callable[[bytes, Address], object]
"""Takes a datagram and its sender."""


class UdpPort:
    """A UDP port on loopback that hands on what it receives."""

    def __init__(self, host: str, port: int, receive: Receive) -> None:
        """Prepare to listen on a port, 0 for a free one.

        Raises:
            ValueError: the host is not a loopback address.
        """
        self.host = loopback(host)
        self.port = port
        self._receive = receive
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Listen; OSError if the port is taken."""
        self.move(self.host)

    def move(self, host: str) -> None:
        """Listen on the same port of another host instead; OSError if it is taken."""
        sock = _bound(host, self.port)
        self.close()
        self.host, self.port = host, sock.getsockname()[1]
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock, self._read, sock)

    def close(self) -> None:
        """Stop listening; the port is free afterwards."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def send(self, data: bytes, to: Address) -> None:
        """Send a datagram; it may be lost, as datagrams are."""
        if self._socket is not None:
            self._socket.sendto(data, to)

    def _read(self, sock: socket.socket) -> None:
        data, sender = sock.recvfrom(_LONGEST)
        self._receive(data, (sender[0], sender[1]))


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        reason = f"cannot listen on UDP {host}:{port}: {error.strerror}"
        raise OSError(error.errno, reason) from error
    return sock
