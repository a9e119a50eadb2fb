"""Find out what a projector has."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import replace
from itertools import islice
import logging
import re

from .const import CONNECTORS, PROPERTIES, SETTLED_STATES, STATE
from .exceptions import PulseLateError, PulseRequestError, PulseStateError
from .json_types import JsonObject, JsonValue, as_list
from .sanitize import MAX_NAMES, MAX_OPTIONS, MAX_OWN_NAMES, is_plain
from .schema import ObjectModel, Parameters, PropertyType, parse_object
from .shared import shared_mapping, shared_set

_UNKNOWN = PropertyType("object")
_LATE = ObjectModel()
"""Stands for a description that did not come in time."""

_MAX_IN_VAIN = 2
"""Objects in a row that the projector was too slow to describe: others are not tried."""

_MOST_USEFUL = (
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


def _by_use(top: str) -> tuple[int, str]:
    """Sort top-level objects: first those that most people use."""
    useful = top in _MOST_USEFUL
    return _MOST_USEFUL.index(top) if useful else len(_MOST_USEFUL), top


class Discovery:
    """Objects, properties and methods, as introspection tells them.

    The model is what this firmware has in any power state: it grows with each state
    that was seen. Asked for is what is new: an object that appeared, a power state not
    seen before, and what was forgotten. For an object that the projector does not
    describe the catalogue stands in, and what was never read does not exist.
    """

    def __init__(self, request: Request, names: Iterable[str] = PROPERTIES) -> None:
        """Ask by `request(method, params)`, which raises PulseError.

        Only the top-level objects that own any of `names` are asked for.
        """
        self._request = request
        self._names = shared_set((*names, *PROPERTIES))
        self._tops = shared_set(top_of(_owner(name)) for name in self._names)
        self._models: dict[str, ObjectModel] = {}  # by top-level object
        self._asked: defaultdict[str, set[str]] = defaultdict(set)  # by power state
        self._doubtful: set[str] = set()  # top-level objects to ask for again
        self._refused = False  # it does not introspect at all
        self._rootless = False  # it has not told which objects there are
        self._readable: set[str] = set()
        self._connectors: dict[str, tuple[str, ...]] = {}
        self._guessed: set[str] = set()  # sources whose connectors it did not list
        self._in_parts: dict[str, None] = {}
        self._untold: dict[str, None] = {}
        self._in_vain = 0  # top-level objects in a row that it was too slow for
        self._interrupted = False
        self.on_told: Callable[[], None] = lambda: None
        """Called after each top-level object that was asked for."""
        self.dropped: Counter[str] = Counter()
        """Names that were left out because there are too many, by top-level object."""
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
        """False while the catalogue stands in for all introspection."""
        return any(model.properties for model in self._models.values())

    @property
    def knows_anything(self) -> bool:
        """False until the projector has told what it has, and after `reset`."""
        return bool(self._models or self._readable)

    def _describes(self, top: str) -> bool:
        """Tell whether the projector has described a top-level object."""
        model = self._models.get(top)
        return model is not None and bool(model.properties or model.methods)

    def stand_ins(self, names: Iterable[str] = PROPERTIES) -> frozenset[str]:
        """Return those of these properties whose object is not described."""
        return frozenset(
            name
            for name in names
            if self.present(name) and not self._describes(top_of(name))
        )

    def may_have(self, method: str) -> bool:
        """Tell whether there is a method, or may be one that is not described.

        A projector that describes no method at all does have some.
        """
        if method in self.methods:
            return True
        described = self.methods and self._describes(top_of(method))
        return self.present(method) and not described

    def present(self, name: str) -> bool:
        """Tell whether `name` may exist in the present power state."""
        return not self.objects or top_of(name) in self.objects

    def knows(self, name: str) -> bool:
        """Tell whether object `name` was ever seen."""
        below = f"{name}."
        names = (*self.properties, *self.methods)
        return any(known.startswith(below) for known in names)

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

    def reset(self) -> None:
        """Another firmware: nothing is known any more."""
        self.forget("")
        self.complete = False
        self._models.clear()
        self._readable.clear()
        self._in_parts.clear()
        self._untold.clear()
        self.dropped.clear()

    @property
    def questionable(self) -> bool:
        """True if there is anything for `question` to ask."""
        return bool(self._refused or self._rootless or self._in_parts or self._untold)

    def interrupt(self) -> None:
        """End `update` after the object that is being asked for."""
        self._interrupted = True

    async def update(self, state: JsonValue) -> None:
        """Ask for what is not known of power state `state`.

        Where the projector is too busy to tell, what was known stays. Raises
        PulseError if the connection fails.
        """
        self.unsettled = self._interrupted = False
        self._in_vain = 0
        root = await self._introspect("")
        self._rootless = root is None or root is _LATE
        if not self.unsettled:
            if root is not _LATE:
                self.objects = root.objects if root else frozenset()
            await self._explore(str(state))
        self.compose()

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
            told = known is not None and known is not _LATE
            self._refused = not (told or self.unsettled)
        if not self._refused:
            await self._explore_tops(state, tops - seen)
        if state == "on" and tops <= self._asked[state] - self._untold.keys():
            self.complete = self.described

    async def _explore_tops(self, state: str, tops: AbstractSet[str]) -> None:
        for top in sorted(tops, key=_by_use):
            if self._interrupted:
                return
            if self._in_vain < _MAX_IN_VAIN:
                model, settled = await self._explore_top(top)
                if model is not None:
                    self._keep(top, model)
            else:
                settled = True
                self._untold[top] = None
            if settled and state in SETTLED_STATES:
                self._asked[state].add(top)
            self.on_told()

    def _keep(self, top: str, model: ObjectModel) -> None:
        """Learn more of a top-level object; of too much keep what somebody wants."""
        known = replace(self._models.get(top, ObjectModel()), dropped=0)
        merged = known.merged(model)
        others = (other for name, other in self._models.items() if name != top)
        room = MAX_NAMES - sum(len(m.properties) + len(m.methods) for m in others)
        if top in self._tops:
            room = max(room, MAX_OWN_NAMES)
        self._models[top] = limited = merged.limited(room, self._names)
        if limited.dropped:
            self.dropped[top] = limited.dropped
        else:
            self.dropped.pop(top, None)

    async def _explore_top(self, top: str) -> tuple[ObjectModel | None, bool]:
        """Return all that is known below `top`, and whether that is all there is."""
        model = None
        if top not in self._in_parts:
            model = await self._introspect(top, recursive=True)
            if model is _LATE:
                self._in_parts[top] = model = None
            settled = model is not None and model.whole
            if settled or self.unsettled:
                self._note_told(top, told=model is not None)
                return model, settled
        # It tells of one object at a time: only those that matter.
        for name in self._parts(top):
            part = await self._introspect(name)
            if part is _LATE:
                self._in_vain += 1
                self._untold[top] = None
                return model, True
            if part is not None:
                self._in_vain = 0
                model = part if model is None else model.merged(part)
        if model is None and not self.unsettled:
            model = await self._introspect(top)
            model = None if model is _LATE else model
        self._note_told(top, told=model is not None)
        return model, not self.unsettled

    def _parts(self, top: str) -> list[str]:
        return sorted({_owner(n) for n in self._names if top_of(n) == top})

    def _note_told(self, top: str, *, told: bool) -> None:
        if told:
            self._in_vain = 0
            self._untold.pop(top, None)
        elif not self.unsettled:
            self._untold[top] = None

    async def question(self, state: JsonValue) -> None:
        """Ask again what the projector did not describe, or not all at once.

        The first object that it still does not describe is the last that is asked for.
        Raises PulseError if the connection fails.
        """
        self._drop_guesses()
        if self._refused or self._rootless:
            if self._refused:
                self.forget("")
            await self.update(state)
            return
        self._interrupted = False
        for top in (*self._untold, *self._in_parts):
            if self._interrupted or not self.present(top):
                continue
            model = await self._introspect(top, recursive=True)
            if model is None and top in self._untold:
                model = await self._introspect(top)
            for known in (self._untold, self._in_parts):
                if known.pop(top, 0) is None and (model is None or model is _LATE):
                    known[top] = None  # the last to be asked for the next time
            if model is None or model is _LATE:
                return
            self._keep(top, model)
            if not model.whole:
                self.forget(top)
            self.compose()
            self.on_told()

    async def _introspect(
        self, name: str, *, recursive: bool = False
    ) -> ObjectModel | None:
        """Return a description, None if there is none, `_LATE` if it takes too long."""
        params: JsonObject = {"object": name, "recursive": recursive}
        try:
            description = await self._call("introspect", params)
        except PulseLateError as error:
            _LOGGER.debug("introspect %s: %s", name, error)
            return _LATE
        return parse_object(name, description, self._names) if description else None

    def compose(self) -> None:
        """Make `properties` and `methods` say what is known by now."""
        methods: dict[str, Parameters] = {}
        properties: dict[str, PropertyType] = {}
        for model in self._models.values():
            methods |= model.methods
            for name, kind in model.properties.items():
                properties[name] = kind.completed_by(PROPERTIES.get(name))
        for name in self._readable:
            if (name in PROPERTIES or name.startswith(CONNECTORS)) and (
                not self._describes(top_of(name))
            ):
                properties[name] = PROPERTIES.get(name, _UNKNOWN)
        self.methods = shared_mapping(methods)
        self.properties = shared_mapping(properties)

    async def explore_the_rest(self) -> None:
        """Ask for the objects that nobody is interested in, for a report."""
        tops = self.objects - self._models.keys() - self._untold.keys()
        if not self._in_parts:
            await self._explore_tops("", tops)
            self.compose()

    async def learn(self, name: str) -> None:
        """Ask for one object that no table can name."""
        model = await self._introspect(name)
        if model is not None and model is not _LATE:
            learned = islice(model.properties, MAX_OPTIONS)
            self._names = shared_set((*self._names, *learned))
            self._keep(top_of(name), model)
            self.compose()

    def keep(self, readable: Iterable[str]) -> None:
        """Without introspection, what was never read does not exist."""
        self._readable.update(readable)
        self.compose()

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
                self._guessed.clear()
            self._connectors[source] = connectors or (name,)
            if not connectors:
                self._guessed.add(source)
        return connectors or (name,)

    def _drop_guesses(self) -> None:
        """Let it be asked again which connectors feed a source, if it may tell."""
        for source in self._guessed:
            if self.may_have(f"image.source.{object_name(source)}.listconnectors"):
                self._connectors.pop(source, None)
        self._guessed.clear()

    async def ask(self, method: str, params: JsonValue = None) -> JsonValue:
        """Call a method; None where the projector has no answer to it now."""
        try:
            return await self._call(method, params)
        except PulseLateError as error:
            _LOGGER.debug("%s: %s", method, error)
            self.unsettled = True
            return None

    async def _call(self, method: str, params: JsonValue = None) -> JsonValue:
        try:
            return await self._request(method, params)
        except PulseLateError:
            raise
        except PulseRequestError as error:
            _LOGGER.debug("%s: %s", method, error)
            if isinstance(error, PulseStateError) and not error.absent:
                self.unsettled = True
            return None

    def memory(self) -> JsonObject:
        """Return the model, to be kept until the next start."""
        return {
            "models": {top: model.as_json() for top, model in self._models.items()},
            "asked": {
                state: sorted(asked - self._untold.keys())
                for state, asked in self._asked.items()
            },
            "complete": self.complete,
            "in_parts": [*self._in_parts],
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
            case {"in_parts": list() as tops}:
                self._in_parts = dict.fromkeys(t for t in tops if isinstance(t, str))
        match memory:
            case {"readable": list() as names}:
                self._readable = {name for name in names if isinstance(name, str)}
        self.compose()
