"""Floor 3: find out what a projector has in its present power state."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
import logging
import re

from .catalogue import BLOCKS, COUNTERS, LISTS, PROPERTIES, SIGNAL, SOURCE
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
        self._refused = False  # it does not introspect at all
        self._stale: list[str] = []  # objects to ask for again
        self._connectors: dict[str, tuple[str, ...]] = {}
        self.unsettled = False
        """True if the projector was too busy to tell all."""
        self.described = False
        """False while the catalogue stands in for introspection."""
        self.properties: dict[str, PropertyType] = {}
        self.lists: dict[str, JsonValue] = {}
        self.blocks: dict[str, JsonValue] = {}
        """Temperatures that are no properties here, by what other models call them."""

    def forget(self, name: str) -> None:
        """Object `name` came, went or changed: ask again for it and all below it."""
        self._stale.append(name)

    async def update(self) -> None:
        """Ask for what is not known yet. Raises PulseError if the connection fails.

        Where the projector is too busy to tell, what was known stays.
        """
        self.unsettled = False
        stale, self._stale = self._stale, []
        root = await self._introspect("")
        if not self.unsettled:
            await self._update_models(root.objects if root else frozenset(), stale)
        if self.unsettled:
            self._stale += stale
        results = await asyncio.gather(
            *(self.ask(method, params) for method, params in LISTS.items())
        )
        lists: dict[str, JsonValue] = {
            method: result
            for method, result in zip(LISTS, results, strict=True)
            if result is not None
        }
        self.lists = self.lists | lists if self.unsettled else lists
        properties = {
            name: kind.completed_by(PROPERTIES.get(name))
            for model in self._models.values()
            for name, kind in model.properties.items()
        }
        self.described = bool(properties)
        if not self.described:
            properties = dict(PROPERTIES)
        blocks = _block_values(self.lists.get(BLOCKS))
        self.blocks = {n: blocks[n] for n in blocks if n not in properties}
        properties |= dict.fromkeys(self.blocks, PropertyType("float"))
        if SOURCE in properties:
            properties[SIGNAL] = PropertyType("object")
        for name, unit in _units(self.lists.get(COUNTERS)):
            kind = properties.get(name) or PropertyType("int")
            properties[name] = replace(kind, unit=unit)
        self.properties = properties

    async def _update_models(
        self, present: frozenset[str], stale: Sequence[str]
    ) -> None:
        """Ask for what is new or `stale`; an empty `present` means: nobody knows."""
        if stale:
            self._connectors.clear()
        elif self._refused and not present:
            return

        def may_exist(name: str) -> bool:
            return not present or name.partition(".")[0] in present

        known = {name: m for name, m in self._models.items() if may_exist(name)}
        asked = [
            name
            for name in _OWNERS
            if may_exist(name)
            and (not present or name not in known or _is_below(name, stale))
        ]
        models = await asyncio.gather(*map(self._introspect, asked))
        for name, model in zip(asked, models, strict=True):
            if model is not None:
                known[name] = model
            elif not self.unsettled:
                known.pop(name, None)
        self._models = known
        self._refused = not present and not known and not self.unsettled

    def keep(self, readable: Container[str]) -> None:
        """Without introspection, what cannot be read does not exist."""
        blocks = _block_values(self.lists.get(BLOCKS))
        self.blocks = {n: blocks[n] for n in blocks if n not in readable}
        self.properties = {
            name: kind
            for name, kind in self.properties.items()
            if name in readable
            or name in self.blocks
            or (name == SIGNAL and SOURCE in readable)
        }

    async def read_blocks(self) -> None:
        """Read `blocks` again: nobody pushes them."""
        if (blocks := await self.ask(BLOCKS, LISTS[BLOCKS])) is None:
            return
        told = _block_values(blocks)
        self.blocks = {name: told[name] for name in self.blocks if name in told}

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


def _is_below(name: str, ancestors: Iterable[str]) -> bool:
    return any(
        not ancestor or f"{name}.".startswith(f"{ancestor}.") for ancestor in ancestors
    )


def _block_values(blocks: JsonValue) -> dict[str, JsonValue]:
    """Name control blocks like the properties that other models have for them."""
    if not isinstance(blocks, Mapping):
        return {}
    prefix = "environment."
    return {
        f"{prefix}{name.removeprefix(prefix).removesuffix('.value')}.value": value
        for name, value in blocks.items()
    }


def _units(counters: JsonValue) -> Iterable[tuple[str, str]]:
    """Only the list of counters tells in what a counter counts."""
    if not isinstance(counters, Sequence) or isinstance(counters, str):
        return
    for counter in counters:
        if isinstance(counter, Mapping):
            name, unit = counter.get("name"), counter.get("unit")
            if isinstance(name, str) and isinstance(unit, str):
                yield f"statistics.{name.removeprefix('statistics.')}.value", unit
