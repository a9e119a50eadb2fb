"""Translate errors into messages in the user's language."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, Self

from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT, CONF_USERNAME
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .pulse import (
    PowerState,
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
    Snapshot,
    Timeouts,
)

NEEDS_PIN = (PulseAuthenticationError, PulsePermissionError)
"""Errors that a PIN, or a user name and password, can solve."""

MAX_NAMES: Final = 40
"""The most names that a message lists."""

type InputKind = Literal["property", "value", "method", "notification"]


class UserInput(NamedTuple):
    """The name or ID that the user entered, and what it stands for."""

    kind: InputKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The context of an error, which decides about its message."""

    projector: str
    """The user's name for the projector."""
    address: str
    """Host and port."""
    snapshot: Snapshot
    has_pin: bool = False
    """Whether a PIN is stored."""
    has_login: bool = False
    """Whether a user name and password are stored."""
    user_input: UserInput | None = None

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any],
        projector: str,
        snapshot: Snapshot,
        user_input: UserInput | None = None,
    ) -> Self:
        """Return the context of an error. `data` is the data of the entry."""
        host, port = data[CONF_HOST], data[CONF_PORT]
        return cls(
            projector=projector,
            address=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            snapshot=snapshot,
            has_pin=bool(data.get(CONF_PIN)),
            has_login=bool(data.get(CONF_USERNAME)),
            user_input=user_input,
        )

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the placeholders of messages, without texts from the projector."""
        return {
            "projector": self.projector,
            "address": self.address,
            "name": self.user_input.name if self.user_input else "",
            "seconds": f"{Timeouts().response:g}",
        }


type Condition = Callable[[Any, Context], bool]


def _always(error: PulseError, context: Context) -> bool:
    return True


def _has_login(error: PulseError, context: Context) -> bool:
    return context.has_login


def _is_accepted(error: PulseError, context: Context) -> bool:
    """Return True if the projector accepted the stored PIN or login."""
    stored = context.has_pin or context.has_login
    snapshot = context.snapshot
    return stored and snapshot.reachable and not snapshot.pin_refused


def _is_about(kind: InputKind) -> Condition:
    return lambda error, context: (
        context.user_input is not None and (context.user_input.kind == kind)
    )


def _is_unknown(kind: InputKind) -> Condition:
    """Match a name that does not exist, and that the projector never described."""

    def condition(error: PulseInvalidStateError, context: Context) -> bool:
        user_input, snapshot = context.user_input, context.snapshot
        return (
            error.not_found
            and user_input is not None
            and user_input.kind == kind
            and user_input.name not in snapshot.properties
            and user_input.name not in snapshot.methods
        )

    return condition


def _is_read_only(error: PulseRpcError, context: Context) -> bool:
    """Return True if the projector describes the property as read-only."""
    user_input, properties = context.user_input, context.snapshot.properties
    return (
        user_input is not None
        and user_input.kind == "value"
        and user_input.name in properties
        and not properties[user_input.name].writable
        and not context.snapshot.pin_refused
    )


def _in(state: PowerState) -> Condition:
    return lambda error, context: (
        state == (PowerState.ECO if context.snapshot.asleep else context.snapshot.state)
    )


def _is_busy(error: PulseInvalidStateError, context: Context) -> bool:
    return not error.not_found


def _because(reason: str) -> Condition:
    return lambda error, context: error.reason == reason


def _is_power(error: PulsePendingTimeoutError, context: Context) -> bool:
    return error.what == "power"


def _is_power_asleep(error: PulsePendingTimeoutError, context: Context) -> bool:
    return error.what == "power" and not context.snapshot.reachable


def _is_refused_connection(error: PulseError, context: Context) -> bool:
    """Return True if the host refused the connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return True
        cause = cause.__cause__
    return False


MESSAGES: Final[tuple[tuple[type[PulseError], Condition, str], ...]] = (
    (PulseAuthenticationError, _has_login, "login_refused"),
    (PulseAuthenticationError, _always, "pin_refused"),
    (PulseCanceledError, _because("switched_off"), "cancelled_switched_off"),
    (PulseCanceledError, _because("stopped"), "cancelled_stopped"),
    (PulseCanceledError, _always, "cancelled_unloaded"),
    (PulsePendingTimeoutError, _is_power_asleep, "not_woken"),
    (PulsePendingTimeoutError, _is_power, "not_switched"),
    (PulsePendingTimeoutError, _always, "too_late"),
    (PulseConnectionLimitError, _always, "crowded"),
    (PulseDeviceMismatchError, _always, "stranger"),
    (PulseWakeError, _always, "wake_failed"),
    (PulseConnectionError, _is_refused_connection, "connection_refused"),
    (PulseConnectionError, _always, "unreachable"),
    (PulseTimeoutError, _always, "no_answer"),
    (PulseProtocolError, _always, "not_understood"),
    (PulseInvalidStateError, _is_unknown("property"), "unknown_property"),
    (PulseInvalidStateError, _is_unknown("value"), "unknown_property"),
    (PulseInvalidStateError, _is_unknown("method"), "unknown_method"),
    (PulseInvalidStateError, _in(PowerState.BOOT), "in_boot"),
    (PulseInvalidStateError, _in(PowerState.CONDITIONING), "in_conditioning"),
    (PulseInvalidStateError, _in(PowerState.DECONDITIONING), "in_deconditioning"),
    (PulseInvalidStateError, _in(PowerState.ERROR), "in_error"),
    (PulseInvalidStateError, _in(PowerState.SERVICE), "in_service"),
    (PulseInvalidStateError, _is_busy, "busy"),
    (PulseInvalidStateError, _in(PowerState.ECO), "in_eco"),
    (PulseInvalidStateError, _in(PowerState.STANDBY), "in_standby"),
    (PulseInvalidStateError, _in(PowerState.READY), "in_ready"),
    (PulseInvalidStateError, _always, "not_now"),
    (PulsePresetNotFoundError, _always, "preset_gone"),
    (PulseRpcError, _is_read_only, "read_only"),
    (PulsePermissionError, _is_accepted, "not_allowed"),
    (PulsePermissionError, _has_login, "login_needed"),
    (PulsePermissionError, _always, "pin_needed"),
    (PulseRpcError, _is_about("value"), "refused_value"),
    (PulseRpcError, _is_about("method"), "refused_method"),
    (PulseRpcError, _is_about("notification"), "refused_notification"),
    (PulseRpcError, _always, "refused"),
    (PulseError, _always, "unexpected"),
)
"""Error classes, conditions and translation keys. The first match is used."""


def to_home_assistant_error[E: HomeAssistantError](
    error_class: type[E], error: PulseError, context: Context
) -> E:
    """Return `error` as a Home Assistant exception with a translated message."""
    key = next(
        key
        for pulse_class, fits, key in MESSAGES
        if isinstance(error, pulse_class) and fits(error, context)
    )
    return error_class(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=context.placeholders,
    )


def unknown_name_error(
    what: Literal["command", "preset", "profile", "source"],
    name: str,
    names: Collection[str],
    projector: str,
) -> ServiceValidationError:
    """Return the error for a name that is not in `names`. The message lists them."""
    text = ", ".join(islice(names, MAX_NAMES))
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"unknown_{what}" if names else f"no_{what}s",
        translation_placeholders={
            "projector": projector,
            what: name,
            f"{what}s": f"{text}, …" if len(names) > MAX_NAMES else text,
        },
    )
