"""Cut what a projector sends into messages.

Sans-I/O: no sockets, no clock.
"""

from collections.abc import Callable
import contextlib
import json
import math
import re
from typing import cast

import orjson

from .exceptions import PulseProtocolError
from .json_types import JsonObject

MAX_MESSAGE_SIZE = 8 * 1024 * 1024
"""Bytes. A recursive introspection is some hundred KiB; beyond this nobody means well."""

MAX_PARTS = 200_000
"""Commas and opening brackets of a message: they decide how long parsing blocks the
event loop. The largest that is known has some 10,000."""

MAX_FLAWED_SIZE = 256 * 1024
"""Bytes of a message that is no JSON and yet read: that takes ten times as long."""

# A brace that no quote or brace follows is noise, not the beginning of a message.
_BEGIN = re.compile(rb'\{[ \t\r\n]{0,64}["}]')
_BEGIN_OF_CHUNK = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]{0,64}["}]')
_UNDECIDED_BEGIN = re.compile(rb"\{[ \t\r\n]{0,64}\Z")
_BOUNDARY = re.compile(rb'\}[ \t\r\n\0]*(?=\{[ \t\r\n]{0,64}["}])')
# All up to the next brace, or up to a string that has no end yet.
_TO_BRACE = re.compile(rb'(?:[^"{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')


class MessageDecoder:
    """Cut a byte stream into JSON objects, wherever the chunks end.

    Bytes between objects (line ends, NUL, an HTTP head, noise) are skipped. A JSON
    object delimits itself, so any prefix that parses *is* the first message: guess
    its end first, and scan only what the guess does not fit or what comes in pieces.
    """

    def __init__(self, on_message: Callable[[JsonObject], None]) -> None:
        """Hand every message to `on_message`, in order."""
        self._on_message = on_message
        self._buffer = bytearray()  # empty, or begins with an unfinished message
        self._position = 0  # how far the unfinished message was scanned
        self._depth = 0  # 0: between messages
        self._in_string = False

    @property
    def mid_message(self) -> bool:
        """True while a message has begun and not ended."""
        return bool(self._buffer)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes, whatever they hold.

        Raises PulseProtocolError for an object that is no JSON, nests deeper than
        orjson's limit (1,024), is larger than MAX_MESSAGE_SIZE or has more than
        MAX_PARTS. The decoder is of no further use then.
        """
        if not self._buffer and (
            (chunk[:2] == b'{"' and len(chunk) <= MAX_PARTS) or _may_be_message(chunk)
        ):
            # By far the most frequent case: the chunk is one message.
            try:
                message = orjson.loads(chunk)
            except orjson.JSONDecodeError:
                pass  # not exactly one: find out what it is
            else:
                if type(message) is dict:
                    self._on_message(message)
                    return
        self._buffer += chunk
        begin = self._cut()
        if len(self._buffer) - begin > MAX_MESSAGE_SIZE:
            raise PulseProtocolError(f"A message exceeds {MAX_MESSAGE_SIZE} bytes")
        del self._buffer[:begin]
        self._position -= begin

    def _cut(self) -> int:
        """Hand out what is complete; return where the unfinished rest begins."""
        data = self._buffer
        begin = 0
        guessing = True  # once: no chunk costs n x n
        while True:
            if self._depth == 0:
                begin, certain = _find_begin(data, begin)
                if not certain:
                    return begin
                if guessing:
                    guessing = False
                    begin = self._guess(begin)
                self._position = begin
            end = self._scan()
            if not end or end - begin > MAX_MESSAGE_SIZE:
                return begin
            self._on_message(_parse(data[begin:end]))
            begin = end

    def _guess(self, begin: int) -> int:
        """Take each `}{` for the end of a message; return where one begins, unguessed.

        That is the last one, or the first that did not end there.
        """
        data = self._buffer
        while boundary := _BOUNDARY.search(data, begin):
            end = boundary.start() + 1
            raw = data[begin:end]
            if len(raw) > MAX_MESSAGE_SIZE or not _has_few_parts(raw):
                break
            try:
                message = orjson.loads(raw)
            except orjson.JSONDecodeError:
                break
            self._on_message(message)
            begin = boundary.end()
        return begin

    def _scan(self) -> int:
        """Return the end of the object that has begun, 0 while it is unfinished."""
        data, position, size = self._buffer, self._position, len(self._buffer)
        end = 0
        while not end and position < size:
            if self._in_string:
                match = _IN_STRING.search(data, position)
                # The byte that a backslash escapes may be still to come.
                position = match.end() + (match[0] == b"\\") if match else size
                self._in_string = match is None or match[0] != b'"'
                continue
            skipped = _TO_BRACE.match(data, position)
            position = skipped.end() if skipped else position
            token = data[position : position + 1]
            position += len(token)
            if token == b'"':
                self._in_string = True
            elif token == b"{":
                self._depth += 1
            elif token == b"}":
                self._depth -= 1
                end = position if self._depth == 0 else 0
        self._position = position
        return end


def _find_begin(data: bytearray, start: int) -> tuple[int, bool]:
    """Return where the next message begins, and whether that is certain yet."""
    if match := _BEGIN.search(data, start):
        return match.start(), True
    match = _UNDECIDED_BEGIN.search(data, start)
    return match.start() if match else len(data), False


def _may_be_message(chunk: bytes) -> bool:
    """Tell whether, if it is JSON, it is what the slow way takes for a message, too."""
    begins = chunk.startswith(b'{"') or _BEGIN_OF_CHUNK.match(chunk)
    return bool(begins) and len(chunk) <= MAX_MESSAGE_SIZE and _has_few_parts(chunk)


def _has_few_parts(raw: bytes | bytearray) -> bool:
    """Tell whether parsing it takes no longer than it may."""
    if len(raw) <= MAX_PARTS:
        return True
    return sum(map(raw.count, (b",", b"{", b"["))) <= MAX_PARTS


def _parse(raw: bytearray) -> JsonObject:
    """Parse one delimited object."""
    if not _has_few_parts(raw):
        raise PulseProtocolError(f"A message of {len(raw)} bytes has too many parts")
    try:
        return cast(JsonObject, orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        if len(raw) <= MAX_FLAWED_SIZE:
            with contextlib.suppress(ValueError, RecursionError):
                return _parse_leniently(raw.decode(errors="replace"))
        raise PulseProtocolError(
            f"Cannot decode a message of {len(raw)} bytes: {error.msg}"
        ) from error


def _parse_leniently(text: str) -> JsonObject:
    """Keep a message of which one value is no JSON: half a character, NaN, infinity."""
    message = json.loads(
        text,
        strict=False,
        parse_constant=lambda _: None,
        parse_float=_finite,
        parse_int=_whole,
    )
    clean = json.dumps(message, ensure_ascii=False).encode(errors="replace")
    return cast(JsonObject, orjson.loads(clean))


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _whole(text: str) -> float | None:
    """Without an end to its digits it is none that Python, or JSON, could hold."""
    return int(text) if len(text) < 19 else _finite(text)
