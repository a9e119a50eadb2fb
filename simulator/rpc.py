"""JSON-RPC 2.0 as in Pulse: errors, parameters, messages."""

from collections.abc import Sequence
import json

from .jsontypes import JsonObject, JsonValue
from .quirks import Quirks
from .values import Member, fits_range, fits_type

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
NOT_FOUND = -32601
WRONG_PARAMETER = -32602
BUSY = -32009
FAILED = -32000
NO_PERMISSION = -32001

PERMISSION_TEXT = {
    "short": "Access permission error",
    "long": ("Access permission error, your permission are: NO_ACCESS Rewritten: 0"),
}


class RpcError(Exception):
    """An error with the code and message of the reply."""

    def __init__(self, code: int, message: str) -> None:
        """Initialize with the members of the error object."""
        super().__init__(message)
        self.code = code
        self.message = message


def wrong_type() -> RpcError:
    """Return the observed error for a parameter of the wrong type."""
    return RpcError(WRONG_PARAMETER, "Wrong parameter type")


def property_not_found(name: str) -> RpcError:
    """Return the observed error for a property that does not exist now."""
    return RpcError(NOT_FOUND, f"Property not found: {name}")


def method_not_found(name: str) -> RpcError:
    """Return the observed error for a method that does not exist now."""
    return RpcError(NOT_FOUND, f"Method not found: {name}")


def parse_request(raw: bytes) -> JsonObject:
    """Return a request object with a method name.

    Raises:
        RpcError: The data are not JSON (-32700), or not a request (-32600).
    """
    try:
        request = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RpcError(PARSE_ERROR, "Parse error") from error
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        raise RpcError(INVALID_REQUEST, "Invalid Request")
    return request


def bind(declared: Sequence[Member], given: JsonValue) -> JsonObject:
    """Return the parameters by name, from an object, a list or a single value.

    Methods without parameters ignore all values, because projectors accept the string
    "[]". Omitted parameters are also omitted from the result.

    Raises:
        RpcError: A value has the wrong type or is out of range.
    """
    if not declared or given is None:
        return {}
    if isinstance(given, dict):
        found = {part.name: given[part.name] for part in declared if part.name in given}
    elif isinstance(given, list):
        found = {part.name: v for part, v in zip(declared, given, strict=False)}
    else:
        found = {declared[0].name: given}
    for part in declared:
        value = found.get(part.name)
        if part.name in found and not (
            fits_type(part.type, value) and fits_range(part.type, value)
        ):
            raise wrong_type()
    return found


def reply(request_id: JsonValue, result: JsonValue, quirks: Quirks) -> JsonObject:
    """Return a reply message with its members in the projector's order."""
    return _answer(request_id, "result", result, quirks)


def error_reply(request_id: JsonValue, error: RpcError, quirks: Quirks) -> JsonObject:
    """Return an error message with its members in the projector's order."""
    details: JsonObject = {"code": error.code, "message": error.message}
    return _answer(request_id, "error", details, quirks)


def notification(method: str, params: JsonObject) -> JsonObject:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def encode(message: JsonObject, quirks: Quirks) -> bytes:
    """Return the bytes of a message as the projector writes them."""
    if quirks.whole_floats == "int":
        message = {name: _whole(value) for name, value in message.items()}
    compact = quirks.whitespace == "compact"
    return json.dumps(
        message,
        ensure_ascii=False,
        indent=None if compact else 2,
        separators=(",", ":") if compact else None,
    ).encode()


def _answer(
    request_id: JsonValue, name: str, value: JsonValue, quirks: Quirks
) -> JsonObject:
    if quirks.id_echo == "string" and request_id is not None:
        request_id = str(request_id)
    if quirks.member_order == "result_first":
        return {"jsonrpc": "2.0", name: value, "id": request_id}
    if quirks.member_order == "jsonrpc_last":
        return {"id": request_id, name: value, "jsonrpc": "2.0"}
    return {"jsonrpc": "2.0", "id": request_id, name: value}


def _whole(value: JsonValue) -> JsonValue:
    """Return the value with whole floats as integers: 30.0 is written 30."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(part) for part in value]
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    return value
