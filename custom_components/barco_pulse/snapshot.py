"""Floor 3: what is known of a projector at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .catalogue import PRESETS, STATE, TARGET_STATE
from .introspection import PropertyType, as_number
from .protocol import JsonValue, PulseError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A projector at one moment; on a change it is replaced, never altered."""

    reachable: bool = False
    error: PulseError | None = None
    """Why it is not reachable."""
    properties: Mapping[str, PropertyType] = MappingProxyType({})
    """What exists in the present power state."""
    values: Mapping[str, JsonValue] = MappingProxyType({})
    """Values by name; what has no value now is left out.

    Beside properties: results of the methods in `catalogue.LISTS`, and what is derived
    (`catalogue.SIGNAL`, `ACTIVE_PRESET`, `ACTIVE_PROFILE`).
    """

    @property
    def state(self) -> str | None:
        """One of `catalogue.STATES`, or what else the projector says."""
        return self.text(STATE)

    @property
    def is_on(self) -> bool | None:
        """Whether it shows a picture or is about to; cooling and ready are off."""
        if self.state is None:
            return None
        return self.state in ("on", "conditioning") or self.text(TARGET_STATE) == "on"

    def text(self, name: str) -> str | None:
        """Return a value that is text, else None."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        """Return a value that is a number, else None."""
        return as_number(self.values.get(name))

    def texts(self, name: str) -> list[str]:
        """Return the texts of a value that is a list, else an empty list."""
        value = self.values.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            return []
        return [item for item in value if isinstance(item, str)]

    @property
    def presets(self) -> dict[str, int]:
        """Slots by name ("3: Gaming"), those only that a profile is assigned to."""
        pairs = self.values.get(PRESETS)
        if isinstance(pairs, Mapping):
            pairs = list(pairs.items())
        found: dict[str, int] = {}
        for pair in pairs if isinstance(pairs, Sequence) else ():
            match pair:
                case [slot, str() as profile] | {
                    "key": slot,
                    "value": str() as profile,
                }:
                    number = str(slot).removesuffix(".0")
                    if profile and number.isdecimal():
                        found[f"{number}: {profile}"] = int(number)
        return found
