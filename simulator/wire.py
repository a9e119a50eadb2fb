"""Split received bytes into requests, with raw JSON or HTTP framing."""

from dataclasses import dataclass
import re

MAX_REQUEST = 4 * 1024 * 1024
"""The maximum length of a request in bytes."""

_STRUCTURE = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')
_BEGIN = re.compile(rb"[{\[P]")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class TooLongError(Exception):
    """A request is longer than MAX_REQUEST."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The bytes of a request, and whether it had HTTP framing."""

    data: bytes
    http: bool = False


class RequestReader:
    """A buffer that returns complete requests.

    Raw JSON values can follow each other with or without separators, and can be split
    anywhere. `POST` requests need a Content-Length.
    """

    def __init__(self) -> None:
        """Initialize with an empty buffer."""
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> list[Packet]:
        """Add bytes; return the requests that are complete now.

        Raises:
            TooLongError: A request is longer than MAX_REQUEST.
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
        """Return the body of the first POST request, None if incomplete."""
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
        """Return the end of the first JSON value, None if incomplete."""
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
    """Return whether the data, if incomplete, can start with the word."""
    return word.startswith(bytes(data[: len(word)]))
