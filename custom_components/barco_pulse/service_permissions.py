"""Which properties may be set, and which methods called, by an action.

The object decides that a name belongs to, not the words in it. Whatever is not below
an object that is known to be harmless is refused.
"""

from typing import Final

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN

_OBJECTS: Final = frozenset(
    {
        "dmx",
        "environment",
        "gpio",
        "illumination",
        "image",
        "keydispatcher",
        "led",
        "lightmeasurement",
        "notification",
        "optics",
        "peripheral",
        "profile",
        "remotecontrol",
        "scheduler",
        "screen",
        "statistics",
        "system",
        "ui",
    }
)
"""The top-level objects whose properties and methods are allowed: the picture, the
optics, the light source, what is shown and measured, and power."""

_DENIED: Final = (
    ("property", "connection"),
    ("signal", "connection"),
    ("introspect", "connection"),
    ("backup", "reset"),
    ("notification.unsuppressall", "reset"),
    ("firmware", "firmware"),
    ("authenticate", "access"),
    ("generatenewtoken", "access"),
    ("getchallenge", "access"),
    ("login", "access"),
    ("login_basic", "access"),
    ("login_code", "access"),
    ("login_token", "access"),
    ("logout", "access"),
    ("user", "access"),
    ("gsm", "network"),
    ("iot", "network"),
    ("network", "network"),
    ("protocols", "network"),
    ("snmp", "network"),
    ("optics.setlensid", "hardware"),
    ("system.license", "license"),
)
"""Objects and methods that are refused, with all below them, and the reason to give."""

_DENIED_VERBS: Final = (
    ("reboot", "reset"),
    ("reset", "reset"),
    ("restart", "reset"),
    ("install", "firmware"),
    ("upgrade", "firmware"),
    ("upload", "firmware"),
    ("calibrate", "hardware"),
    ("delete", "delete"),
    ("remove", "delete"),
)
"""Verbs of methods, which stand at the beginning of their own names, and the reason."""

_SYSTEM_VERBS: Final = ("activity", "get", "goto", "list", "poweroff", "poweron")
"""The verbs of the methods of `system` and below it that are allowed.

This object also has the methods that make a projector unusable, and not all of their
names are known.
"""


def raise_if_blocked(name: str, *, is_method: bool) -> None:
    """Raise ServiceValidationError, with the reason, if a name may not be used."""
    path = name.lower()
    top, verb = path.partition(".")[0], path.rpartition(".")[2] if is_method else ""
    reasons = [
        *(reason for denied, reason in _DENIED if f"{path}.".startswith(f"{denied}.")),
        *(reason for start, reason in _DENIED_VERBS if verb.startswith(start)),
    ]
    if reasons:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=f"forbidden_{reasons[0]}",
            translation_placeholders={"name": name},
        )
    harmful = top == "system" and is_method and not verb.startswith(_SYSTEM_VERBS)
    if top not in _OBJECTS or harmful:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="forbidden_unknown",
            translation_placeholders={"name": name},
        )
