"""The projector's network: its ports, its connections, its faults, its traffic."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Protocol

from .changes import Changes
from .faults import BOOT_FAULTS, Faults
from .listener import Listener, Mode, loopback
from .personality import Personality
from .session import Session
from .traffic import Counters, Log
from .udp import Receive, UdpPort

PROJECTOR = -1
"""The connection number of log records that belong to no connection."""


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
    """Everything between the device and its clients.

    The port is open while the device has mains, is not asleep in eco, and no fault
    closes it; so is that of its web server, if it has one. UDP ports are always open:
    what a sleeping projector hears is not the network's business.

    Attributes:
        describe: makes the description that the web server has, None for none.
        goodbye: is called before the projector leaves in good order, None for nobody.
    """

    def __init__(
        self, host: str, port: int, style: Personality, connect: Connect
    ) -> None:
        """Prepare; `connect` makes the connections.

        Raises:
            ValueError: the host is not a loopback address.
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
        self._style = style
        self._running = False
        self._joined = False
        self._mains = True
        self._boots = False

    def serve_web(self, port: int, browse: Callable[[], asyncio.BaseProtocol]) -> None:
        """Have a web server too; `browse` makes its connections."""
        self.web = Listener(self.listener.host, port, browse)

    def listen_udp(self, port: int, receive: Receive) -> UdpPort:
        """Have a UDP port too, and return it."""
        self._udp_ports.append(UdpPort(self.listener.host, port, receive))
        return self._udp_ports[-1]

    def open(self) -> None:
        """Take the ports; they open when the device joins. OSError if one is taken."""
        for listener in self._listeners():
            listener.reserve()
        for udp_port in self._udp_ports:
            udp_port.open()
        self._running = True

    async def move(self, port: int, host: str | None, *, reset: bool) -> None:
        """Get another address; only with another host, all ports move.

        Open connections are reset if asked, and hear nothing more otherwise.

        Raises:
            OSError: a port is taken. Nothing has moved if it is that of JSON-RPC.
            ValueError: the host is not a loopback address.
        """
        before = self.listener.host
        self.listener.move(before if host is None else loopback(host), port)
        if self.listener.host != before:
            self._follow_to(self.listener.host)
        for listener in self._listeners():
            await listener.finish()
        for connection in list(self.connections):
            connection.partition()
            if reset:
                connection.drop(reset=True)
        self.note(f"moved to {self.listener.host}:{self.listener.port}")
        self._update_listeners()

    def _follow_to(self, host: str) -> None:
        """Move the other ports to where the projector is now."""
        if self.web is not None:
            self.web.move(host, self.web.port)
            for connection in list(self.http_connections):
                connection.abort()
        for udp_port in self._udp_ports:
            udp_port.move(host)

    async def close(self) -> None:
        """Stop listening and end every connection; none is left afterwards."""
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
        """Tell whether anything can answer at all."""
        return self._mains

    @property
    def present(self) -> bool:
        """Tell whether the projector is on the network at all."""
        return self._mains and self._joined

    # What the device does to its network

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
        """Learn that something about the projector changed."""
        self.changes.happened()

    def note(self, event: str) -> None:
        """Log what happened at the projector itself."""
        self.log.add("event", PROJECTOR, event)

    def power_loss(self) -> None:
        """Lose the mains: nobody says goodbye, nothing answers any more."""
        self._mains = self._joined = False
        for connection in self.connections:
            connection.partition()
        self._update_listeners()

    def power_restore(self) -> None:
        """Have mains again: what was connected before is unknown now."""
        self._mains = True
        self.drop(reset=True)
        self._update_listeners()

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if asked."""
        for connection in list(self.connections):
            connection.drop(reset=reset)
        for http_connection in list(self.http_connections):
            http_connection.abort()

    def boots(self, booting: bool) -> None:
        """Learn whether the projector boots: its port may be open too early then."""
        self._boots = booting
        self._faults_changed()

    # What the connections tell

    def effective(self) -> Faults:
        """Return the faults of connections that have none of their own."""
        if self._boots and not self.faults.active():
            return BOOT_FAULTS[self._style.boot_port]
        return self.faults

    def admit(self, connection: Client) -> bool:
        """Count a new connection; tell whether it may stay."""
        self.connections.append(connection)
        self.counters.opened()
        self.log.add("event", connection.number, "opened")
        limit = self.faults.connection_limit
        full = 0 < limit < len(self.connections)
        closes = self.effective().accept_then_close
        self.changes.happened()
        if not self._mains:
            # Accepted before the mains went, but not yet told of.
            connection.partition()
            return True
        return self._joined and not (full or closes)

    def forget(self, connection: Client) -> None:
        """Count a connection that is gone."""
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
        """Count a request, and whether a PIN should have come before it."""
        self.counters.requests[method] += 1
        self.counters.requests_before_authentication += anonymous
        self.changes.happened()

    def captured(self, event: str) -> None:
        """Count and log a request to the web server, and what came of it."""
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
        mode: Mode = "hanging" if self._style.absent_connect == "hang" else "closed"
        if self.present:
            mode = "open"
        self.listener.switch("closed" if self.faults.refuse else mode)
        if self.web is not None:
            self.web.switch(mode)
        self.changes.happened()
