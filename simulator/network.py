"""The network of the projector: ports, connections, faults and traffic."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Protocol

from .changes import Changes
from .faults import BOOT_FAULTS, Faults
from .listener import Listener, Mode, loopback
from .quirks import Quirks
from .session import Session
from .traffic import Counters, Log
from .udp import Receive, UdpPort

PROJECTOR = -1
"""The connection number of log records without a connection."""


class HttpClient(Protocol):
    """A connection to the web server, as far as the network uses it."""

    transport: asyncio.Transport

    def abort(self) -> None:
        """Close the connection without waiting for the client to read."""

    async def finish(self) -> None:
        """Wait until the connection is over."""


class Client(HttpClient, Protocol):
    """A connection to the JSON-RPC port, as far as the network uses it."""

    number: int
    faults: Faults
    session: Session

    def drop(self, *, reset: bool = False) -> None:
        """Close the connection, with RST if `reset`."""

    def partition(self) -> None:
        """Stop sending and receiving without closing the connection."""

    def faults_changed(self) -> None:
        """Apply faults that must not wait for the next request."""


type Connect = Callable[[int], asyncio.BaseProtocol]
"""Create the connection with this number."""


class Network:
    """The connections between the device and its clients.

    The JSON-RPC port and the optional web server are open while the device has mains
    and is not in eco, and no fault closes them. UDP ports are always open, so that
    magic packets arrive in eco.

    Attributes:
        describe: Returns the SSDP description, None for none.
        goodbye: Called before the projector leaves the network in order, or None.
    """

    def __init__(self, host: str, port: int, quirks: Quirks, connect: Connect) -> None:
        """Initialize. `connect` creates the connections.

        Raises:
            ValueError: The host is not a loopback address.
        """
        self.http_connections: set[HttpClient] = set()
        self.web: Listener | None = None
        self.describe: Callable[[], bytes] | None = None
        self.goodbye: Callable[[], None] | None = None
        self.faults = Faults(on_change=self._faults_changed)
        self.counters = Counters()
        self.connections: list[Client] = []
        self.log = Log()
        self.changes = Changes()
        self._numbers = count()
        self.listener = Listener(host, port, lambda: connect(next(self._numbers)))
        self._udp_ports: list[UdpPort] = []
        self._quirks = quirks
        self._running = False
        self._joined = False
        self._mains = True
        self._booting = False

    def serve_web(self, port: int, connect: Callable[[], asyncio.BaseProtocol]) -> None:
        """Add a web server; `connect` creates its connections."""
        self.web = Listener(self.listener.host, port, connect)

    def listen_udp(self, port: int, receive: Receive) -> UdpPort:
        """Add a UDP port; return it."""
        self._udp_ports.append(UdpPort(self.listener.host, port, receive))
        return self._udp_ports[-1]

    def open(self) -> None:
        """Reserve the ports; `join` opens them. OSError if one is in use."""
        for listener in self._listeners():
            listener.reserve()
        for udp_port in self._udp_ports:
            udp_port.open()
        self._running = True

    async def move(self, port: int, host: str | None, *, reset: bool) -> None:
        """Change the address; with another host, all ports move.

        Open connections receive RST if `reset`, else nothing more.

        Raises:
            OSError: A port is in use. Nothing has moved if it is the JSON-RPC port.
            ValueError: The host is not a loopback address.
        """
        before = self.listener.host
        self.listener.move(before if host is None else loopback(host), port)
        if self.listener.host != before:
            self._move_other_ports(self.listener.host)
        for listener in self._listeners():
            await listener.finish()
        for connection in list(self.connections):
            connection.partition()
            if reset:
                connection.drop(reset=True)
        self.note(f"moved to {self.listener.host}:{self.listener.port}")
        self._update_listeners()

    def _move_other_ports(self, host: str) -> None:
        """Move the other ports to the current host."""
        if self.web is not None:
            self.web.move(host, self.web.port)
            for connection in list(self.http_connections):
                connection.abort()
        for udp_port in self._udp_ports:
            udp_port.move(host)

    async def close(self) -> None:
        """Stop listening, close all connections and wait for their end."""
        self._running = False
        for listener in self._listeners():
            listener.close()
            await listener.finish()
        for udp_port in self._udp_ports:
            udp_port.close()
        remaining: list[HttpClient] = [*self.connections, *self.http_connections]
        for connection in remaining:
            connection.abort()
        await asyncio.gather(*(connection.finish() for connection in remaining))

    def _listeners(self) -> list[Listener]:
        return [self.listener] if self.web is None else [self.listener, self.web]

    @property
    def has_mains(self) -> bool:
        """Return whether the mains are connected."""
        return self._mains

    @property
    def present(self) -> bool:
        """Return whether the projector is on the network."""
        return self._mains and self._joined

    # Methods for the device

    def join(self) -> None:
        """Open the port."""
        self._joined = True
        self._update_listeners()

    def leave(self) -> None:
        """Close every connection and the port."""
        if self.present and self.goodbye is not None:
            self.goodbye()
        self._joined = False
        self._update_listeners()
        self.drop()

    def changed(self) -> None:
        """Wake waiters after a change."""
        self.changes.happened()

    def note(self, event: str) -> None:
        """Log an event of the projector."""
        self.log.add("event", PROJECTOR, event)

    def power_loss(self) -> None:
        """Stop answering without closing connections, as without mains."""
        self._mains = self._joined = False
        for connection in self.connections:
            connection.partition()
        self._update_listeners()

    def power_restore(self) -> None:
        """Start after a power loss, and reset old connections."""
        self._mains = True
        self.drop(reset=True)
        self._update_listeners()

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if `reset`."""
        for connection in list(self.connections):
            connection.drop(reset=reset)
        for http_connection in list(self.http_connections):
            http_connection.abort()

    def set_booting(self, booting: bool) -> None:
        """Handle the start or the end of booting, when the port may be open too early."""
        self._booting = booting
        self._faults_changed()

    # Methods for the connections

    def effective(self) -> Faults:
        """Return the faults of connections that have none of their own."""
        if self._booting and not self.faults.active():
            return BOOT_FAULTS[self._quirks.boot_port]
        return self.faults

    def admit(self, connection: Client) -> bool:
        """Count a new connection; return whether it is accepted."""
        self.connections.append(connection)
        self.counters.opened()
        self.log.add("event", connection.number, "opened")
        limit = self.faults.connection_limit
        full = 0 < limit < len(self.connections)
        closes = self.effective().accept_then_close
        self.changes.happened()
        if not self._mains:
            # Accepted before the power loss, but reported after it.
            connection.partition()
            return True
        return self._joined and not (full or closes)

    def forget(self, connection: Client) -> None:
        """Count a closed connection."""
        self.connections.remove(connection)
        self.counters.closed()
        self.log.add("event", connection.number, "closed")
        self.changes.happened()

    def received(self, connection: Client, data: bytes) -> None:
        """Count and log bytes of a client."""
        self.counters.bytes_in += len(data)
        self.log.add("in", connection.number, data)
        self.changes.happened()

    def sent(self, connection: Client, data: bytes) -> None:
        """Count and log bytes to a client."""
        self.counters.bytes_out += len(data)
        self.log.add("out", connection.number, data)
        self.changes.happened()

    def requested(self, method: str, *, anonymous: bool) -> None:
        """Count a request, and whether it lacks the required authentication."""
        self.counters.requests[method] += 1
        self.counters.requests_before_authentication += anonymous
        self.changes.happened()

    def web_request(self, event: str) -> None:
        """Count and log a request to the web server and its result."""
        self.counters.captures += 1
        self.note(event)
        self.changes.happened()

    # The ports

    def _faults_changed(self) -> None:
        self._update_listeners()
        for connection in self.connections:
            connection.faults_changed()

    def _update_listeners(self) -> None:
        if not self._running:
            return
        mode: Mode = "hanging" if self._quirks.absent_connect == "hang" else "closed"
        if self.present:
            mode = "open"
        self.listener.switch("closed" if self.faults.refuse else mode)
        if self.web is not None:
            self.web.switch(mode)
        self.changes.happened()
