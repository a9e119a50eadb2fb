"""Encode and parse JSON-RPC messages.

Sans-I/O: no sockets, no clock. specs/PROTOCOL.md describes the protocol.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import enum
import re

import orjson

from .exceptions import (
    METHOD_NOT_FOUND,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from .json_types import JsonObject, JsonValue
from .sanitize import to_single_line

MAX_ERROR_LENGTH = 300
"""Characters of the projector's error message that an exception contains."""

_ID = re.compile(r"[0-9]{1,9}")

_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_BUSY = -32009
_ACCESS_DENIED = -32001
_SERVER_ERROR = -32000
_BUSY_MESSAGES = ("busy", "transitioning", "doesn't exist")
_ACCESS_MESSAGES = ("no_access", "no access")


class Framing(enum.StrEnum):
    """How a request is sent. Responses are raw JSON in both framings."""

    RAW = "bare"
    HTTP = "http"

    @property
    def other(self) -> Framing:
        """Return the other framing."""
        return Framing.HTTP if self is Framing.RAW else Framing.RAW


def encode_request(
    request_id: int,
    method: str,
    params: JsonValue = None,
    framing: Framing = Framing.RAW,
) -> bytes:
    """Return the bytes of a request; without `params` if it is None."""
    request: dict[str, JsonValue] = {
        "jsonrpc": "2.0",
        "id": request_id,
        "method": method,
    }
    if params is not None:
        request["params"] = params
    body = orjson.dumps(request)
    if framing is Framing.RAW:
        return body
    head = (
        "POST / HTTP/1.1\r\nHost: projector\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Response:
    """The response to request `request_id`: `error` if it failed, or else `result`."""

    request_id: int | None
    result: JsonValue
    error: PulseRpcError | None

    @property
    def not_understood(self) -> bool:
        """True if the projector did not recognize the request as one."""
        codes = (_PARSE_ERROR, _INVALID_REQUEST)
        return self.error is not None and self.error.code in codes


@dataclass(frozen=True, slots=True)
class Notification:
    """A message that the projector sends on its own: a change or a signal."""

    method: str
    params: JsonObject


def parse_message(message: JsonObject) -> Response | Notification:
    """Return a notification or a response; anything else is a response without an id."""
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
    return Response(
        request_id if type(request_id) is int else None,
        message.get("result"),
        None if error is None else error_from_response(error),
    )


def iter_pairs(items: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield name and value of each entry of `[{"name": value}, ...]`.

    All notifications have this form. A single object counts as a list of one; other
    values are ignored.
    """
    if isinstance(items, Mapping):
        items = [items]
    for item in items if isinstance(items, Sequence) else ():
        if isinstance(item, Mapping):
            yield from item.items()


def error_from_response(error: JsonValue) -> PulseRpcError:
    """Return the exception for the `error` member of a response."""
    code, message = None, error
    if isinstance(error, Mapping):
        number = error.get("code")
        code = number if isinstance(number, int) else None
        message = error.get("message") or f"error {code}"
    message = (
        to_single_line(message, MAX_ERROR_LENGTH)
        if isinstance(message, str)
        else "error"
    )
    lower = message.lower()
    if code == _ACCESS_DENIED or any(text in lower for text in _ACCESS_MESSAGES):
        return PulsePermissionError(message, code)
    # Some models use -32000 where others use -32009, so the text decides.
    is_busy = any(text in lower for text in _BUSY_MESSAGES)
    if code in (METHOD_NOT_FOUND, _BUSY) or (code == _SERVER_ERROR and is_busy):
        return PulseInvalidStateError(message, code)
    return PulseRpcError(message, code)
