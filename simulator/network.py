"""The projector's network: its port, its connections, its faults, its traffic."""

import asyncio
from collections.abc import Callable
from itertools import count
import socket
from typing import TYPE_CHECKING

from .changes import Changes
from .faults import Faults
from .listener import Listener
from .personality import Personality
from .traffic import Counters, Log

if TYPE_CHECKING:
    from .connection import Connection

PROJECTOR = -1
"""The connection number of log records that belong to no connection."""

type Connect = Callable[[int], Connection]
"""Makes the connection with a number."""


class Network:
    """Everything between the device and its clients.

    The port is open while the device has mains, is not asleep in eco, and no fault
    closes it.
    """

    def __init__(
        self, host: str, port: int, style: Personality, connect: Connect
    ) -> None:
        """Prepare; `connect` makes the connections.

        Raises:
            ValueError: the host is not a loopback address.
        """
        self.faults = Faults(on_change=self._faults_changed)
        self.counters = Counters()
        self.connections: list[Connection] = []
        self.log = Log()
        self.changes = Changes()
        self.listener = Listener(host, port, self._accept)
        self._style = style
        self._connect = connect
        self._running = False
        self._joined = False
        self._mains = True
        self._numbers = count()
        self._accepting: set[asyncio.Task[object]] = set()

    def open(self) -> None:
        """Take the port; it opens when the device joins. OSError if it is taken."""
        self.listener.reserve()
        self._running = True

    async def close(self) -> None:
        """Stop listening and end every connection; none is left afterwards."""
        self._running = False
        self.listener.close()
        # A cancelled accept may never have begun, and its socket would stay open.
        await asyncio.gather(*self._accepting)
        remaining = list(self.connections)
        for connection in remaining:
            connection.abort()
        await asyncio.gather(*(connection.finish() for connection in remaining))

    # What the device does to its network

    def join(self) -> None:
        """Open the port."""
        self._joined = True
        self._update_listener()

    def leave(self) -> None:
        """Close every connection and the port."""
        self._joined = False
        self._update_listener()
        self.drop()

    def changed(self) -> None:
        """Learn that something about the projector changed."""
        self.changes.happened()

    def note(self, event: str) -> None:
        """Log what happened at the projector itself."""
        self.log.add("event", PROJECTOR, event)

    def vanish(self) -> None:
        """Lose the mains: nobody says goodbye, nothing answers any more."""
        self._mains = self._joined = False
        for connection in self.connections:
            connection.faults.half_open = True
        self._update_listener()
        self.changes.happened()

    def return_from_nothing(self) -> None:
        """Have mains again: what was connected before is unknown now."""
        self._mains = True
        self.drop(reset=True)
        self._update_listener()

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if asked."""
        for connection in list(self.connections):
            connection.drop(reset=reset)

    # What the connections tell

    def admit(self, connection: Connection) -> bool:
        """Count a new connection; tell whether it may stay."""
        self.connections.append(connection)
        self.counters.opened()
        self.log.add("event", connection.number, "opened")
        limit = self.faults.connection_limit
        full = 0 < limit < len(self.connections)
        self.changes.happened()
        return not (full or self.faults.accept_then_close)

    def forget(self, connection: Connection) -> None:
        """Count a connection that is gone."""
        self.connections.remove(connection)
        self.counters.closed()
        self.log.add("event", connection.number, "closed")
        self.changes.happened()

    def received(self, connection: Connection, data: bytes) -> None:
        """Count and log bytes of a client."""
        self.counters.bytes_in += len(data)
        self.log.add("in", connection.number, data)
        self.changes.happened()

    def sent(self, connection: Connection, data: bytes) -> None:
        """Count and log bytes to a client."""
        self.counters.bytes_out += len(data)
        self.log.add("out", connection.number, data)
        self.changes.happened()

    def requested(self, method: str, *, anonymous: bool) -> None:
        """Count a request, and whether a PIN should have come before it."""
        self.counters.requests[method] += 1
        self.counters.requests_before_authentication += anonymous
        self.changes.happened()

    # The port

    def _accept(self, sock: socket.socket) -> None:
        number = next(self._numbers)
        loop = asyncio.get_running_loop()
        task = loop.create_task(
            loop.connect_accepted_socket(lambda: self._connect(number), sock)
        )
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    def _faults_changed(self) -> None:
        self._update_listener()
        for connection in self.connections:
            connection.faults_changed()

    def _update_listener(self) -> None:
        if not self._running:
            return
        if self.faults.refuse:
            self.listener.switch("closed")
        elif self._joined and self._mains:
            self.listener.switch("open")
        else:
            hang = self._style.absent_connect == "hang"
            self.listener.switch("hanging" if hang else "closed")
