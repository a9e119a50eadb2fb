"""Convert values of the projector into states and attributes of sensors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .entity_description import PulseEntityDescription, to_state_key
from .pulse import (
    ACTIVE_SIGNAL,
    PENDING_KINDS,
    POWER,
    JsonValue,
    PowerState,
    Snapshot,
    as_number,
    to_attribute_value,
)


@dataclass(frozen=True, kw_only=True)
class PulseSensorDescription(PulseEntityDescription, SensorEntityDescription):
    """Describe a sensor."""

    state_fn: Callable[[Snapshot], StateType | datetime] | None = None
    """Return the state if it depends on more than one value."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    value_fn: Callable[[JsonValue], JsonValue] | None = None
    """Converts the value. None: it is shown as it is."""
    counts: int = 0
    """1 if the value counts down to the time to show, -1 if it counts up from it."""
    unit: str = ""
    """The unit of `counts` if the projector reports none."""


diagnostic = partial(PulseSensorDescription, entity_category=EntityCategory.DIAGNOSTIC)


def signal_has(member: str, snapshot: Snapshot) -> bool:
    """Return True if this model reports a member of the signal."""
    signal = snapshot.values.get(ACTIVE_SIGNAL)
    return isinstance(signal, Mapping) and member in signal


def resolution(signal: JsonValue) -> JsonValue:
    """Return width and height of a signal, None if one of them is missing."""
    if not isinstance(signal, Mapping) or not signal.get("active"):
        return None
    sides = [
        as_number(signal.get(f"{side}_resolution"))
        for side in ("horizontal", "vertical")
    ]
    return "x".join(f"{side:.0f}" for side in sides if side) if all(sides) else None


def signal_name(signal: JsonValue) -> JsonValue:
    """Return the name of a signal, its resolution if it has none, or "no_signal"."""
    if not isinstance(signal, Mapping):
        return None
    if not signal.get("active"):
        return "no_signal"
    return signal.get("name") or resolution(signal)


def is_hdr(signal: JsonValue) -> bool | None:
    """Return True if a signal is HDR, None if the projector does not report it."""
    if not isinstance(signal, Mapping):
        return None
    if signal.get("active") is False:
        return False
    gamma = signal.get("gamma_type")
    return None if gamma is None else gamma == "SMPTE_ST2084"


def signal_attributes(snapshot: Snapshot) -> dict[str, Any]:
    """Return resolution and HDR, so that automations get both in one state change."""
    signal = snapshot.values.get(ACTIVE_SIGNAL)
    return {"resolution": resolution(signal), "hdr": is_hdr(signal)}


def phase_attributes(snapshot: Snapshot) -> dict[str, Any]:
    """Return whether a projector that is off is in ECO, where it leaves the network."""
    sleeps = snapshot.asleep or snapshot.state == PowerState.ECO
    return {"asleep": sleeps and snapshot.phase == "off"}


def to_state(word: JsonValue) -> str | None:
    """Return the state for a word, without the special states of Home Assistant."""
    if word is None:
        return None
    name = to_state_key(str(word))
    return {"unknown": None, "unavailable": "not_available"}.get(name, name)


def to_state_or_none(word: JsonValue) -> JsonValue:
    """Return the state for a text, None for any other value."""
    return to_state(word) if isinstance(word, str) and word else None


def latest_message(snapshot: Snapshot) -> str | None:
    """Return the text of the newest notification, or None."""
    return next(
        (to_attribute_value(n.get("message")) for n in snapshot.notifications), None
    )


def message_attributes(snapshot: Snapshot) -> dict[str, Any]:
    """Return severity and code of the newest notification."""
    return next(
        (
            {
                "severity": to_state_or_none(n.get("severity")),
                "code": to_attribute_value(n.get("code")),
            }
            for n in snapshot.notifications
        ),
        {},
    )


def to_datetime(name: str, snapshot: Snapshot) -> datetime | None:
    """Return a value in Unix time as a datetime."""
    time = as_number(snapshot.values.get(name))
    return None if time is None else dt_util.utc_from_timestamp(time)


PENDING_COMMANDS: Final = ("none", "turn_on", "turn_off", *PENDING_KINDS[1:])
"""The states of the pending command sensor."""


def pending_command(snapshot: Snapshot) -> str:
    """Return the pending command; if there are several, the power command first."""
    pending = snapshot.pending
    if (goal := pending.get(POWER)) is not None:
        return f"turn_{goal}"
    return next(iter(pending), "none")


def none_if_unknown(text: JsonValue) -> JsonValue:
    """Return a text, None for "Unknown"."""
    return None if text == "Unknown" else text


def none_if_negative(number: JsonValue) -> JsonValue:
    """Return a luminance, None for -1, which a signal without one has."""
    value = as_number(number)
    return None if value is None or value < 0 else value


SECONDS: Final[Mapping[str | None, float]] = {
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
}
"""The length of the projector's units of time, in seconds."""
_MAX_DURATION: Final = timedelta(days=100 * 365).total_seconds()
_TOLERANCE: Final = 5.0
"""Seconds by which the time may differ, because responses take a while."""


def to_moment(
    sign: int, time: JsonValue, whole: JsonValue, unit: float | None
) -> datetime | None:
    """Return the time that is `time` from now (sign 1) or ago (sign -1).

    `unit` is in seconds. Returns None for a timer that does not run, because nothing or
    the `whole` time is left.
    """
    value, total = as_number(time), as_number(whole)
    if value is None or unit is None or not 0 < value * unit < _MAX_DURATION:
        return None
    if total is not None and value >= total:
        return None
    return dt_util.utcnow() + sign * timedelta(seconds=value * unit)


def is_same_moment(
    one: datetime | None, other: datetime | None, unit: float | None
) -> bool:
    """Return True if two times are the same within the precision of their unit."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= timedelta(seconds=max(_TOLERANCE, 1.5 * (unit or 0)))
