"""Requests, responses, notifications and errors."""

import json

import pytest

from custom_components.barco_pulse.pulse.exceptions import (
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.protocol import (
    Framing,
    Notification,
    Response,
    encode_request,
    error_from_response,
    parse_message,
)


@pytest.mark.parametrize(
    ("params", "member"),
    [
        (None, {}),
        ({"property": "system.state"}, {"params": {"property": "system.state"}}),
        ({"property": ["a b", "é"]}, {"params": {"property": ["a b", "é"]}}),
        ("Gaming", {"params": "Gaming"}),
        (0, {"params": 0}),
    ],
)
def test_raw_request(params: JsonValue, member: JsonObject) -> None:
    """Encode a raw request as exactly one JSON object."""
    raw = encode_request(7, "some.method", params)

    assert raw.startswith(b"{")
    assert raw.endswith(b"}")
    assert json.loads(raw) == {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "some.method",
        **member,
    }


def test_http_request() -> None:
    """Encode an HTTP request as a POST of the same JSON, with its length in bytes."""
    params = {"property": "é"}
    head, _, body = encode_request(1, "m", params, Framing.HTTP).partition(b"\r\n\r\n")
    request_line, *fields = head.decode().split("\r\n")

    assert request_line == "POST / HTTP/1.1"
    assert f"Content-Length: {len(body)}" in fields
    assert "Content-Type: application/json" in fields
    assert any(line.startswith("Host: ") for line in fields)
    assert body == encode_request(1, "m", params)


@pytest.mark.parametrize(
    ("message", "parsed"),
    [
        ({"jsonrpc": "2.0", "id": 3, "result": "on"}, Response(3, "on", None)),
        ({"id": "3", "result": True}, Response(3, True, None)),
        ({"result": None, "id": 3}, Response(3, None, None)),
        ({"id": 3, "result": 1, "error": None}, Response(3, 1, None)),
        ({"id": None, "result": 1}, Response(None, 1, None)),
        ({"id": True, "result": 1}, Response(None, 1, None)),
        ({"id": "three", "result": 1}, Response(None, 1, None)),
        ({"id": [3], "result": 1}, Response(None, 1, None)),
        ({"id": 3.0, "result": 1}, Response(3, 1, None)),
        ({"id": 3.5, "result": 1}, Response(None, 1, None)),
        ({"id": "9" * 5000, "result": 1}, Response(None, 1, None)),
        ({}, Response(None, None, None)),
        (
            {"method": "property.changed", "params": {"property": [{"a": 1}]}},
            Notification("property.changed", {"property": [{"a": 1}]}),
        ),
        ({"method": "signal.callback"}, Notification("signal.callback", {})),
        ({"method": "odd", "params": [1]}, Notification("odd", {})),
    ],
    ids=lambda value: str(value)[:60],
)
def test_responses_and_notifications(
    message: JsonObject, parsed: Response | Notification
) -> None:
    """Match responses by id of any JSON type, and ignore other messages."""
    assert parse_message(message) == parsed


def test_response_with_an_error() -> None:
    """Return an exception for an error member."""
    error: JsonObject = {"code": -32602, "message": "Wrong parameter type"}
    reply = parse_message({"id": 5, "error": error})

    assert isinstance(reply, Response)
    assert reply.request_id == 5
    assert isinstance(reply.error, PulseRpcError)
    assert (reply.error.code, str(reply.error)) == (-32602, "Wrong parameter type")


@pytest.mark.parametrize(
    ("code", "message", "error_class", "absent"),
    [
        (-32601, "Property not found: image.hue", PulseInvalidStateError, True),
        (-32601, "Method not found: image.source.list", PulseInvalidStateError, True),
        (
            -32009,
            "Ignored POWER_ON event, busy transitioning to ready",
            PulseInvalidStateError,
            False,
        ),
        (-32009, "", PulseInvalidStateError, False),
        (
            -32000,
            "Ignored POWER_ON event, busy transitioning to off",
            PulseInvalidStateError,
            False,
        ),
        (-32000, "Busy conditioning", PulseInvalidStateError, False),
        (-32000, "Method doesn't exist on interface", PulseInvalidStateError, False),
        (-32000, "Could not set source!", PulseRpcError, None),
        (-32001, "Access permission error", PulsePermissionError, None),
        (
            -32001,
            "Access permission error, your permission are: NO_ACCESS Rewritten: 0",
            PulsePermissionError,
            None,
        ),
        (-32602, "Wrong parameter type", PulseRpcError, None),
        (-32603, "busy", PulseRpcError, None),
        (-32700, "Parse error", PulseRpcError, None),
    ],
)
def test_error_codes(
    code: int, message: str, error_class: type[PulseRpcError], absent: bool | None
) -> None:
    """Map the observed codes to exceptions."""
    error = error_from_response({"code": code, "message": message})

    assert type(error) is error_class
    assert error.code == code
    assert message in str(error)
    if isinstance(error, PulseInvalidStateError):
        assert error.not_found is absent


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("out of order", None),
        (17, None),
        ([], None),
        ({}, None),
        ({"code": "-32001"}, None),
        ({"code": -32603, "message": None}, -32603),
        ({"code": -32603, "message": {"dbus": "strange"}}, -32603),
    ],
)
def test_malformed_errors(error: JsonValue, code: int | None) -> None:
    """Map other errors to a refusal with a message."""
    refusal = error_from_response(error)

    assert type(refusal) is PulseRpcError
    assert refusal.code == code
    assert str(refusal)


def test_error_text_is_one_short_line() -> None:
    """Shorten error messages to one line for logs and dialogs."""
    refusal = error_from_response(
        {"code": -32603, "message": "strange\n DBus\terror " * 999}
    )

    assert str(refusal).startswith("strange DBus error strange")
    assert len(str(refusal)) < 1000
    assert "\n" not in str(refusal)
