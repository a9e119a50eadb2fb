"""JSON-RPC messages, and the errors a projector answers with.

Sans-I/O: no sockets, no clock. Facts about the wire are in specs/PROTOCOL.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import enum
import re

import orjson

from .exceptions import (
    METHOD_NOT_FOUND,
    PulseAccessError,
    PulseRequestError,
    PulseStateError,
)
from .json_types import JsonObject, JsonValue
from .sanitize import one_line

MAX_ERROR_LENGTH = 300
"""Characters of the projector's own words that an exception repeats."""

_ID = re.compile(r"[0-9]{1,9}")

_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_BUSY = -32009
_ACCESS_DENIED = -32001
_SERVER_ERROR = -32000
_STATE_TEXTS = ("busy", "transitioning", "doesn't exist")
_ACCESS_TEXTS = ("no_access", "no access")


class Framing(enum.StrEnum):
    """How a request is put on the wire. Replies are bare JSON in both."""

    BARE = "bare"
    HTTP = "http"

    @property
    def other(self) -> Framing:
        """Return the only other framing."""
        return Framing.HTTP if self is Framing.BARE else Framing.BARE


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

    @property
    def not_understood(self) -> bool:
        """True if the peer says that what it read was not a request."""
        codes = (_PARSE_ERROR, _INVALID_REQUEST)
        return self.error is not None and self.error.code in codes


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
    words = message.lower()
    if code == _ACCESS_DENIED or any(text in words for text in _ACCESS_TEXTS):
        return PulseAccessError(message, code)
    # One model says with -32000 what another says with -32009: the text decides.
    says_state = any(text in words for text in _STATE_TEXTS)
    if code in (METHOD_NOT_FOUND, _BUSY) or (code == _SERVER_ERROR and says_state):
        return PulseStateError(message, code)
    return PulseRequestError(message, code)
