"""Floor 3: what a projector tells in lists: counters, and readings of its sensors.

Both are known by the names that other models have for them as properties, so that
nobody above needs to know how a value was come by.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from .bounds import MAX_LISTED, is_name
from .catalogue import BLOCK_KINDS, BLOCKS, COUNTERS
from .introspection import PropertyType, as_list, as_number
from .protocol import JsonObject, JsonValue

type Ask = Callable[[str, JsonValue], Awaitable[JsonValue]]
"""Call a method; None where there is no answer."""

_ENVIRONMENT: Final = "environment."
_STATISTICS: Final = "statistics."
_ANY: Final = "Any"


class Listed:
    """Counters and control blocks."""

    def __init__(self, ask: Ask) -> None:
        """Nothing is known yet."""
        self._ask = ask
        self._block_types: Sequence[str] = ()  # to ask getcontrolblocks for
        self._has_counters = False
        self.kinds: dict[str, PropertyType] = {}
        """By name; the unit is a counter's unit, or the value type of a block."""
        self.values: dict[str, JsonValue] = {}
        self._news: dict[str, JsonValue] = {}  # to become values when it is all

    async def discover(self, methods: Iterable[str] | None) -> None:
        """Read all that is listed now. `methods`: what there is, None if unknown."""
        known = (COUNTERS, BLOCKS) if methods is None else frozenset(methods)
        self._has_counters = COUNTERS in known
        self._news = {}
        if self._has_counters:
            await self._read_counters()
        self._block_types = await self._read_all_blocks() if BLOCKS in known else ()
        self.values = self._news

    async def _read_all_blocks(self) -> Sequence[str]:
        """Return also for which value types this projector has to be asked."""
        if await self._read_blocks(_ANY):
            return (_ANY,)
        first, *others = dict.fromkeys(BLOCK_KINDS.values())
        if not await self._read_blocks(first):
            return ()
        await asyncio.gather(*map(self._read_blocks, others))
        return (first, *others)

    async def read(self, wanted: Iterable[str]) -> None:
        """Read again all that any of `wanted` needs; the rest is forgotten."""
        wanted = self.kinds.keys() & set(wanted)
        blocks = set(filter(_is_block, wanted))
        self._news = {}
        if self._has_counters and wanted - blocks:
            await self._read_counters()
        units = {_ANY, *(self.kinds[name].unit for name in blocks)}
        types = [name for name in self._block_types if blocks and name in units]
        await asyncio.gather(*map(self._read_blocks, types))
        self.values = self._news

    async def _read_counters(self) -> None:
        self._take_counters(await self._ask(COUNTERS, None))

    async def _read_blocks(self, block_type: str) -> bool:
        answer = await self._ask(BLOCKS, blocks_of(block_type))
        self._take_blocks(block_type, answer)
        return bool(answer)

    def _take_counters(self, answer: JsonValue) -> None:
        for counter in as_list(answer):
            if not isinstance(counter, Mapping):
                continue
            name, unit = counter.get("name"), counter.get("unit")
            value = as_number(counter.get("value"))
            if not isinstance(name, str):
                continue
            name = f"{_STATISTICS}{name.removeprefix(_STATISTICS)}.value"
            known_unit = unit if isinstance(unit, str) and is_name(unit) else None
            if self._is_known(name, PropertyType("int", unit=known_unit)):
                if value is not None:
                    self._news[name] = value

    def _take_blocks(self, block_type: str, answer: JsonValue) -> None:
        if not isinstance(answer, Mapping):
            return
        for path, value in answer.items():
            path = path.removeprefix(_ENVIRONMENT).removesuffix(".value")
            name = f"{_ENVIRONMENT}{path}.value"
            unit = block_kind(name) if block_type == _ANY else block_type
            if self._is_known(name, PropertyType("float", unit=unit)):
                if as_number(value) is not None:
                    self._news[name] = value

    def _is_known(self, name: str, kind: PropertyType) -> bool:
        """Note what there is, as long as it is no more than a projector can have."""
        if not is_name(name) or (
            name not in self.kinds and len(self.kinds) >= MAX_LISTED
        ):
            return False
        self.kinds[name] = kind
        return True

    def memory(self) -> JsonObject:
        """Return what is listed, to be kept until the next start."""
        return {name: kind.as_json() for name, kind in self.kinds.items()}

    def restore(self, memory: JsonValue) -> None:
        """Know again what `memory` told."""
        if isinstance(memory, Mapping):
            self.kinds = {n: PropertyType.from_json(k) for n, k in memory.items()}


def blocks_of(block_type: str = _ANY) -> JsonObject:
    """Return the parameters of `getcontrolblocks` for a value type, or all."""
    return {"type": "Sensor", "valuetype": block_type}


def _is_block(name: str) -> bool:
    return name.startswith(_ENVIRONMENT)


def block_kind(name: str) -> str | None:
    """Return the value type that the path of a block tells: Temperature, Speed, ..."""
    word = name.removeprefix(_ENVIRONMENT).partition(".")[0]
    return BLOCK_KINDS.get(word)
