"""Floor 3: find out what a projector has."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set as AbstractSet
import logging
import re

from .bounds import MAX_NAMES, is_plain
from .catalogue import CONNECTORS, PROPERTIES, SETTLED_STATES, STATE
from .introspection import ObjectModel, Parameters, PropertyType, as_list, parse_object
from .protocol import (
    JsonObject,
    JsonValue,
    PulseRequestError,
    PulseStateError,
    PulseTimeoutError,
)

_UNKNOWN = PropertyType("object")

_MAX_CONNECTORS = 50
"""That feed a source; and so many sources are remembered."""

_LOGGER = logging.getLogger(__name__)

type Request = Callable[[str, JsonValue], Awaitable[JsonValue]]


def object_name(name: str) -> str:
    """Return the object that stands for a source or connector: "HDMI 1" -> "hdmi1"."""
    return re.sub(r"\W", "", name.lower())


def top_of(name: str) -> str:
    """Return the top-level object that `name` is below of, or is."""
    return name.partition(".")[0]


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


class Discovery:
    """Objects, properties and methods, as introspection tells them.

    The model is what this firmware has in any power state: it grows with each state
    that was seen. Asked for is what is new: an object that appeared, a power state not
    seen before, and what was forgotten. Where a projector refuses introspection the
    catalogue stands in for it, and what was never read does not exist.
    """

    def __init__(self, request: Request, names: Iterable[str] = PROPERTIES) -> None:
        """Ask by `request(method, params)`, which raises PulseError.

        Only the top-level objects that own any of `names` are asked for.
        """
        self._request = request
        self._owners = sorted({_owner(name) for name in (*names, *PROPERTIES)})
        self._tops = frozenset(map(top_of, self._owners))
        self._models: dict[str, ObjectModel] = {}  # by top-level object
        self._asked: defaultdict[str, set[str]] = defaultdict(set)  # by power state
        self._doubtful: set[str] = set()  # top-level objects to ask for again
        self._known: set[str] = set()  # all objects ever seen
        self._refused = False  # it does not introspect at all
        self._readable: set[str] = set()
        self._connectors: dict[str, tuple[str, ...]] = {}
        self.one_by_one = False
        """True once it took too long to tell all that is below an object at once."""
        self.timed_out: set[str] = set()
        """Objects that took too long on this connection, if it was not just dead."""
        self._timeouts: Counter[str] = Counter()  # connections in a row, by object
        self.unsettled = False
        """True if the projector was too busy to tell all."""
        self.complete = False
        """True once all was seen that it has with a picture: that is all it can have."""
        self.objects: frozenset[str] = frozenset()
        """The top-level objects present now; empty where nobody tells."""
        self.properties: Mapping[str, PropertyType] = {}
        self.methods: Mapping[str, Parameters] = {}

    @property
    def described(self) -> bool:
        """False while the catalogue stands in for introspection."""
        return any(model.properties for model in self._models.values())

    def present(self, name: str) -> bool:
        """Tell whether `name` may exist in the present power state."""
        return not self.objects or top_of(name) in self.objects

    def knows(self, name: str) -> bool:
        """Tell whether object `name` was ever seen."""
        return name in self._known

    def forget(self, name: str) -> None:
        """Object `name` changed: ask again, if it is still there; "" for all."""
        self._connectors.clear()
        self._refused = False
        self._doubtful |= {top_of(name)} & self._tops if name else self._tops
        if not name:
            self._asked.clear()

    def note_change(self, name: str, *, is_new: JsonValue, reason: JsonValue) -> None:
        """Object `name` came, went or changed, as far as the projector tells.

        What comes and goes with the power state is known; what changed is not.
        """
        self._connectors.clear()
        moved = reason == "removed" or (is_new is True and self.knows(name))
        if reason == "changed" or not moved:
            self.forget(name)

    def start_connection(self) -> None:
        """Ask in parts if the same object broke two connections in a row."""
        self._timeouts.update(self.timed_out)
        self.timed_out.clear()
        self.one_by_one = self.one_by_one or max(self._timeouts.values(), default=0) > 1

    def reset(self) -> None:
        """Another firmware: nothing is known any more."""
        self.forget("")
        self.complete = False
        self._models.clear()
        self._readable.clear()

    async def update(self, state: JsonValue) -> None:
        """Ask for what is not known of power state `state`.

        Where the projector is too busy to tell, what was known stays. Raises
        PulseError if the connection fails.
        """
        self.unsettled = False
        root = await self._introspect("")
        if not self.unsettled:
            self.objects = root.objects if root else frozenset()
            await self._explore(str(state))
        self._compose()

    async def _explore(self, state: str) -> None:
        doubtful, self._doubtful = self._doubtful, set()
        for asked in self._asked.values():
            asked -= doubtful & (self.objects or doubtful)
        if self._refused and not self.objects:
            return
        # While it changes, objects come one by one: what they are can wait.
        seen = self._asked[state] if state in SETTLED_STATES else set(self._models)
        if STATE not in self.properties:
            seen = seen - doubtful  # nobody could tell when it has settled
        tops = self._tops & (self.objects or self._tops)
        if not self.objects:
            # Who does not tell of one object tells of none.
            known = await self._introspect(top_of(STATE))
            self._refused = known is None and not self.unsettled
        if not self._refused:
            await self._explore_tops(state, tops - seen)
        if state == "on" and tops <= self._asked[state]:
            self.complete = self.described

    async def _explore_tops(self, state: str, tops: AbstractSet[str]) -> None:
        models = await asyncio.gather(*map(self._explore_top, sorted(tops)))
        for top, (model, settled) in zip(sorted(tops), models, strict=True):
            if model is not None:
                self._keep(top, model)
            if settled and state in SETTLED_STATES:
                self._asked[state].add(top)

    def _keep(self, top: str, model: ObjectModel) -> None:
        """Learn more of a top-level object, unless that is too much to be true."""
        merged = self._models.get(top, ObjectModel()).merged(model)
        others = (known for name, known in self._models.items() if name != top)
        sizes = (len(m.properties) + len(m.methods) for m in (merged, *others))
        if sum(sizes) <= MAX_NAMES:
            self._models[top] = merged

    async def _explore_top(self, top: str) -> tuple[ObjectModel | None, bool]:
        """Return all that is known below `top`, and whether that is all there is."""
        model = None if self.one_by_one else await self._introspect_all(top)
        settled = model is not None and not model.unexplained
        if settled or self.unsettled:
            return model, settled
        # It tells of one object at a time: only those that matter.
        below = [name for name in self._owners if top_of(name) == top]
        for part in await asyncio.gather(*map(self._introspect, below)):
            if part is not None:
                model = part if model is None else model.merged(part)
        return model, not self.unsettled

    async def _introspect_all(self, top: str) -> ObjectModel | None:
        """Ask for an object with all that is below it."""
        try:
            model = await self._introspect(top, recursive=True)
        except PulseTimeoutError:
            self.timed_out.add(top)
            raise
        del self._timeouts[top]
        return model

    async def _introspect(
        self, name: str, *, recursive: bool = False
    ) -> ObjectModel | None:
        params: JsonObject = {"object": name, "recursive": recursive}
        description = await self.ask("introspect", params)
        return parse_object(name, description) if description else None

    def _compose(self) -> None:
        self._compose_names()
        self._known = set()
        for name in (*self.properties, *self.methods):
            while (name := _owner(name)) and name not in self._known:
                self._known.add(name)

    def _compose_names(self) -> None:
        self.methods = {
            name: parameters
            for model in self._models.values()
            for name, parameters in model.methods.items()
        }
        if self.described:
            self.properties = {
                name: kind.completed_by(PROPERTIES.get(name))
                for model in self._models.values()
                for name, kind in model.properties.items()
            }
        else:
            self.properties = {
                name: PROPERTIES.get(name, _UNKNOWN)
                for name in self._readable
                if name in PROPERTIES or name.startswith(CONNECTORS)
            }

    async def explore_the_rest(self) -> None:
        """Ask for the objects that nobody is interested in, for a report."""
        tops = self.objects - self._models.keys()
        if not self.one_by_one:
            await self._explore_tops("", tops)
            self._compose()

    async def learn(self, name: str) -> None:
        """Ask for one object that no table can name."""
        if (model := await self._introspect(name)) is not None:
            self._keep(top_of(name), model)
            self._compose()

    def keep(self, readable: Iterable[str]) -> None:
        """Without introspection, what was never read does not exist."""
        self._readable.update(readable)
        self._compose()

    async def connectors(self, source: str) -> tuple[str, ...]:
        """Return the object names of the connectors that feed `source`."""
        if source in self._connectors:
            return self._connectors[source]
        name = object_name(source)
        listed = as_list(await self.ask(f"image.source.{name}.listconnectors"))
        names = (e.get("name") if isinstance(e, Mapping) else e for e in listed)
        told = [object_name(n) for n in names if isinstance(n, str) and is_plain(n)]
        connectors = tuple(dict.fromkeys(told[:_MAX_CONNECTORS]))
        if not self.unsettled:
            if len(self._connectors) >= _MAX_CONNECTORS:
                self._connectors.clear()
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

    def memory(self) -> JsonObject:
        """Return the model, to be kept until the next start."""
        return {
            "models": {top: model.as_json() for top, model in self._models.items()},
            "asked": {state: sorted(asked) for state, asked in self._asked.items()},
            "complete": self.complete,
            "one_by_one": self.one_by_one,
            "readable": sorted(self._readable),
        }

    def restore(self, memory: JsonValue) -> None:
        """Know again what `memory` told; what is odd in it is left out."""
        match memory:
            case {"models": dict() as models, "asked": dict() as asked, **rest}:
                self._models = {
                    top: ObjectModel.from_json(model) for top, model in models.items()
                }
                for state, tops in asked.items():
                    if isinstance(tops, list):
                        self._asked[state] = {str(top) for top in tops} & {*models}
                self.complete = self.described and rest.get("complete") is True
        match memory:
            case {"one_by_one": True}:
                self.one_by_one = True
        match memory:
            case {"readable": list() as names}:
                self._readable = {name for name in names if isinstance(name, str)}
        self._compose()
