"""Decide which properties and methods users may set and call by name.

The object that a name belongs to decides. Names that are not below an object that is
known to be harmless are blocked.
"""

from typing import Final, Literal

type BlockReason = Literal[
    "access",
    "connection",
    "delete",
    "firmware",
    "hardware",
    "license",
    "network",
    "reset",
    "unknown",
]
"""Why a name is blocked; "unknown": it may be harmful."""

_ALLOWED_OBJECTS: Final = frozenset(
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
"""The top-level objects whose properties and methods are allowed."""

_BLOCKED: Final[tuple[tuple[str, BlockReason], ...]] = (
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
"""Blocked objects and methods, with all below them, and the reason."""

_BLOCKED_VERBS: Final[tuple[tuple[str, BlockReason], ...]] = (
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
"""Beginnings of the names of blocked methods, and the reason."""

_ALLOWED_SYSTEM_VERBS: Final = (
    "activity",
    "get",
    "goto",
    "list",
    "poweroff",
    "poweron",
)
"""Beginnings of the names of allowed methods of `system` and below.

Other methods of this object can make a projector unusable, and not all of their names
are known.
"""


def block_reason(name: str, *, is_method: bool) -> BlockReason | None:
    """Return why a property or method is blocked, None if it is allowed."""
    path = name.lower()
    top, verb = path.partition(".")[0], path.rpartition(".")[2] if is_method else ""
    for blocked, reason in _BLOCKED:
        if f"{path}.".startswith(f"{blocked}."):
            return reason
    for start, reason in _BLOCKED_VERBS:
        if verb.startswith(start):
            return reason
    harmful = (
        top == "system" and is_method and not verb.startswith(_ALLOWED_SYSTEM_VERBS)
    )
    return "unknown" if top not in _ALLOWED_OBJECTS or harmful else None
