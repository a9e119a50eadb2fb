"""Find out which objects, properties and methods a projector has."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import replace
from itertools import islice
import logging
import re

from .const import CONNECTORS, FALLBACK_PROPERTIES, STABLE_STATES, STATE
from .exceptions import PulseInvalidStateError, PulseRpcError, PulseSlowResponseError
from .json_types import JsonObject, JsonValue, as_list
from .sanitize import MAX_NAMES, MAX_NAMES_PER_OBJECT, MAX_OPTIONS, is_displayable
from .schema import ObjectSchema, Parameters, PropertyType, parse_object
from .shared import shared_mapping, shared_set

_UNKNOWN = PropertyType("object")
_TOO_SLOW = ObjectSchema()
"""Stands for a description that did not arrive in time."""

_MAX_SLOW_OBJECTS = 2
"""Number of slow objects in a row after which the others are not tried."""

_USEFUL_FIRST = (
    "system",
    "image",
    "illumination",
    "profile",
    "environment",
    "notification",
    "statistics",
    "keydispatcher",
    "optics",
)

_MAX_CONNECTORS = 50
"""Limit of connectors of a source, and of remembered sources."""

_LOGGER = logging.getLogger(__name__)

type Request = Callable[[str, JsonValue], Awaitable[JsonValue]]


def to_object_name(name: str) -> str:
    """Return the object name of a source or connector: "HDMI 1" -> "hdmi1"."""
    return re.sub(r"\W", "", name.lower())


def top_level_object(name: str) -> str:
    """Return the top-level object of `name`."""
    return name.partition(".")[0]


def parent_object(name: str) -> str:
    """Return the name of the object that a property or method belongs to."""
    return name.rpartition(".")[0]


def _usefulness(top_object: str) -> tuple[int, str]:
    """Return a sort key that puts the most used top-level objects first."""
    useful = top_object in _USEFUL_FIRST
    return _USEFUL_FIRST.index(top_object) if useful else len(_USEFUL_FIRST), top_object


class Introspector:
    """The objects, properties and methods that introspection finds.

    The schema is what this firmware has in any power state, so it grows with each state
    that occurs. Introspection requests only what is new: an object that appeared, a
    power state that has not occurred yet, and invalidated objects. For an object without
    a description the fallback properties count, but only those that could be read.
    """

    def __init__(
        self, request: Request, names: Iterable[str] = FALLBACK_PROPERTIES
    ) -> None:
        """Send requests with `request(method, params)`, which raises PulseError.

        Only the top-level objects that own any of `names` are asked for.
        """
        self._request = request
        self._names = shared_set((*names, *FALLBACK_PROPERTIES))
        self._top_level = shared_set(
            top_level_object(parent_object(name)) for name in self._names
        )
        self._models: dict[str, ObjectSchema] = {}  # by top-level object
        self._explored: defaultdict[str, set[str]] = defaultdict(set)  # by power state
        self._stale: set[str] = set()  # top-level objects to introspect again
        self._unsupported = False  # no introspection at all
        self._rootless = False  # no description of the root
        self._readable_names: set[str] = set()
        self._connectors: dict[str, tuple[str, ...]] = {}
        self._guessed: set[str] = set()  # sources without listed connectors
        self._in_parts: dict[str, None] = {}
        self._undescribed: dict[str, None] = {}
        self._slow_objects = 0  # in a row
        self._interrupted = False
        self.on_described: Callable[[], None] = lambda: None
        """Called after the introspection of each top-level object."""
        self.dropped: Counter[str] = Counter()
        """Number of names beyond the limits, by top-level object."""
        self.incomplete = False
        """True if the projector was too busy to answer everything."""
        self.complete = False
        """True once everything was introspected while on, when all objects exist."""
        self.objects: frozenset[str] = frozenset()
        """The top-level objects that exist now; empty if unknown."""
        self.properties: Mapping[str, PropertyType] = {}
        self.methods: Mapping[str, Parameters] = {}

    @property
    def has_introspection(self) -> bool:
        """False while only the fallback properties are known."""
        return any(model.properties for model in self._models.values())

    @property
    def has_schema(self) -> bool:
        """False until the first successful introspection, and after `reset`."""
        return bool(self._models or self._readable_names)

    def _describes(self, top_object: str) -> bool:
        """Return True if the projector has described a top-level object."""
        model = self._models.get(top_object)
        return model is not None and bool(model.properties or model.methods)

    def undescribed_names(
        self, names: Iterable[str] = FALLBACK_PROPERTIES
    ) -> frozenset[str]:
        """Return the properties of existing objects that are not described."""
        return frozenset(
            name
            for name in names
            if self.is_present(name) and not self._describes(top_level_object(name))
        )

    def may_exist(self, method: str) -> bool:
        """Return True if a method exists, or may exist without a description.

        A projector that describes no method at all does have some.
        """
        if method in self.methods:
            return True
        has_introspection = self.methods and self._describes(top_level_object(method))
        return self.is_present(method) and not has_introspection

    def is_present(self, name: str) -> bool:
        """Return True if `name` may exist in the current power state."""
        return not self.objects or top_level_object(name) in self.objects

    def has_seen(self, name: str) -> bool:
        """Return True if object `name` has been introspected before."""
        below = f"{name}."
        names = (*self.properties, *self.methods)
        return any(known.startswith(below) for known in names)

    def invalidate(self, name: str) -> None:
        """Introspect object `name` again if it exists; "" means all objects."""
        self._connectors.clear()
        self._unsupported = False
        self._stale |= (
            {top_level_object(name)} & self._top_level if name else self._top_level
        )
        if not name:
            self._explored.clear()

    def on_model_changed(
        self, name: str, *, is_new: JsonValue, reason: JsonValue
    ) -> None:
        """Handle that object `name` appeared, disappeared or changed.

        What comes and goes with the power state is known; what changed is not.
        """
        self._connectors.clear()
        moved = reason == "removed" or (is_new is True and self.has_seen(name))
        if reason == "changed" or not moved:
            self.invalidate(name)

    def reset(self) -> None:
        """Forget everything after a change of firmware."""
        self.invalidate("")
        self.complete = False
        self._models.clear()
        self._readable_names.clear()
        self._in_parts.clear()
        self._undescribed.clear()
        self.dropped.clear()

    @property
    def can_retry(self) -> bool:
        """True if `retry_undescribed` has anything to request."""
        return bool(
            self._unsupported or self._rootless or self._in_parts or self._undescribed
        )

    def interrupt(self) -> None:
        """End `update` after the current object."""
        self._interrupted = True

    async def update(self, state: JsonValue) -> None:
        """Introspect what is unknown in power state `state`.

        Where the projector is too busy to tell, what was known stays. Raises
        PulseError if the connection fails.
        """
        self.incomplete = self._interrupted = False
        self._slow_objects = 0
        root = await self._introspect("")
        self._rootless = root is None or root is _TOO_SLOW
        if not self.incomplete:
            if root is not _TOO_SLOW:
                self.objects = root.objects if root else frozenset()
            await self._introspect_state(str(state))
        self.rebuild()

    async def _introspect_state(self, state: str) -> None:
        stale, self._stale = self._stale, set()
        for explored in self._explored.values():
            explored -= stale & (self.objects or stale)
        if self._unsupported and not self.objects:
            return
        # While the state changes, objects appear one by one: wait with known ones.
        seen = self._explored[state] if state in STABLE_STATES else set(self._models)
        if STATE not in self.properties:
            seen = seen - stale  # the end of the change would not be noticed
        top_level = self._top_level & (self.objects or self._top_level)
        if not self.objects:
            # A projector that does not describe this object describes none.
            known = await self._introspect(top_level_object(STATE))
            answered = known is not None and known is not _TOO_SLOW
            self._unsupported = not (answered or self.incomplete)
        if not self._unsupported:
            await self._introspect_top_level(state, top_level - seen)
        if (
            state == "on"
            and top_level <= self._explored[state] - self._undescribed.keys()
        ):
            self.complete = self.has_introspection

    async def _introspect_top_level(
        self, state: str, top_level: AbstractSet[str]
    ) -> None:
        for top_object in sorted(top_level, key=_usefulness):
            if self._interrupted:
                return
            if self._slow_objects < _MAX_SLOW_OBJECTS:
                model, complete_answer = await self._introspect_recursively(top_object)
                if model is not None:
                    self._merge(top_object, model)
            else:
                complete_answer = True
                self._undescribed[top_object] = None
            if complete_answer and state in STABLE_STATES:
                self._explored[state].add(top_object)
            self.on_described()

    def _merge(self, top_object: str, model: ObjectSchema) -> None:
        """Merge a description into the schema, within the limits."""
        known = replace(self._models.get(top_object, ObjectSchema()), dropped=0)
        merged = known.merged(model)
        others = (other for name, other in self._models.items() if name != top_object)
        room = MAX_NAMES - sum(len(m.properties) + len(m.methods) for m in others)
        if top_object in self._top_level:
            room = max(room, MAX_NAMES_PER_OBJECT)
        self._models[top_object] = limited = merged.limited(room, self._names)
        if limited.dropped:
            self.dropped[top_object] = limited.dropped
        else:
            self.dropped.pop(top_object, None)

    async def _introspect_recursively(
        self, top_object: str
    ) -> tuple[ObjectSchema | None, bool]:
        """Return the schema of `top_object`, and whether it is complete."""
        model = None
        if top_object not in self._in_parts:
            model = await self._introspect(top_object, recursive=True)
            if model is _TOO_SLOW:
                self._in_parts[top_object] = model = None
            complete_answer = model is not None and model.whole
            if complete_answer or self.incomplete:
                self._note_answered(top_object, answered=model is not None)
                return model, complete_answer
        # It describes one object at a time: request only those that are needed.
        for name in self._objects_below(top_object):
            part = await self._introspect(name)
            if part is _TOO_SLOW:
                self._slow_objects += 1
                self._undescribed[top_object] = None
                return model, True
            if part is not None:
                self._slow_objects = 0
                model = part if model is None else model.merged(part)
        if model is None and not self.incomplete:
            model = await self._introspect(top_object)
            model = None if model is _TOO_SLOW else model
        self._note_answered(top_object, answered=model is not None)
        return model, not self.incomplete

    def _objects_below(self, top_object: str) -> list[str]:
        return sorted(
            {parent_object(n) for n in self._names if top_level_object(n) == top_object}
        )

    def _note_answered(self, top_object: str, *, answered: bool) -> None:
        if answered:
            self._slow_objects = 0
            self._undescribed.pop(top_object, None)
        elif not self.incomplete:
            self._undescribed[top_object] = None

    async def retry_undescribed(self, state: JsonValue) -> None:
        """Introspect objects again that were not described, or only in parts.

        The first object that it still does not describe is the last that is asked for.
        Raises PulseError if the connection fails.
        """
        self._drop_guesses()
        if self._unsupported or self._rootless:
            if self._unsupported:
                self.invalidate("")
            await self.update(state)
            return
        self._interrupted = False
        for top_object in (*self._undescribed, *self._in_parts):
            if self._interrupted or not self.is_present(top_object):
                continue
            model = await self._introspect(top_object, recursive=True)
            if model is None and top_object in self._undescribed:
                model = await self._introspect(top_object)
            for known in (self._undescribed, self._in_parts):
                if known.pop(top_object, 0) is None and (
                    model is None or model is _TOO_SLOW
                ):
                    known[top_object] = None  # the last one next time
            if model is None or model is _TOO_SLOW:
                return
            self._merge(top_object, model)
            if not model.whole:
                self.invalidate(top_object)
            self.rebuild()
            self.on_described()

    async def _introspect(
        self, name: str, *, recursive: bool = False
    ) -> ObjectSchema | None:
        """Return a schema, None if there is none, or `_TOO_SLOW` after a timeout."""
        params: JsonObject = {"object": name, "recursive": recursive}
        try:
            description = await self._call("introspect", params)
        except PulseSlowResponseError as error:
            _LOGGER.debug("introspect %s: %s", name, error)
            return _TOO_SLOW
        return parse_object(name, description, self._names) if description else None

    def rebuild(self) -> None:
        """Update `properties` and `methods` from all descriptions."""
        methods: dict[str, Parameters] = {}
        properties: dict[str, PropertyType] = {}
        for model in self._models.values():
            methods |= model.methods
            for name, kind in model.properties.items():
                properties[name] = kind.with_fallback(FALLBACK_PROPERTIES.get(name))
        for name in self._readable_names:
            if (name in FALLBACK_PROPERTIES or name.startswith(CONNECTORS)) and (
                not self._describes(top_level_object(name))
            ):
                properties[name] = FALLBACK_PROPERTIES.get(name, _UNKNOWN)
        self.methods = shared_mapping(methods)
        self.properties = shared_mapping(properties)

    async def introspect_remaining(self) -> None:
        """Introspect the objects that no entity needs, for diagnostics."""
        top_level = self.objects - self._models.keys() - self._undescribed.keys()
        if not self._in_parts:
            await self._introspect_top_level("", top_level)
            self.rebuild()

    async def introspect_object(self, name: str) -> None:
        """Introspect one object whose name is not known in advance."""
        model = await self._introspect(name)
        if model is not None and model is not _TOO_SLOW:
            learned = islice(model.properties, MAX_OPTIONS)
            self._names = shared_set((*self._names, *learned))
            self._merge(top_level_object(name), model)
            self.rebuild()

    def add_readable(self, readable: Iterable[str]) -> None:
        """Add properties that could be read, for projectors without introspection."""
        self._readable_names.update(readable)
        self.rebuild()

    async def connectors(self, source: str) -> tuple[str, ...]:
        """Return the object names of the connectors that feed `source`."""
        if source in self._connectors:
            return self._connectors[source]
        name = to_object_name(source)
        listed = as_list(
            await self.request_optional(f"image.source.{name}.listconnectors")
        )
        names = (e.get("name") if isinstance(e, Mapping) else e for e in listed)
        answered = [
            to_object_name(n) for n in names if isinstance(n, str) and is_displayable(n)
        ]
        connectors = tuple(dict.fromkeys(answered[:_MAX_CONNECTORS]))
        if not self.incomplete:
            if len(self._connectors) >= _MAX_CONNECTORS:
                self._connectors.clear()
                self._guessed.clear()
            self._connectors[source] = connectors or (name,)
            if not connectors:
                self._guessed.add(source)
        return connectors or (name,)

    def _drop_guesses(self) -> None:
        """Forget guessed connectors of sources if the projector may list them."""
        for source in self._guessed:
            if self.may_exist(f"image.source.{to_object_name(source)}.listconnectors"):
                self._connectors.pop(source, None)
        self._guessed.clear()

    async def request_optional(
        self, method: str, params: JsonValue = None
    ) -> JsonValue:
        """Call a method; return None if the projector does not answer it now."""
        try:
            return await self._call(method, params)
        except PulseSlowResponseError as error:
            _LOGGER.debug("%s: %s", method, error)
            self.incomplete = True
            return None

    async def _call(self, method: str, params: JsonValue = None) -> JsonValue:
        try:
            return await self._request(method, params)
        except PulseSlowResponseError:
            raise
        except PulseRpcError as error:
            _LOGGER.debug("%s: %s", method, error)
            if isinstance(error, PulseInvalidStateError) and not error.not_found:
                self.incomplete = True
            return None

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            "models": {
                top_object: model.as_json()
                for top_object, model in self._models.items()
            },
            "asked": {
                state: sorted(explored - self._undescribed.keys())
                for state, explored in self._explored.items()
            },
            "complete": self.complete,
            "in_parts": [*self._in_parts],
            "readable": sorted(self._readable_names),
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        match stored:
            case {"models": dict() as models, "asked": dict() as explored, **rest}:
                self._models = {
                    top_object: ObjectSchema.from_json(model)
                    for top_object, model in models.items()
                }
                for state, top_level in explored.items():
                    if isinstance(top_level, list):
                        self._explored[state] = {
                            str(top_object) for top_object in top_level
                        } & {*models}
                self.complete = self.has_introspection and rest.get("complete") is True
        match stored:
            case {"in_parts": list() as top_level}:
                self._in_parts = dict.fromkeys(
                    t for t in top_level if isinstance(t, str)
                )
        match stored:
            case {"readable": list() as names}:
                self._readable_names = {name for name in names if isinstance(name, str)}
        self.rebuild()
