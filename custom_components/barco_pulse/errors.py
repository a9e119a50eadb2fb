"""Turn an error into one or two sentences in the user's language."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, Self

from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT, CONF_USERNAME
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .pulse import (
    Deadlines,
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
    Snapshot,
)

NEEDS_PIN = (PulseAuthenticationError, PulseAccessError)
"""Errors that end when the user enters a PIN, or a user name and password."""

MAX_NAMES: Final = 40
"""The most names that a message lists."""

type Kind = Literal["property", "value", "method", "notification"]


class Typed(NamedTuple):
    """What the user typed: what kind of thing it is about, and its name or ID."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a message says besides the kind of error."""

    projector: str
    """The user's name for the projector."""
    address: str
    """Host and port."""
    snapshot: Snapshot
    has_pin: bool = False
    """Whether a PIN is stored."""
    has_login: bool = False
    """Whether a user name and password are stored."""
    typed: Typed | None = None

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any],
        projector: str,
        snapshot: Snapshot,
        typed: Typed | None = None,
    ) -> Self:
        """Return the context of an error of a projector; `data` is its entry's."""
        host, port = data[CONF_HOST], data[CONF_PORT]
        return cls(
            projector=projector,
            address=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            snapshot=snapshot,
            has_pin=bool(data.get(CONF_PIN)),
            has_login=bool(data.get(CONF_USERNAME)),
            typed=typed,
        )

    @property
    def placeholders(self) -> dict[str, str]:
        """Return what messages may contain. None of it is the projector's own words."""
        return {
            "projector": self.projector,
            "address": self.address,
            "name": self.typed.name if self.typed else "",
            "seconds": f"{Deadlines().answer:g}",
        }


type Condition = Callable[[Any, Context], bool]


def _always(error: PulseError, context: Context) -> bool:
    return True


def _has_login(error: PulseError, context: Context) -> bool:
    return context.has_login


def _is_accepted(error: PulseError, context: Context) -> bool:
    """Tell whether the projector accepted what it was given to log in."""
    stored = context.has_pin or context.has_login
    snapshot = context.snapshot
    return stored and snapshot.reachable and not snapshot.pin_refused


def _typed(kind: Kind) -> Condition:
    return lambda error, context: (
        context.typed is not None and (context.typed.kind == kind)
    )


def _is_unknown(kind: Kind) -> Condition:
    """Match a name that is absent now, and that the projector never described."""

    def condition(error: PulseStateError, context: Context) -> bool:
        typed, snapshot = context.typed, context.snapshot
        return (
            error.absent
            and typed is not None
            and typed.kind == kind
            and typed.name not in snapshot.properties
            and typed.name not in snapshot.methods
        )

    return condition


def _is_read_only(error: PulseRequestError, context: Context) -> bool:
    """Tell whether the projector describes the property as one that cannot be set."""
    typed, properties = context.typed, context.snapshot.properties
    return (
        typed is not None
        and typed.kind == "value"
        and typed.name in properties
        and not properties[typed.name].writable
        and not context.snapshot.pin_refused
    )


def _in(state: str) -> Condition:
    return lambda error, context: (
        state == ("eco" if context.snapshot.asleep else context.snapshot.state)
    )


def _is_busy(error: PulseStateError, context: Context) -> bool:
    return not error.absent


def _because(reason: str) -> Condition:
    return lambda error, context: error.reason == reason


def _is_power(error: PulseTooLateError, context: Context) -> bool:
    return error.what == "power"


def _is_power_asleep(error: PulseTooLateError, context: Context) -> bool:
    return error.what == "power" and not context.snapshot.reachable


def _is_refused_connection(error: PulseError, context: Context) -> bool:
    """Tell whether the host is there, but no service answers at the port."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return True
        cause = cause.__cause__
    return False


MESSAGES: Final[tuple[tuple[type[PulseError], Condition, str], ...]] = (
    (PulseAuthenticationError, _has_login, "login_refused"),
    (PulseAuthenticationError, _always, "pin_refused"),
    (PulseWithdrawnError, _because("switched_off"), "cancelled_switched_off"),
    (PulseWithdrawnError, _because("stopped"), "cancelled_stopped"),
    (PulseWithdrawnError, _always, "cancelled_unloaded"),
    (PulseTooLateError, _is_power_asleep, "not_woken"),
    (PulseTooLateError, _is_power, "not_switched"),
    (PulseTooLateError, _always, "too_late"),
    (PulseCrowdedError, _always, "crowded"),
    (PulseStrangerError, _always, "stranger"),
    (PulseWakeError, _always, "wake_failed"),
    (PulseConnectionError, _is_refused_connection, "connection_refused"),
    (PulseConnectionError, _always, "unreachable"),
    (PulseTimeoutError, _always, "no_answer"),
    (PulseProtocolError, _always, "not_understood"),
    (PulseStateError, _is_unknown("property"), "unknown_property"),
    (PulseStateError, _is_unknown("value"), "unknown_property"),
    (PulseStateError, _is_unknown("method"), "unknown_method"),
    (PulseStateError, _in("boot"), "in_boot"),
    (PulseStateError, _in("conditioning"), "in_conditioning"),
    (PulseStateError, _in("deconditioning"), "in_deconditioning"),
    (PulseStateError, _in("error"), "in_error"),
    (PulseStateError, _in("service"), "in_service"),
    (PulseStateError, _is_busy, "busy"),
    (PulseStateError, _in("eco"), "in_eco"),
    (PulseStateError, _in("standby"), "in_standby"),
    (PulseStateError, _in("ready"), "in_ready"),
    (PulseStateError, _always, "not_now"),
    (PulseNoPresetError, _always, "preset_gone"),
    (PulseRequestError, _is_read_only, "read_only"),
    (PulseAccessError, _is_accepted, "not_allowed"),
    (PulseAccessError, _has_login, "login_needed"),
    (PulseAccessError, _always, "pin_needed"),
    (PulseRequestError, _typed("value"), "refused_value"),
    (PulseRequestError, _typed("method"), "refused_method"),
    (PulseRequestError, _typed("notification"), "refused_notification"),
    (PulseRequestError, _always, "refused"),
    (PulseError, _always, "unexpected"),
)
"""Kinds of error, when a message fits, and its key. The first that fits is used."""


def translated[E: HomeAssistantError](
    kind: type[E], error: PulseError, context: Context
) -> E:
    """Return `error` as an exception that Home Assistant can show in any language."""
    key = next(
        key
        for pulse, fits, key in MESSAGES
        if isinstance(error, pulse) and fits(error, context)
    )
    return kind(
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
    listed = ", ".join(islice(names, MAX_NAMES))
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"unknown_{what}" if names else f"no_{what}s",
        translation_placeholders={
            "projector": projector,
            what: name,
            f"{what}s": f"{listed}, …" if len(names) > MAX_NAMES else listed,
        },
    )
