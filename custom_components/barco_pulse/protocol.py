"""Floor 1: bytes <-> JSON-RPC messages, and the errors a projector answers with.

Sans-I/O: no sockets, no clock. Facts about the wire are in specs/PROTOCOL.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
from dataclasses import dataclass
import enum
import json
import math
import re
from typing import cast

import orjson

from .bounds import one_line

type JsonValue = (
    str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None
)
type JsonObject = Mapping[str, JsonValue]

MAX_MESSAGE_SIZE = 8 * 1024 * 1024
"""Bytes. A recursive introspection is some hundred KiB; beyond this nobody means well."""

MAX_PARTS = 200_000
"""Commas and opening brackets of a message: they decide how long parsing blocks the
event loop. The largest that is known has some 10,000."""

MAX_FLAWED_SIZE = 256 * 1024
"""Bytes of a message that is no JSON and yet read: that takes ten times as long."""

MAX_ERROR_LENGTH = 300
"""Characters of the projector's own words that an exception repeats."""

# A brace that no quote or brace follows is noise, not the beginning of a message.
_BEGIN = re.compile(rb'\{[ \t\r\n]{0,64}["}]')
_BEGIN_OF_CHUNK = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]{0,64}["}]')
_UNDECIDED_BEGIN = re.compile(rb"\{[ \t\r\n]{0,64}\Z")
_BOUNDARY = re.compile(rb'\}[ \t\r\n\0]*(?=\{[ \t\r\n]{0,64}["}])')
# All up to the next brace, or up to a string that has no end yet.
_TO_BRACE = re.compile(rb'(?:[^"{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')

_ID = re.compile(r"[0-9]{1,9}")

_METHOD_NOT_FOUND = -32601
_BUSY = -32009
_ACCESS_DENIED = -32001
_SERVER_ERROR = -32000
_STATE_TEXTS = ("busy", "transitioning", "doesn't exist")


class PulseError(Exception):
    """Whatever can go wrong between us and a projector."""


class PulseConnectionError(PulseError):
    """The projector could not be reached, or the connection is gone."""


class PulseCrowdedError(PulseConnectionError):
    """It closed the connection without a word: others may hold all that it has."""


class PulseStrangerError(PulseConnectionError):
    """Another projector answers at this address."""


class PulseTimeoutError(PulseError):
    """A deadline passed."""


class PulseTooLateError(PulseTimeoutError):
    """What was asked for, and had to wait, could not be done in good time."""


class PulseWithdrawnError(PulseError):
    """What was asked for, and had to wait, is not wanted any more."""


class PulseProtocolError(PulseError):
    """What came is not the Pulse protocol."""


class PulseAuthenticationError(PulseError):
    """The projector refused the PIN."""


class PulseRequestError(PulseError):
    """The projector answered a request with an error.

    `code` is the JSON-RPC error code, None where it merely answered `false`.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        """Keep the projector's own words and code."""
        super().__init__(message)
        self.code = code


class PulseAccessError(PulseRequestError):
    """The session may not do this: a PIN is needed."""


class PulseStateError(PulseRequestError):
    """Not possible in the projector's present state: absent, or busy changing state."""

    @property
    def absent(self) -> bool:
        """True if the name does not exist now, False if the projector is just busy."""
        return self.code == _METHOD_NOT_FOUND


class Framing(enum.StrEnum):
    """How a request is put on the wire. Replies are bare JSON in both."""

    BARE = "bare"
    HTTP = "http"


def encode_request(
    request_id: int,
    method: str,
    params: JsonValue = None,
    framing: Framing = Framing.BARE,
) -> bytes:
    """Return the bytes of one request; `params` None leaves the member out."""
    request: dict[str, JsonValue] = {
        "jsonrpc": "2.0",
        "id": request_id,
        "method": method,
    }
    if params is not None:
        request["params"] = params
    body = orjson.dumps(request)
    if framing is Framing.BARE:
        return body
    head = (
        "POST / HTTP/1.1\r\nHost: projector\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to request `request_id`: `error` where it failed, else `result`."""

    request_id: int | None
    result: JsonValue
    error: PulseRequestError | None


@dataclass(frozen=True, slots=True)
class Notification:
    """What the projector says unasked."""

    method: str
    params: JsonObject


def parse_message(message: JsonObject) -> Reply | Notification:
    """Tell replies and notifications apart; what is neither is a reply to nobody."""
    method = message.get("method")
    if isinstance(method, str):
        params = message.get("params")
        return Notification(method, params if isinstance(params, Mapping) else {})
    request_id = message.get("id")
    if (isinstance(request_id, str) and _ID.fullmatch(request_id)) or (
        isinstance(request_id, float) and request_id.is_integer()
    ):
        request_id = int(request_id)
    error = message.get("error")
    return Reply(
        request_id if type(request_id) is int else None,
        message.get("result"),
        None if error is None else request_error(error),
    )


def named(items: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Walk through `[{"name": value}, ...]`, the form of all notifications.

    A lone object is taken for a list of one; what is neither is left out.
    """
    if isinstance(items, Mapping):
        items = [items]
    for item in items if isinstance(items, Sequence) else ():
        if isinstance(item, Mapping):
            yield from item.items()


def request_error(error: JsonValue) -> PulseRequestError:
    """Turn the `error` member of a reply into the exception that names it."""
    code, message = None, error
    if isinstance(error, Mapping):
        number = error.get("code")
        code = number if isinstance(number, int) else None
        message = error.get("message") or f"error {code}"
    # Whatever else it is has no words.
    message = (
        one_line(message, MAX_ERROR_LENGTH) if isinstance(message, str) else "error"
    )
    if code == _ACCESS_DENIED:
        return PulseAccessError(message, code)
    # One model says with -32000 what another says with -32009: the text decides.
    says_state = any(text in message.lower() for text in _STATE_TEXTS)
    if code in (_METHOD_NOT_FOUND, _BUSY) or (code == _SERVER_ERROR and says_state):
        return PulseStateError(message, code)
    return PulseRequestError(message, code)


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
