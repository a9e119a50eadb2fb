"""The web server of the projector, with its screens and its SSDP description.

Barco's guide forms the path from a name: `/api/`, then slashes instead of dots.
"""

import asyncio
from typing import NamedTuple, cast, override

from .delivery import ENDLESS_LIMIT
from .device import Device
from .network import Network
from .screens import SCREENS, encode
from .ssdp import DESCRIPTION_PATH

DESCRIPTION = "description"
"""The name of the description for faults, which are set by method."""

PATHS = {f"/api/{name.replace('.', '/')}": name for name in SCREENS} | {
    DESCRIPTION_PATH: DESCRIPTION
}
_LONGEST_HEAD = 16 * 1024
_HEAD_END = b"\r\n\r\n"
_FILLING = bytes(65536)

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head>"
    b'<body><form method="post"><input name="username">'
    b'<input name="password" type="password"></form></body></html>'
)


class Response(NamedTuple):
    """A response to an HTTP request."""

    status: str
    content_type: str
    body: bytes

    def head(self, *, endless: bool = False) -> bytes:
        """Return the head, without Content-Length if the body is endless."""
        fields = [f"HTTP/1.1 {self.status}", f"Content-Type: {self.content_type}"]
        if not endless:
            fields.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*fields, "Connection: close", "", ""]).encode()


_NOT_FOUND = Response("404 Not Found", "text/plain", b"Not found\n")
_LOGIN = Response("401 Unauthorized", "text/html", LOGIN_PAGE)


def respond(device: Device, name: str | None) -> Response:
    """Return the response to a request for a screen, None for an unknown path."""
    quirks = device.quirks
    if name is None or quirks.capture == "absent":
        return _NOT_FOUND
    if quirks.capture == "login":
        return _LOGIN
    if quirks.capture_format == "html":
        return Response("200 OK", "text/html", LOGIN_PAGE)
    body = encode(SCREENS[name](device), quirks.capture_format)
    # No guide documents the content type: clients must detect it from the bytes.
    return Response("200 OK", "application/octet-stream", body)


class HttpConnection(asyncio.Protocol):
    """A connection to the web server, for one request and its response."""

    transport: asyncio.Transport

    def __init__(self, device: Device, network: Network) -> None:
        """Initialize; asyncio reports the connection later."""
        self._device = device
        self._network = network
        self._head = b""
        self._requested = False
        self._endless_rest = 0
        self._paused = False
        self._lost = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._network.http_connections.add(self)
        self._network.changed()

    @override
    def data_received(self, data: bytes) -> None:
        self._head += data
        if len(self._head) > _LONGEST_HEAD:
            self.abort()
        elif _HEAD_END in self._head and not self._requested:
            self._requested = True
            self._handle(self._head.partition(b"\r\n")[0].decode("latin-1"))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._network.http_connections.discard(self)
        self._network.changed()
        self._lost.set_result(None)

    @override
    def pause_writing(self) -> None:
        self._paused = True

    @override
    def resume_writing(self) -> None:
        self._paused = False
        self._write_endless()

    def abort(self) -> None:
        """Close the connection without waiting for the client to read."""
        self.transport.abort()

    async def finish(self) -> None:
        """Wait until the connection is over."""
        await self._lost

    def _handle(self, request_line: str) -> None:
        if not self._network.has_mains:
            return
        method, target, *_ = (*request_line.split(" "), "", "")
        name = PATHS.get(target.partition("?")[0]) if method == "GET" else None
        faults = self._network.faults
        faulty = name is not None and faults.affects(name)
        if faulty and faults.silence:
            self._network.web_request(f"{request_line}: no response")
            faults.count_reply()
            return
        response = self._respond(name)
        self._network.web_request(f"{request_line}: {response.status}")
        endless = faulty and faults.endless
        self.transport.write(response.head(endless=endless) + response.body)
        if endless:
            faults.count_reply()
            self._endless_rest = ENDLESS_LIMIT
            self._write_endless()
        else:
            self.transport.close()

    def _respond(self, name: str | None) -> Response:
        describe = self._network.describe
        if name != DESCRIPTION:
            return respond(self._device, name)
        return Response("200 OK", "text/xml", describe()) if describe else _NOT_FOUND

    def _write_endless(self) -> None:
        """Write more of an endless body, until the transport is full."""
        if self._endless_rest <= 0 or self.transport.is_closing():
            return
        self._endless_rest -= len(_FILLING)
        self.transport.write(_FILLING)
        if not self._paused:
            asyncio.get_running_loop().call_soon(self._write_endless)
