"""A projector as data, read by `model_file.py` (see simulator/README.md)."""

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
"""The stable power states, from lowest to highest."""

DURATIONS: Mapping[str, float] = {
    "boot": 60.0,  # mains or magic packet -> first stable state
    "wake": 15.0,  # standby -> ready
    "pass_ready": 1.0,  # ready on the way from standby to on
    "conditioning": 20.0,  # ready -> on
    "deconditioning": 120.0,  # on -> ready
    "after_timeout": 0.0,  # additional time in a state after its timer
    "unsettled": 2.0,  # an object exists but its service does not
    "eco_leave": 1.0,  # announcing eco -> network gone
    "source_gap": 0.5,  # source "" -> the new source
    "motor": 2.0,  # movement of a lens or shutter
}
"""The default durations in seconds, by name."""


class ModelError(ValueError):
    """The model is not valid; the message names the place."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its type, access and initial value.

    `unit` makes a `statistics.<counter>.value` a counter in that unit. `bounds` are
    the names of the properties with its minimum and maximum.
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
    """A method: its parameters, and the result if no function handles it."""

    name: str
    params: tuple[Member, ...] = ()
    returns: str = ""
    result: JsonValue = None


@dataclass(frozen=True, slots=True)
class Block:
    """An environment block in `environment.getcontrolblocks`.

    Its value is that of the property `<block>.value`, or `fixed`.
    """

    block_type: str
    value_type: str
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A projector as data."""

    name: str
    description: str
    pin: str | None
    users: Mapping[str, str]
    rungs: tuple[str, ...]
    rests_in: str
    durations: Mapping[str, float]
    quirks: Mapping[str, JsonValue]
    exists: Mapping[str, frozenset[str]]
    follows: Mapping[str, Mapping[str, JsonValue]]
    sources: Mapping[str, Sequence[str]]
    profiles: Mapping[str, JsonObject]
    blocks: Mapping[str, Block]
    properties: Mapping[str, Property]
    methods: Mapping[str, Method]
    signals: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()
    """Objects that exist even without known members."""
    notifications: tuple[JsonObject, ...] = ()
    """The initial notifications; each has an id and a severity."""
    starts_in: str = ""
    """The initial power state, "" for `rests_in`."""

    @property
    def serial(self) -> str:
        """Return the serial number, "" if the model has none."""
        return self._text("system.serialnumber")

    @property
    def mac(self) -> str:
        """Return the MAC address of the LAN port, "" if the model has none."""
        return self._text("network.device.lan.hwaddress")

    @property
    def firmware(self) -> str:
        """Return the firmware version, "" if the model has none."""
        return self._text("system.firmwareversion")

    def with_values(self, values: Mapping[str, JsonValue]) -> Model:
        """Return a copy with other initial values.

        Raises:
            ModelError: A property does not exist, or its value is not valid.
        """
        properties = dict(self.properties)
        for name, value in values.items():
            if name not in properties:
                raise ModelError(f"no property {name!r}")
            properties[name] = replace(properties[name], initial=value)
            check_initial(properties[name])
        return replace(self, properties=properties)

    def _text(self, name: str) -> str:
        prop = self.properties.get(name)
        return str(prop.initial) if prop else ""


def leader_of(value: JsonValue) -> str | None:
    """Return the property in an entry "=<property>" of `follows`, else None."""
    if isinstance(value, str) and value.startswith("="):
        return value[1:]
    return None


def check_initial(prop: Property) -> None:
    """Check the initial value of a property.

    Raises:
        ModelError: The type is wrong, or the value is out of range.
    """
    if not fits_type(prop.type, prop.initial):
        raise ModelError(
            f"{prop.name}: {prop.initial!r} is not of type {prop.type.name}"
        )
    if not fits_range(prop.type, prop.initial):
        raise ModelError(f"{prop.name}: {prop.initial!r} is out of range")
