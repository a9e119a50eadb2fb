"""What a row of a platform's table says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
import re

from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

from .pulse import PENDING, POWER, STATE, TARGET_STATE, JsonValue, Snapshot, bare


@dataclass(frozen=True, kw_only=True)
class PulseEntityDescription(EntityDescription):
    """One row: an entity, if the projector has what it shows."""

    names: tuple[str, ...]
    """The property shown; further names are what other models call it."""
    member: str | None = None
    """What to show of a property that is an object."""
    also: tuple[str, ...] = ()
    """Names of what else the state is made of."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Attributes, and the properties that they show."""
    asks: tuple[str, ...] = ()
    """Names of what `exists_fn` looks at."""
    exists_fn: Callable[[Snapshot], bool] = lambda snapshot: True
    """Whether to show it at all on a projector that has it."""
    asleep: bool = False
    """Whether it makes sense of a projector that sleeps, and can be woken."""
    kept: bool = False
    """Whether the last value stays true when the projector does not report it."""
    asleep_value: JsonValue = None
    """The value while the projector sleeps, where that is not the last one."""

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of all that goes into the state."""
        return self.names + self.also + tuple(name for _, name in self.attributes)

    def known(self, snapshot: Snapshot) -> bool:
        """Tell whether the projector has it."""
        return any(map(snapshot.has, self.names))

    def exists(self, snapshot: Snapshot) -> bool:
        """Tell whether the projector has it, and has use for it."""
        return self.known(snapshot) and self.exists_fn(snapshot)


@dataclass(frozen=True, kw_only=True)
class PulsePowerDescription(PulseEntityDescription):
    """The row of an entity that switches the projector on and off."""

    names: tuple[str, ...] = (STATE,)
    also: tuple[str, ...] = (TARGET_STATE,)
    attributes: tuple[tuple[str, str], ...] = (("pending", PENDING + POWER),)
    asleep: bool = True


type Rows = Callable[[Snapshot], Iterable[PulseEntityDescription]]
"""The rows of a platform; some are made from what the projector lists."""
type Tables = Mapping[Platform, Rows]


@lru_cache(maxsize=1024)  # a few words, again and again
def slug(text: str) -> str:
    """Return a projector's word as Home Assistant spells it: "OneToOne" -> "one_to_one"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[^a-z0-9-]+", "_", spaced.lower()).strip("_")


_SPELLED = {
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


_SPELLING = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b|\bar (?=\d)")


@lru_cache(maxsize=1024)
def words(path: str) -> str:
    """Return a dotted path as a person writes it: "dmd.fan1" -> "DMD fan 1"."""
    spaced = re.sub(r"[._]+|(?<=[a-z])(?=\d)", " ", path)
    spelled = _SPELLING.sub(lambda m: _SPELLED.get(m[0], "AR"), bare(spaced))
    return spelled if spelled.startswith("i.MX") else spelled[:1].upper() + spelled[1:]
