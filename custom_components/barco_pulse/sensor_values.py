"""What a sensor's row says, and how a projector's words become a state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .entity_description import PulseEntityDescription, slug
from .pulse import PENDING_KINDS, POWER, SIGNAL, JsonValue, Snapshot, as_number, shown


@dataclass(frozen=True, kw_only=True)
class PulseSensorDescription(PulseEntityDescription, SensorEntityDescription):
    """A row of a table of sensors."""

    state_fn: Callable[[Snapshot], StateType | datetime] | None = None
    """For what takes more than one value to tell."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value
    counts: int = 0
    """1 if the value is the time left until the moment to show, -1 if the time since."""
    unit: str = ""
    """The unit of that time where the projector reports none."""


diagnostic = partial(PulseSensorDescription, entity_category=EntityCategory.DIAGNOSTIC)


def tells(member: str, snapshot: Snapshot) -> bool:
    """Tell whether this model tells it: not every one tells all of a signal."""
    signal = snapshot.values.get(SIGNAL)
    return isinstance(signal, Mapping) and member in signal


def resolution(signal: JsonValue) -> JsonValue:
    """Return the sides of a picture, None if the projector does not tell both."""
    if not isinstance(signal, Mapping) or not signal.get("active"):
        return None
    sides = [
        as_number(signal.get(f"{side}_resolution"))
        for side in ("horizontal", "vertical")
    ]
    return "x".join(f"{side:.0f}" for side in sides if side) if all(sides) else None


def signal_name(signal: JsonValue) -> JsonValue:
    """Return what a signal is called, or that there is none.

    A signal without a name is called by its resolution.
    """
    if not isinstance(signal, Mapping):
        return None
    if not signal.get("active"):
        return "no_signal"
    return signal.get("name") or resolution(signal)


def is_hdr(signal: JsonValue) -> bool | None:
    """Tell whether a signal is in HDR, None if the projector does not tell."""
    if not isinstance(signal, Mapping):
        return None
    if signal.get("active") is False:
        return False
    gamma = signal.get("gamma_type")
    return None if gamma is None else gamma == "SMPTE_ST2084"


def about_signal(snapshot: Snapshot) -> dict[str, Any]:
    """Return what automations want to know of a signal, in one state change."""
    signal = snapshot.values.get(SIGNAL)
    return {"resolution": resolution(signal), "hdr": is_hdr(signal)}


def about_phase(snapshot: Snapshot) -> dict[str, Any]:
    """Return whether a projector that is off has left the network, or is about to."""
    sleeps = snapshot.asleep or snapshot.state == "eco"
    return {"asleep": sleeps and snapshot.phase == "off"}


def state(word: JsonValue) -> str | None:
    """Return a projector's word as a state that Home Assistant does not take for its own."""
    if word is None:
        return None
    name = slug(str(word))
    return {"unknown": None, "unavailable": "not_available"}.get(name, name)


def word(word: JsonValue) -> JsonValue:
    """Return one of many words, of which nobody tells all."""
    return state(word) if isinstance(word, str) and word else None


def latest_message(snapshot: Snapshot) -> str | None:
    """Return the text of the newest notification."""
    return next((shown(n.get("message")) for n in snapshot.notifications), None)


def about_latest_message(snapshot: Snapshot) -> dict[str, Any]:
    """Return the severity and the code of the newest notification."""
    return next(
        (
            {"severity": word(n.get("severity")), "code": shown(n.get("code"))}
            for n in snapshot.notifications
        ),
        {},
    )


def moment(name: str, snapshot: Snapshot) -> datetime | None:
    """Return a value that is a time of day and year."""
    time = as_number(snapshot.values.get(name))
    return None if time is None else dt_util.utc_from_timestamp(time)


PENDING_COMMANDS: Final = ("none", "turn_on", "turn_off", *PENDING_KINDS[1:])
"""The states of the sensor of pending commands."""


def pending_command(snapshot: Snapshot) -> str:
    """Return which command is pending; of several the one for power."""
    pending = snapshot.pending
    if (goal := pending.get(POWER)) is not None:
        return f"turn_{goal}"
    return next(iter(pending), "none")


def known(text: JsonValue) -> JsonValue:
    """Return what is told, if it is."""
    return None if text == "Unknown" else text


def not_negative(number: JsonValue) -> JsonValue:
    """Return a luminance: a signal that does not tell it tells -1."""
    value = as_number(number)
    return None if value is None or value < 0 else value


SECONDS: Final[Mapping[str | None, float]] = {
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
}
"""The projector's units of time, in seconds."""
_LONGEST: Final = timedelta(days=100 * 365).total_seconds()
_SAME: Final = 5.0
"""Seconds: answers take their time."""


def counted(
    sign: int, time: JsonValue, whole: JsonValue, unit: float | None
) -> datetime | None:
    """Return the moment until which (sign 1) or since which (-1) `time` is now.

    `unit` is in seconds. A timer that has the `whole` of its time left, or nothing, does
    not run.
    """
    value, most = as_number(time), as_number(whole)
    if value is None or unit is None or not 0 < value * unit < _LONGEST:
        return None
    if most is not None and value >= most:
        return None
    return dt_util.utcnow() + sign * timedelta(seconds=value * unit)


def agree(one: datetime | None, other: datetime | None, unit: float | None) -> bool:
    """Tell whether two moments are the same, as exactly as they were counted."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= timedelta(seconds=max(_SAME, 1.5 * (unit or 0)))
