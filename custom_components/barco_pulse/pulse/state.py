"""The projector's tree as far as we know it, and how to know it again.

It asks; when to ask, and over which connection, is the projector's business.
"""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Set as AbstractSet,
)
from itertools import batched
from types import MappingProxyType
from typing import Any, Literal

from .absent import Absent
from .connectors import Connectors, of_connector
from .const import (
    BLOCKS,
    COUNTERS,
    EMITTED,
    IDENTITY,
    LISTED_IN,
    LISTS,
    MEASURED,
    NOTIFICATION_COUNT,
    NOTIFICATIONS,
    PROPERTIES,
    SIGNAL,
    SOURCE,
    STATE,
    TARGET_STATE,
    is_counter,
    is_kept,
    is_list,
    is_on,
    is_slow,
)
from .exceptions import PulseError
from .identity import LOGIN_REQUIRED, Identity
from .introspection import Discovery, Request, top_of
from .json_types import JsonObject, JsonValue
from .names import match
from .property_cache import Values
from .readings import Listed, blocks_of
from .sanitize import MAX_NOTIFICATIONS, is_plain, moderate
from .schema import PropertyType
from .shared import shared_mapping, shared_set
from .snapshot import NOTHING, Snapshot, offered

ALWAYS_WATCHED = frozenset({STATE, TARGET_STATE, SOURCE})
_FIRST_ONLY = (*IDENTITY.values(), LOGIN_REQUIRED)

_SURVEYED_AT_ONCE = 50
_LISTED = (COUNTERS, BLOCKS)
_NOBODY_KNOWS = -1

type Interest = Callable[[Snapshot], Iterable[str]]
"""Tells which names are to be kept true, of those that a projector has."""


class Replica:
    """What this projector has, and its values."""

    def __init__(
        self,
        request: Request,
        names: Iterable[str] = PROPERTIES,
        *,
        mute: bool = False,
    ) -> None:
        """Ask by `request(method, params)`. `names`: what somebody could want.

        `mute`: nothing is to be pushed.
        """
        self._request = request
        self.mute = mute
        self.discovery = Discovery(request, names)
        self.discovery.on_told = self._on_told
        self.absent = Absent()
        self.values = Values(request, absent=self.absent, mute=mute)
        self._exploring: asyncio.Task[None] | None = None
        self._explore_again = False
        self._overdue = False  # no caller waits for the exploration any more
        self._news: Literal["", "some", "all"] = ""  # told since
        self._questioned = False
        self._unlisted = False  # counters or blocks could not be listed
        self._refused_lists: set[str] = set()
        self.owing = False
        """True if lists and slow values were put off."""
        self.on_news: Callable[[], None] = lambda: None
        """Called when the projector has described more of itself in the background."""
        self.identify: Callable[[JsonObject], None] = lambda answers: None
        """Called with each answer to a read of everything; may raise PulseError."""
        self.identity: Identity | None = None
        self.interest: Interest = lambda snapshot: {*PROPERTIES, SIGNAL, *LISTS}
        self.watched: frozenset[str] | None = None
        """What is to be kept true; `interest` tells while it is None."""
        self.also: frozenset[str] = frozenset()
        """What matters just now besides."""
        self._activated: dict[str, JsonValue] = {}
        self._listed = Listed(
            self.discovery.ask, lambda: bool(self.discovery.unsettled)
        )
        self._lists: dict[str, JsonValue] = {}
        self._missed: dict[str, JsonValue] = {}
        """Values that are not in their lists, which were read again for them."""
        self._unsubscribed: tuple[str, ...] = ()  # the result of `_only_listed`
        self._sorted_out: tuple[Any, AbstractSet[str]] = (
            None,
            frozenset(),
        )  # its input
        self._slow: dict[str, JsonValue] = {}
        self._kept: dict[str, JsonValue] = {}
        self._to_store = False  # values were kept since the version last changed
        self.connectors = Connectors()
        self._in_lists = frozenset(LISTED_IN)  # whose values are in lists
        self._listed_connector: str | None = None  # whose lists were read
        self._properties: Mapping[str, PropertyType] = {}
        self._methods: Mapping[str, Any] = {}
        self._listed_count: JsonValue = None  # of notifications, when last listed
        self._firmware: JsonValue = None
        self._objects: frozenset[str] = frozenset()
        self._version = 0
        self.in_step: frozenset[str] = frozenset()
        """The names that were wanted when last all was read."""

    @property
    def memory_version(self) -> int:
        """Another one whenever there is anything new to keep."""
        return self._version + self.absent.version

    @property
    def unsettled(self) -> bool:
        """True if the projector was too busy to tell all."""
        return self.discovery.unsettled or self.values.unsettled

    def start_connection(self) -> None:
        """Subscriptions belong to a connection; what was known stays."""
        self.stop()
        self.values = Values(
            self._request, self.values.current, absent=self.absent, mute=self.mute
        )

    def stop(self) -> None:
        """Ask nothing more in the background."""
        if self._exploring is not None:
            self._exploring.cancel()
            self._exploring = None
        self._overdue = False

    @property
    def exploring(self) -> bool:
        """True while the projector is asked what it has."""
        return self._exploring is not None and not self._exploring.done()

    async def read_first(self, check: Callable[[JsonObject], None]) -> None:
        """Read by one request who it is and all that is shown.

        `check` is called with the answers before they are taken. Raises what it
        raises, and PulseError.
        """
        await self.values.read(self._names() | ALWAYS_WATCHED, _FIRST_ONLY, check)
        self.note_signals()

    def first_asked(self) -> list[str]:
        """Return the properties that `read_first` will ask for, as far as is known."""
        return self.values.asked({*self._names(), *ALWAYS_WATCHED, *_FIRST_ONLY})

    async def synchronise(
        self,
        *,
        discover: bool,
        slow: bool,
        patience: float | None = None,
        brief: bool = False,
    ) -> None:
        """Bring all that is wanted in step with the projector. Raises PulseError.

        With `discover` ask what it has; wait for that at most `patience` seconds, and
        go on with what is known by then. `brief` leaves lists and slow values to the
        next time.
        """
        if discover:
            self._explore()
        await self._explored(patience if discover else 0)
        told, self._news = self._news, ""
        if discover or told:
            await self._take_model(anew=discover or told == "all")
        wanted = self.wanted()
        new = wanted - self.in_step
        await self._read()
        if await self._find_connectors():
            await self._read()
        self.note_signals()
        listed = bool(discover or told or self.owing or any(map(is_list, new)))
        slow = bool(slow or discover or told or self.owing or new)
        self.owing = brief
        if not brief:
            if self._questioned:
                self._questioned = False
                await self._ask_again()
            await self._read_listed(wanted, listed=listed)
            if slow:
                await self._read_slow(listed=not discover)
        self.in_step = shared_set(wanted)
        self._keep()

    async def _read_listed(self, wanted: frozenset[str], *, listed: bool) -> None:
        fresh = listed or self.connectors.active != self._listed_connector
        if fresh:
            await self._read_lists()
        elif NOTIFICATIONS in wanted and self._notifications_changed():
            await self._read_list(NOTIFICATIONS)
        await self._search_lists(fresh=fresh)

    def question(self) -> None:
        """Ask again, with the next reads, what the projector refused or never did."""
        self._questioned = True
        self.values.question()
        if self.discovery.questionable and not self.exploring:
            state = self.values.current.get(STATE)
            self._start_exploring(self.discovery.question(state))
            self._overdue = True

    def _explore(self) -> None:
        """Begin to ask what the projector has, or begin again."""
        if self.exploring:
            self._explore_again = True
            self.discovery.interrupt()
        else:
            self.discovery.unsettled = False
            self._start_exploring(self._update())

    def _start_exploring(self, work: Coroutine[Any, Any, None]) -> None:
        self._exploring = asyncio.create_task(work)
        self._exploring.add_done_callback(self._on_explored)

    async def _update(self) -> None:
        while True:
            self._explore_again = False
            await self.discovery.update(self.values.current.get(STATE))
            if not self._explore_again:
                break

    async def _explored(self, patience: float | None) -> None:
        """Wait for what the projector is asked to describe, but not too long."""
        if (task := self._exploring) is None:
            return
        await asyncio.wait([task], timeout=patience)
        self._overdue = not task.done()
        if task.done():
            self._exploring = None
            await task  # raise what it raised

    def _on_explored(self, task: asyncio.Task[None]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if not failed and self._overdue and task is self._exploring:
            self._tell_news("all")

    def _on_told(self) -> None:
        if self._overdue:
            self._tell_news("some")

    def _tell_news(self, news: Literal["some", "all"]) -> None:
        self._news = news
        self.discovery.compose()
        self._compose()
        self.on_news()

    def _keep(self) -> None:
        """Note what stays true while the projector sleeps.

        Counters run while it is on. They are stored when it is off, or with the next
        value that changes rarely: the storage is not written every minute.
        """
        current = self._listed.values | self._slow | self.values.current | self._lists
        kept = {name: current[name] for name in filter(is_kept, current)}
        changed = {name for name in kept if kept[name] != self._kept.get(name)}
        self._kept |= kept
        self._to_store |= bool(changed)
        state, target = current.get(STATE), current.get(TARGET_STATE)
        if self._to_store and (
            not is_on(state, target) or not all(map(is_counter, changed))
        ):
            self._to_store = False
            self._version += 1

    async def _take_model(self, *, anew: bool) -> None:
        """Go by what the projector has told of itself by now."""
        discovery = self.discovery
        if appeared := discovery.properties.keys() - self._properties.keys():
            self.absent.appeared(appeared)
        for top in discovery.objects - self._objects:
            self.absent.forget(top)
        self._objects = discovery.objects
        if anew:
            self.values.start_anew()
        if stand_ins := discovery.stand_ins():
            discovery.keep(await self.values.get(stand_ins))
        if anew:
            await self._discover_listed()
        await self._find_connectors(learn=True)

    async def _discover_listed(self) -> None:
        listable = [*filter(self.discovery.may_have, _LISTED)]
        listing = self._listed.discover(
            listable, self.discovery.properties, self.values.current.get(STATE)
        )
        await self._keeping_listed(listing)
        tops = {top_of(name) for name in self._listed.values}
        self._unlisted = any(top_of(method) not in tops for method in listable)

    async def _ask_again(self) -> None:
        """Ask again for what could not be listed."""
        if self._unlisted:
            await self._discover_listed()
            self._compose()
        await asyncio.gather(*map(self._read_list, [*self._refused_lists]))

    async def _keeping_listed(self, reading: Awaitable[None]) -> None:
        """What a busy projector could not list stays as it was."""
        before = self._listed.values
        await reading
        if self.discovery.unsettled:
            self._listed.values = before | self._listed.values

    async def _read(self) -> None:
        names = self._names()
        await self.values.subscribe(names)
        await self.values.read(names, IDENTITY.values(), self.identify)

    async def _find_connectors(self, *, learn: bool = False) -> bool:
        """Find out what feeds the active source; return whether that is news."""
        source = self.values.current.get(SOURCE)
        connectors: tuple[str, ...] = ()
        if isinstance(source, str) and source and is_plain(source):
            connectors = await self.discovery.connectors(source)
        news = connectors != self.connectors.all
        self.connectors.all = connectors
        if news or learn:
            await asyncio.gather(*map(self._learn_connector, connectors))
            self._compose()
        return news

    async def _learn_connector(self, connector: str) -> None:
        """No table can name a connector: it may have been left out."""
        signal = of_connector(SIGNAL, connector)
        if signal in self.discovery.properties:
            return
        if self.discovery.stand_ins([signal]):
            self.discovery.keep(await self.values.get([signal]))
        else:
            await self.discovery.learn(signal.rpartition(".")[0])

    def note_signals(self) -> bool:
        """Note which connector is active now; return whether it is another one."""
        if not self.connectors.note_signals(self.values.current):
            return False
        self._compose()
        return True

    async def _read_lists(self) -> None:
        self._listed_connector = self.connectors.active
        lists = {
            name
            for name in filter(is_list, self.wanted())
            if self._has_list(self.connectors.real_name(name))
        }
        await asyncio.gather(*map(self._read_list, lists))
        for name in self._lists.keys() - lists:
            del self._lists[name]
        self._refused_lists &= lists

    def _has_list(self, method: str) -> bool:
        if method in self.discovery.methods:
            return True
        return method in LISTS and self.discovery.may_have(method)

    async def _read_list(self, name: str) -> None:
        if name == NOTIFICATIONS:
            self._listed_count = self.values.current.get(NOTIFICATION_COUNT)
        result = moderate(await self.discovery.ask(self.connectors.real_name(name)))
        self._refused_lists.discard(name)
        if result is not None:
            # What is equal stays the same object, as the last snapshot has it.
            if result != self._lists.get(name):
                self._lists[name] = result
        elif not self.unsettled:
            self._lists.pop(name, None)
            self._refused_lists.add(name)

    def misses(self, changed: AbstractSet[str]) -> bool:
        """Tell whether any changed value is not in its list, which is to be read."""
        if not changed & self._in_lists:
            return False
        return any(
            self.connectors.real_name(name) in changed for name in self._missing()
        )

    def _missing(self) -> JsonObject:
        """Return the values that their lists, as read last, do not have."""
        missing: dict[str, JsonValue] = {}
        current, real_name = self.values.current, self.connectors.real_name
        for name, listed in LISTED_IN.items():
            value = self._activated.get(name) or current.get(real_name(name))
            known = self._lists.get(listed, current.get(real_name(listed)))
            if not isinstance(value, str) or not value or known is None:
                continue
            options = offered(known)
            if match(value, (*options, *map(str, options.values()))):
                self._missed.pop(name, None)
            elif self._missed.get(name) != value:
                missing[name] = value
        return missing

    async def _search_lists(self, *, fresh: bool) -> None:
        """Read the lists that do not have their value once more for each such value.

        `fresh`: they were just read.
        """
        missing = self._missing()
        if not fresh:
            lists = {LISTED_IN[name] for name in missing} & self._lists.keys()
            await asyncio.gather(*map(self._read_list, lists))
        if not self.unsettled:
            self._missed |= missing

    def _notifications_changed(self) -> bool:
        count = self.values.current.get(NOTIFICATION_COUNT)
        return NOTIFICATIONS in self._lists and count != self._listed_count

    async def _read_slow(self, *, listed: bool) -> None:
        """Read what changes all the time by itself; what is listed if need be."""
        wanted = self.wanted()
        if listed:
            await self._keeping_listed(self._listed.read(wanted - self._names()))
        slow = {
            name
            for name in wanted - self._listed.values.keys()
            if is_slow(name) and self._exists_now(name)
        }
        values = await self.values.get(slow)
        for method in wanted & MEASURED & self._methods.keys():
            if (result := await self.discovery.ask(method)) is not None:
                values[method] = result
        self._slow = self._slow | values if self.unsettled else values

    def wanted(self) -> frozenset[str]:
        """Return the names of interest."""
        watched = self.watched
        if watched is None:
            watched = frozenset(self.interest(self.snapshot()))
        return watched | ALWAYS_WATCHED | self.also

    def _exists_now(self, name: str) -> bool:
        return name in self.discovery.properties and self.discovery.present(name)

    def _names(self) -> frozenset[str]:
        """Return the properties to subscribe to and read."""
        wanted = self.wanted()
        if NOTIFICATIONS in wanted:
            wanted |= {NOTIFICATION_COUNT}
        wanted |= self.connectors.real_names(wanted)
        return frozenset(
            name for name in wanted if self._exists_now(name) and not is_slow(name)
        )

    def _compose(self) -> None:
        """Put together what there is, under all of its names."""
        self._version += 1
        properties = {**self._listed.kinds, **self.discovery.properties}
        for name, kind in self._listed.kinds.items():
            properties[name] = properties[name].completed_by(kind)
        with_aliases = self.connectors.with_aliases
        self._properties = shared_mapping(with_aliases(properties))
        self._methods = shared_mapping(with_aliases(self.discovery.methods))
        self._in_lists = shared_set(map(self.connectors.real_name, LISTED_IN))

    def _only_listed(self) -> tuple[str, ...]:
        """Return the names of what is listed whose values no property has."""
        properties, listed = self.discovery.properties, self._listed.values
        if self._sorted_out != (properties, listed.keys()):
            self._sorted_out = (properties, frozenset(listed))
            self._unsubscribed = tuple(
                name for name in listed if is_slow(name) or name not in properties
            )
        return self._unsubscribed

    def snapshot(
        self,
        error: PulseError | None = None,
        derived: JsonObject = NOTHING,
        **others: Any,
    ) -> Snapshot:
        """Return what is known now; `error`: why the projector is not reachable.

        `derived`: further values by name; `others`: further fields of the snapshot.
        """
        listed = self._only_listed()
        told = map(self._listed.values.__getitem__, listed)
        values = dict(zip(listed, told, strict=True))
        values |= self._slow | self.values.current | self._lists | self._activated
        values |= self.connectors.values(self.values.current)
        values |= derived
        remembered = {}
        if not self._kept.keys() <= values.keys():
            remembered = {n: v for n, v in self._kept.items() if n not in values}
        return Snapshot(
            reachable=error is None,
            error=error,
            properties=self._properties,
            methods=self._methods,
            objects=self.discovery.objects,
            values=MappingProxyType(values),
            remembered=MappingProxyType(remembered),
            complete=self.discovery.complete,
            identity=self.identity,
            **others,
        )

    def activated(self, values: dict[str, JsonValue]) -> None:
        """Note what was activated (`ACTIVE_PRESET` or `ACTIVE_PROFILE`), if anything."""
        if values != self._activated:
            self._activated = values
            self._version += 1

    def doubt_notifications(self) -> None:
        """List them again with the next read."""
        self._listed_count = _NOBODY_KNOWS

    def take_notification(self, signal: str, arguments: JsonObject) -> None:
        """Note what the projector says of its own accord."""
        listed = self._lists.get(NOTIFICATIONS)
        if not isinstance(listed, list):
            return
        told = arguments.get("notification")
        notification = told if isinstance(told, dict) else arguments
        others = [
            entry
            for entry in listed
            if not isinstance(entry, dict) or entry.get("id") != notification.get("id")
        ]
        new = [notification] if signal == EMITTED and "id" in notification else []
        self._lists[NOTIFICATIONS] = (others + new)[-MAX_NOTIFICATIONS:]

    def identified(self, identity: Identity) -> None:
        """Note who it is; with another firmware, what it has is not known any more."""
        self.identity = identity
        if identity.firmware == self._firmware:
            return
        if self._firmware is not None:
            self.discovery.reset()
            self.absent.clear()
            self._listed.forget()
            self._kept.clear()
        self._firmware = identity.firmware

    async def survey(self) -> dict[str, JsonValue]:
        """Read all there is, wanted or not; what cannot be read is left out."""
        await self.discovery.explore_the_rest()
        self._compose()
        names = sorted(filter(self._exists_now, self.discovery.properties))
        values: dict[str, JsonValue] = {}
        for some in batched(names, _SURVEYED_AT_ONCE, strict=False):
            values |= await self.values.get(some)
        lists = [
            method
            for method, parameters in self.discovery.methods.items()
            if not parameters and is_list(method) and self.discovery.present(method)
        ]
        asked: JsonObject = {**dict.fromkeys(lists), BLOCKS: blocks_of()}
        answers = await asyncio.gather(
            *(self.discovery.ask(method, params) for method, params in asked.items())
        )
        told = zip(asked, answers, strict=True)
        return values | {
            method: answer for method, answer in told if answer is not None
        }

    def memory(self) -> JsonObject:
        """Return what is to be kept until the next start."""
        return {
            "firmware": self._firmware,
            "discovery": self.discovery.memory(),
            "listed": self._listed.memory(),
            "kept": dict(self._kept),
            "activated": self._activated,
            "absent": self.absent.memory(),
        }

    def restore(self, memory: JsonValue) -> None:
        """Know again what `memory` told; what is odd in it is left out."""
        if not isinstance(memory, dict):
            return
        self._firmware = memory.get("firmware")
        self.discovery.restore(memory.get("discovery"))
        self._listed.restore(memory.get("listed"))
        self.absent.restore(memory.get("absent"))
        for mine, name in ((self._kept, "kept"), (self._activated, "activated")):
            if isinstance(values := memory.get(name), dict):
                mine.update(values)
        self._compose()
