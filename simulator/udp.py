"""UDP ports on loopback."""

import asyncio
from collections.abc import Callable
import socket

from .listener import loopback

_LONGEST = 65536

type Address = tuple[str, int]
"""Host and port of a sender or receiver."""

type Receive = Callable[[bytes, Address], object]
"""A callback for a datagram and its sender."""


class UdpPort:
    """A UDP port on loopback that passes datagrams to a callback."""

    def __init__(self, host: str, port: int, receive: Receive) -> None:
        """Initialize with a port, 0 for a free one.

        Raises:
            ValueError: The host is not a loopback address.
        """
        self.host = loopback(host)
        self.port = port
        self._receive = receive
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Listen. OSError if the port is in use."""
        self.move(self.host)

    def move(self, host: str) -> None:
        """Listen on the same port of another host. OSError if it is in use."""
        sock = _bound(host, self.port)
        self.close()
        self.host, self.port = host, sock.getsockname()[1]
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock, self._read, sock)

    def close(self) -> None:
        """Stop listening and release the port."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def send(self, data: bytes, to: Address) -> None:
        """Send a datagram."""
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
