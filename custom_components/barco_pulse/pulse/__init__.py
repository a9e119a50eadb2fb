"""Talk to a Barco Pulse projector.

This package imports nothing of Home Assistant. Code outside it imports only names that
this module exports.
"""

from .api import DEFAULT_PORT, Login, PulseClient
from .const import (
    ACTIVE_CONNECTOR,
    ACTIVE_PROFILE,
    ACTIVE_SIGNAL,
    COMING_UP,
    ENVIRONMENT,
    LASER_MAXIMUM,
    LASER_MINIMUM,
    LASER_POWER,
    LAST_PRESET,
    LENS_MOTORS,
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
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
    PowerState,
)
from .credentials import is_valid_pin
from .deadlines import Timeouts
from .exceptions import (
    PulseAuthenticationError,
    PulseCanceledError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseDeviceMismatchError,
    PulseError,
    PulseInvalidStateError,
    PulsePendingTimeoutError,
    PulsePermissionError,
    PulsePresetNotFoundError,
    PulseProtocolError,
    PulseRpcError,
    PulseTimeoutError,
    PulseWakeError,
)
from .identity import Identity, ProjectorInfo, identify, parse_mac
from .json_types import JsonObject, JsonValue, as_list, as_number
from .keys import KEY_METHODS, KeyEvent, friendly_keys, keys_by_command_name
from .model.blocks import parse_block_name
from .names import fold_command, fold_name, match
from .options import ProjectorOptions
from .pending import PendingCommand
from .permissions import BlockReason, block_reason
from .phase import PHASES
from .projector import Projector
from .reports.connection_log import ConnectionLog
from .reports.recording import Recorder, Recording
from .reports.redaction import REDACTED, Redactor
from .reports.report import build_report
from .sanitize import strip_markup, to_attribute_value, to_single_line
from .schema import PropertyType
from .shared import shared_set
from .sleep import Waker
from .snapshot import EMPTY, Changes, Snapshot
from .timing import Timings
from .trace import Trace, TraceEvent, TraceKind

__all__ = [
    "ACTIVE_CONNECTOR",
    "ACTIVE_PROFILE",
    "ACTIVE_SIGNAL",
    "COMING_UP",
    "DEFAULT_PORT",
    "EMPTY",
    "ENVIRONMENT",
    "KEY_METHODS",
    "LASER_MAXIMUM",
    "LASER_MINIMUM",
    "LASER_POWER",
    "LAST_PRESET",
    "LENS_MOTORS",
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
    "REDACTED",
    "SOURCE",
    "SOURCES",
    "STATE",
    "TARGET_STATE",
    "BlockReason",
    "Changes",
    "ConnectionLog",
    "Identity",
    "JsonObject",
    "JsonValue",
    "KeyEvent",
    "Login",
    "PendingCommand",
    "PowerState",
    "Projector",
    "ProjectorInfo",
    "ProjectorOptions",
    "PropertyType",
    "PulseAuthenticationError",
    "PulseCanceledError",
    "PulseClient",
    "PulseConnectionError",
    "PulseConnectionLimitError",
    "PulseDeviceMismatchError",
    "PulseError",
    "PulseInvalidStateError",
    "PulsePendingTimeoutError",
    "PulsePermissionError",
    "PulsePresetNotFoundError",
    "PulseProtocolError",
    "PulseRpcError",
    "PulseTimeoutError",
    "PulseWakeError",
    "Recorder",
    "Recording",
    "Redactor",
    "Snapshot",
    "Timeouts",
    "Timings",
    "Trace",
    "TraceEvent",
    "TraceKind",
    "Waker",
    "as_list",
    "as_number",
    "block_reason",
    "build_report",
    "fold_command",
    "fold_name",
    "friendly_keys",
    "identify",
    "is_valid_pin",
    "keys_by_command_name",
    "match",
    "parse_block_name",
    "parse_mac",
    "shared_set",
    "strip_markup",
    "to_attribute_value",
    "to_single_line",
]
