"""What a projector tells in lists: counters, and readings of its sensors.

Both are known by the names that other models have for them as properties, so that
nobody above needs to know how a value was come by.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from sys import intern
from typing import Final

from .blocks import OF_UNITS, QUANTITIES, UNITLESS, member_name, parsed, value_name
from .const import BLOCKS, COUNTERS, ENVIRONMENT
from .json_types import JsonObject, JsonValue, as_list, as_number
from .sanitize import MAX_LISTED, is_name
from .schema import PropertyType, shared_type

type Ask = Callable[[str, JsonValue], Awaitable[JsonValue]]
"""Call a method; None where there is no answer."""

_STATISTICS: Final = "statistics."
_ANY: Final = "Any"


class Listed:
    """Counters and control blocks."""

    def __init__(self, ask: Ask, is_busy: Callable[[], bool] = lambda: False) -> None:
        """Start without any. `is_busy`: whether it was too busy to answer `ask`."""
        self._ask = ask
        self._is_busy = is_busy
        self._block_types: Sequence[str] = ()  # to ask getcontrolblocks for
        self._has_counters = False
        self.kinds: dict[str, PropertyType] = {}
        """By name, with the projector's unit and the quantity of a block."""
        self.values: dict[str, JsonValue] = {}
        self._news: dict[str, JsonValue] = {}  # to become values when it is all
        self._present: set[str] = set()  # blocks listed by the present discovery
        self._unanswered: set[tuple[str, JsonValue]] = set()

    async def discover(
        self,
        methods: Iterable[str] | None,
        properties: Container[str] = (),
        state: JsonValue = None,
    ) -> None:
        """Read all that is listed now.

        `methods` and `properties`: what the projector describes; `methods` is None if
        it describes nothing. `state`: its power state.
        """
        known = (COUNTERS, BLOCKS) if methods is None else frozenset(methods)
        self._has_counters = COUNTERS in known
        self._news = {}
        self._present = set()
        if self._has_counters:
            await self._read_counters()
        self._block_types = await self._read_all_blocks() if BLOCKS in known else ()
        # What a projector reports as its state may be anything.
        await self._read_units(properties, state if isinstance(state, str) else None)
        self.values = self._news

    async def _read_all_blocks(self) -> Sequence[str]:
        """Return also for which value types this projector has to be asked."""
        if await self._read_blocks(_ANY):
            return (_ANY,)
        first, *others = QUANTITIES
        if not await self._read_blocks(first):
            return ()
        await asyncio.gather(*map(self._read_blocks, others))
        return QUANTITIES

    async def _read_units(self, properties: Container[str], state: JsonValue) -> None:
        """Ask for the units of all blocks at once, and what the names do not say."""
        units = {member_name(block, "unit") for block in self._present}
        unclear = {block for block in self._present if parsed(block)[0] is None}
        types = {member_name(block, "valuetype") for block in unclear}
        described = {name for name in units | types if name in properties}
        # The projector may log each absent name as an error: ask once.
        asked = sorted(
            name for name in described or units if (name, state) not in self._unanswered
        )
        answer = asked and await self._ask("property.get", {"property": asked})
        told = answer if isinstance(answer, Mapping) else {}
        self._note_unanswered(set(asked) - told.keys(), state)
        for block in self._present:
            unit = told.get(member_name(block, "unit"))
            if isinstance(unit, str) and is_name(unit):
                self.kinds[block] = shared_type(replace(self.kinds[block], unit=unit))
        await self._classify(unclear, told, state)

    async def _classify(
        self, blocks: Iterable[str], told: JsonObject, state: JsonValue
    ) -> None:
        """Find out what blocks measure whose names do not say it."""
        unclear = set()
        for block in blocks:
            kind = self.kinds[block]
            value_type = told.get(member_name(block, "valuetype"))
            if value_type in QUANTITIES:
                self.kinds[block] = shared_type(replace(kind, quantity=value_type))
            elif value_type is None and kind.quantity is None:
                quantity = OF_UNITS.get(kind.unit or "")
                self.kinds[block] = shared_type(replace(kind, quantity=quantity))
                if quantity is None and kind.unit != UNITLESS:
                    unclear.add(block)
        if any((block, state) not in self._unanswered for block in unclear):
            await self._classify_by_asking(unclear)
            self._note_unanswered(unclear, state)

    async def _classify_by_asking(self, blocks: Iterable[str]) -> None:
        """Ask for the blocks of each value type: each belongs to one."""
        answers = await asyncio.gather(
            *(self._ask(BLOCKS, blocks_of(quantity)) for quantity in QUANTITIES)
        )
        found = {
            quantity: {*map(value_name, answer)}
            for quantity, answer in zip(QUANTITIES, answers, strict=True)
            if isinstance(answer, Mapping)
        }
        for block in blocks:
            match [quantity for quantity, names in found.items() if block in names]:
                case [quantity]:
                    kind = self.kinds[block]
                    self.kinds[block] = shared_type(replace(kind, quantity=quantity))

    def _note_unanswered(self, names: Iterable[str], state: JsonValue) -> None:
        """Do not ask for these again while this firmware is in this power state."""
        if not self._is_busy():
            self._unanswered.update((name, state) for name in names)

    def forget(self) -> None:
        """Forget what was listed: there is another firmware."""
        self.kinds.clear()
        self._unanswered.clear()

    async def read(self, wanted: Iterable[str]) -> None:
        """Read again all that any of `wanted` needs; the rest is forgotten."""
        wanted = self.kinds.keys() & set(wanted)
        blocks = set(filter(_is_block, wanted))
        self._news = {}
        if self._has_counters and wanted - blocks:
            await self._read_counters()
        quantities = {_ANY, *(self.kinds[name].quantity for name in blocks)}
        types = [name for name in self._block_types if blocks and name in quantities]
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
            if not isinstance(name, str) or not name.strip():
                continue
            name = intern(f"{_STATISTICS}{name.removeprefix(_STATISTICS)}.value")
            known_unit = unit if isinstance(unit, str) and is_name(unit) else None
            if self._is_known(name, PropertyType("int", unit=known_unit)):
                if value is not None:
                    self._news[name] = value

    def _take_blocks(self, block_type: str, answer: JsonValue) -> None:
        if not isinstance(answer, Mapping):
            return
        for path, value in answer.items():
            if not path.strip():
                continue
            name = intern(value_name(path))
            quantity = parsed(name)[0] if block_type == _ANY else block_type
            if self._is_known(name, PropertyType("float", quantity=quantity)):
                self._present.add(name)
                if as_number(value) is not None:
                    self._news[name] = value

    def _is_known(self, name: str, kind: PropertyType) -> bool:
        """Note what there is, as long as it is no more than a projector can have."""
        known = self.kinds.get(name)
        if not is_name(name) or (known is None and len(self.kinds) >= MAX_LISTED):
            return False
        self.kinds[name] = shared_type(kind.completed_by(known))
        return True

    def memory(self) -> JsonObject:
        """Return what is listed, to be kept until the next start."""
        return {name: kind.as_json() for name, kind in self.kinds.items()}

    def restore(self, memory: JsonValue) -> None:
        """Know again what `memory` told."""
        if isinstance(memory, Mapping):
            self.kinds = {
                intern(name): shared_type(_restored(name, PropertyType.from_json(kind)))
                for name, kind in memory.items()
            }


def blocks_of(block_type: str = _ANY) -> JsonObject:
    """Return the parameters of `getcontrolblocks` for a value type, or all."""
    return {"type": "Sensor", "valuetype": block_type}


def _is_block(name: str) -> bool:
    return name.startswith(ENVIRONMENT)


def _restored(name: str, kind: PropertyType) -> PropertyType:
    """Return a type as it is kept now: 0.1.0 kept the quantity as unit."""
    if not _is_block(name):
        return kind
    old, unit = (kind.unit, None) if kind.unit in QUANTITIES else (None, kind.unit)
    return replace(kind, unit=unit, quantity=kind.quantity or parsed(name)[0] or old)
