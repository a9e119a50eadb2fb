"""Floor 3: the values of properties, by push and by reading."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
    Set as AbstractSet,
)
import logging

from .bounds import is_moderate
from .catalogue import SOURCE, STATE, TARGET_STATE
from .protocol import (
    JsonObject,
    JsonValue,
    PulseAccessError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
    named,
)

_LOGGER = logging.getLogger(__name__)

_TELLTALES = frozenset({STATE, TARGET_STATE, SOURCE})

type Request = Callable[[str, JsonValue], Awaitable[JsonValue]]


class Values:
    """What the projector last said of each property.

    Subscribe first, then read: subscribing gives no initial value, and what changes
    in between is pushed. A push is newer than a read that was under way.
    """

    def __init__(
        self,
        request: Request,
        current: dict[str, JsonValue] | None = None,
        *,
        mute: bool = False,
    ) -> None:
        """Ask by `request(method, params)`, which raises PulseError.

        Serves one connection; `current` is what the one before knew. `mute`: do not
        even try to subscribe.
        """
        self._request = request
        self._absent: set[str] = set()  # asked for in vain
        self._refused: set[str] = set()  # subscribed to in vain
        self._awaited: AbstractSet[str] = frozenset()  # a change would be pushed
        self._mute = False  # it refuses all subscriptions
        self._never = mute
        self._pushes: dict[str, int] = {}  # name -> number of its last push
        self._pushed = 0
        self.passing = False
        """True if the last read fell into a change of source."""
        self.unsettled = False
        """True if the projector was too busy to tell all."""
        self.silent = False
        """True after a change that a push should have told and did not."""
        self.current = current or {}
        self.subscribed: set[str] = set()

    def start_anew(self) -> None:
        """Subscribe to all again, and try again what could not be read.

        When objects came or went: nobody promises that a subscription outlives its
        object. A projector that refused all subscriptions is not asked again, but for
        names that are new.
        """
        self.subscribed.clear()
        self._absent.clear()
        self._awaited = frozenset()
        self.unsettled = False
        if not self._mute:
            self._refused.clear()

    async def get(self, names: Iterable[str]) -> dict[str, JsonValue]:
        """Read properties by one request; leave out what has no value now.

        A projector that answers one missing name with an error for all is asked one
        by one, once: what is missing is not asked for again until `start_anew`.
        """
        asked = sorted(name for name in names if name not in self._absent)
        if not asked:
            return {}
        try:
            result = await self._request("property.get", {"property": asked})
        except PulseRequestError as error:
            self._note("property.get", error)
            if self.unsettled:
                # What matters most, and no storm of requests: the rest comes later.
                asked = [name for name in asked if name in _TELLTALES]
            result = await self._get_singly(asked)
            if isinstance(error, PulseAccessError) and not any(result.values()):
                raise
        if not isinstance(result, Mapping):
            raise PulseProtocolError("property.get of a list must answer an object")
        return {
            name: value
            for name in asked
            if (value := result.get(name)) is not None and is_moderate(value)
        }

    async def _get_singly(self, names: Sequence[str]) -> JsonObject:
        values = await asyncio.gather(*map(self._get_one, names))
        if not self.unsettled:
            self._absent.update(
                name for name, value in zip(names, values, strict=True) if value is None
            )
        return dict(zip(names, values, strict=True))

    async def _get_one(self, name: str) -> JsonValue:
        try:
            return await self._request("property.get", {"property": name})
        except PulseRequestError as error:
            self._note(name, error)
            return None

    def _note(self, what: str, error: PulseRequestError) -> None:
        _LOGGER.debug("%s: %s", what, error)
        if isinstance(error, PulseStateError) and not error.absent:
            self.unsettled = True

    async def read(self, names: AbstractSet[str]) -> None:
        """Make `current` hold exactly what `names` have for values now.

        While the projector is too busy to tell, the last known value stays.
        """
        begun = self._pushed
        values = await self.get(names)
        for name in names | self.current.keys():
            if name in names and self._pushes.get(name, 0) > begun:
                continue
            if name == SOURCE and self._passing(values):
                continue
            if name in values:
                if name in self._awaited and values[name] != self.current.get(name):
                    self.silent = True
                self.current[name] = values[name]
            elif name not in names or not self.unsettled:
                self.current.pop(name, None)
        self._awaited = _TELLTALES & self.subscribed

    async def look(self, request: Request, names: Sequence[str]) -> None:
        """Read a few properties by `request`, and take what they are now."""
        begun = self._pushed
        result = await request("property.get", {"property": names})
        if isinstance(result, Mapping):
            for name in names:
                value = result.get(name)
                pushed = self._pushes.get(name, 0) > begun
                if value is not None and is_moderate(value) and not pushed:
                    self.current[name] = value

    def _passing(self, values: JsonObject) -> bool:
        """A change of source passes through ""; read twice, it is the truth."""
        blank = values.get(SOURCE) == "" and self.current.get(SOURCE) != ""
        self.passing = blank and not self.passing
        return self.passing

    async def subscribe(self, names: AbstractSet[str]) -> None:
        """Be told of changes of exactly these, as far as the projector tells."""
        if gone := sorted(self.subscribed - names):
            self.subscribed.difference_update(gone)
            await self._accepted("property.unsubscribe", gone)
        new = sorted(names - self.subscribed - self._absent - self._refused)
        if not new or self._never:
            return
        if await self._accepted("property.subscribe", new):
            self.subscribed.update(new)
            return
        if self.unsettled:
            return
        # One name may have spoilt it for all.
        accepted = await asyncio.gather(
            *(self._accepted("property.subscribe", [name]) for name in new)
        )
        self.subscribed.update(n for n, yes in zip(new, accepted, strict=True) if yes)
        if not self.unsettled:
            self._refused.update(set(new) - self.subscribed)
            self._mute = not self.subscribed

    async def _accepted(self, method: str, names: Sequence[str]) -> bool:
        try:
            return await self._request(method, {"property": names}) is not False
        except PulseRequestError as error:
            self._note(f"{method} {names}", error)
            return False

    def push(self, params: JsonObject) -> set[str]:
        """Take a `property.changed`; return the names whose value changed."""
        changed = set()
        for name, value in named(params.get("property")):
            # A change of source passes through "".
            if name not in self.subscribed or (name == SOURCE and not value):
                continue
            if not is_moderate(value):
                value = None
            self._pushed += 1
            self._pushes[name] = self._pushed
            self.silent = False
            if self.current.get(name) == value:
                continue
            changed.add(name)
            if value is None:
                del self.current[name]
            else:
                self.current[name] = value
        return changed
