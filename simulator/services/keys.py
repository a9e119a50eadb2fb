"""keydispatcher.*, in its new form (postevent) and its old one (send...event)."""

from ..jsontypes import JsonValue
from ..power import BusyError
from .call import Call, Handler

_POWER_KEYS = {"RC_POWER_ON": "on", "RC_POWER_OFF": "off", "AP_POWER_OFF": "off"}
_PRESSES = ("PRESS", "CLICKED")


def post_event(call: Call) -> JsonValue:
    """Do as if a key had been used."""
    _use(call, call.text("eventtype"), call.text("key"))
    return None


def click(call: Call) -> JsonValue:
    """Do as if a key had been clicked."""
    _use(call, "CLICKED", call.text("key"))
    return None


def press(call: Call) -> JsonValue:
    """Do as if a key had been pressed."""
    _use(call, "PRESS", call.text("key"))
    return None


def release(call: Call) -> JsonValue:
    """Do as if a key had been released."""
    _use(call, "RELEASE", call.text("key"))
    return None


def _use(call: Call, event: str, key: str) -> None:
    call.device.keys.append((event, key))
    arguments: dict[str, JsonValue] = {"key": key, "type": event, "source": "API"}
    call.device.signal("keydispatcher.keyevent", arguments)
    if event not in _PRESSES:
        return
    if key in _POWER_KEYS:
        _use_power_key(call, _POWER_KEYS[key])
    call.device.menu.press(key)


def _use_power_key(call: Call, direction: str) -> None:
    power = call.device.power
    try:
        (power.power_on if direction == "on" else power.power_off)()
    except BusyError:
        # A key has no reply that could tell of it.
        return


METHODS: dict[str, Handler] = {
    "keydispatcher.postevent": post_event,
    "keydispatcher.sendclickevent": click,
    "keydispatcher.sendpressevent": press,
    "keydispatcher.sendreleaseevent": release,
}
