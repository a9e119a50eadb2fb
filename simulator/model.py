"""A projector as data. `model_file.py` reads it, simulator/README.md describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .jsontypes import JsonObject, JsonValue
from .values import Member, ValueType, fits_range, fits_type

STATES = (
    "boot",
    "eco",
    "standby",
    "ready",
    "conditioning",
    "on",
    "service",
    "deconditioning",
    "error",
)
RUNGS = ("eco", "standby", "ready", "on")
"""The states in which a projector can stay, from lowest to highest."""

DURATIONS: Mapping[str, float] = {
    "boot": 60.0,  # mains or magic packet -> first rung
    "wake": 15.0,  # standby -> ready
    "pass_ready": 1.0,  # ready on the way from standby to on
    "conditioning": 20.0,  # ready -> on
    "deconditioning": 120.0,  # on -> ready
    "after_timeout": 0.0,  # what a rung lasts beyond its own timer
    "unsettled": 2.0,  # an object is there but its service is not
    "eco_leave": 1.0,  # announcing eco -> network gone
    "source_gap": 0.5,  # source "" -> the new source
    "motor": 2.0,  # a lens or shutter on its way
}
"""Every duration a model may set, in seconds, and what it is otherwise."""


class ModelError(ValueError):
    """A model that cannot be a projector; the message names the place."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its type, who may write it and what it starts with.

    `unit` makes a `statistics.<counter>.value` a counter in that unit. `bounds` are
    the names of the properties that hold its lowest and highest value.
    """

    name: str
    type: ValueType
    writable: bool
    initial: JsonValue
    unit: str = ""
    bounds: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters, and the result where no code answers it."""

    name: str
    params: tuple[Member, ...] = ()
    returns: str = ""
    result: JsonValue = None


@dataclass(frozen=True, slots=True)
class Block:
    """One environment block as `environment.getcontrolblocks` lists it.

    Its value is that of the property `<block>.value` unless `fixed` gives it.
    """

    kind: str
    value_type: str
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A whole projector as data."""

    name: str
    description: str
    pin: str | None
    users: Mapping[str, str]
    rungs: tuple[str, ...]
    rests_in: str
    durations: Mapping[str, float]
    personality: Mapping[str, JsonValue]
    exists: Mapping[str, frozenset[str]]
    follows: Mapping[str, Mapping[str, JsonValue]]
    sources: Mapping[str, Sequence[str]]
    profiles: Mapping[str, JsonObject]
    blocks: Mapping[str, Block]
    properties: Mapping[str, Property]
    methods: Mapping[str, Method]
    signals: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()
    """Objects that exist even if nothing in them is known."""
    notifications: tuple[JsonObject, ...] = ()
    """What is active at the beginning; each has an id and a severity."""
    starts_in: str = ""
    """The power state at the beginning, "" for `rests_in`."""

    @property
    def serial(self) -> str:
        """Return the serial number, "" where the model tells none."""
        return self._text("system.serialnumber")

    @property
    def mac(self) -> str:
        """Return the hardware address of the LAN port, "" where it tells none."""
        return self._text("network.device.lan.hwaddress")

    @property
    def firmware(self) -> str:
        """Return the firmware version, "" where the model tells none."""
        return self._text("system.firmwareversion")

    def with_values(self, values: Mapping[str, JsonValue]) -> Model:
        """Return the same projector with other initial values.

        Raises:
            ModelError: unknown property, or a value that does not fit it.
        """
        properties = dict(self.properties)
        for name, value in values.items():
            if name not in properties:
                raise ModelError(f"no property {name!r}")
            properties[name] = replace(properties[name], initial=value)
            check_initial(properties[name])
        return replace(self, properties=properties)

    def _text(self, name: str) -> str:
        known = self.properties.get(name)
        return str(known.initial) if known else ""


def leader_of(value: JsonValue) -> str | None:
    """Return the property that an entry of `follows` names as "=<property>"."""
    if isinstance(value, str) and value.startswith("="):
        return value[1:]
    return None


def check_initial(prop: Property) -> None:
    """Check the initial value of a property against its type.

    Raises:
        ModelError: wrong type, out of range, not in the enumeration.
    """
    if not fits_type(prop.type, prop.initial):
        raise ModelError(f"{prop.name}: {prop.initial!r} is no {prop.type.name}")
    if not fits_range(prop.type, prop.initial):
        raise ModelError(f"{prop.name}: {prop.initial!r} is out of range")
