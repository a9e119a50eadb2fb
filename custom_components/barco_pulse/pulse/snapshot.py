"""The state of a projector at one moment."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, fields, replace
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
from .names import as_spelled_in
from .sanitize import MAX_NOTIFICATIONS, MAX_OPTIONS, is_displayable, is_valid_name
from .schema import Parameters, PropertyType

type Changes = AbstractSet[str] | None
"""The names whose values have changed; None if not only values have changed."""

EMPTY: Mapping[str, Any] = MappingProxyType({})
_ERROR_SEVERITIES = ("ERROR", "CRITICAL")
_WARNING_SEVERITIES = ("WARNING", *_ERROR_SEVERITIES)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The state of a projector at one moment; a change creates a new snapshot."""

    reachable: bool = False
    error: PulseError | None = None
    """Why the projector is not reachable."""
    properties: Mapping[str, PropertyType] = EMPTY
    """The properties of this firmware, in all power states."""
    methods: Mapping[str, Parameters] = EMPTY
    objects: frozenset[str] = frozenset()
    """The top-level objects that exist now; empty if unknown."""
    values: Mapping[str, JsonValue] = EMPTY
    """Current values by name.

    Includes the results of methods that list or measure, and derived values such as
    `const.ACTIVE_CONNECTOR`, `LAST_PRESET` and `ACTIVE_PROFILE`.
    """
    last_known: Mapping[str, JsonValue] = EMPTY
    """Last values that stay valid while the projector sleeps, if not in `values`."""
    complete: bool = False
    """True if `properties` and `methods` contain everything that this firmware has."""
    asleep: bool = False
    """True if the projector is not reachable because it sleeps, and can be woken."""
    assumed_asleep: bool = False
    """True if sleep is only assumed, because the projector was last seen on."""
    pin_refused: bool = False
    """True if the projector refused the PIN and is only read since."""
    control_denied: bool = False
    """True if the projector refused a command because it requires a PIN."""
    connection_limit_reached: bool = False
    """True if the projector has closed all connections at once for a while."""
    mismatched_identity: str | None = None
    """Model and serial number of another projector at this address."""
    identity: Identity | None = None
    """The projector's identity, once known."""
    storage_version: int = 0
    """Increased whenever `Projector.to_storage` has anything new. Not compared."""

    @override
    def __eq__(self, other: object) -> bool:
        """Compare all fields."""
        if not isinstance(other, Snapshot):
            return NotImplemented
        return self.changed_names(other) == frozenset()

    __hash__ = None  # type: ignore[assignment]

    def changed_names(self, before: Snapshot) -> Changes:
        """Return the names of the values that differ from those of `before`."""
        if _metadata(self) != _metadata(before):
            return None
        return _differing_names(self.values, before.values) | _differing_names(
            self.last_known, before.last_known
        )

    def with_values(
        self, values: Mapping[str, JsonValue]
    ) -> tuple[Snapshot, AbstractSet[str]]:
        """Return a snapshot with other values, and the names whose values differ.

        All names must have a value in this snapshot.
        """
        before = self.values
        changed = {n: value for n, value in values.items() if before[n] != value}
        merged = MappingProxyType({**before, **changed})
        return replace(self, values=merged), changed.keys()

    @property
    def state(self) -> str | None:
        """The power state: a `PowerState`, or another word of the projector."""
        return self.get_text(STATE)

    @property
    def is_on(self) -> bool | None:
        """True if the projector shows a picture or is about to, not while cooling."""
        if self.asleep:
            return False
        return (
            None
            if self.state is None
            else is_on(self.state, self.get_text(TARGET_STATE))
        )

    @property
    def pending(self) -> dict[str, JsonValue]:
        """The values that pending commands will set, by `const.PENDING_KINDS`."""
        wanted = ((kind, self.values.get(PENDING + kind)) for kind in PENDING_KINDS)
        return {kind: value for kind, value in wanted if value is not None}

    @property
    def shows_on(self) -> bool | None:
        """The goal of a pending power command, or else `is_on`."""
        goal = self.values.get(PENDING + POWER)
        return self.is_on if goal is None else goal == "on"

    @property
    def phase(self) -> str | None:
        """The power phase: one of `phase.PHASES`, or None while unknown."""
        return self.get_text(PHASE)

    @property
    def coming_up(self) -> bool:
        """Return True if the projector starts, warms up or is to be switched on."""
        if self.values.get(PENDING + POWER) == "on":
            return True
        return self.is_on is True and self.phase in ("starting", "warming")

    def has(self, name: str) -> bool:
        """Return True if there is a property, method or derived value of this name."""
        known = (self.properties, self.methods, self.values)
        return any(name in all_of for all_of in known)

    def property_type(self, name: str) -> PropertyType:
        """Return the type of a property; an empty type if unknown."""
        return self.properties.get(name, PropertyType())

    def present(self, name: str) -> bool:
        """Return True if the top-level object of `name` exists now."""
        return not self.objects or name.partition(".")[0] in self.objects

    def get_text(self, name: str) -> str | None:
        """Return a value if it is a text that can be displayed, or else None."""
        value = self.values.get(name)
        return value if isinstance(value, str) and is_displayable(value) else None

    def last_value(self, name: str) -> JsonValue:
        """Return a value, or its last one if that stays valid while the projector sleeps."""
        return self.values.get(name, self.last_known.get(name))

    def get_number(self, name: str) -> float | None:
        """Return `last_value` if it is a number, or else None."""
        return as_number(self.last_value(name))

    def get_texts(self, name: str) -> list[str]:
        """Return the texts in `last_value` if it is a list, or else an empty list."""
        items = as_list(self.last_value(name))
        names = (
            item for item in items if isinstance(item, str) and is_valid_name(item)
        )
        return [*islice(dict.fromkeys(names), MAX_OPTIONS)]

    def options(self, name: str) -> dict[str, JsonValue]:
        """Return the options in a list by label, with the value to send for each."""
        return list_options(self.last_value(name))

    @property
    def source(self) -> str | None:
        """The active source, spelled as in the list of sources."""
        source = self.get_text(SOURCE)
        return as_spelled_in(source, self.get_texts(SOURCES)) if source else None

    @property
    def presets(self) -> dict[str, JsonValue]:
        """Preset slots by name ("3: Gaming"), only those with an assigned profile."""
        return self.options(PRESETS)

    @property
    def notifications(self) -> list[JsonObject]:
        """The projector's notifications, newest first; members: specs/PROTOCOL.md.

        Of notifications with the same time, the last one in the list is the newest.
        """
        listed = as_list(self.values.get(NOTIFICATIONS))
        entries = [entry for entry in reversed(listed) if isinstance(entry, dict)]
        return nlargest(MAX_NOTIFICATIONS, entries, key=_timestamp)

    @property
    def warnings(self) -> list[JsonObject]:
        """Notifications of severity WARNING or above, newest first."""
        return [n for n in self.notifications if _severity(n) in _WARNING_SEVERITIES]

    @property
    def errors(self) -> list[JsonObject]:
        """Notifications of severity ERROR or above, newest first."""
        return [n for n in self.notifications if _severity(n) in _ERROR_SEVERITIES]


def _severity(notification: JsonObject) -> str:
    return str(notification.get("severity")).upper()


def list_options(value: JsonValue) -> dict[str, JsonValue]:
    """Return the options in a list by label, with the value to send for each."""
    options = ((label, wire) for label, wire in _options(value) if is_valid_name(label))
    return dict(islice(options, MAX_OPTIONS))


def _timestamp(notification: JsonObject) -> str:
    timestamp = notification.get("timestamp")
    return str(timestamp) if isinstance(timestamp, str | int | float) else ""


_metadata = attrgetter(
    *(
        field.name
        for field in fields(Snapshot)
        if field.name not in ("values", "last_known", "storage_version")
    )
)


def _differing_names(
    values: Mapping[str, JsonValue], before: Mapping[str, JsonValue]
) -> set[str]:
    """Return the names whose values differ.

    Nearly all values are the same objects in both, so comparing these by identity first
    saves most of the time.
    """
    earlier = map(before.get, values)
    changed = compress(values, map(is_not, values.values(), earlier, strict=True))
    return {name for name in changed if before.get(name) != values[name]} | (
        before.keys() - values
    )


def _options(value: JsonValue) -> Iterable[tuple[str, JsonValue]]:
    """Yield label and value of each option, in any known form (specs/PROTOCOL.md)."""
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
