"""Methods of keydispatcher.*: the current postevent and the older send...event."""

from ..jsontypes import JsonValue
from ..power import BusyError
from .call import Call, Handler

_POWER_KEYS = {"RC_POWER_ON": "on", "RC_POWER_OFF": "off", "AP_POWER_OFF": "off"}
_PRESSES = ("PRESS", "CLICKED")


def post_event(call: Call) -> JsonValue:
    """Handle a key event."""
    _handle(call, call.text("eventtype"), call.text("key"))
    return None


def click(call: Call) -> JsonValue:
    """Handle a click of a key."""
    _handle(call, "CLICKED", call.text("key"))
    return None


def press(call: Call) -> JsonValue:
    """Handle a press of a key."""
    _handle(call, "PRESS", call.text("key"))
    return None


def release(call: Call) -> JsonValue:
    """Handle a release of a key."""
    _handle(call, "RELEASE", call.text("key"))
    return None


def _handle(call: Call, event: str, key: str) -> None:
    call.device.keys.append((event, key))
    arguments: dict[str, JsonValue] = {"key": key, "type": event, "source": "API"}
    call.device.signal("keydispatcher.keyevent", arguments)
    if event not in _PRESSES:
        return
    if key in _POWER_KEYS:
        _handle_power_key(call, _POWER_KEYS[key])
    call.device.menu.press(key)


def _handle_power_key(call: Call, direction: str) -> None:
    power = call.device.power
    try:
        (power.power_on if direction == "on" else power.power_off)()
    except BusyError:
        # A key has no reply that could contain the error.
        return


METHODS: dict[str, Handler] = {
    "keydispatcher.postevent": post_event,
    "keydispatcher.sendclickevent": click,
    "keydispatcher.sendpressevent": press,
    "keydispatcher.sendreleaseevent": release,
}
