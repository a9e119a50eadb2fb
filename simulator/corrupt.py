"""Apply faults to messages."""

import json
from random import Random

from .delivery import End, OutgoingChunk, cut
from .faults import Faults
from .jsontypes import JsonObject, JsonValue
from .quirks import Quirks
from .rpc import encode

GARBAGE = b"\x00\xff\xfe\r\n<html>busy</html>\r\n"
_BAD_TEXT = b"\xc3\x28\xff\xfe"


def wrong_id(request_id: JsonValue) -> JsonValue:
    """Return an id that no request had."""
    return f"{request_id}?" if isinstance(request_id, str) else 1_000_000_007


def message_bytes(message: JsonObject, faults: Faults, quirks: Quirks) -> bytes:
    """Return the bytes of a reply, with the faults that change its content."""
    if faults.wrong_id:
        message = message | {"id": wrong_id(message.get("id"))}
    head = (
        b'{"jsonrpc":"2.0","id":%b,"result":' % json.dumps(message.get("id")).encode()
    )
    if faults.nesting:
        return head + b"[" * faults.nesting + b"]" * faults.nesting + b"}"
    if faults.endless:
        return head + b'"'
    if faults.oversized:
        filling = max(0, faults.oversized - len(head) - len(b'""}'))
        return head + b'"' + b"x" * filling + b'"}'
    data = encode(message, quirks)
    if faults.invalid_utf8:
        data = data[:-1] + b',"note":"' + _BAD_TEXT + b'"}'
    return data


def outgoing_chunk(
    data: bytes, faults: Faults, random: Random, extra: bytes
) -> OutgoingChunk:
    """Return a message with its delivery faults; `extra` is added by interleaving."""
    if faults.garbage:
        data = (faults.garbage if isinstance(faults.garbage, bytes) else GARBAGE) + data
    if faults.duplicate:
        data += data
    pieces: tuple[bytes, ...] = ()
    if faults.interleave:
        middle = len(data) // 2
        pieces = (extra + data[:middle], data[middle:] + extra)
    if faults.split:
        pieces = cut(b"".join(pieces) or data, random)
    end: End = "none"
    if faults.close_mid_reply or faults.reset_mid_reply:
        end = "close" if faults.close_mid_reply else "reset"
    return OutgoingChunk(data, faults.drip, pieces, end, faults.endless)
