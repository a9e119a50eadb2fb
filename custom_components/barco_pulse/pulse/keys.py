"""The keys of the remote control and the keypad."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .json_types import JsonObject
from .schema import Parameters


class KeyEvent(StrEnum):
    """Key events, as the projector spells them."""

    CLICK = "CLICKED"
    PRESS = "PRESS"
    RELEASE = "RELEASE"


POST_EVENT: Final = "keydispatcher.postevent"
_SEND_EVENT: Final = {
    KeyEvent.CLICK: "keydispatcher.sendclickevent",
    KeyEvent.PRESS: "keydispatcher.sendpressevent",
    KeyEvent.RELEASE: "keydispatcher.sendreleaseevent",
}
KEY_METHODS: Final = (POST_EVENT, *_SEND_EVENT.values())


def _keys(methods: Mapping[str, Parameters]) -> list[str]:
    return [
        key
        for method in KEY_METHODS
        if (key_type := methods.get(method, {}).get("key"))
        for key in key_type.options
    ]


def friendly_keys(methods: Mapping[str, Parameters]) -> dict[str, str]:
    """Return the projector's keys by friendly name, such as "menu".

    A key of the remote control takes precedence over the same key of the keypad.
    """
    keys = _keys(methods)
    friendly = {key.partition("_")[2].lower() or key.lower(): key for key in keys}
    return friendly | {
        key.removeprefix("RC_").lower(): key for key in keys if key.startswith("RC_")
    }


def keys_by_command_name(methods: Mapping[str, Parameters]) -> dict[str, str]:
    """Return the keys by friendly name and by the projector's name ("RC_MENU")."""
    return friendly_keys(methods) | {key: key for key in _keys(methods)}


def key_request(
    methods: Mapping[str, Parameters], event: KeyEvent, key: str
) -> tuple[str, JsonObject]:
    """Return the method and parameters with which this projector takes a key event."""
    if POST_EVENT in methods:
        return POST_EVENT, {"eventtype": event.value, "key": key}
    return _SEND_EVENT[event], {"key": key}
