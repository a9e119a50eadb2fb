"""Read the lists that come from methods, for example the sources and notifications."""

import asyncio
from collections.abc import Set as AbstractSet

from ..const import (
    LIST_METHODS,
    LISTED_IN,
    NOTIFICATION_COUNT,
    NOTIFICATION_EMITTED,
    NOTIFICATIONS,
    is_list_method,
)
from ..json_types import JsonObject, JsonValue
from ..names import match
from ..sanitize import MAX_NOTIFICATIONS, limit_size
from ..shared import shared_set
from ..snapshot import list_options
from .connectors import Connectors
from .optional_requests import OptionalRequests
from .projector_schema import ProjectorSchema
from .property_cache import PropertyCache

_UNKNOWN_COUNT = -1


class ProjectorLists:
    """The results of list methods, by method.

    A list is read again if its connector or a number of entries changed, and if a
    property has a value that is not in its list.
    """

    def __init__(
        self,
        requests: OptionalRequests,
        schema: ProjectorSchema,
        cache: PropertyCache,
        connectors: Connectors,
    ) -> None:
        """Start without any; read lists with `requests`."""
        self._requests = requests
        self._schema = schema
        self._cache = cache
        self._connectors = connectors
        self.values: dict[str, JsonValue] = {}
        self._refused: set[str] = set()
        self._read_for_connector: str | None = None
        # The number of notifications when they were read.
        self._notification_count: JsonValue = None
        # Values that are not in their lists even after another read, by property.
        self._unlisted: dict[str, JsonValue] = {}
        self.properties = frozenset(LISTED_IN)
        """The properties whose values are in a list."""

    async def update(
        self, watched_names: AbstractSet[str], last_activated: JsonObject, *, full: bool
    ) -> None:
        """Read all watched lists if `full`, otherwise those that may have changed.

        Raises PulseError if the connection fails.
        """
        read_all = full or self._connectors.active != self._read_for_connector
        if read_all:
            await self._read_all(watched_names)
        elif NOTIFICATIONS in watched_names and self._notifications_changed():
            await self._read(NOTIFICATIONS)
        self._forget_listed(last_activated)
        unlisted = self._new_unlisted(last_activated)
        if not read_all:
            methods = {LISTED_IN[name] for name in unlisted} & self.values.keys()
            await asyncio.gather(*map(self._read, methods))
        if not self._is_incomplete:
            self._unlisted |= unlisted

    async def retry_refused(self) -> None:
        """Read lists again that the projector refused."""
        await asyncio.gather(*map(self._read, [*self._refused]))

    def update_properties(self) -> None:
        """Update the names of the properties after a change of the connector."""
        self.properties = shared_set(map(self._connectors.resolve, LISTED_IN))

    def on_changed(self, changed: AbstractSet[str], last_activated: JsonObject) -> None:
        """Update what is remembered of values that are in no list, after a push."""
        if changed & self.properties:
            self._forget_listed(last_activated)

    def lacks(self, changed: AbstractSet[str], last_activated: JsonObject) -> bool:
        """Return True if a changed value is not in its list, which must be read."""
        if not changed & self.properties:
            return False
        resolve = self._connectors.resolve
        return any(
            resolve(name) in changed for name in self._new_unlisted(last_activated)
        )

    def _forget_listed(self, last_activated: JsonObject) -> None:
        """Forget that a property had a value that is in no list; now it has another."""
        for name in [*self._unlisted]:
            if self._is_listed(name, self._value(name, last_activated)):
                del self._unlisted[name]

    def _new_unlisted(self, last_activated: JsonObject) -> JsonObject:
        """Return the values that are not in their lists and were not searched yet."""
        return {
            name: value
            for name in LISTED_IN
            if (value := self._value(name, last_activated))
            and self._is_listed(name, value) is False
            and self._unlisted.get(name) != value
        }

    def _value(self, name: str, last_activated: JsonObject) -> JsonValue:
        resolved = self._connectors.resolve(name)
        return last_activated.get(name) or self._cache.values.get(resolved)

    def _is_listed(self, name: str, value: JsonValue) -> bool | None:
        """Return whether a value is in its list; None without value or list."""
        method = LISTED_IN[name]
        entries = self.values.get(
            method, self._cache.values.get(self._connectors.resolve(method))
        )
        if not isinstance(value, str) or not value or entries is None:
            return None
        options = list_options(entries)
        return bool(match(value, (*options, *map(str, options.values()))))

    @property
    def _is_incomplete(self) -> bool:
        return self._requests.incomplete or self._cache.incomplete

    async def _read_all(self, watched_names: AbstractSet[str]) -> None:
        self._read_for_connector = self._connectors.active
        methods = {
            name
            for name in filter(is_list_method, watched_names)
            if self._exists(self._connectors.resolve(name))
        }
        await asyncio.gather(*map(self._read, methods))
        for name in self.values.keys() - methods:
            del self.values[name]
        self._refused &= methods

    def _exists(self, method: str) -> bool:
        if method in self._schema.methods:
            return True
        return method in LIST_METHODS and self._schema.may_exist(method)

    async def _read(self, name: str) -> None:
        if name == NOTIFICATIONS:
            self._notification_count = self._cache.values.get(NOTIFICATION_COUNT)
        method = self._connectors.resolve(name)
        result = limit_size(await self._requests.request(method))
        self._refused.discard(name)
        if result is not None:
            # Keep the object of an equal value, so that snapshots compare fast.
            if result != self.values.get(name):
                self.values[name] = result
        elif not self._is_incomplete:
            self.values.pop(name, None)
            self._refused.add(name)

    def _notifications_changed(self) -> bool:
        count = self._cache.values.get(NOTIFICATION_COUNT)
        return NOTIFICATIONS in self.values and count != self._notification_count

    def invalidate_notifications(self) -> None:
        """Read the notifications again with the next read."""
        self._notification_count = _UNKNOWN_COUNT

    def apply_notification(self, signal: str, arguments: JsonObject) -> None:
        """Apply a signal about a notification."""
        notifications = self.values.get(NOTIFICATIONS)
        if not isinstance(notifications, list):
            return
        answered = arguments.get("notification")
        notification = answered if isinstance(answered, dict) else arguments
        others = [
            entry
            for entry in notifications
            if not isinstance(entry, dict) or entry.get("id") != notification.get("id")
        ]
        is_new = signal == NOTIFICATION_EMITTED and "id" in notification
        new = [notification] if is_new else []
        self.values[NOTIFICATIONS] = (others + new)[-MAX_NOTIFICATIONS:]
