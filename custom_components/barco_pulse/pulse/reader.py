"""Bring the known state of the projector up to date by reading.

When to read, and over which connection, is decided by `Synchronizer` and `Session`.
"""

import asyncio
from collections.abc import Callable, Set as AbstractSet
from itertools import batched
from typing import Final

from .const import (
    ACTIVE_SIGNAL,
    CONTROL_BLOCKS,
    IDENTITY,
    NOTIFICATION_COUNT,
    SOURCE,
    STATE,
    is_list_method,
)
from .identity import LOGIN_REQUIRED
from .json_types import JsonObject, JsonValue
from .model.connectors import connector_property
from .model.introspection_task import Found, IntrospectionTask
from .model.readings import LISTING_METHODS, control_block_params
from .model.watched_names import ALWAYS_WATCHED
from .sanitize import is_displayable
from .shared import shared_set
from .state import ProjectorState

_FIRST_ONLY: Final = (*IDENTITY.values(), LOGIN_REQUIRED)

_READ_BATCH: Final = 50
"""Number of properties that `read_everything` reads with one request."""

type AnswerCheck = Callable[[JsonObject], None]
"""Called with the answers to a read before they are used; may raise PulseError."""


def _accept(answers: JsonObject) -> None:
    """Accept the answers of any projector."""


class StateReader:
    """Reads what is watched, in the order that `synchronize` states."""

    def __init__(self, state: ProjectorState) -> None:
        """Update `state`."""
        self._state = state
        self.on_found: Callable[[], None] = lambda: None
        """Called when introspection in the background found something to read."""
        self._introspection = IntrospectionTask(state.introspector, state.cache)
        self._retry_lists = False
        self._connector: str | None = None  # active at the last read
        self.postponed = False
        """True if lists and polled values were left for later."""
        self.synced_names: frozenset[str] = frozenset()
        """The names of the last full read."""

    @property
    def is_introspecting(self) -> bool:
        """True while introspection runs."""
        return self._introspection.is_running

    def start_connection(self, *, push_disabled: bool = False, login: str = "") -> None:
        """Start without subscriptions on a new connection; keep all values.

        `push_disabled`: subscribe to nothing. `login`: names that cannot be read are
        remembered for each login.
        """
        self.stop()
        self._state.cache.start_connection(push_disabled=push_disabled)
        self._state.missing.set_login(login)

    def stop(self) -> None:
        """Stop introspection in the background."""
        self._introspection.stop()

    def first_asked(self) -> list[str]:
        """Return the properties that `read_first` will probably read."""
        names = self._state.subscribable_names()
        return self._state.cache.names_to_read({*names, *ALWAYS_WATCHED, *_FIRST_ONLY})

    async def read_first(self, check: AnswerCheck) -> None:
        """Read the identity and all watched properties with one request.

        Raises PulseError, also what `check` raises.
        """
        names = self._state.subscribable_names() | ALWAYS_WATCHED
        await self._state.cache.read(names, _FIRST_ONLY, check)
        self._update_connector()

    async def synchronize(
        self,
        *,
        discover: bool,
        poll: bool,
        patience: float | None = None,
        postpone: bool = False,
        check: AnswerCheck = _accept,
    ) -> None:
        """Update everything that is watched, in this order.

        `discover`: introspect first; wait for that at most `patience` seconds (None:
        without limit), and go on with what is known by then. `poll`: include slow
        values. `postpone`: leave lists and slow values to the next time. Raises
        PulseError, also what `check` raises.
        """
        state = self._state
        if discover:
            self._introspection.start(self._on_introspected)
        await self._introspection.wait(patience if discover else 0)
        found = self._introspection.pop_found()
        if discover or found:
            await self._apply_schema(full=discover or found is Found.ALL)
        watched = state.watched_names()
        new = watched - self.synced_names
        full = bool(discover or found or self.postponed)
        await self._read_properties(check)
        self.postponed = postpone
        if not postpone:
            await self._retry_refused_lists()
            has_new_lists = any(map(is_list_method, new))
            await state.lists.update(
                watched, state.last_activated, full=full or has_new_lists
            )
            if poll or full or new:
                await self._read_polled(readings=not discover)
        self.synced_names = shared_set(watched)
        state.update_last_known()

    async def _apply_schema(self, *, full: bool) -> None:
        """Apply what introspection has found."""
        state, schema = self._state, self._state.schema
        state.forget_appeared()
        if full:
            state.cache.reset_subscriptions()
        if undescribed_names := schema.undescribed_names():
            schema.add_readable(await state.cache.get(undescribed_names))
        if full:
            await self._discover_readings()
        await self._find_connectors(introspect=True)

    async def _discover_readings(self) -> None:
        state, schema = self._state, self._state.schema
        methods = [*filter(schema.may_exist, LISTING_METHODS)]
        power_state = state.cache.values.get(STATE)
        await state.readings.list_all(methods, schema.properties, power_state)

    async def _read_properties(self, check: AnswerCheck) -> None:
        """Subscribe and read; once more if the source has other connectors."""
        await self._subscribe_and_read(check)
        if await self._find_connectors():
            await self._subscribe_and_read(check)
        self._update_connector()

    async def _subscribe_and_read(self, check: AnswerCheck) -> None:
        names = self._state.subscribable_names()
        await self._state.cache.subscribe(names)
        await self._state.cache.read(names, IDENTITY.values(), check)

    async def _find_connectors(self, *, introspect: bool = False) -> bool:
        """Find the connectors of the active source; return whether they changed.

        `introspect`: introspect them also if they are the same.
        """
        state = self._state
        source = state.cache.values.get(SOURCE)
        connectors: tuple[str, ...] = ()
        if isinstance(source, str) and source and is_displayable(source):
            connectors = await state.introspector.source_connectors.find(source)
        has_changed = connectors != state.connectors.connected
        state.connectors.connect(connectors)
        if has_changed or introspect:
            await asyncio.gather(*map(self._introspect_connector, connectors))
            state.rebuild()
        return has_changed

    async def _introspect_connector(self, connector: str) -> None:
        """Introspect a connector whose description may have been omitted."""
        state, schema = self._state, self._state.schema
        signal = connector_property(ACTIVE_SIGNAL, connector)
        if signal in schema.properties:
            return
        if schema.undescribed_names([signal]):
            schema.add_readable(await state.cache.get([signal]))
        else:
            await state.introspector.introspect_object(signal.rpartition(".")[0])

    def _update_connector(self) -> None:
        self._state.update_connector()
        self._connector = self._state.connectors.active

    async def _retry_refused_lists(self) -> None:
        """Read lists again that the projector refused, once after `retry_refused`."""
        if not self._retry_lists:
            return
        self._retry_lists = False
        if self._state.readings.has_unlisted:
            await self._discover_readings()
            self._state.rebuild()
        await self._state.lists.retry_refused()

    async def _read_polled(self, *, readings: bool) -> None:
        """Read polled values; also counters and control blocks with `readings`."""
        state = self._state
        watched = state.watched_names()
        if readings:
            await state.readings.read(watched - state.subscribable_names())
        await state.polled.read(watched - state.readings.values.keys())

    def needs_read(self, changed: AbstractSet[str]) -> bool:
        """Return True if other values have to be read after these were pushed."""
        state = self._state
        if changed.isdisjoint(state.trigger_names):
            return False
        if SOURCE in changed or NOTIFICATION_COUNT in changed:
            return True
        connectors = state.connectors
        if changed & connectors.signals and connectors.active != self._connector:
            return True
        return state.lists.lacks(changed, state.last_activated)

    def retry_refused(self) -> None:
        """Retry refused requests with the next reads."""
        self._retry_lists = True
        self._state.cache.retry_refused()
        self._introspection.retry(self._on_introspected)

    def _on_introspected(self) -> None:
        self._state.forget_appeared()  # compares with what `rebuild` replaces
        self._state.rebuild()
        self.on_found()

    async def read_everything(self) -> dict[str, JsonValue]:
        """Read all properties and lists that can be read, watched or not.

        What the projector refuses is left out. Raises PulseError if the connection
        fails.
        """
        state, schema = self._state, self._state.schema
        await state.introspector.introspect_remaining()
        state.rebuild()
        values: dict[str, JsonValue] = {}
        names = sorted(filter(schema.has_property, schema.properties))
        for batch in batched(names, _READ_BATCH, strict=False):
            values |= await state.cache.get(batch)
        methods = [
            method
            for method, parameters in schema.methods.items()
            if not parameters and is_list_method(method) and schema.is_present(method)
        ]
        requests: JsonObject = {
            **dict.fromkeys(methods),
            CONTROL_BLOCKS: control_block_params(),
        }
        tasks = [
            asyncio.ensure_future(state.requests.request(*request))
            for request in requests.items()
        ]
        try:
            results = await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # one may have failed
                task.cancel()
        answers = zip(requests, results, strict=True)
        return values | {
            method: result for method, result in answers if result is not None
        }
