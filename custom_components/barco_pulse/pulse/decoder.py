"""Split the byte stream from the projector into messages.

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
"""Bytes; larger messages are rejected. A recursive introspection is some 100 KiB."""

MAX_TOKENS = 200_000
"""Commas and opening brackets in a message. They determine how long parsing blocks the
event loop; the largest known message has about 10,000."""

MAX_LENIENT_SIZE = 256 * 1024
"""Bytes of a message with invalid JSON that is still parsed, which is ten times slower."""

# An opening brace that no quote or brace follows is noise, not a message.
_MESSAGE_START = re.compile(rb'\{[ \t\r\n]{0,64}["}]')
_CHUNK_START = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]{0,64}["}]')
_POSSIBLE_START = re.compile(rb"\{[ \t\r\n]{0,64}\Z")
_BOUNDARY = re.compile(rb'\}[ \t\r\n\0]*(?=\{[ \t\r\n]{0,64}["}])')
# Everything up to the next brace, or up to an unfinished string.
_UP_TO_BRACE = re.compile(rb'(?:[^"{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_BLANKS = b" \t\r\n\0"
_IN_STRING = re.compile(rb'["\\]')


class MessageDecoder:
    """Split a byte stream into JSON objects, wherever the chunks end.

    Skip bytes between objects (line ends, NUL, HTTP headers, noise). A prefix that
    parses is the first message, because a JSON object delimits itself. So first try to
    split at `}{`, and scan byte by byte only where that fails.
    """

    def __init__(
        self,
        on_message: Callable[[JsonObject], None],
        on_noise: Callable[[bytes], None] | None = None,
    ) -> None:
        """Call `on_message` with each message, and `on_noise` with what it skips.

        Blanks and NUL between two messages are not passed to `on_noise`.
        """
        self._on_message = on_message
        self._on_noise = on_noise
        self._buffer = bytearray()  # empty, or starts with an unfinished message
        self._position = 0  # how far the unfinished message is scanned
        self._depth = 0  # 0: between messages
        self._in_string = False

    @property
    def has_partial_message(self) -> bool:
        """True while a message is incomplete."""
        return bool(self._buffer)

    @property
    def partial(self) -> bytes:
        """Return the incomplete message; after an error, all that is not decoded."""
        return bytes(self._buffer)

    def feed(self, chunk: bytes) -> None:
        """Decode the next bytes.

        Raises PulseProtocolError for an object that is not JSON, nests deeper than
        orjson's limit (1,024), is larger than MAX_MESSAGE_SIZE or has more than
        MAX_TOKENS. Do not use the decoder after that.
        """
        if not self._buffer and (
            (chunk[:2] == b'{"' and len(chunk) <= MAX_TOKENS) or _looks_complete(chunk)
        ):
            # The most frequent case: the chunk is one message.
            try:
                message = orjson.loads(chunk)
            except orjson.JSONDecodeError:
                pass  # not exactly one message
            else:
                if type(message) is dict:
                    self._on_message(message)
                    return
        self._buffer += chunk
        start = self._drain()
        if len(self._buffer) - start > MAX_MESSAGE_SIZE:
            raise PulseProtocolError(f"A message exceeds {MAX_MESSAGE_SIZE} bytes")
        del self._buffer[:start]
        self._position -= start

    def _drain(self) -> int:
        """Deliver complete messages; return where the unfinished rest starts."""
        data = self._buffer
        start = 0
        try_boundaries = True  # only once, so that the time stays linear
        while True:
            if self._depth == 0:
                skipped = start
                start, certain = _find_message_start(data, start)
                if self._on_noise is not None and data[skipped:start].strip(_BLANKS):
                    self._on_noise(bytes(data[skipped:start]))
                if not certain:
                    return start
                if try_boundaries:
                    try_boundaries = False
                    start = self._split_at_boundaries(start)
                self._position = start
            end = self._find_message_end()
            if not end or end - start > MAX_MESSAGE_SIZE:
                return start
            self._on_message(_parse(data[start:end]))
            start = end

    def _split_at_boundaries(self, start: int) -> int:
        """Deliver messages that end at `}{`; return where the next one starts.

        That is the last message, or the first one that does not end at `}{`.
        """
        data = self._buffer
        while boundary := _BOUNDARY.search(data, start):
            end = boundary.start() + 1
            raw = data[start:end]
            if len(raw) > MAX_MESSAGE_SIZE or not _within_complexity_limit(raw):
                break
            try:
                message = orjson.loads(raw)
            except orjson.JSONDecodeError:
                break
            self._on_message(message)
            start = boundary.end()
        return start

    def _find_message_end(self) -> int:
        """Return the end of the current object, or 0 while it is unfinished."""
        data, position, size = self._buffer, self._position, len(self._buffer)
        end = 0
        while not end and position < size:
            if self._in_string:
                match = _IN_STRING.search(data, position)
                # The byte that a backslash escapes may be in the next chunk.
                position = match.end() + (match[0] == b"\\") if match else size
                self._in_string = match is None or match[0] != b'"'
                continue
            skipped = _UP_TO_BRACE.match(data, position)
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


def _find_message_start(data: bytearray, start: int) -> tuple[int, bool]:
    """Return where the next message starts, and whether that is certain."""
    if match := _MESSAGE_START.search(data, start):
        return match.start(), True
    match = _POSSIBLE_START.search(data, start)
    return match.start() if match else len(data), False


def _looks_complete(chunk: bytes) -> bool:
    """Return True if the chunk may be one whole message within the limits."""
    starts = chunk.startswith(b'{"') or _CHUNK_START.match(chunk)
    return (
        bool(starts)
        and len(chunk) <= MAX_MESSAGE_SIZE
        and _within_complexity_limit(chunk)
    )


def _within_complexity_limit(raw: bytes | bytearray) -> bool:
    """Return True if parsing the data blocks the event loop for a short time only."""
    if len(raw) <= MAX_TOKENS:
        return True
    return sum(map(raw.count, (b",", b"{", b"["))) <= MAX_TOKENS


def _parse(raw: bytearray) -> JsonObject:
    """Parse one object."""
    if not _within_complexity_limit(raw):
        raise PulseProtocolError(f"A message of {len(raw)} bytes has too many values")
    try:
        return cast(JsonObject, orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        if len(raw) <= MAX_LENIENT_SIZE:
            with contextlib.suppress(ValueError, RecursionError):
                return _parse_leniently(raw.decode(errors="replace"))
        raise PulseProtocolError(
            f"Cannot decode a message of {len(raw)} bytes: {error.msg}"
        ) from error


def _parse_leniently(text: str) -> JsonObject:
    """Parse a message with an invalid value: a surrogate, NaN or infinity."""
    message = json.loads(
        text,
        strict=False,
        parse_constant=lambda _: None,
        parse_float=_parse_finite_float,
        parse_int=_parse_bounded_int,
    )
    clean = json.dumps(message, ensure_ascii=False).encode(errors="replace")
    return cast(JsonObject, orjson.loads(clean))


def _parse_finite_float(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _parse_bounded_int(text: str) -> float | None:
    """Return an integer, or a float for more digits than an integer may have."""
    return int(text) if len(text) < 19 else _parse_finite_float(text)
