"""The projector's web server: its screens, and its description where SSDP tells of it.

The guide's rule for the path of a name: `/api/`, then slashes for its dots.
"""

import asyncio
from typing import NamedTuple, cast, override

from .delivery import ENDLESS_LIMIT
from .device import Device
from .image_files import LOGIN_PAGE, encode
from .network import Network
from .screens import SCREENS
from .ssdp import DESCRIPTION_PATH

DESCRIPTION = "description"
"""What faults call the description, which is no method's result."""

PATHS = {f"/api/{name.replace('.', '/')}": name for name in SCREENS} | {
    DESCRIPTION_PATH: DESCRIPTION
}
_LONGEST_HEAD = 16 * 1024
_HEAD_END = b"\r\n\r\n"
_FILLING = bytes(65536)


class Answer(NamedTuple):
    """What a browser gets."""

    status: str
    content_type: str
    body: bytes

    def head(self, *, endless: bool = False) -> bytes:
        """Return the head; an endless body has no length to tell."""
        fields = [f"HTTP/1.1 {self.status}", f"Content-Type: {self.content_type}"]
        if not endless:
            fields.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*fields, "Connection: close", "", ""]).encode()


_NOT_FOUND = Answer("404 Not Found", "text/plain", b"Not found\n")
_LOGIN = Answer("401 Unauthorized", "text/html", LOGIN_PAGE)


def answer(device: Device, name: str | None) -> Answer:
    """Return what the web server says to a request for a screen, None for others."""
    style = device.style
    if name is None or style.capture == "absent":
        return _NOT_FOUND
    if style.capture == "login":
        return _LOGIN
    body = encode(SCREENS[name](device), style.capture_format)
    # No guide tells the type of the pictures: clients must look at the bytes.
    kind = "text/html" if body == LOGIN_PAGE else "application/octet-stream"
    return Answer("200 OK", kind, body)


class HttpConnection(asyncio.Protocol):
    """One connection to the web server: one request, one answer."""

    transport: asyncio.Transport

    def __init__(self, device: Device, network: Network) -> None:
        """Wait for a connection."""
        self._device = device
        self._network = network
        self._head = b""
        self._asked = False
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
        elif _HEAD_END in self._head and not self._asked:
            self._asked = True
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
        self._pour()

    def abort(self) -> None:
        """Close the connection without waiting for the browser to read."""
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
        suffers = name is not None and faults.concern(name)
        if suffers and faults.silence:
            self._network.captured(f"{request_line}: no answer")
            faults.use_up()
            return
        reply = self._answer(name)
        self._network.captured(f"{request_line}: {reply.status}")
        endless = suffers and faults.endless
        self.transport.write(reply.head(endless=endless) + reply.body)
        if endless:
            faults.use_up()
            self._endless_rest = ENDLESS_LIMIT
            self._pour()
        else:
            self.transport.close()

    def _answer(self, name: str | None) -> Answer:
        describe = self._network.describe
        if name != DESCRIPTION:
            return answer(self._device, name)
        return Answer("200 OK", "text/xml", describe()) if describe else _NOT_FOUND

    def _pour(self) -> None:
        """Go on with an endless body while the browser reads."""
        if self._endless_rest <= 0 or self.transport.is_closing():
            return
        self._endless_rest -= len(_FILLING)
        self.transport.write(_FILLING)
        if not self._paused:
            asyncio.get_running_loop().call_soon(self._pour)
