"""Send commands to a projector, and record what their errors tell about it."""

from collections.abc import Callable, Set as AbstractSet

from .api import PulseClient
from .const import PRESETS, STATE, TARGET_STATE
from .exceptions import (
    PulseAuthenticationError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from .json_types import JsonObject, JsonValue
from .keys import KeyEvent, key_request
from .latest import Coalescer
from .model.schema_parser import parse_object
from .publisher import SnapshotPublisher
from .session import Session
from .snapshot import Snapshot
from .state import ProjectorState
from .sync import Synchronizer


class Commands:
    """The commands of a projector. All may raise PulseError."""

    def __init__(
        self,
        client: PulseClient,
        session: Session,
        state: ProjectorState,
        sync: Synchronizer,
        publisher: SnapshotPublisher,
    ) -> None:
        """Send commands by `session`; have their effect read by `sync`."""
        self._client = client
        self._session = session
        self._state = state
        self._sync = sync
        self._publisher = publisher
        self._coalescer = Coalescer()
        self.on_changed: Callable[[AbstractSet[str]], None] = lambda names: None
        """Called with the names whose values a command has read."""

    @property
    def snapshot(self) -> Snapshot:
        """The state that was published last."""
        return self._publisher.snapshot

    @property
    def connected(self) -> bool:
        """True while there is a connection."""
        return self._client.connected

    def reconnect_soon(self) -> None:
        """Cut short the pause before the next attempt to connect."""
        self._session.reconnect_soon()

    async def command(self, method: str, params: JsonValue = None) -> JsonValue:
        """Send a request for a caller who waits, and return its result.

        Waits for the end of a short interruption. Raises PulseError; PulseRpcError
        also for a result of false.
        """
        try:
            return await self._session.command(method, params)
        except PulseAuthenticationError:
            self._publisher.publish()  # that the PIN is refused
            raise
        except PulseInvalidStateError as error:
            if error.not_found:
                name = params.get("property") if isinstance(params, dict) else None
                if self._state.schema.is_present(str(name or method)):
                    self._sync.invalidate(str(name or method))
            raise

    async def control(self, method: str, params: JsonValue = None) -> None:
        """Send a command that may require a PIN."""
        try:
            await self.command(method, params)
        except PulsePermissionError:
            self._set_control_denied(
                denied=not self._client.has_pin or self._client.pin_used_up
            )
            raise
        self._set_control_denied(denied=False)

    def _set_control_denied(self, *, denied: bool) -> None:
        if denied != self._session.control_denied:
            self._session.control_denied = denied
            self._publisher.publish()

    async def read_power(self) -> tuple[JsonValue, JsonValue]:
        """Return the power state and the target state; None: not reported.

        Read them now if they are not pushed, because the known ones may be seconds old.
        """
        cache = self._state.cache
        names = [STATE]
        if TARGET_STATE in self._state.schema.properties:
            names.append(TARGET_STATE)
        is_pushed = STATE in cache.subscribed and not cache.push_stalled
        if not (is_pushed and self._session.is_connected):
            await cache.read_now(self.command, names)
            self.on_changed(frozenset(names))
        values = cache.values
        return values.get(STATE), values.get(TARGET_STATE)

    async def command_power(self, method: str) -> None:
        """Send a power command, then poll more often if nothing is pushed."""
        await self.control(method)
        self._sync.expect_power_change()

    async def get_property(self, name: str) -> JsonValue:
        """Read a property of any name."""
        return await self.command("property.get", {"property": name})

    async def lists(self, name: str) -> bool | None:
        """Return whether the projector describes a property or method of this name.

        None: it does not describe the object, or not in its present power state.
        """
        snapshot = self.snapshot
        if name in snapshot.properties or name in snapshot.methods:
            return True
        owner, _, _ = name.rpartition(".")
        try:
            description = await self.command(
                "introspect", {"object": owner, "recursive": False}
            )
        except PulseRpcError:
            return None
        model = parse_object(owner, description)
        names = model.properties.keys() | model.methods.keys()
        return name in names if names else None

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it.

        While one value is being sent, only the newest of the others is sent after it,
        so that a slider does not flood the projector.
        """
        name = self._state.connectors.resolve(name)
        params: JsonObject = {"property": name, "value": value}
        is_writable = self.snapshot.property_type(name).writable
        send = self.control if is_writable else self.command
        async with self._coalescer.slot(name) as is_newest:
            if is_newest:
                try:
                    await send("property.set", params)
                except PulsePermissionError, PulseInvalidStateError:
                    raise
                except PulseRpcError:
                    self._sync.invalidate(name)
                    raise
        if name not in self._state.cache.subscribed:
            self._sync.refresh()

    async def activate(
        self, method: str, value: JsonValue, activated: JsonObject
    ) -> None:
        """Activate a preset or profile; remember `activated`, by name."""
        # Real projectors were seen to take a bare value as params.
        await self.control(method, value)
        self._state.set_last_activated(dict(activated))
        self._publisher.publish()

    async def assign_preset(self, slot: int, profile: str) -> None:
        """Assign a profile to a preset, 0 to 29; "" for none."""
        params: JsonObject = {"preset": slot, "profile": profile}
        await self.control("profile.assignpreset", params)
        if PRESETS not in self._state.cache.subscribed:
            self._sync.refresh()

    async def press_key(self, key: str, event: KeyEvent) -> None:
        """Press, hold or release a key by the projector's name for it."""
        await self.control(*key_request(self.snapshot.methods, event, key))

    async def dismiss(self, notification_id: str, response: str) -> None:
        """Answer a notification of the projector, which dismisses it."""
        params: JsonObject = {"id": notification_id, "response": response}
        await self.control("notification.dismiss", params)
        self._state.lists.invalidate_notifications()
        self._sync.refresh()
