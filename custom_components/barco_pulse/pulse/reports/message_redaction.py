"""Redact private data from JSON-RPC messages, by the names that their requests give."""

from collections.abc import Mapping
from typing import Final

from ..json_types import JsonObject, JsonValue
from .redaction import Redactor

_SECRET: Final = "password"
"""The label of messages whose values are all private."""
_DESCRIPTION: Final = "introspect"
_PROPERTY_METHODS: Final = ("property.get", "property.set")
_STANDARD_CODES: Final = range(-32768, -31999)
"""Error codes of JSON-RPC and of the protocol, which say nothing private."""


def label_of(message: JsonObject, request: JsonObject | None) -> str:
    """Return the name of the value that a message contains: a property or a method."""
    asked = message if request is None else request
    method, params = asked.get("method"), asked.get("params")
    if method == "authenticate":
        return _SECRET
    if method in _PROPERTY_METHODS and isinstance(params, Mapping):
        name = params.get("property")
        if isinstance(name, str):
            return name
    return method if isinstance(method, str) else ""


def learn_message(redactor: Redactor, message: JsonObject, label: str) -> None:
    """Collect the private texts of a message."""
    if label == _DESCRIPTION:
        return
    for member, value in message.items():
        if member in ("jsonrpc", "id", "method"):
            continue
        if member == "params" and isinstance(value, Mapping) and "property" in value:
            redactor.learn({label: value.get("value"), "params": value["property"]})
        else:
            redactor.learn({_name(member, label): value})


def redact_message(
    redactor: Redactor, message: JsonObject, label: str, *, keep_id: bool
) -> JsonObject:
    """Return a message with private data redacted; `keep_id`: the id is not private."""
    return {
        redactor.redact_text(member): value
        if keep_id and member == "id"
        else _redact_member(redactor, member, value, label)
        for member, value in message.items()
    }


def _redact_member(
    redactor: Redactor, member: str, value: JsonValue, label: str
) -> JsonValue:
    if member == "error" and isinstance(value, Mapping):
        code = value.get("code")
        kept = {"code": code} if code in _STANDARD_CODES else {}
        rest = {name: item for name, item in value.items() if name not in kept}
        return {**kept, **redactor.redact_members(rest)}
    if member not in ("params", "result"):
        return redactor.redact(value)
    if label == _DESCRIPTION:
        return redactor.redact_description(value)
    if member == "params" and isinstance(value, Mapping) and "property" in value:
        return redactor.redact_members(value, {"value": label})
    return redactor.redact(value, _name(member, label))


def _name(member: str, label: str) -> str:
    return label if label and member in ("params", "result") else member
