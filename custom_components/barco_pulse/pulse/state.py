"""The known state of the projector, and how to update it.

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

from .connectors import Connectors, connector_property
from .const import (
    ACTIVE_SIGNAL,
    CONTROL_BLOCKS,
    COUNTERS,
    FALLBACK_PROPERTIES,
    IDENTITY,
    LIST_METHODS,
    LISTED_IN,
    MEASURING_METHODS,
    NOTIFICATION_COUNT,
    NOTIFICATION_EMITTED,
    NOTIFICATIONS,
    SOURCE,
    STATE,
    TARGET_STATE,
    is_counter,
    is_list_method,
    is_on,
    is_persisted,
    is_polled,
)
from .exceptions import PulseError
from .identity import LOGIN_REQUIRED, Identity
from .introspection import Introspector, Request, top_level_object
from .json_types import JsonObject, JsonValue
from .missing_names import MissingNames
from .names import match
from .property_cache import PropertyCache
from .readings import ListedReadings, control_block_params
from .sanitize import MAX_NOTIFICATIONS, is_displayable, limit_size
from .schema import PropertyType
from .shared import shared_mapping, shared_set
from .snapshot import EMPTY, Snapshot, list_options

ALWAYS_WATCHED = frozenset({STATE, TARGET_STATE, SOURCE})
_FIRST_ONLY = (*IDENTITY.values(), LOGIN_REQUIRED)

_READ_BATCH = 50
_LISTED = (COUNTERS, CONTROL_BLOCKS)
_UNKNOWN_COUNT = -1

type DefaultNames = Callable[[Snapshot], Iterable[str]]
"""Returns the names to keep up to date for a snapshot."""


class ProjectorState:
    """The objects, properties and values of a projector."""

    def __init__(
        self,
        request: Request,
        names: Iterable[str] = FALLBACK_PROPERTIES,
        *,
        push_disabled: bool = False,
    ) -> None:
        """Ask by `request(method, params)`. `names`: what somebody could want.

        `push_disabled`: nothing is to be pushed.
        """
        self._request = request
        self.push_disabled = push_disabled
        self.introspector = Introspector(request, names)
        self.introspector.on_described = self._on_object_described
        self.missing = MissingNames()
        self.cache = PropertyCache(
            request, missing=self.missing, push_disabled=push_disabled
        )
        self._introspection: asyncio.Task[None] | None = None
        self._introspect_again = False
        self._in_background = False  # no caller waits for the introspection
        self._described_news: Literal["", "some", "all"] = ""  # since the last read
        self._retry_lists = False
        self._has_unlisted = False  # counters or blocks could not be listed
        self._refused_lists: set[str] = set()
        self.postponed = False
        """True if lists and polled values were left for later."""
        self.on_described: Callable[[], None] = lambda: None
        """Called when introspection in the background found something."""
        self.identify: Callable[[JsonObject], None] = lambda answers: None
        """Called with the answers to each full read; may raise PulseError."""
        self.identity: Identity | None = None
        self.default_names: DefaultNames = lambda snapshot: {
            *FALLBACK_PROPERTIES,
            ACTIVE_SIGNAL,
            *LIST_METHODS,
        }
        self.watched: frozenset[str] | None = None
        """The names to keep up to date; None means those of `default_names`."""
        self.extra_names: frozenset[str] = frozenset()
        """Further names to keep up to date for now."""
        self._last_activated: dict[str, JsonValue] = {}
        self._readings = ListedReadings(
            self.introspector.request_optional,
            lambda: bool(self.introspector.incomplete),
        )
        self._lists: dict[str, JsonValue] = {}
        self._searched_in_vain: dict[str, JsonValue] = {}
        """Values that are not in their lists even after another read."""
        self._unsubscribed: tuple[str, ...] = ()
        self._unsubscribed_for: tuple[Any, AbstractSet[str]] = (None, frozenset())
        self._polled: dict[str, JsonValue] = {}
        self._persisted: dict[str, JsonValue] = {}
        self._to_store = False  # values changed since the version did
        self.connectors = Connectors()
        self._in_lists = frozenset(LISTED_IN)  # properties with a list of values
        self._listed_for_connector: str | None = None  # whose lists were read
        self._properties: Mapping[str, PropertyType] = {}
        self._methods: Mapping[str, Any] = {}
        self._last_notification_count: JsonValue = (
            None  # of notifications, when last listed
        )
        self._firmware: JsonValue = None
        self._objects: frozenset[str] = frozenset()
        self._version = 0
        self.synced_names: frozenset[str] = frozenset()
        """The names of the last full read."""

    @property
    def storage_version(self) -> int:
        """Increased whenever the data to store change."""
        return self._version + self.missing.version

    @property
    def incomplete(self) -> bool:
        """True if the projector was too busy to answer everything."""
        return self.introspector.incomplete or self.cache.incomplete

    def start_connection(self) -> None:
        """Start without subscriptions on a new connection; keep all values."""
        self.stop()
        self.cache = PropertyCache(
            self._request,
            self.cache.values,
            missing=self.missing,
            push_disabled=self.push_disabled,
        )

    def stop(self) -> None:
        """Stop introspection in the background."""
        if self._introspection is not None:
            self._introspection.cancel()
            self._introspection = None
        self._in_background = False

    @property
    def is_introspecting(self) -> bool:
        """True while introspection runs."""
        return self._introspection is not None and not self._introspection.done()

    async def read_first(self, check: Callable[[JsonObject], None]) -> None:
        """Read the identity and all watched properties with one request.

        `check` is called with the answers before they are taken. Raises what it
        raises, and PulseError.
        """
        await self.cache.read(
            self._subscribable_names() | ALWAYS_WATCHED, _FIRST_ONLY, check
        )
        self.update_active()

    def first_asked(self) -> list[str]:
        """Return the properties that `read_first` will read, as far as known."""
        return self.cache.names_to_read(
            {*self._subscribable_names(), *ALWAYS_WATCHED, *_FIRST_ONLY}
        )

    async def synchronize(
        self,
        *,
        discover: bool,
        poll: bool,
        patience: float | None = None,
        postpone: bool = False,
    ) -> None:
        """Update everything that is watched. Raises PulseError.

        With `discover` ask what it has; wait for that at most `patience` seconds, and
        go on with what is known by then. `postpone` leaves lists and slow values to the
        next time.
        """
        if discover:
            self._introspect()
        await self._await_introspection(patience if discover else 0)
        answered, self._described_news = self._described_news, ""
        if discover or answered:
            await self._apply_schema(full=discover or answered == "all")
        watched_names = self.watched_names()
        new = watched_names - self.synced_names
        await self._read()
        if await self._find_connectors():
            await self._read()
        self.update_active()
        listed = bool(
            discover or answered or self.postponed or any(map(is_list_method, new))
        )
        poll = bool(poll or discover or answered or self.postponed or new)
        self.postponed = postpone
        if not postpone:
            if self._retry_lists:
                self._retry_lists = False
                await self._retry_refused_lists()
            await self._read_listed(watched_names, listed=listed)
            if poll:
                await self._read_polled(listed=not discover)
        self.synced_names = shared_set(watched_names)
        self._update_persisted()

    async def _read_listed(
        self, watched_names: frozenset[str], *, listed: bool
    ) -> None:
        fresh = listed or self.connectors.active != self._listed_for_connector
        if fresh:
            await self._read_lists()
        elif NOTIFICATIONS in watched_names and self._notifications_changed():
            await self._read_list(NOTIFICATIONS)
        await self._search_lists(fresh=fresh)

    def retry_refused(self) -> None:
        """Retry refused requests with the next reads."""
        self._retry_lists = True
        self.cache.retry_refused()
        if self.introspector.can_retry and not self.is_introspecting:
            state = self.cache.values.get(STATE)
            self._start_exploring(self.introspector.retry_undescribed(state))
            self._in_background = True

    def _introspect(self) -> None:
        """Start introspection, or start it again."""
        if self.is_introspecting:
            self._introspect_again = True
            self.introspector.interrupt()
        else:
            self.introspector.incomplete = False
            self._start_exploring(self._update())

    def _start_exploring(self, work: Coroutine[Any, Any, None]) -> None:
        self._introspection = asyncio.create_task(work)
        self._introspection.add_done_callback(self._on_introspected)

    async def _update(self) -> None:
        while True:
            self._introspect_again = False
            await self.introspector.update(self.cache.values.get(STATE))
            if not self._introspect_again:
                break

    async def _await_introspection(self, patience: float | None) -> None:
        """Wait for introspection, at most `patience` seconds."""
        if (task := self._introspection) is None:
            return
        await asyncio.wait([task], timeout=patience)
        self._in_background = not task.done()
        if task.done():
            self._introspection = None
            await task  # raise what it raised

    def _on_introspected(self, task: asyncio.Task[None]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if not failed and self._in_background and task is self._introspection:
            self._report_news("all")

    def _on_object_described(self) -> None:
        if self._in_background:
            self._report_news("some")

    def _report_news(self, described_news: Literal["some", "all"]) -> None:
        self._described_news = described_news
        self.introspector.rebuild()
        self._rebuild()
        self.on_described()

    def _update_persisted(self) -> None:
        """Remember values that stay valid while the projector sleeps.

        Counters run while it is on. They are stored when it is off, or with the next
        value that changes rarely: the storage is not written every minute.
        """
        current = self._readings.values | self._polled | self.cache.values | self._lists
        persisted = {name: current[name] for name in filter(is_persisted, current)}
        changed = {
            name for name in persisted if persisted[name] != self._persisted.get(name)
        }
        self._persisted |= persisted
        self._to_store |= bool(changed)
        state, target = current.get(STATE), current.get(TARGET_STATE)
        if self._to_store and (
            not is_on(state, target) or not all(map(is_counter, changed))
        ):
            self._to_store = False
            self._version += 1

    async def _apply_schema(self, *, full: bool) -> None:
        """Apply what introspection has found."""
        introspector = self.introspector
        if appeared := introspector.properties.keys() - self._properties.keys():
            self.missing.appeared(appeared)
        for top in introspector.objects - self._objects:
            self.missing.forget(top)
        self._objects = introspector.objects
        if full:
            self.cache.reset_subscriptions()
        if undescribed_names := introspector.undescribed_names():
            introspector.add_readable(await self.cache.get(undescribed_names))
        if full:
            await self._discover_listed()
        await self._find_connectors(introspect=True)

    async def _discover_listed(self) -> None:
        listable = [*filter(self.introspector.may_exist, _LISTED)]
        listing = self._readings.list_all(
            listable, self.introspector.properties, self.cache.values.get(STATE)
        )
        await self._keep_on_busy(listing)
        tops = {top_level_object(name) for name in self._readings.values}
        self._has_unlisted = any(
            top_level_object(method) not in tops for method in listable
        )

    async def _retry_refused_lists(self) -> None:
        """Read lists again that the projector refused."""
        if self._has_unlisted:
            await self._discover_listed()
            self._rebuild()
        await asyncio.gather(*map(self._read_list, [*self._refused_lists]))

    async def _keep_on_busy(self, reading: Awaitable[None]) -> None:
        """Read; keep the previous values that a busy projector did not list."""
        before = self._readings.values
        await reading
        if self.introspector.incomplete:
            self._readings.values = before | self._readings.values

    async def _read(self) -> None:
        names = self._subscribable_names()
        await self.cache.subscribe(names)
        await self.cache.read(names, IDENTITY.values(), self.identify)

    async def _find_connectors(self, *, introspect: bool = False) -> bool:
        """Find the connectors of the active source; return whether they changed."""
        source = self.cache.values.get(SOURCE)
        connectors: tuple[str, ...] = ()
        if isinstance(source, str) and source and is_displayable(source):
            connectors = await self.introspector.connectors(source)
        described_news = connectors != self.connectors.connected
        self.connectors.connected = connectors
        if described_news or introspect:
            await asyncio.gather(*map(self._introspect_connector, connectors))
            self._rebuild()
        return described_news

    async def _introspect_connector(self, connector: str) -> None:
        """Introspect a connector whose description may have been omitted."""
        signal = connector_property(ACTIVE_SIGNAL, connector)
        if signal in self.introspector.properties:
            return
        if self.introspector.undescribed_names([signal]):
            self.introspector.add_readable(await self.cache.get([signal]))
        else:
            await self.introspector.introspect_object(signal.rpartition(".")[0])

    def update_active(self) -> bool:
        """Update the active connector; return whether it changed."""
        if not self.connectors.update_active(self.cache.values):
            return False
        self._rebuild()
        return True

    async def _read_lists(self) -> None:
        self._listed_for_connector = self.connectors.active
        lists = {
            name
            for name in filter(is_list_method, self.watched_names())
            if self._has_list(self.connectors.resolve(name))
        }
        await asyncio.gather(*map(self._read_list, lists))
        for name in self._lists.keys() - lists:
            del self._lists[name]
        self._refused_lists &= lists

    def _has_list(self, method: str) -> bool:
        if method in self.introspector.methods:
            return True
        return method in LIST_METHODS and self.introspector.may_exist(method)

    async def _read_list(self, name: str) -> None:
        if name == NOTIFICATIONS:
            self._last_notification_count = self.cache.values.get(NOTIFICATION_COUNT)
        result = limit_size(
            await self.introspector.request_optional(self.connectors.resolve(name))
        )
        self._refused_lists.discard(name)
        if result is not None:
            # Keep the object of an equal value, so that snapshots compare fast.
            if result != self._lists.get(name):
                self._lists[name] = result
        elif not self.incomplete:
            self._lists.pop(name, None)
            self._refused_lists.add(name)

    def misses(self, changed: AbstractSet[str]) -> bool:
        """Return True if a changed value is not in its list, which must be read."""
        if not changed & self._in_lists:
            return False
        return any(self.connectors.resolve(name) in changed for name in self._missing())

    def _missing(self) -> JsonObject:
        """Return the values that are not in their lists."""
        missing: dict[str, JsonValue] = {}
        current, resolve = self.cache.values, self.connectors.resolve
        for name, listed in LISTED_IN.items():
            value = self._last_activated.get(name) or current.get(resolve(name))
            known = self._lists.get(listed, current.get(resolve(listed)))
            if not isinstance(value, str) or not value or known is None:
                continue
            options = list_options(known)
            if match(value, (*options, *map(str, options.values()))):
                self._searched_in_vain.pop(name, None)
            elif self._searched_in_vain.get(name) != value:
                missing[name] = value
        return missing

    async def _search_lists(self, *, fresh: bool) -> None:
        """Read lists again that do not contain their value, once for each value.

        `fresh`: they were just read.
        """
        missing = self._missing()
        if not fresh:
            lists = {LISTED_IN[name] for name in missing} & self._lists.keys()
            await asyncio.gather(*map(self._read_list, lists))
        if not self.incomplete:
            self._searched_in_vain |= missing

    def _notifications_changed(self) -> bool:
        count = self.cache.values.get(NOTIFICATION_COUNT)
        return NOTIFICATIONS in self._lists and count != self._last_notification_count

    async def _read_polled(self, *, listed: bool) -> None:
        """Read polled values; also counters and control blocks if `listed`."""
        watched_names = self.watched_names()
        if listed:
            await self._keep_on_busy(
                self._readings.read(watched_names - self._subscribable_names())
            )
        names = {
            name
            for name in watched_names - self._readings.values.keys()
            if is_polled(name) and self._exists_now(name)
        }
        values = await self.cache.get(names)
        for method in watched_names & MEASURING_METHODS & self._methods.keys():
            if (result := await self.introspector.request_optional(method)) is not None:
                values[method] = result
        self._polled = self._polled | values if self.incomplete else values

    def watched_names(self) -> frozenset[str]:
        """Return the names to keep up to date."""
        watched = self.watched
        if watched is None:
            watched = frozenset(self.default_names(self.snapshot()))
        return watched | ALWAYS_WATCHED | self.extra_names

    def _exists_now(self, name: str) -> bool:
        return name in self.introspector.properties and self.introspector.is_present(
            name
        )

    def _subscribable_names(self) -> frozenset[str]:
        """Return the properties to subscribe to and read."""
        watched_names = self.watched_names()
        if NOTIFICATIONS in watched_names:
            watched_names |= {NOTIFICATION_COUNT}
        watched_names |= self.connectors.resolve_all(watched_names)
        return frozenset(
            name
            for name in watched_names
            if self._exists_now(name) and not is_polled(name)
        )

    def _rebuild(self) -> None:
        """Combine all properties and methods, under all of their names."""
        self._version += 1
        properties = {**self._readings.types, **self.introspector.properties}
        for name, kind in self._readings.types.items():
            properties[name] = properties[name].with_fallback(kind)
        with_aliases = self.connectors.with_aliases
        self._properties = shared_mapping(with_aliases(properties))
        self._methods = shared_mapping(with_aliases(self.introspector.methods))
        self._in_lists = shared_set(map(self.connectors.resolve, LISTED_IN))

    def _unsubscribed_readings(self) -> tuple[str, ...]:
        """Return the names of listed values that are not subscribed as properties."""
        properties, listed = self.introspector.properties, self._readings.values
        if self._unsubscribed_for != (properties, listed.keys()):
            self._unsubscribed_for = (properties, frozenset(listed))
            self._unsubscribed = tuple(
                name for name in listed if is_polled(name) or name not in properties
            )
        return self._unsubscribed

    def snapshot(
        self,
        error: PulseError | None = None,
        derived: JsonObject = EMPTY,
        **others: Any,
    ) -> Snapshot:
        """Return a snapshot; `error` is why the projector is not reachable.

        `derived`: further values by name; `others`: further fields of the snapshot.
        """
        listed = self._unsubscribed_readings()
        readings = map(self._readings.values.__getitem__, listed)
        values = dict(zip(listed, readings, strict=True))
        values |= self._polled | self.cache.values | self._lists | self._last_activated
        values |= self.connectors.active_values(self.cache.values)
        values |= derived
        last_known = {}
        if not self._persisted.keys() <= values.keys():
            last_known = {n: v for n, v in self._persisted.items() if n not in values}
        return Snapshot(
            reachable=error is None,
            error=error,
            properties=self._properties,
            methods=self._methods,
            objects=self.introspector.objects,
            values=MappingProxyType(values),
            last_known=MappingProxyType(last_known),
            complete=self.introspector.complete,
            identity=self.identity,
            **others,
        )

    def set_last_activated(self, values: dict[str, JsonValue]) -> None:
        """Set what was last activated: `LAST_PRESET` or `ACTIVE_PROFILE`."""
        if values != self._last_activated:
            self._last_activated = values
            self._version += 1

    def invalidate_notifications(self) -> None:
        """Read the notifications again with the next read."""
        self._last_notification_count = _UNKNOWN_COUNT

    def apply_notification(self, signal: str, arguments: JsonObject) -> None:
        """Apply a signal about a notification."""
        listed = self._lists.get(NOTIFICATIONS)
        if not isinstance(listed, list):
            return
        answered = arguments.get("notification")
        notification = answered if isinstance(answered, dict) else arguments
        others = [
            entry
            for entry in listed
            if not isinstance(entry, dict) or entry.get("id") != notification.get("id")
        ]
        new = (
            [notification]
            if signal == NOTIFICATION_EMITTED and "id" in notification
            else []
        )
        self._lists[NOTIFICATIONS] = (others + new)[-MAX_NOTIFICATIONS:]

    def identified(self, identity: Identity) -> None:
        """Set the identity; forget the schema after a change of firmware."""
        self.identity = identity
        if identity.firmware == self._firmware:
            return
        if self._firmware is not None:
            self.introspector.reset()
            self.missing.clear()
            self._readings.reset()
            self._persisted.clear()
        self._firmware = identity.firmware

    async def read_everything(self) -> dict[str, JsonValue]:
        """Read all properties and lists that can be read, watched or not."""
        await self.introspector.introspect_remaining()
        self._rebuild()
        names = sorted(filter(self._exists_now, self.introspector.properties))
        values: dict[str, JsonValue] = {}
        for some in batched(names, _READ_BATCH, strict=False):
            values |= await self.cache.get(some)
        lists = [
            method
            for method, parameters in self.introspector.methods.items()
            if not parameters
            and is_list_method(method)
            and self.introspector.is_present(method)
        ]
        asked: JsonObject = {
            **dict.fromkeys(lists),
            CONTROL_BLOCKS: control_block_params(),
        }
        answers = await asyncio.gather(
            *(
                self.introspector.request_optional(method, params)
                for method, params in asked.items()
            )
        )
        answered = zip(asked, answers, strict=True)
        return values | {
            method: answer for method, answer in answered if answer is not None
        }

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        return {
            "firmware": self._firmware,
            "discovery": self.introspector.to_storage(),
            "listed": self._readings.to_storage(),
            "kept": dict(self._persisted),
            "activated": self._last_activated,
            "absent": self.missing.to_storage(),
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        if not isinstance(stored, dict):
            return
        self._firmware = stored.get("firmware")
        self.introspector.from_storage(stored.get("discovery"))
        self._readings.from_storage(stored.get("listed"))
        self.missing.from_storage(stored.get("absent"))
        for mine, name in (
            (self._persisted, "kept"),
            (self._last_activated, "activated"),
        ):
            if isinstance(values := stored.get(name), dict):
                mine.update(values)
        self._rebuild()
