"""Builders of well-formed and malformed notifications."""

from collections.abc import Iterable
from typing import Any

from custom_components.barco_pulse.pulse.const import SOURCE, STATE

from .invalid_values import IMAGE, INLETS, INVALID_VALUES, LINK, LONG


def changed_properties(*pairs: Any) -> Any:
    """Return a property.changed notification."""
    return {
        "jsonrpc": "2.0",
        "method": "property.changed",
        "params": {"property": [*pairs]},
    }


def signal(name: str, arguments: Any) -> Any:
    """Return a signal."""
    return {
        "jsonrpc": "2.0",
        "method": "signal.callback",
        "params": {"signal": [{name: arguments}]},
    }


def emitted(**members: Any) -> Any:
    """Return the signal of a new notification."""
    original = {
        "id": "1",
        "severity": "ERROR",
        "code": "1",
        "message": "Broken",
        "timestamp": "2026-11-26T00:00:00Z",
    }
    return signal("notification.emitted", {"notification": {**original, **members}})


def odd_messages() -> Iterable[Any]:
    """Yield notifications with each invalid value at each place."""
    for value in INVALID_VALUES:
        yield changed_properties(
            {STATE: value}, {SOURCE: value}, {f"{INLETS}.inlet.value": value}
        )
        yield {"method": "property.changed", "params": value}
        yield {"method": "property.changed", "params": {"property": value}}
        yield {"method": "signal.callback", "params": {"signal": value}}
        yield {"method": value, "id": value, "result": value, "error": value}
        yield {"id": value, "error": {"code": value, "message": value}}
        for name in (
            "modelupdated",
            "introspect.objectchanged",
            "notification.emitted",
            "notification.dismissed",
            "keydispatcher.keyevent",
        ):
            yield signal(name, value)
            yield signal(
                name,
                {
                    "object": value,
                    "newobject": value,
                    "reason": value,
                    "notification": value,
                    "id": value,
                    "type": value,
                    "key": value,
                },
            )
        for member in ("id", "severity", "code", "message", "timestamp"):
            yield emitted(**{member: value})


def notifications(**members: Any) -> list[Any]:
    """Return a list of one notification, with these members."""
    return [
        emitted(**members)["params"]["signal"][0]["notification.emitted"][
            "notification"
        ]
    ]


INVALID_NOTIFICATIONS = [
    *(
        entry
        for member in ("id", "severity", "code", "message", "timestamp")
        for value in INVALID_VALUES
        for entry in notifications(**{"id": "x", member: value})
    ),
    *INVALID_VALUES,
    *notifications(id="link", message=LINK),
    *notifications(id="html", message=IMAGE, code=IMAGE),
    *notifications(
        id="url",
        message="www.example.invalid https://example.invalid a@example.invalid",
    ),
    *notifications(id="mega", message=LONG, code=LONG),
]
