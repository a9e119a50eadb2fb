"""Keep property values up to date by subscribing and reading."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence, Set as AbstractSet
from itertools import islice

from ..const import SOURCE, STATE, TARGET_STATE
from ..exceptions import PulseRpcError
from ..json_types import JsonObject, JsonValue
from ..protocol import iter_pairs
from ..sanitize import limit_size
from .missing_names import MissingNames
from .optional_requests import Request
from .property_reader import PropertyReader

_ALWAYS_PUSHED = frozenset({STATE, TARGET_STATE, SOURCE})

_MAX_RETRIED = 20
"""Number of refused subscriptions to retry at a time."""


class PropertyCache:
    """The last known value of each property, and the subscriptions of one connection.

    Subscribe first, then read: subscribing returns no initial value, and changes in
    between are pushed. A push takes precedence over a read that was in progress.
    """

    def __init__(self, request: Request, missing: MissingNames | None = None) -> None:
        """Send requests with `request(method, params)`, which raises PulseError.

        Names that do not exist are added to `missing`, and are not read again.
        """
        self._request = request
        self._missing = missing or MissingNames()
        self._push_serial = 0
        self.values: dict[str, JsonValue] = {}
        self._reader = PropertyReader(request, self._missing, self.values)
        self.start_connection()

    def start_connection(self, *, push_disabled: bool = False) -> None:
        """Start without subscriptions on a new connection; keep all values.

        `push_disabled`: do not subscribe on this connection.
        """
        self._push_disabled = push_disabled
        self._push_refused = False  # the projector refuses all subscriptions
        self._expect_push: AbstractSet[str] = frozenset()  # whose changes are pushed
        # Refused subscriptions, the latest last.
        self._not_subscribable: dict[str, None] = {}
        # The serial number of the last push by name.
        self._push_serials: dict[str, int] = {}
        self.subscribed: set[str] = set()
        self.source_changing = False
        """True if the last read happened during a change of source."""
        self._reader.incomplete = False
        self.push_stalled = False
        """True after a read found a change that the projector did not push."""

    def reset_subscriptions(self) -> None:
        """Subscribe to everything again, and read missing names again.

        Call it when objects appeared or disappeared, because subscriptions may end with
        their object. If the projector refused all subscriptions, only new names are
        tried until `retry_refused`.
        """
        self.subscribed.clear()
        self._missing.retry()
        self._expect_push = frozenset()
        self._reader.incomplete = False
        if not self._push_refused:
            self._not_subscribable.clear()

    def retry_refused(self) -> None:
        """Let `subscribe` retry refused and stalled subscriptions.

        If all were refused, only one name is tried first.
        """
        if self.push_stalled:
            self.subscribed.clear()
        again = (
            [STATE]
            if self._push_refused
            else [*islice(self._not_subscribable, _MAX_RETRIED)]
        )
        for name in again:
            self._not_subscribable.pop(name, None)

    @property
    def incomplete(self) -> bool:
        """True if the projector was too busy to answer everything."""
        return self._reader.incomplete

    def names_to_read(self, names: Iterable[str]) -> list[str]:
        """Return the properties that `get` will read: those not known to be missing."""
        return self._reader.names_to_read(names)

    async def get(self, names: Iterable[str]) -> dict[str, JsonValue]:
        """Read properties without keeping their values, as `PropertyReader.get` does."""
        return await self._reader.get(names)

    async def read(
        self,
        names: AbstractSet[str],
        also: Iterable[str] = (),
        check: Callable[[JsonObject], None] = lambda answers: None,
    ) -> None:
        """Read `names` and update `values`; drop all other values.

        While the projector is too busy, the last values stay. `check` is called first,
        with all answers, including those for `also`.
        """
        serial_before = self._push_serial
        values = await self.get({*names, *also})
        check(values)
        self._update_source_changing(names, values, serial_before)
        for name in names | self.values.keys():
            if name in names and self._was_pushed_since(serial_before, name):
                continue
            if name == SOURCE and self.source_changing:
                continue
            if name in names and name in values:
                # Keep the object of an equal value, so that snapshots compare fast.
                if name not in self.values or values[name] != self.values[name]:
                    self.push_stalled |= name in self._expect_push
                    self.values[name] = values[name]
            elif name not in names or not self.incomplete:
                self.values.pop(name, None)
        self._expect_push = _ALWAYS_PUSHED & self.subscribed

    async def read_now(self, request: Request, names: Sequence[str]) -> None:
        """Read a few properties with `request`, and update their values."""
        serial_before = self._push_serial
        result = await request("property.get", {"property": names})
        if isinstance(result, Mapping):
            for name in names:
                value = limit_size(result.get(name))
                if value is not None and not self._was_pushed_since(
                    serial_before, name
                ):
                    self.values[name] = value

    def _was_pushed_since(self, serial: int, name: str) -> bool:
        """Return True if a property was pushed after the push with this number."""
        return self._push_serials.get(name, 0) > serial

    def _update_source_changing(
        self, names: AbstractSet[str], values: JsonObject, serial_before: int
    ) -> None:
        """Update `source_changing`: the source is "" only while it changes.

        If the source is "" in two reads in a row, "" is its value.
        """
        if SOURCE in names:
            if self._was_pushed_since(serial_before, SOURCE):
                return
        elif SOURCE not in self.values:
            return
        became_blank = values.get(SOURCE) == "" and self.values.get(SOURCE) != ""
        self.source_changing = became_blank and not self.source_changing

    async def subscribe(self, names: AbstractSet[str]) -> None:
        """Subscribe to exactly these properties, as far as the projector accepts them."""
        if gone := sorted(self.subscribed - names):
            self.subscribed.difference_update(gone)
            await self._try_subscription("property.unsubscribe", gone)
        if self._push_disabled:
            return
        was_mute = self._push_refused
        await self._subscribe(names)
        if was_mute and not self._push_refused:
            self._not_subscribable.clear()
            await self._subscribe(names)

    async def _subscribe(self, names: AbstractSet[str]) -> None:
        missing: AbstractSet[str] = frozenset()
        if self._missing.fails_together:
            missing = self._missing.names(self.values.get(STATE))
        new = sorted(names - self.subscribed - missing - self._not_subscribable.keys())
        if not new:
            return
        if await self._try_subscription("property.subscribe", new):
            self.subscribed.update(new)
        elif not self.incomplete:
            await self._subscribe_individually(new)
        if not self.incomplete:
            self._push_refused = not self.subscribed

    async def _subscribe_individually(self, names: Sequence[str]) -> None:
        """Subscribe to each name individually to find the one that is refused."""
        accepted: Sequence[bool] = [False]
        if len(names) > 1:
            accepted = await asyncio.gather(
                *(
                    self._try_subscription("property.subscribe", [name])
                    for name in names
                )
            )
        answers = dict(zip(names, accepted, strict=True))
        self.subscribed.update(
            name for name, is_accepted in answers.items() if is_accepted
        )
        if not self.incomplete:
            self._not_subscribable |= {
                name: None for name, is_accepted in answers.items() if not is_accepted
            }

    async def _try_subscription(self, method: str, names: Sequence[str]) -> bool:
        try:
            return await self._request(method, {"property": names}) is not False
        except PulseRpcError as error:
            self._reader.on_refusal(f"{method} {names}", error)
            return False

    def apply_push(self, params: JsonObject) -> set[str]:
        """Apply `property.changed`; return the names whose values changed."""
        changed = set()
        for name, value in iter_pairs(params.get("property")):
            # The source is "" during a change of source.
            if name not in self.subscribed or (name == SOURCE and not value):
                continue
            if isinstance(value, str | list | dict):
                value = limit_size(value)
            self._push_serial += 1
            self._push_serials[name] = self._push_serial
            if name not in self.values:
                self._missing.appeared([name])
            self.push_stalled = False
            if self.values.get(name) == value:
                continue
            changed.add(name)
            if value is None:
                del self.values[name]
            else:
                self.values[name] = value
        return changed
