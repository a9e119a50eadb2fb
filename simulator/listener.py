"""A TCP port that can be open, closed, or not answering."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
import socket
from typing import Literal

type Mode = Literal["open", "closed", "hanging"]

_BACKLOG = 128
_FILLERS = 2


class Listener:
    """A port on loopback that stays reserved while it is closed.

    Opening and closing take effect at once, for the next connect of a client.
    """

    def __init__(
        self, host: str, port: int, connect: Callable[[], asyncio.BaseProtocol]
    ) -> None:
        """Initialize. `connect` creates the protocol of each connection.

        Raises:
            ValueError: The host is not a loopback address.
        """
        self.host = loopback(host)
        self.port = port
        self.mode: Mode = "closed"
        self._connect = connect
        self._accepting: set[asyncio.Task[object]] = set()
        self._reservation: socket.socket | None = None
        self._socket: socket.socket | None = None
        self._fillers: list[socket.socket] = []

    @property
    def _family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def reserve(self) -> None:
        """Reserve the port without listening: connects are refused.

        Raises:
            OSError: The port is in use.
        """
        try:
            self._reservation = self._bound()
            self.port = self._reservation.getsockname()[1]
            # Only listening fails if another program listens on the port.
            self.switch("open")
        except OSError as error:
            self.close()
            reason = f"cannot listen on {self.host}:{self.port}: {error.strerror}"
            raise OSError(error.errno, reason) from error
        self.switch("closed")

    def switch(self, mode: Mode) -> None:
        """Set the mode: open, closed (connects are refused) or hanging (no answer).

        Raises:
            OSError: The port is in use.
        """
        if mode == self.mode:
            return
        self._shut()
        if mode == "open":
            self._socket = self._bound()
            self._socket.listen(_BACKLOG)
            asyncio.get_running_loop().add_reader(self._socket, self._accept_all)
        elif mode == "hanging":
            self._socket = self._bound()
            self._socket.listen(0)
            self._fill()
        self.mode = mode

    def move(self, host: str, port: int) -> None:
        """Move to another port, which is closed at first.

        Raises:
            OSError: The new port is in use; nothing has changed.
        """
        here, mode = (self.host, self.port, self._reservation), self.mode
        self.switch("closed")
        self.host, self.port, self._reservation = host, port, None
        try:
            self.reserve()
        except OSError:
            self.host, self.port, self._reservation = here
            self.switch(mode)
            raise
        if here[2] is not None:
            here[2].close()

    def close(self) -> None:
        """Release the port."""
        self.switch("closed")
        if self._reservation is not None:
            self._reservation.close()
            self._reservation = None

    async def finish(self) -> None:
        """Wait until every accepted socket has a protocol."""
        # A canceled task may never have started, and its socket would stay open.
        await asyncio.gather(*self._accepting)

    def _bound(self) -> socket.socket:
        sock = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self.host, self.port))
        except OSError:
            sock.close()
            raise
        return sock

    def _fill(self) -> None:
        """Fill the accept queue, so that the kernel ignores further connects."""
        for _ in range(_FILLERS):
            filler = socket.socket(self._family, socket.SOCK_STREAM)
            filler.setblocking(False)
            filler.connect_ex((self.host, self.port))
            self._fillers.append(filler)

    def _accept_all(self) -> None:
        while self._socket is not None:
            try:
                sock, _ = self._socket.accept()
            except BlockingIOError, ConnectionAbortedError:
                return
            sock.setblocking(False)
            # As asyncio does for its servers: otherwise the second of two responses
            # waits for the client's delayed acknowledgment.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._accept(sock)

    def _accept(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(loop.connect_accepted_socket(self._connect, sock))
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    def _shut(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None


def loopback(host: str) -> str:
    """Return the address of a loopback host.

    Raises:
        ValueError: It is not one; a simulator must not be reachable from outside.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        inside = ip_address(address).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise ValueError(f"the simulator listens on loopback addresses only: {host}")
    return address
