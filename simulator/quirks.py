"""The quirks: what differs between projectors or is not documented.

The default of each quirk is the observed or the most likely behavior.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints, override

from .jsontypes import JsonValue, parse_text


@dataclass(slots=True)
class Quirks:
    """The quirks of one projector.

    An invalid value raises ValueError and an unknown quirk AttributeError, to find
    typing errors in tests.
    """

    # Messages
    framing: Literal["both", "raw-only", "http-only"] = "both"
    wrong_framing: Literal["silence", "parse-error", "http-400", "garbage"] = "silence"
    http_reply: Literal["bare", "head"] = "bare"
    http_close: bool = False
    terminator: Literal["none", "newline", "crlf", "nul"] = "none"
    member_order: Literal["id_first", "result_first", "jsonrpc_last"] = "id_first"
    whitespace: Literal["compact", "pretty"] = "compact"
    id_echo: Literal["same", "string"] = "same"
    whole_floats: Literal["int", "float"] = "int"
    answers_without_id: bool = False
    idle_drop: float = 0.0

    # Properties
    missing_name: Literal["omit", "error", "null"] = "omit"
    absent_properties: tuple[str, ...] = ()
    out_of_range: Literal["error", "clamp", "accept"] = "error"
    string_booleans: Literal["reject", "accept"] = "reject"
    read_only_code: Literal[-32001, -32602, -32000] = -32001
    set_notification: Literal["after", "before"] = "after"
    notify_self: bool = True

    # Subscriptions and signals
    subscribe_missing: Literal["accept", "ignore", "error"] = "accept"
    unsubscribable: tuple[str, ...] = ()
    keeps_subscriptions: bool = True
    initial_push: bool = False
    pairs_per_notification: int = 1
    model_signal: Literal["modelupdated", "introspect.objectchanged", "none"] = (
        "modelupdated"
    )
    model_flag: Literal["newobject", "isnew"] = "newobject"
    model_reason: bool = True
    notification_arguments: Literal["member", "direct"] = "member"

    # Introspection
    name_key: Literal["name", "object"] = "name"
    enum_form: Literal["values", "enum", "items", "objects", "absent"] = "values"
    array_form: Literal["suffix", "items"] = "suffix"
    type_form: Literal["object", "string"] = "object"
    access_form: Literal["READ", "READ_ONLY", "READONLY", "R", "absent"] = "READ"
    shallow: Literal["members", "names"] = "members"
    recursion: Literal["full", "refused", "ignored"] = "full"
    constraints: bool = True
    padding: int = 0
    """The number of additional properties in each top-level object."""
    hints: bool = False
    absent_methods: tuple[str, ...] = ()

    # Access
    without_pin: Literal["read", "full", "none", "hidden"] = "read"
    permission_text: Literal["short", "long"] = "short"
    pin_type: Literal["int", "string", "both"] = "int"
    wrong_pin: Literal["error", "false", "null", "empty"] = "error"
    wrong_pin_code: Literal[-32000, -32001, -32602] = -32000
    auth_success: Literal["true", "string"] = "true"

    # Power
    power_in_transition: Literal["error", "null"] = "error"
    power_busy_code: Literal[-32009, -32000] = -32009
    poweroff_rests: Literal["timer", "standby", "eco"] = "timer"
    cooling_target: Literal["rung", "rest"] = "rung"
    unsettled_error: Literal[-32000, -32601] = -32000
    transition_delay: float = 0.0
    eco_push: Literal["both", "state", "targetstate", "none"] = "both"
    absent_connect: Literal["refuse", "hang"] = "refuse"
    boot_answers: bool = True
    boot_port: Literal[
        "none", "close", "silence", "garbage", "busy", "denied", "absent"
    ] = "none"

    # Picture
    detects: Literal["selected", "all"] = "selected"
    block_keys: Literal["full", "relative"] = "full"

    # Web server
    capture: Literal["open", "login", "absent"] = "open"
    capture_format: Literal["png", "jpeg", "bmp", "html"] = "png"

    # SSDP
    ssdp_serial: bool = True
    ssdp_manufacturer: str = "Barco"

    def items(self) -> list[tuple[str, object]]:
        """Return all quirks with their values."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]

    def set_from_text(self, name: str, text: str) -> None:
        """Set a quirk from typed text: a word or JSON.

        Raises:
            ValueError: The quirk does not exist, or the value is not valid.
        """
        if name not in _HINTS:
            raise ValueError(f"unknown quirk {name!r}")
        try:
            setattr(self, name, text)
        except ValueError:
            setattr(self, name, parse_text(text))

    @override
    def __setattr__(self, name: str, value: object) -> None:
        """Set a quirk. ValueError if the value is not valid."""
        hint = _HINTS.get(name)
        if hint is not None:
            value = _checked(name, hint, value)
        object.__setattr__(self, name, value)


_HINTS: dict[str, Any] = get_type_hints(Quirks)


def build_quirks(*layers: Mapping[str, JsonValue]) -> Quirks:
    """Return the quirks from layers of values; the last layer takes precedence.

    Raises:
        ValueError: A quirk does not exist, or a value is not valid.
    """
    result = Quirks()
    for layer in layers:
        for name, value in layer.items():
            if name not in _HINTS:
                raise ValueError(f"unknown quirk {name!r}")
            setattr(result, name, value)
    return result


def _checked(name: str, hint: Any, value: object) -> object:
    """Return the value in the type of the quirk."""
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        if value in choices and not isinstance(value, bool):
            return value
        raise ValueError(f"{name} must be one of {choices}, not {value!r}")
    if get_origin(hint) is tuple:
        if isinstance(value, list | tuple) and all(isinstance(x, str) for x in value):
            return tuple(value)
        raise ValueError(f"{name} must be a list of names, not {value!r}")
    accepted_types = (int, float) if hint is float else hint
    if isinstance(value, accepted_types) and isinstance(value, bool) == (hint is bool):
        return value
    raise ValueError(f"{name} must be {hint.__name__}, not {value!r}")
