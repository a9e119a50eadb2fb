"""Floor 4: what a sensor's row says, and how a projector's words become a state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .bounds import one_line, shown
from .catalogue import PENDING_KINDS, POWER, SIGNAL
from .introspection import as_number
from .protocol import JsonObject, JsonValue
from .rows import PulseEntityDescription, slug
from .snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class PulseSensorDescription(PulseEntityDescription, SensorEntityDescription):
    """A row of a table of sensors."""

    state_fn: Callable[[Snapshot], StateType | datetime] | None = None
    """For what takes more than one value to tell."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    value_fn: Callable[[JsonValue], JsonValue] = lambda value: value


diagnostic = partial(PulseSensorDescription, entity_category=EntityCategory.DIAGNOSTIC)


def tells(member: str, snapshot: Snapshot) -> bool:
    """Tell whether this model tells it: not every one tells all of a signal."""
    signal = snapshot.values.get(SIGNAL)
    return isinstance(signal, Mapping) and member in signal


def signal_name(signal: JsonValue) -> JsonValue:
    """Return what a signal is called, or that there is none."""
    if not isinstance(signal, Mapping):
        return None
    return signal.get("name") or None if signal.get("active") else "no_signal"


def resolution(signal: JsonValue) -> JsonValue:
    """Return the sides of a picture, None if the projector does not tell both."""
    if not isinstance(signal, Mapping) or not signal.get("active"):
        return None
    sides = [
        as_number(signal.get(f"{side}_resolution"))
        for side in ("horizontal", "vertical")
    ]
    return "x".join(f"{side:.0f}" for side in sides if side) if all(sides) else None


def state(word: JsonValue) -> str | None:
    """Return a projector's word as a state that Home Assistant does not take for its own."""
    if word is None:
        return None
    name = slug(str(word))
    return {"unknown": None, "unavailable": "not_available"}.get(name, name)


def word(word: JsonValue) -> JsonValue:
    """Return one of many words, of which nobody tells all."""
    return state(word) if isinstance(word, str) and word else None


def told(notification: JsonObject) -> JsonObject:
    """Return what a notification says, and no more of it than can be shown."""
    members = islice(notification.items(), 20)
    return {one_line(name, 50): shown(value) for name, value in members}


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


def first_name(actions: JsonValue) -> JsonValue:
    """Return what comes first of what the scheduler is about to do."""
    match actions:
        case [{"Name": name}, *_]:
            return name
    return None
