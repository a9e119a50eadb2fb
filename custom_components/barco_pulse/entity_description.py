"""Describe entities: which properties they show, and when they exist."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
import re

from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

from .pulse import (
    PENDING,
    POWER,
    STATE,
    TARGET_STATE,
    JsonValue,
    Snapshot,
    strip_markup,
)


@dataclass(frozen=True, kw_only=True)
class PulseEntityDescription(EntityDescription):
    """Describe an entity that exists if the projector has one of its properties."""

    property_names: tuple[str, ...]
    """The property that the entity shows. Other models use the other names."""
    member: str | None = None
    """The member to show if the value is an object."""
    extra_names: tuple[str, ...] = ()
    """Other properties that the state depends on."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Pairs of an attribute and the property that it shows."""
    exists_names: tuple[str, ...] = ()
    """Properties that `exists_fn` reads."""
    exists_fn: Callable[[Snapshot], bool] = lambda snapshot: True
    """Return False if the entity is of no use although the property exists."""
    available_asleep: bool = False
    """Whether the entity is available while the projector is asleep."""
    kept: bool = False
    """Whether to show the last value while the projector does not report one."""
    asleep_value: JsonValue = None
    """The value to show while the projector is asleep, instead of the last one."""

    @property
    def subscribed_names(self) -> tuple[str, ...]:
        """Return all properties that the state depends on, to subscribe to them."""
        return (
            self.property_names
            + self.extra_names
            + tuple(name for _, name in self.attributes)
        )

    def is_supported(self, snapshot: Snapshot) -> bool:
        """Return True if the projector has the property."""
        return any(map(snapshot.has, self.property_names))

    def exists(self, snapshot: Snapshot) -> bool:
        """Return True if the projector has the property and the entity is useful."""
        return self.is_supported(snapshot) and self.exists_fn(snapshot)


@dataclass(frozen=True, kw_only=True)
class PulsePowerDescription(PulseEntityDescription):
    """Describe an entity that switches the projector on and off."""

    property_names: tuple[str, ...] = (STATE,)
    extra_names: tuple[str, ...] = (TARGET_STATE,)
    attributes: tuple[tuple[str, str], ...] = (("pending", PENDING + POWER),)
    available_asleep: bool = True


type DescriptionFactory = Callable[[Snapshot], Iterable[PulseEntityDescription]]
"""Return the descriptions of a platform, some made from what the projector lists."""
type DescriptionTables = Mapping[Platform, DescriptionFactory]


@lru_cache(maxsize=1024)  # the same few words are converted often
def to_state_key(text: str) -> str:
    """Return the key of a state for a word: "OneToOne" becomes "one_to_one"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[^a-z0-9-]+", "_", spaced.lower()).strip("_")


_SPELLINGS = {
    "cpu": "CPU",
    "dmd": "DMD",
    "fpga": "FPGA",
    "led": "LED",
    "pcb": "PCB",
    "psu": "PSU",
    "imx 6": "i.MX6",
    "cyclon 5": "Cyclone V",
    "mainpower": "main power",
    "phosphorleft": "phosphor left",
    "phosphorright": "phosphor right",
    "scalerfpga": "scaler FPGA",
}


_MISSPELLED = re.compile(rf"\b(?:{'|'.join(_SPELLINGS)})\b|\bar (?=\d)")


@lru_cache(maxsize=1024)
def humanize(path: str) -> str:
    """Return a name to display for a dotted path: "dmd.fan1" becomes "DMD fan 1"."""
    spaced = re.sub(r"[._]+|(?<=[a-z])(?=\d)", " ", path)
    spelled = _MISSPELLED.sub(
        lambda m: _SPELLINGS.get(m[0], "AR"), strip_markup(spaced)
    )
    return spelled if spelled.startswith("i.MX") else spelled[:1].upper() + spelled[1:]
