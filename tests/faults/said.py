"""What nobody asked for."""

from collections.abc import Iterable
from typing import Any

from custom_components.barco_pulse.pulse.const import SOURCE, STATE

from .oddities import IMAGE, INLETS, LINK, LONG, ODDITIES


def note(*pairs: Any) -> Any:
    """Return a notification of changed properties."""
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


def emitted(**told: Any) -> Any:
    """Return the signal of a new notification."""
    honest = {
        "id": "1",
        "severity": "ERROR",
        "code": "1",
        "message": "Broken",
        "timestamp": "2026-11-26T00:00:00Z",
    }
    return signal("notification.emitted", {"notification": {**honest, **told}})


def odd_messages() -> Iterable[Any]:
    """Say everything in every wrong form."""
    for value in ODDITIES:
        yield note({STATE: value}, {SOURCE: value}, {f"{INLETS}.inlet.value": value})
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


def notifications(**told: Any) -> list[Any]:
    """Return a list of one notification, with these members."""
    return [
        emitted(**told)["params"]["signal"][0]["notification.emitted"]["notification"]
    ]


ODD_NOTIFICATIONS = [
    *(
        entry
        for member in ("id", "severity", "code", "message", "timestamp")
        for value in ODDITIES
        for entry in notifications(**{"id": "x", member: value})
    ),
    *ODDITIES,
    *notifications(id="link", message=LINK),
    *notifications(id="html", message=IMAGE, code=IMAGE),
    *notifications(
        id="url",
        message="www.example.invalid https://example.invalid a@example.invalid",
    ),
    *notifications(id="mega", message=LONG, code=LONG),
]
