"""Making replies wrong: what they say, and how they are cut."""

import json
from random import Random

from .delivery import End, OutgoingChunk, cut
from .faults import Faults
from .jsontypes import JsonObject, JsonValue
from .personality import Personality
from .rpc import encode

GARBAGE = b"\x00\xff\xfe\r\n<html>busy</html>\r\n"
_BAD_TEXT = b"\xc3\x28\xff\xfe"


def wrong_id(request_id: JsonValue) -> JsonValue:
    """Return an id that nobody asked with."""
    return f"{request_id}?" if isinstance(request_id, str) else 1_000_000_007


def message_bytes(message: JsonObject, faults: Faults, style: Personality) -> bytes:
    """Return the bytes of a reply after the faults that change what it says."""
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
    data = encode(message, style)
    if faults.invalid_utf8:
        data = data[:-1] + b',"note":"' + _BAD_TEXT + b'"}'
    return data


def outgoing_chunk(
    data: bytes, faults: Faults, random: Random, note: bytes
) -> OutgoingChunk:
    """Return a message ready for delivery; `note` is what interleaving adds."""
    if faults.garbage:
        data = (faults.garbage if isinstance(faults.garbage, bytes) else GARBAGE) + data
    if faults.duplicate:
        data += data
    pieces: tuple[bytes, ...] = ()
    if faults.interleave:
        middle = len(data) // 2
        pieces = (note + data[:middle], data[middle:] + note)
    if faults.split:
        pieces = cut(b"".join(pieces) or data, random)
    end: End = "none"
    if faults.close_mid_reply or faults.reset_mid_reply:
        end = "close" if faults.close_mid_reply else "reset"
    return OutgoingChunk(data, faults.drip, pieces, end, faults.endless)
