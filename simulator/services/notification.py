"""Methods of notification.*."""

from ..jsontypes import JsonValue
from ..notifications import SEVERITIES
from ..rpc import FAILED, RpcError
from .call import Call, Handler


def list_all(call: Call) -> JsonValue:
    """Return the active notifications."""
    return [dict(entry) for entry in call.device.notifications.find()]


def list_severity(call: Call) -> JsonValue:
    """Return the active notifications of the severity in the method's name."""
    severity = call.owner.removeprefix("notification.").upper()
    return [dict(entry) for entry in call.device.notifications.find(severity)]


def dismiss(call: Call) -> JsonValue:
    """Dismiss an active notification."""
    active, notification_id = call.device.notifications.active, call.text("id")
    if notification_id not in active:
        raise RpcError(FAILED, f"Notification not found: {notification_id}")
    call.device.dismiss(notification_id, str(call.params.get("response", "NONE")))
    return None


def log(call: Call) -> JsonValue:
    """Return a part of the history, newest first, with a minimum severity."""
    lowest = SEVERITIES.index(str(call.params.get("minimumseverity", "INFO")))
    entries = [
        dict(entry)
        for entry in reversed(call.device.notifications.history)
        if SEVERITIES.index(str(entry["severity"])) >= lowest
    ]
    start = call.number("start", 0)
    return list(entries[start : start + call.number("count", len(entries))])


def list_suppressed(call: Call) -> JsonValue:
    """Return the suppressed codes."""
    return [*sorted(call.device.notifications.suppressed)]


def suppress(call: Call) -> JsonValue:
    """Suppress a code."""
    call.device.notifications.suppressed.add(call.text("code"))
    return None


def unsuppress(call: Call) -> JsonValue:
    """Stop suppressing a code."""
    call.device.notifications.suppressed.discard(call.text("code"))
    return None


def unsuppress_all(call: Call) -> JsonValue:
    """Stop suppressing all codes."""
    call.device.notifications.suppressed.clear()
    return None


METHODS: dict[str, Handler] = {
    "notification.list": list_all,
    "notification.log": log,
    "notification.dismiss": dismiss,
    "notification.listsuppressed": list_suppressed,
    "notification.suppress": suppress,
    "notification.unsuppress": unsuppress,
    "notification.unsuppressall": unsuppress_all,
    "notification.*.list": list_severity,
}
