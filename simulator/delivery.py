"""Write messages in order, with faults."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
import socket
import struct
from typing import Literal

ENDLESS_LIMIT = 64 * 1024 * 1024
_ENDLESS_CHUNK = b"x" * 65536
_SEGMENT_PAUSE = 0.002
_LONGEST_PIECE = 40
_MOST_PIECES = 50
_CONTINUATION = range(0x80, 0xC0)
_NO_LINGER = struct.pack("ii", 1, 0)

type End = Literal["none", "close", "reset"]
type Spawn = Callable[[Coroutine[object, object, None]], object]


@dataclass(frozen=True, slots=True)
class OutgoingChunk:
    """Bytes to write, with the faults of the delivery.

    `last` closes the connection after the bytes were written.
    """

    data: bytes
    drip: float = 0.0
    pieces: tuple[bytes, ...] = ()
    end: End = "none"
    endless: bool = False
    last: bool = False

    @property
    def plain(self) -> bool:
        """Return whether the bytes are written without faults."""
        return not (
            self.drip or self.pieces or self.end != "none" or self.endless or self.last
        )


class Outbox:
    """The messages of one connection, written one after the other.

    `put` writes a chunk without faults at once, unless an earlier one is not finished.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        write: Callable[[bytes], None],
        spawn: Spawn,
    ) -> None:
        """Initialize with a function that writes and one that starts a task."""
        self._transport = transport
        self._raw_write = write
        self._spawn = spawn
        self._waiting: deque[OutgoingChunk] = deque()
        self._pumping = False
        self._writable = asyncio.Event()
        self._writable.set()

    def put(self, chunk: OutgoingChunk) -> None:
        """Write a chunk after all earlier ones."""
        if chunk.plain and not self._pumping:
            self._raw_write(chunk.data)
            return
        self._waiting.append(chunk)
        if not self._pumping:
            self._pumping = True
            self._spawn(self._pump())

    def pause(self) -> None:
        """Pause writing: the buffer of the transport is full."""
        self._writable.clear()

    def resume(self) -> None:
        """Resume writing."""
        self._writable.set()

    async def _pump(self) -> None:
        try:
            while self._waiting and not self._transport.is_closing():
                await self._write(self._waiting.popleft())
        finally:
            self._pumping = False

    async def _write(self, chunk: OutgoingChunk) -> None:
        if chunk.end != "none":
            await self._write_half(chunk)
            return
        if chunk.endless:
            await self._write_endless(chunk.data)
            return
        pause = chunk.drip or _SEGMENT_PAUSE
        for piece in chunk.pieces or _bytes_of(chunk.data, chunk.drip):
            self._raw_write(piece)
            await asyncio.sleep(0 if piece == chunk.data else pause)
        if chunk.last:
            self._transport.close()

    async def _write_half(self, chunk: OutgoingChunk) -> None:
        self._raw_write(chunk.data[: len(chunk.data) // 2])
        # RST discards bytes that the client has not read yet.
        await asyncio.sleep(_SEGMENT_PAUSE)
        if chunk.end == "reset":
            send_reset(self._transport)
        else:
            self._transport.close()

    async def _write_endless(self, beginning: bytes) -> None:
        self._raw_write(beginning)
        for _ in range(ENDLESS_LIMIT // len(_ENDLESS_CHUNK)):
            await self._writable.wait()
            if self._transport.is_closing():
                return
            self._raw_write(_ENDLESS_CHUNK)
            await asyncio.sleep(0)


def send_reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST instead of FIN."""
    sock: socket.socket = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def cut(data: bytes, random: Random) -> tuple[bytes, ...]:
    """Split bytes at random places, and inside every multi-byte character."""
    longest = max(_LONGEST_PIECE, len(data) // _MOST_PIECES)
    places = {at for at, byte in enumerate(data) if byte in _CONTINUATION}
    place = 0
    while place < len(data):
        places.add(place)
        place += random.randint(1, longest)
    edges = [*sorted(places), len(data)]
    return tuple(data[begin:end] for begin, end in pairwise(edges))


def _bytes_of(data: bytes, drip: float) -> Iterator[bytes]:
    if not drip:
        yield data
        return
    for at in range(len(data)):
        yield data[at : at + 1]
