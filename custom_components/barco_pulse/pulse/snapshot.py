"""What is known of a projector at one moment."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, fields
from heapq import nlargest
from itertools import compress, islice
from operator import attrgetter, is_not
from types import MappingProxyType
from typing import Any, override

from .const import (
    NOTIFICATIONS,
    PENDING,
    PENDING_KINDS,
    PHASE,
    POWER,
    PRESETS,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
    is_on,
)
from .exceptions import PulseError
from .identity import Identity
from .json_types import JsonObject, JsonValue, as_list, as_number
from .names import as_listed
from .sanitize import MAX_NOTIFICATIONS, MAX_OPTIONS, is_name, is_plain
from .schema import Parameters, PropertyType

type Changes = AbstractSet[str] | None
"""The names whose values have changed; None if not only values have changed."""

NOTHING: Mapping[str, Any] = MappingProxyType({})
_ERRORS = ("ERROR", "CRITICAL")
_SERIOUS = ("WARNING", *_ERRORS)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A projector at one moment; on a change it is replaced, never altered."""

    reachable: bool = False
    error: PulseError | None = None
    """Why it is not reachable."""
    properties: Mapping[str, PropertyType] = NOTHING
    """What this firmware has, in whatever power state."""
    methods: Mapping[str, Parameters] = NOTHING
    objects: frozenset[str] = frozenset()
    """The top-level objects present now; empty where nobody tells."""
    values: Mapping[str, JsonValue] = NOTHING
    """Values by name; what has no value now is left out.

    Beside properties: results of methods that list or measure, and what is derived
    (`catalogue.ACTIVE_CONNECTOR`, `ACTIVE_PRESET`, `ACTIVE_PROFILE`).
    """
    remembered: Mapping[str, JsonValue] = NOTHING
    """The last values of what stays true while it sleeps, where not told now."""
    complete: bool = False
    """True if `properties` and `methods` are all that this firmware has."""
    asleep: bool = False
    """True if it is not reachable because it sleeps, and can be woken."""
    assumed: bool = False
    """True if it is only assumed to sleep: it was on when it was seen last."""
    pin_refused: bool = False
    """True if the PIN was refused, and it is only read since."""
    control_refused: bool = False
    """True if a command was refused for lack of a PIN."""
    crowded: bool = False
    """True if it has closed each connection at once for a while: others hold all."""
    stranger: str | None = None
    """Model and serial number of another projector that answers at the address."""
    identity: Identity | None = None
    """Who it is, once it has told."""

    @override
    def __eq__(self, other: object) -> bool:
        """Compare all fields."""
        if not isinstance(other, Snapshot):
            return NotImplemented
        return self.changes(other) == frozenset()

    __hash__ = None  # type: ignore[assignment]

    def changes(self, before: Snapshot) -> Changes:
        """Return the names of the values that differ from those of `before`."""
        if _beside_values(self) != _beside_values(before):
            return None
        return _differing(self.values, before.values) | _differing(
            self.remembered, before.remembered
        )

    @property
    def state(self) -> str | None:
        """One of `catalogue.STATES`, or what else the projector says."""
        return self.text(STATE)

    @property
    def is_on(self) -> bool | None:
        """Whether it shows a picture or is about to; cooling and ready are off."""
        if self.asleep:
            return False
        return (
            None if self.state is None else is_on(self.state, self.text(TARGET_STATE))
        )

    @property
    def pending(self) -> dict[str, JsonValue]:
        """The values that pending commands will set, by `catalogue.PENDING_KINDS`."""
        wanted = ((kind, self.values.get(PENDING + kind)) for kind in PENDING_KINDS)
        return {kind: value for kind, value in wanted if value is not None}

    @property
    def shows_on(self) -> bool | None:
        """Whether to show it as on: the goal of a pending command, else `is_on`."""
        goal = self.values.get(PENDING + POWER)
        return self.is_on if goal is None else goal == "on"

    @property
    def phase(self) -> str | None:
        """One of `phase.PHASES`, None while it is unknown."""
        return self.text(PHASE)

    @property
    def coming_up(self) -> bool:
        """Tell whether it is on its way to a picture, or is to be switched on."""
        if self.values.get(PENDING + POWER) == "on":
            return True
        return self.is_on is True and self.phase in ("starting", "warming")

    def has(self, name: str) -> bool:
        """Tell whether there is such a property, method or derived value."""
        known = (self.properties, self.methods, self.values)
        return any(name in all_of for all_of in known)

    def kind(self, name: str) -> PropertyType:
        """Return what values a property takes; empty while nobody says."""
        return self.properties.get(name, PropertyType())

    def present(self, name: str) -> bool:
        """Tell whether the object that `name` belongs to is there now."""
        return not self.objects or name.partition(".")[0] in self.objects

    def text(self, name: str) -> str | None:
        """Return a value that is text, else None."""
        value = self.values.get(name)
        return value if isinstance(value, str) and is_plain(value) else None

    def known(self, name: str) -> JsonValue:
        """Return a value, or the last one if it stays true while it sleeps."""
        return self.values.get(name, self.remembered.get(name))

    def number(self, name: str) -> float | None:
        """Return a known value that is a number, else None."""
        return as_number(self.known(name))

    def texts(self, name: str) -> list[str]:
        """Return the texts of a known value that is a list, else an empty list."""
        items = as_list(self.known(name))
        names = (item for item in items if isinstance(item, str) and is_name(item))
        return [*islice(dict.fromkeys(names), MAX_OPTIONS)]

    def options(self, name: str) -> dict[str, JsonValue]:
        """Return what a known list offers: what a person sees, and what is sent."""
        return offered(self.known(name))

    @property
    def source(self) -> str | None:
        """The active source, as the list of sources spells it."""
        source = self.text(SOURCE)
        return as_listed(source, self.texts(SOURCES)) if source else None

    @property
    def presets(self) -> dict[str, JsonValue]:
        """Slots by name ("3: Gaming"), those only that a profile is assigned to."""
        return self.options(PRESETS)

    @property
    def notifications(self) -> list[JsonObject]:
        """What the projector has to say, newest first. Members: specs/PROTOCOL.md.

        Of the same second what is listed last is the newest.
        """
        listed = as_list(self.values.get(NOTIFICATIONS))
        entries = [entry for entry in reversed(listed) if isinstance(entry, dict)]
        return nlargest(MAX_NOTIFICATIONS, entries, key=_timestamp)

    @property
    def warnings(self) -> list[JsonObject]:
        """Notifications of severity WARNING or above, newest first."""
        return [n for n in self.notifications if _severity(n) in _SERIOUS]

    @property
    def errors(self) -> list[JsonObject]:
        """Notifications of severity ERROR or above, newest first."""
        return [n for n in self.notifications if _severity(n) in _ERRORS]


def _severity(notification: JsonObject) -> str:
    return str(notification.get("severity")).upper()


def offered(value: JsonValue) -> dict[str, JsonValue]:
    """Return what a list offers: what a person sees, and what is sent."""
    told = ((label, wire) for label, wire in _options(value) if is_name(label))
    return dict(islice(told, MAX_OPTIONS))


def _timestamp(notification: JsonObject) -> str:
    timestamp = notification.get("timestamp")
    return str(timestamp) if isinstance(timestamp, str | int | float) else ""


_beside_values = attrgetter(
    *(
        field.name
        for field in fields(Snapshot)
        if field.name not in ("values", "remembered")
    )
)


def _differing(
    these: Mapping[str, JsonValue], those: Mapping[str, JsonValue]
) -> set[str]:
    """Return the names whose values differ.

    Nearly all values are the same objects in both, so these are left out first,
    without a step of Python code for each.
    """
    before = map(those.get, these)
    others = compress(these, map(is_not, these.values(), before, strict=True))
    return {name for name in others if those.get(name) != these[name]} | (
        those.keys() - these
    )


def _options(value: JsonValue) -> Iterable[tuple[str, JsonValue]]:
    """Read every form of list that is known (specs/PROTOCOL.md)."""
    if isinstance(value, Mapping):
        value = [[key, item] for key, item in value.items()]
    for item in as_list(value):
        match item:
            case str():
                yield item, item
            case {"edids": [*members]} | {"modes": [*members]}:
                yield from _options(members)
            case {"id": str() as wire, "name": str() as label}:
                yield label, wire
            case [slot, str() as profile] | {"key": slot, "value": str() as profile}:
                number = str(slot)[:9].removesuffix(".0")
                if profile.strip() and number.isascii() and number.isdecimal():
                    yield f"{number}: {profile}", int(number)
