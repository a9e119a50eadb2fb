"""Find out which objects, properties and methods a projector has."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Set as AbstractSet
import logging

from .const import FALLBACK_PROPERTIES, STABLE_STATES, STATE, PowerState
from .exceptions import PulseSlowResponseError
from .json_types import JsonObject, JsonValue
from .model.optional_requests import OptionalRequests, Request
from .model.projector_schema import ProjectorSchema, top_level_object
from .model.source_connectors import SourceConnectors
from .schema import ObjectSchema

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

_LOGGER = logging.getLogger(__name__)

type OnDescribed = Callable[[], None]
"""Called after the introspection of each top-level object."""


def _usefulness(top_object: str) -> tuple[int, str]:
    """Return a sort key that puts the most used top-level objects first."""
    useful = top_object in _USEFUL_FIRST
    return _USEFUL_FIRST.index(top_object) if useful else len(_USEFUL_FIRST), top_object


def _ignore() -> None:
    """Do nothing."""


class Introspector:
    """Introspects a projector, and asks only for what is new.

    That is an object that appeared, a power state that has not occurred yet, and
    invalidated objects. What was found is in `schema`.
    """

    def __init__(
        self, request: Request, names: Iterable[str] = FALLBACK_PROPERTIES
    ) -> None:
        """Send requests with `request(method, params)`, which raises PulseError.

        Only the top-level objects that own any of `names` are asked for.
        """
        self.requests = OptionalRequests(request)
        self.schema = ProjectorSchema(names)
        self.source_connectors = SourceConnectors(self.requests, self.schema)
        self.complete = False
        """True once everything was introspected while on, when all objects exist."""
        self._explored: defaultdict[str, set[str]] = defaultdict(set)  # by power state
        self._stale: set[str] = set()  # top-level objects to introspect again
        self._unsupported = False  # no introspection at all
        self._rootless = False  # no description of the root
        self._in_parts: dict[str, None] = {}  # top-level objects; the latest last
        self._undescribed: dict[str, None] = {}  # the same
        self._slow_objects = 0  # in a row
        self._interrupted = False

    def invalidate(self, name: str) -> None:
        """Introspect object `name` again if it exists; "" means all objects."""
        self.source_connectors.clear()
        self._unsupported = False
        top_level = self.schema.top_level
        self._stale |= {top_level_object(name)} & top_level if name else top_level
        if not name:
            self._explored.clear()

    def on_model_changed(
        self, name: str, *, is_new: JsonValue, reason: JsonValue
    ) -> None:
        """Handle that object `name` appeared, disappeared or changed.

        Objects come and go with the power state: introspect this one again only if it
        has changed, or was never introspected.
        """
        self.source_connectors.clear()
        has_moved = reason == "removed" or (
            is_new is True and self.schema.has_seen(name)
        )
        if reason == "changed" or not has_moved:
            self.invalidate(name)

    def reset(self) -> None:
        """Forget everything after a change of firmware."""
        self.invalidate("")
        self.complete = False
        self.schema.clear()
        self._in_parts.clear()
        self._undescribed.clear()

    @property
    def can_retry(self) -> bool:
        """True if `retry_undescribed` has anything to request."""
        return bool(
            self._unsupported or self._rootless or self._in_parts or self._undescribed
        )

    def interrupt(self) -> None:
        """End `update` after the current object."""
        self._interrupted = True

    async def update(
        self, state: JsonValue, on_described: OnDescribed = _ignore
    ) -> None:
        """Introspect what is unknown in power state `state`.

        Where the projector is too busy to answer, the earlier description stays. Raises
        PulseError if the connection fails.
        """
        self.requests.restart()
        self._interrupted = False
        self._slow_objects = 0
        root = await self._introspect("")
        self._rootless = root is None or root is _TOO_SLOW
        if not self.requests.incomplete:
            if root is not _TOO_SLOW:
                self.schema.set_objects(root.objects if root else frozenset())
            await self._introspect_state(str(state), on_described)
        self.schema.rebuild()

    async def _introspect_state(self, state: str, on_described: OnDescribed) -> None:
        objects, top_level = self.schema.objects, self.schema.top_level
        stale, self._stale = self._stale, set()
        for explored in self._explored.values():
            explored -= stale & (objects or stale)
        if self._unsupported and not objects:
            return
        # While the state changes, objects appear one by one: skip described ones.
        explored = (
            self._explored[state]
            if state in STABLE_STATES
            else set(self.schema.described)
        )
        if STATE not in self.schema.properties:
            explored = explored - stale  # the end of the change would not be noticed
        existing = top_level & (objects or top_level)
        if not objects:
            # A projector that does not describe this object describes none.
            description = await self._introspect(top_level_object(STATE))
            has_answered = description is not None and description is not _TOO_SLOW
            self._unsupported = not (has_answered or self.requests.incomplete)
        if not self._unsupported:
            await self._introspect_top_level(state, existing - explored, on_described)
        if (
            state == PowerState.ON
            and existing <= self._explored[state] - self._undescribed.keys()
        ):
            self.complete = self.schema.has_introspection

    async def _introspect_top_level(
        self, state: str, top_level: AbstractSet[str], on_described: OnDescribed
    ) -> None:
        for top_object in sorted(top_level, key=_usefulness):
            if self._interrupted:
                return
            if self._slow_objects < _MAX_SLOW_OBJECTS:
                description, is_complete = await self._introspect_recursively(
                    top_object
                )
                if description is not None:
                    self.schema.merge(top_object, description)
            else:
                is_complete = True
                self._undescribed[top_object] = None
            if is_complete and state in STABLE_STATES:
                self._explored[state].add(top_object)
            on_described()

    async def _introspect_recursively(
        self, top_object: str
    ) -> tuple[ObjectSchema | None, bool]:
        """Return the schema of `top_object`, and whether it is complete."""
        merged = None
        if top_object not in self._in_parts:
            merged = await self._introspect(top_object, recursive=True)
            if merged is _TOO_SLOW:
                self._in_parts[top_object] = merged = None
            is_complete = merged is not None and merged.whole
            if is_complete or self.requests.incomplete:
                self._record_answer(top_object, answered=merged is not None)
                return merged, is_complete
        # It describes one object at a time: request only those that are needed.
        for name in self.schema.objects_below(top_object):
            part = await self._introspect(name)
            if part is _TOO_SLOW:
                self._slow_objects += 1
                self._undescribed[top_object] = None
                return merged, True
            if part is not None:
                self._slow_objects = 0
                merged = part if merged is None else merged.merged(part)
        if merged is None and not self.requests.incomplete:
            merged = await self._introspect(top_object)
            merged = None if merged is _TOO_SLOW else merged
        self._record_answer(top_object, answered=merged is not None)
        return merged, not self.requests.incomplete

    def _record_answer(self, top_object: str, *, answered: bool) -> None:
        if answered:
            self._slow_objects = 0
            self._undescribed.pop(top_object, None)
        elif not self.requests.incomplete:
            self._undescribed[top_object] = None

    async def retry_undescribed(
        self, state: JsonValue, on_described: OnDescribed = _ignore
    ) -> None:
        """Introspect objects again that were not described, or only in parts.

        The first object that it still does not describe is the last that is asked for.
        Raises PulseError if the connection fails.
        """
        self.source_connectors.drop_guesses()
        if self._unsupported or self._rootless:
            if self._unsupported:
                self.invalidate("")
            await self.update(state, on_described)
            return
        self._interrupted = False
        for top_object in (*self._undescribed, *self._in_parts):
            if self._interrupted or not self.schema.is_present(top_object):
                continue
            description = await self._introspect(top_object, recursive=True)
            if description is None and top_object in self._undescribed:
                description = await self._introspect(top_object)
            is_described = description is not None and description is not _TOO_SLOW
            for retried in (self._undescribed, self._in_parts):
                if retried.pop(top_object, 0) is None and not is_described:
                    retried[top_object] = None  # the last one next time
            if description is None or not is_described:
                return
            self.schema.merge(top_object, description)
            if not description.whole:
                self.invalidate(top_object)
            self.schema.rebuild()
            on_described()

    async def introspect_remaining(self) -> None:
        """Introspect the objects that no entity needs, for diagnostics."""
        described = self.schema.described | self._undescribed.keys()
        if not self._in_parts:
            await self._introspect_top_level(
                "", self.schema.objects - described, _ignore
            )
            self.schema.rebuild()

    async def introspect_object(self, name: str) -> None:
        """Introspect one object whose name is not known in advance."""
        description = await self._introspect(name)
        if description is not None and description is not _TOO_SLOW:
            self.schema.add_object(name, description)

    async def _introspect(
        self, name: str, *, recursive: bool = False
    ) -> ObjectSchema | None:
        """Return a schema, None if there is none, or `_TOO_SLOW` after a timeout."""
        params: JsonObject = {"object": name, "recursive": recursive}
        try:
            description = await self.requests.request_unless_slow("introspect", params)
        except PulseSlowResponseError as error:
            _LOGGER.debug("introspect %s: %s", name, error)
            return _TOO_SLOW
        return self.schema.parse(name, description) if description else None

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            **self.schema.to_storage(),
            "asked": {
                state: sorted(explored - self._undescribed.keys())
                for state, explored in self._explored.items()
            },
            "complete": self.complete,
            "in_parts": [*self._in_parts],
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        self.schema.from_storage(stored)
        match stored:
            case {"asked": dict() as by_state, **rest}:
                for state, explored in by_state.items():
                    if isinstance(explored, list):
                        names = {str(top_object) for top_object in explored}
                        self._explored[state] = names & self.schema.described
                self.complete = (
                    self.schema.has_introspection and rest.get("complete") is True
                )
        match stored:
            case {"in_parts": list() as top_level}:
                self._in_parts = dict.fromkeys(
                    t for t in top_level if isinstance(t, str)
                )
