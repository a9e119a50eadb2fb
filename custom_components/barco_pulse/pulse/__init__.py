"""Talk to a Barco Pulse projector: the client, free of Home Assistant.

This is the public interface: Home Assistant's side imports from here only.
"""

from .api import DEFAULT_PORT, Login
from .blocks import parsed
from .connection import Deadlines
from .const import (
    ACTIVE_CONNECTOR,
    ACTIVE_PRESET,
    ACTIVE_PROFILE,
    COMING_UP,
    ENVIRONMENT,
    LASER_MAXIMUM,
    LASER_MINIMUM,
    LASER_POWER,
    MOTORS,
    NOTIFICATIONS,
    OFF_AT,
    PEERS,
    PENDING,
    PENDING_KINDS,
    PHASE,
    POWER,
    PRESETS,
    PROFILES,
    READY_AT,
    READY_DURATION,
    READY_TIMER,
    SIGNAL,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
)
from .exceptions import (
    PulseAccessError,
    PulseAuthenticationError,
    PulseConnectionError,
    PulseCrowdedError,
    PulseError,
    PulseNoPresetError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
    PulseStrangerError,
    PulseTimeoutError,
    PulseTooLateError,
    PulseWakeError,
    PulseWithdrawnError,
)
from .identity import Answer, Identity, identify
from .json_types import JsonObject, JsonValue, as_list, as_number
from .keys import KEY_METHODS, KeyEvent, friendly_keys, known_keys
from .names import folded, folded_command, match
from .options import Settings
from .pending import PendingCommand
from .phase import PHASES
from .projector import Projector
from .sanitize import bare, one_line, shown
from .schema import PropertyType
from .shared import shared_set
from .snapshot import NOTHING, Changes, Snapshot

__all__ = [
    "ACTIVE_CONNECTOR",
    "ACTIVE_PRESET",
    "ACTIVE_PROFILE",
    "COMING_UP",
    "DEFAULT_PORT",
    "ENVIRONMENT",
    "KEY_METHODS",
    "LASER_MAXIMUM",
    "LASER_MINIMUM",
    "LASER_POWER",
    "MOTORS",
    "NOTHING",
    "NOTIFICATIONS",
    "OFF_AT",
    "PEERS",
    "PENDING",
    "PENDING_KINDS",
    "PHASE",
    "PHASES",
    "POWER",
    "PRESETS",
    "PROFILES",
    "READY_AT",
    "READY_DURATION",
    "READY_TIMER",
    "SIGNAL",
    "SOURCE",
    "SOURCES",
    "STATE",
    "TARGET_STATE",
    "Answer",
    "Changes",
    "Deadlines",
    "Identity",
    "JsonObject",
    "JsonValue",
    "KeyEvent",
    "Login",
    "PendingCommand",
    "Projector",
    "PropertyType",
    "PulseAccessError",
    "PulseAuthenticationError",
    "PulseConnectionError",
    "PulseCrowdedError",
    "PulseError",
    "PulseNoPresetError",
    "PulseProtocolError",
    "PulseRequestError",
    "PulseStateError",
    "PulseStrangerError",
    "PulseTimeoutError",
    "PulseTooLateError",
    "PulseWakeError",
    "PulseWithdrawnError",
    "Settings",
    "Snapshot",
    "as_list",
    "as_number",
    "bare",
    "folded",
    "folded_command",
    "friendly_keys",
    "identify",
    "known_keys",
    "match",
    "one_line",
    "parsed",
    "shared_set",
    "shown",
]
