"""Read counters and control blocks (sensors) that the projector lists.

Their names are those of the same properties in other models, so other modules need not
know how a value was read.
"""

import asyncio
from collections.abc import Container, Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import replace
from sys import intern
from typing import Final

from ..const import CONTROL_BLOCKS, COUNTERS, ENVIRONMENT, is_polled
from ..json_types import JsonObject, JsonValue, as_list, as_number
from ..sanitize import MAX_READINGS, is_valid_name
from ..schema import PropertyType, shared_type
from .blocks import (
    QUANTITIES,
    QUANTITY_BY_UNIT,
    UNITLESS,
    member_name,
    parse_block_name,
    value_name,
)
from .optional_requests import OptionalRequests
from .projector_schema import top_level_object

LISTING_METHODS: Final = (COUNTERS, CONTROL_BLOCKS)
"""The methods that list counters and control blocks."""

_STATISTICS: Final = "statistics."
_ANY: Final = "Any"


class ListedReadings:
    """Counters and control blocks that come from list methods."""

    def __init__(self, requests: OptionalRequests) -> None:
        """Start without any; list them with `requests`."""
        self._requests = requests
        self._block_types: Sequence[str] = ()  # parameters for getcontrolblocks
        self._has_counters = False
        self.types: dict[str, PropertyType] = {}
        """Types by name, with the projector's unit and the quantity of a block."""
        self.values: dict[str, JsonValue] = {}
        self._fresh: dict[str, JsonValue] = {}  # become `values` when complete
        self._present: set[str] = set()  # blocks found by the current `list_all`
        self._unanswered: set[tuple[str, JsonValue]] = set()
        self._unsubscribed: tuple[str, ...] = ()  # for the names in `_compared`
        self._compared: tuple[object, AbstractSet[str]] = (None, frozenset())
        self.has_unlisted = False
        """True if a method that may exist listed no value."""

    async def list_all(
        self,
        methods: Iterable[str] | None,
        properties: Container[str] = (),
        state: JsonValue = None,
    ) -> None:
        """Read all counters and control blocks, and find out their units.

        `methods` and `properties` are those that the projector describes; `methods` is
        None if it describes none. `state` is its power state.
        """
        available = (
            frozenset(LISTING_METHODS) if methods is None else frozenset(methods)
        )
        self._has_counters = COUNTERS in available
        self._fresh = {}
        self._present = set()
        if self._has_counters:
            await self._read_counters()
        self._block_types = (
            await self._read_all_blocks() if CONTROL_BLOCKS in available else ()
        )
        # The reported state may have any type.
        await self._read_units(properties, state if isinstance(state, str) else None)
        self._update_values()
        listed = {top_level_object(name) for name in self.values}
        self.has_unlisted = any(
            top_level_object(method) not in listed for method in available
        )

    def _update_values(self) -> None:
        """Replace the values; keep those that a busy projector did not list."""
        incomplete = self._requests.incomplete
        self.values = self.values | self._fresh if incomplete else self._fresh

    async def _read_all_blocks(self) -> Sequence[str]:
        """Read all blocks; return the value types that this projector must be asked for."""
        if await self._read_blocks(_ANY):
            return (_ANY,)
        first, *others = QUANTITIES
        if not await self._read_blocks(first):
            return ()
        await asyncio.gather(*map(self._read_blocks, others))
        return QUANTITIES

    async def _read_units(self, properties: Container[str], state: JsonValue) -> None:
        """Read the units of all blocks, and the quantities that names do not imply."""
        units = {member_name(block, "unit") for block in self._present}
        unclear = {
            block for block in self._present if parse_block_name(block)[0] is None
        }
        types = {member_name(block, "valuetype") for block in unclear}
        described = {name for name in units | types if name in properties}
        # The projector may log each missing name as an error, so read it only once.
        requested = sorted(
            name for name in described or units if (name, state) not in self._unanswered
        )
        answer = requested and await self._requests.request(
            "property.get", {"property": requested}
        )
        answered = answer if isinstance(answer, Mapping) else {}
        self._record_unanswered(set(requested) - answered.keys(), state)
        for block in self._present:
            unit = answered.get(member_name(block, "unit"))
            if isinstance(unit, str) and is_valid_name(unit):
                self.types[block] = shared_type(replace(self.types[block], unit=unit))
        await self._classify(unclear, answered, state)

    async def _classify(
        self, blocks: Iterable[str], answered: JsonObject, state: JsonValue
    ) -> None:
        """Find out what blocks measure if their names do not imply it."""
        unclear = set()
        for block in blocks:
            property_type = self.types[block]
            value_type = answered.get(member_name(block, "valuetype"))
            if value_type in QUANTITIES:
                self.types[block] = shared_type(
                    replace(property_type, quantity=value_type)
                )
            elif value_type is None and property_type.quantity is None:
                quantity = QUANTITY_BY_UNIT.get(property_type.unit or "")
                self.types[block] = shared_type(
                    replace(property_type, quantity=quantity)
                )
                if quantity is None and property_type.unit != UNITLESS:
                    unclear.add(block)
        if any((block, state) not in self._unanswered for block in unclear):
            await self._classify_by_request(unclear)
            self._record_unanswered(unclear, state)

    async def _classify_by_request(self, blocks: Iterable[str]) -> None:
        """Find the quantity of blocks by listing the blocks of each value type."""
        answers = await asyncio.gather(
            *(
                self._requests.request(CONTROL_BLOCKS, control_block_params(quantity))
                for quantity in QUANTITIES
            )
        )
        found = {
            quantity: {*map(value_name, answer)}
            for quantity, answer in zip(QUANTITIES, answers, strict=True)
            if isinstance(answer, Mapping)
        }
        for block in blocks:
            match [quantity for quantity, names in found.items() if block in names]:
                case [quantity]:
                    property_type = self.types[block]
                    self.types[block] = shared_type(
                        replace(property_type, quantity=quantity)
                    )

    def _record_unanswered(self, names: Iterable[str], state: JsonValue) -> None:
        """Do not read these names again with this firmware in this power state.

        While the projector is busy, a missing answer shows nothing.
        """
        if not self._requests.incomplete:
            self._unanswered.update((name, state) for name in names)

    def reset(self) -> None:
        """Forget everything after a change of firmware."""
        self.types.clear()
        self._unanswered.clear()

    async def read(self, names: Iterable[str]) -> None:
        """Read `names` again; drop all other values."""
        names = self.types.keys() & set(names)
        blocks = set(filter(_is_block, names))
        self._fresh = {}
        if self._has_counters and names - blocks:
            await self._read_counters()
        quantities = {_ANY, *(self.types[name].quantity for name in blocks)}
        types = [name for name in self._block_types if blocks and name in quantities]
        await asyncio.gather(*map(self._read_blocks, types))
        self._update_values()

    async def _read_counters(self) -> None:
        self._add_counters(await self._requests.request(COUNTERS, None))

    async def _read_blocks(self, block_type: str) -> bool:
        answer = await self._requests.request(
            CONTROL_BLOCKS, control_block_params(block_type)
        )
        self._add_blocks(block_type, answer)
        return bool(answer)

    def _add_counters(self, answer: JsonValue) -> None:
        for counter in as_list(answer):
            if not isinstance(counter, Mapping):
                continue
            name, unit = counter.get("name"), counter.get("unit")
            value = as_number(counter.get("value"))
            if not isinstance(name, str) or not name.strip():
                continue
            name = intern(f"{_STATISTICS}{name.removeprefix(_STATISTICS)}.value")
            valid_unit = unit if isinstance(unit, str) and is_valid_name(unit) else None
            if self._accepts(name):
                self._add_type(name, PropertyType("int", unit=valid_unit))
                if value is not None:
                    self._fresh[name] = value

    def _add_blocks(self, block_type: str, answer: JsonValue) -> None:
        if not isinstance(answer, Mapping):
            return
        for path, value in answer.items():
            if not path.strip():
                continue
            name = intern(value_name(path))
            quantity = parse_block_name(name)[0] if block_type == _ANY else block_type
            if self._accepts(name):
                self._add_type(name, PropertyType("float", quantity=quantity))
                self._present.add(name)
                if as_number(value) is not None:
                    self._fresh[name] = value

    def _accepts(self, name: str) -> bool:
        """Return False if the name of a counter or block is invalid or one too many."""
        return is_valid_name(name) and (
            name in self.types or len(self.types) < MAX_READINGS
        )

    def _add_type(self, name: str, property_type: PropertyType) -> None:
        """Set a type; keep the members that were listed only earlier."""
        self.types[name] = shared_type(
            property_type.with_fallback(self.types.get(name))
        )

    def unsubscribed_values(self, properties: Mapping[str, object]) -> JsonObject:
        """Return the values that are not subscribed as one of `properties`."""
        if self._compared != (properties, self.values.keys()):
            self._compared = (properties, frozenset(self.values))
            self._unsubscribed = tuple(
                name
                for name in self.values
                if is_polled(name) or name not in properties
            )
        values = map(self.values.__getitem__, self._unsubscribed)
        return dict(zip(self._unsubscribed, values, strict=True))

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            name: property_type.as_json() for name, property_type in self.types.items()
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned."""
        if isinstance(stored, Mapping):
            self.types = {
                intern(name): shared_type(
                    _restored(name, PropertyType.from_json(property_type))
                )
                for name, property_type in stored.items()
            }


def control_block_params(block_type: str = _ANY) -> JsonObject:
    """Return the parameters of `getcontrolblocks` for a value type, or all."""
    return {"type": "Sensor", "valuetype": block_type}


def _is_block(name: str) -> bool:
    return name.startswith(ENVIRONMENT)


def _restored(name: str, property_type: PropertyType) -> PropertyType:
    """Return the type in the current format; 0.1.0 stored the quantity as unit."""
    if not _is_block(name):
        return property_type
    old, unit = (
        (property_type.unit, None)
        if property_type.unit in QUANTITIES
        else (None, property_type.unit)
    )
    return replace(
        property_type,
        unit=unit,
        quantity=property_type.quantity or parse_block_name(name)[0] or old,
    )
