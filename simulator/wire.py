"""Cutting the bytes of a client into requests, whatever its framing."""

from dataclasses import dataclass
import re

MAX_REQUEST = 4 * 1024 * 1024
"""The longest request a projector of ours reads, in bytes."""

_STRUCTURE = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')
_BEGIN = re.compile(rb"[{\[P]")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class TooLongError(Exception):
    """A request is longer than any projector would read."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The bytes of one request, and whether it came wrapped in HTTP."""

    data: bytes
    http: bool = False


class RequestReader:
    """Collect bytes, hand out complete requests.

    Bare JSON values may follow each other with or without anything between them and
    may be cut anywhere. `POST` requests with a Content-Length are unwrapped.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> list[Packet]:
        """Add bytes, return the requests that are complete now.

        Raises:
            TooLongError: a request has no end within MAX_REQUEST bytes.
        """
        self._buffer += data
        packets = []
        while (packet := self._next()) is not None:
            packets.append(packet)
        if len(self._buffer) > MAX_REQUEST:
            raise TooLongError
        return packets

    def _next(self) -> Packet | None:
        while not self._depth:
            begin = _BEGIN.search(self._buffer)
            if begin is None:
                self._buffer.clear()
                return None
            self._drop(begin.start())
            if self._buffer[0] in b"{[":
                break
            if not _may_begin(self._buffer, b"POST "):
                self._drop(1)
                continue
            return self._unwrap()
        end = self._find_end()
        return None if end is None else Packet(self._take(end))

    def _unwrap(self) -> Packet | None:
        """Return the body of the POST request at the front, None if not yet."""
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0:
            return None
        length = _LENGTH.search(self._buffer, 0, head_end)
        body = head_end + len(_HEAD_END)
        size = int(length[1]) if length else 0
        if len(self._buffer) < body + size:
            return None
        self._drop(body)
        return Packet(self._take(size), http=True)

    def _find_end(self) -> int | None:
        """Return where the JSON value at the front ends, None if not yet."""
        while True:
            pattern = _STRING_END if self._in_string else _STRUCTURE
            found = pattern.search(self._buffer, self._scanned)
            if found is None:
                self._scanned = max(self._scanned, len(self._buffer))
                return None
            self._scanned = found.end()
            if found[0] == b"\\":
                self._scanned += 1
            elif found[0] == b'"':
                self._in_string = not self._in_string
            elif found[0] in b"{[":
                self._depth += 1
            else:
                self._depth -= 1
                if not self._depth:
                    return self._scanned

    def _take(self, end: int) -> bytes:
        data = bytes(self._buffer[:end])
        self._drop(end)
        return data

    def _drop(self, end: int) -> None:
        del self._buffer[:end]
        self._scanned = 0


def _may_begin(data: bytearray, word: bytes) -> bool:
    """Tell whether the data begin with the word, as far as they go."""
    return word.startswith(bytes(data[: len(word)]))
