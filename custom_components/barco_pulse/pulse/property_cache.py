"""The values of properties, by push and by reading."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
    Set as AbstractSet,
)
from itertools import islice
import logging
from typing import TypeGuard

from .absent import NEVER_ABSENT, Absent
from .const import SOURCE, STATE, TARGET_STATE
from .exceptions import (
    PulseAccessError,
    PulseProtocolError,
    PulseRequestError,
    PulseStateError,
)
from .json_types import JsonObject, JsonValue
from .protocol import named
from .sanitize import moderate

_LOGGER = logging.getLogger(__name__)

_TELLTALES = frozenset({STATE, TARGET_STATE, SOURCE})
_VITAL = _TELLTALES | NEVER_ABSENT
"""What is still read one by one while the projector is too busy for more."""

_TRIED_AGAIN = 20
"""Refused subscriptions that are tried again at a time."""

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
        absent: Absent | None = None,
        mute: bool = False,
    ) -> None:
        """Ask by `request(method, params)`, which raises PulseError.

        Serves one connection; `current` and `absent` are what the one before knew.
        `mute`: do not even try to subscribe.
        """
        self._request = request
        self._absent = absent or Absent()
        self._refused: dict[str, None] = {}  # not subscribable, the latest last
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
        object. A projector that refused all subscriptions is asked for names that are
        new only, until `question`.
        """
        self.subscribed.clear()
        self._absent.retry()
        self._awaited = frozenset()
        self.unsettled = False
        if not self._mute:
            self._refused.clear()

    def question(self) -> None:
        """Let `subscribe` try again what was refused, or accepted and never served.

        Where all was refused one name is tried; if that is accepted, all others are.
        """
        if self.silent:
            self.subscribed.clear()
        again = [STATE] if self._mute else [*islice(self._refused, _TRIED_AGAIN)]
        for name in again:
            self._refused.pop(name, None)

    def asked(self, names: Iterable[str]) -> list[str]:
        """Return those of these properties that `get` asks for."""
        absent = self._absent.names(self.current.get(STATE))
        return sorted(name for name in names if name not in absent)

    async def get(self, names: Iterable[str]) -> dict[str, JsonValue]:
        """Read properties by one request; leave out what has no value now.

        A projector that answers one missing name with an error for all is asked one
        by one, once: what is missing is not asked for again (see `Absent`). Raises
        PulseAccessError if the projector does not even tell its power state.
        """
        asked = self.asked(names)
        if not asked:
            return {}
        try:
            result = await self._request("property.get", {"property": asked})
        except PulseRequestError as error:
            self._note("property.get", error)
            result = await self._get_after(error, asked)
        else:
            self._note_omitted(asked, result)
        if not isinstance(result, Mapping):
            raise PulseProtocolError("property.get of a list must answer an object")
        return {
            name: value
            for name in asked
            if (value := moderate(result.get(name))) is not None
        }

    def _note_omitted(self, asked: Iterable[str], result: JsonValue) -> None:
        if isinstance(result, Mapping) and result:
            missing = {name for name in asked if name not in result}
            # What had a value may come back any time.
            self._absent.pass_over(missing & self.current.keys())
            state = result.get(STATE, self.current.get(STATE))
            self._absent.note(missing - self.current.keys(), state)

    async def _get_after(
        self, refusal: PulseRequestError, names: Sequence[str]
    ) -> JsonObject:
        """Read properties one by one after one request for all was refused.

        A projector that refuses even its power state and serial number, as it may
        while it boots, is asked for nothing else: what it refuses then may exist.
        """
        if self.unsettled:
            # What matters most, and no storm of requests: the rest comes later.
            first = [name for name in names if name in _VITAL]
        else:
            first = [name for name in names if name in NEVER_ABSENT] or [STATE]
        told = await self._get_singly(first)
        if not any(map(_is_value, told.values())):
            if isinstance(refusal, PulseAccessError):
                raise refusal
        elif not self.unsettled:
            told |= await self._get_singly([n for n in names if n not in told])
            self._note_refused(told)
        return {name: answer for name, answer in told.items() if _is_value(answer)}

    async def _get_singly(
        self, names: Sequence[str]
    ) -> dict[str, JsonValue | PulseRequestError]:
        answers = await asyncio.gather(*map(self._get_one, names))
        return dict(zip(names, answers, strict=True))

    def _note_refused(self, told: Mapping[str, JsonValue | PulseRequestError]) -> None:
        if self.unsettled:
            return
        absent = {
            name
            for name, answer in told.items()
            if isinstance(answer, PulseStateError) and answer.absent
        }
        state = told.get(STATE)
        if not isinstance(state, str):
            state = self.current.get(STATE)
        self._absent.spoils |= bool(absent)
        self._absent.note(absent, state)
        self._absent.pass_over(n for n, answer in told.items() if not _is_value(answer))

    async def _get_one(self, name: str) -> JsonValue | PulseRequestError:
        try:
            return await self._request("property.get", {"property": name})
        except PulseRequestError as error:
            self._note(name, error)
            return error

    def _note(self, what: str, error: PulseRequestError) -> None:
        _LOGGER.debug("%s: %s", what, error)
        if isinstance(error, PulseStateError) and not error.absent:
            self.unsettled = True

    async def read(
        self,
        names: AbstractSet[str],
        also: Iterable[str] = (),
        check: Callable[[JsonObject], None] = lambda answers: None,
    ) -> None:
        """Make `current` hold exactly what `names` have for values now.

        While the projector is too busy to tell, the last known value stays. `check`
        is called with all answers, those to `also` among them, before any is taken.
        """
        begun = self._pushed
        values = await self.get({*names, *also})
        check(values)
        for name in names | self.current.keys():
            if name in names and self._pushes.get(name, 0) > begun:
                continue
            if name == SOURCE and self._passing(values):
                continue
            if name in names and name in values:
                # What is equal stays the same object, as the last snapshot has it.
                if name not in self.current or values[name] != self.current[name]:
                    self.silent |= name in self._awaited
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
                value = moderate(result.get(name))
                pushed = self._pushes.get(name, 0) > begun
                if value is not None and not pushed:
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
        if self._never:
            return
        was_mute = self._mute
        await self._subscribe(names)
        if was_mute and not self._mute:
            self._refused.clear()
            await self._subscribe(names)

    async def _subscribe(self, names: AbstractSet[str]) -> None:
        absent: AbstractSet[str] = frozenset()
        if self._absent.spoils:
            absent = self._absent.names(self.current.get(STATE))
        new = sorted(names - self.subscribed - absent - self._refused.keys())
        if not new:
            return
        if await self._accepted("property.subscribe", new):
            self.subscribed.update(new)
        elif not self.unsettled:
            await self._subscribe_singly(new)
        if not self.unsettled:
            self._mute = not self.subscribed

    async def _subscribe_singly(self, names: Sequence[str]) -> None:
        """Find out which name has spoilt it for all."""
        accepted: Sequence[bool] = [False]
        if len(names) > 1:
            accepted = await asyncio.gather(
                *(self._accepted("property.subscribe", [name]) for name in names)
            )
        told = dict(zip(names, accepted, strict=True))
        self.subscribed.update(name for name, yes in told.items() if yes)
        if not self.unsettled:
            self._refused |= {name: None for name, yes in told.items() if not yes}

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
            value = moderate(value)
            self._pushed += 1
            self._pushes[name] = self._pushed
            self._absent.appeared([name])
            self.silent = False
            if self.current.get(name) == value:
                continue
            changed.add(name)
            if value is None:
                del self.current[name]
            else:
                self.current[name] = value
        return changed


def _is_value(answer: JsonValue | PulseRequestError) -> TypeGuard[JsonValue]:
    """Tell whether an answer to the read of one property is its value."""
    return answer is not None and not isinstance(answer, PulseRequestError)
