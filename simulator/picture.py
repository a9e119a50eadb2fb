"""Sources, connectors and their signals."""

from collections.abc import Callable
import re

from .clock import Clock
from .jsontypes import JsonObject, JsonValue
from .model import Model, Property
from .quirks import Quirks
from .rpc import FAILED, RpcError
from .store import Put, Store
from .values import Member

SOURCE = "image.window.main.source"
_LUMINANCES = ("mastering_luminance", "max_cll", "max_fall")


def object_name(name: str) -> str:
    """Return the object name of a source or connector: "L1 HDMI" is "l1hdmi"."""
    return re.sub(r"\W", "", name.lower())


class Inputs:
    """The signals at the connectors, and the selected source.

    The initial value of `image.connector.<name>.detectedsignal` is the signal at the
    connector; the projector detects it while the selected source uses the connector.

    Attributes:
        sources: The connectors of each source, by its current name.
    """

    def __init__(
        self,
        model: Model,
        quirks: Quirks,
        clock: Clock,
        store: Store,
        put: Put,
        signal_changed: Callable[[], None],
    ) -> None:
        """Initialize the inputs of a model.

        Args:
            model: The projector's data.
            quirks: The projector's quirks.
            clock: The projector's timers.
            store: The projector's values, to read from.
            put: Sets a property and notifies its subscribers.
            signal_changed: Called after the detected signals were updated.
        """
        self._properties = model.properties
        self._source_gap = model.durations["source_gap"]
        self._quirks = quirks
        self._clock = clock
        self._store = store
        self._put = put
        self._signal_changed = signal_changed
        self.sources = dict(model.sources)
        self._plugged: dict[str, JsonObject] = {
            prop.name: {**_without_signal(prop), **prop.initial}
            for prop in model.properties.values()
            if prop.name.startswith("image.connector.")
            and prop.name.endswith(".detectedsignal")
            and isinstance(prop.initial, dict)
        }

    def select(self, source: JsonValue) -> None:
        """Change the source: first to none, then to the new one.

        Raises:
            RpcError: The source does not exist.
        """
        if source not in self.sources:
            raise RpcError(FAILED, "Could not set source!")
        if self._store.kept(SOURCE) == source:
            return

        def arrive() -> None:
            self._put(SOURCE, source)
            self.refresh()

        self._put(SOURCE, "")
        self.refresh()
        self._clock.work(SOURCE, self._source_gap, arrive)

    def rename(self, name: str) -> None:
        """Rename the selected source; only `SOURCE` changes.

        Raises:
            ValueError: No source is selected, or the name is in use.
        """
        selected = str(self._store.kept(SOURCE))
        if selected not in self.sources or name in self.sources:
            raise ValueError(f"cannot rename {selected!r} to {name!r}")
        self.sources = {
            name if source == selected else source: connectors
            for source, connectors in self.sources.items()
        }
        self._put(SOURCE, name)

    def plug(self, name: str, signal: JsonObject) -> None:
        """Change the signal at a connector; omitted members keep their values."""
        self._plugged[name] = {**self._plugged[name], **signal}
        self.refresh()

    def refresh(self) -> None:
        """Update the detected signal of every connector."""
        selected = self._selected()
        for name, signal in self._plugged.items():
            is_detected = name in selected or self._quirks.detects == "all"
            prop = self._properties[name]
            active = is_detected and signal["active"]
            self._put(name, signal if active else _without_signal(prop))
        self._put("image.window.main.activesignal", self.active())
        self._signal_changed()

    def active(self) -> bool:
        """Return whether the selected source has a signal."""
        return any(self._plugged[name]["active"] for name in self._selected())

    def _selected(self) -> list[str]:
        source = self._store.kept(SOURCE)
        connectors = self.sources.get(str(source), ())
        names = (f"image.connector.{object_name(c)}.detectedsignal" for c in connectors)
        return [name for name in names if name in self._plugged]


def _without_signal(prop: Property) -> JsonObject:
    """Return the value of a connector's detectedsignal without a signal."""
    absent: JsonObject = {"active": False} | {
        member.name: _absent_value(member) for member in prop.type.members
    }
    initial = prop.initial if isinstance(prop.initial, dict) else {}
    return absent if initial.get("active") else absent | initial


def _absent_value(member: Member) -> JsonValue:
    if member.name in _LUMINANCES:
        return -1.0
    if member.type.base == "bool":
        return False
    if member.type.base in ("int", "float"):
        return 0
    return member.type.values[0] if member.type.values else ""
