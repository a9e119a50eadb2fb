"""Derive counters, blocks, sources and rules from a diagnostics download."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .diagnostics_values import texts
from .jsontypes import JsonObject, JsonValue
from .model import STATES, Block, Property, leader_of
from .notifications import SEVERITIES
from .picture import SOURCE, object_name
from .services.environment import ENVIRONMENT, STATISTICS
from .store import same
from .values import fits_range, fits_type

BLOCKS = "environment.getcontrolblocks"
COUNTERS = "statistics.listcounters"
NOTIFICATIONS = "notification.list"
SOURCES = "image.source.list"

_POWERED = frozenset({"ready", "conditioning", "on", "deconditioning"})
_RESTING = frozenset(STATES) - _POWERED
_NEED_POWER = ("image", "illumination", "profile", "optics", "screen")
_CONNECTOR = "image.connector."
_READINGS = {
    "temperature": ("Sensor", "Temperature"),
    "fanspeed": ("Sensor", "Speed"),
    "tacho": ("Sensor", "Speed"),
    "humidity": ("Sensor", "Humidity"),
    "pressure": ("Sensor", "Pressure"),
    "voltage": ("Sensor", "Voltage"),
    "current": ("Sensor", "Current"),
    "power": ("Sensor", "Power"),
    "altitude": ("Sensor", "Altitude"),
    "tilt": ("Sensor", "Angle"),
    "pwm": ("Actuator", "PWM"),
}
"""Type and value type of a block, by a word in its path; the first match applies."""


class Counter(NamedTuple):
    """One entry of `statistics.listcounters`."""

    value: JsonValue
    unit: str


def counters(values: Mapping[str, JsonValue]) -> dict[str, Counter]:
    """Return the listed counters by their properties."""
    found = {}
    for entry in _objects(values.get(COUNTERS)):
        match entry:
            case {"name": str(name), "unit": str(unit)}:
                value = entry.get("value")
                found[f"{STATISTICS}{name}.value"] = Counter(value, unit)
    return found


def readings(values: Mapping[str, JsonValue]) -> dict[str, float]:
    """Return the listed environment blocks by their full names."""
    listed = values.get(BLOCKS)
    return {
        ENVIRONMENT + name.removeprefix(ENVIRONMENT): value
        for name, value in (listed if isinstance(listed, dict) else {}).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def only_listed(
    values: Mapping[str, JsonValue], described: Mapping[str, JsonValue]
) -> set[str]:
    """Return the described values of blocks that are not properties.

    A download describes the value of each block, with its value type as quantity (as
    unit, until 0.1.0). A real property has siblings: name, thresholds.
    """
    found = set()
    for name in readings(values):
        value, unit = f"{name}.value", f"{name}.unit"
        beside = any(
            n.startswith(f"{name}.") and n not in (value, unit) for n in described
        )
        if _value_type(described.get(value)) and not beside:
            found.add(value)
    return found


def blocks(
    values: Mapping[str, JsonValue],
    described: Mapping[str, JsonValue],
    properties: Mapping[str, Property],
) -> dict[str, Block]:
    """Return the listed blocks. Unknown types are derived from the path."""
    found = {}
    for name, value in readings(values).items():
        guesses = (guess for word, guess in _READINGS.items() if word in name)
        block_type, guess = next(guesses, ("Sensor", "Any"))
        value_type = values.get(f"{name}.valuetype") or _value_type(
            described.get(f"{name}.value")
        )
        if not isinstance(value_type, str):
            value_type = guess
        fixed = None if f"{name}.value" in properties else value
        found[name] = Block(block_type, value_type, fixed)
    return found


def sources(
    values: Mapping[str, JsonValue], properties: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Return the known connectors of every source.

    A source uses the connector of its name. A selected source without such a connector
    uses those with a signal.
    """
    names = texts(values.get(SOURCES))
    selected = values.get(SOURCE)
    if isinstance(selected, str) and selected not in ("", *names):
        names.append(selected)
    connectors = {
        name.removeprefix(_CONNECTOR).partition(".")[0]
        for name in properties
        if name.startswith(_CONNECTOR)
    }
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        source = object_name(name)
        listed = _objects(values.get(f"image.source.{source}.listconnectors"))
        if listed:
            found[name] = tuple(str(entry.get("name", "")) for entry in listed)
        elif source in connectors:
            found[name] = (name,)
        else:
            found[name] = tuple(with_signal(values)) if name == selected else ()
    return found


def with_signal(values: Mapping[str, JsonValue]) -> list[str]:
    """Return the connectors with a detected signal, as object names."""
    return [
        name.removeprefix(_CONNECTOR).removesuffix(".detectedsignal")
        for name, value in values.items()
        if name.startswith(_CONNECTOR)
        and name.endswith(".detectedsignal")
        and isinstance(value, dict)
        and value.get("active") is True
    ]


def notifications(values: Mapping[str, JsonValue]) -> tuple[JsonObject, ...]:
    """Return the notifications that were active."""
    return tuple(
        entry
        for entry in _objects(values.get(NOTIFICATIONS))
        if isinstance(entry.get("id"), str) and entry.get("severity") in SEVERITIES
    )


def exists(
    described: Iterable[str], listed: Iterable[str], state: str
) -> dict[str, frozenset[str]]:
    """Return in which power states the described top-level objects exist.

    An existing object exists always, or only with power if it needs power. A described
    object that did not exist belongs to the other power states.
    """
    powered = state in _POWERED
    existing = set(listed) or set(described)
    rules = {}
    for name in described:
        if name not in existing:
            rules[name] = _RESTING if powered else _POWERED
        elif name in _NEED_POWER and (powered or not set(listed)):
            rules[name] = _POWERED
    return rules


def follows(
    rules: Mapping[str, Mapping[str, JsonValue]],
    properties: Mapping[str, Property],
    values: Mapping[str, JsonValue],
    state: str,
) -> dict[str, Mapping[str, JsonValue]]:
    """Return the rules of following properties that match the download.

    For example, the light of a projector can be off while it is on.
    """
    found = {}
    for name, rule in rules.items():
        leaders = filter(None, map(leader_of, rule.values()))
        if not {name, *leaders} <= properties.keys():
            continue
        value_type = properties[name].type
        fitting = all(
            fits_type(value_type, value) and fits_range(value_type, value)
            for value in rule.values()
            if leader_of(value) is None
        )
        expected = rule.get(state, rule.get("otherwise"))
        leader = leader_of(expected)
        if leader is not None:
            expected = values.get(leader)
        if fitting and same(values.get(name, expected), expected):
            found[name] = rule
    return found


def _value_type(description: JsonValue) -> JsonValue:
    if not isinstance(description, dict):
        return None
    return description.get("quantity") or description.get("unit")


def _objects(value: JsonValue) -> list[JsonObject]:
    parts = value if isinstance(value, list) else []
    return [part for part in parts if isinstance(part, dict)]
