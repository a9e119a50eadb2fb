"""Floor 3: find out what a projector has in its present power state."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
import logging
import re

from .catalogue import COUNTERS, LISTS, PROPERTIES
from .introspection import ObjectModel, PropertyType, parse_object
from .protocol import JsonValue, PulseRequestError, PulseStateError

_LOGGER = logging.getLogger(__name__)

type Request = Callable[[str, JsonValue], Awaitable[JsonValue]]

_OWNERS = sorted({name.rpartition(".")[0] for name in PROPERTIES})


def object_name(name: str) -> str:
    """Return the object that stands for a source or connector: "HDMI 1" -> "hdmi1"."""
    return re.sub(r"\W", "", name.lower())


class Discovery:
    """Objects, properties and lists, as introspection tells them.

    Where a projector refuses introspection the catalogue stands in for it, and what
    cannot be read does not exist.
    """

    def __init__(self, request: Request) -> None:
        """Ask by `request(method, params)`, which raises PulseError."""
        self._request = request
        self._models: dict[str, ObjectModel] = {}
        self._connectors: dict[str, tuple[str, ...]] = {}
        self.unsettled = False
        """True if the projector was too busy to tell all."""
        self.described = False
        """False while the catalogue stands in for introspection."""
        self.properties: dict[str, PropertyType] = {}
        self.lists: dict[str, JsonValue] = {}

    def forget(self, name: str) -> None:
        """Object `name` came, went or changed: ask again for it and all below it."""
        for known in [*self._models]:
            if not name or known == name or known.startswith(f"{name}."):
                del self._models[known]
        self._connectors.clear()

    async def update(self) -> None:
        """Ask for what is not known yet. Raises PulseError if the connection fails."""
        self.unsettled = False
        root = await self._introspect("")
        present = root.objects if root else frozenset[str]()
        for name in [*self._models]:
            if name.partition(".")[0] not in present:
                del self._models[name]
        missing = [
            name
            for name in _OWNERS
            if name not in self._models
            and (not present or name.partition(".")[0] in present)
        ]
        models = await asyncio.gather(*map(self._introspect, missing))
        self._models |= {
            name: model for name, model in zip(missing, models, strict=True) if model
        }
        self.properties = {
            name: kind.completed_by(PROPERTIES.get(name))
            for model in self._models.values()
            for name, kind in model.properties.items()
        }
        self.described = bool(self.properties)
        if not self.described:
            self.properties = dict(PROPERTIES)
        results = await asyncio.gather(*(self.ask(method) for method in LISTS))
        self.lists = {
            method: result
            for method, result in zip(LISTS, results, strict=True)
            if result is not None
        }
        self._learn_units()

    def keep(self, readable: Container[str]) -> None:
        """Without introspection, what cannot be read does not exist."""
        self.properties = {
            name: kind for name, kind in self.properties.items() if name in readable
        }

    async def connectors(self, source: str) -> tuple[str, ...]:
        """Return the object names of the connectors that feed `source`."""
        if source in self._connectors:
            return self._connectors[source]
        name = object_name(source)
        listed = await self.ask(f"image.source.{name}.listconnectors")
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            listed = ()
        names = (e.get("name") if isinstance(e, Mapping) else e for e in listed)
        connectors = tuple(object_name(n) for n in names if isinstance(n, str))
        if not self.unsettled:
            self._connectors[source] = connectors or (name,)
        return connectors or (name,)

    async def ask(self, method: str, params: JsonValue = None) -> JsonValue:
        """Call a method; None where the projector has no answer to it now."""
        try:
            return await self._request(method, params)
        except PulseRequestError as error:
            _LOGGER.debug("%s: %s", method, error)
            if isinstance(error, PulseStateError) and not error.absent:
                self.unsettled = True
            return None

    async def _introspect(self, name: str) -> ObjectModel | None:
        description = await self.ask("introspect", {"object": name, "recursive": False})
        return parse_object(name, description) if description else None

    def _learn_units(self) -> None:
        """Only the list of counters tells in what a counter counts."""
        for name, unit in _units(self.lists.get(COUNTERS)):
            kind = self.properties.get(name) or PropertyType("int")
            self.properties[name] = replace(kind, unit=unit)


def _units(counters: JsonValue) -> Iterable[tuple[str, str]]:
    if not isinstance(counters, Sequence) or isinstance(counters, str):
        return
    for counter in counters:
        if isinstance(counter, Mapping):
            name, unit = counter.get("name"), counter.get("unit")
            if isinstance(name, str) and isinstance(unit, str):
                yield f"statistics.{name.removeprefix('statistics.')}.value", unit
