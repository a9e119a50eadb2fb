"""The projector without its network: values, power, sessions and signals."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from .access import sees
from .clock import Clock
from .introspection import Tree
from .jsontypes import JsonObject, JsonValue
from .menu import Menu
from .model import Model, leader_of
from .notifications import Notifications
from .picture import Inputs
from .power import Power
from .quirks import Quirks
from .rpc import FAILED, NOT_FOUND, RpcError, notification, property_not_found
from .session import Session
from .store import Store, within

_PIN_ENABLED = "user.pincodeauthenticationenabled"
_UNSETTLED_TEXT = "Method doesn't exist on interface"


class Network(Protocol):
    """The network, as far as the device uses it."""

    def join(self) -> None:
        """Open the port."""

    def leave(self) -> None:
        """Close every connection and the port."""

    def set_booting(self, booting: bool) -> None:
        """Handle the start or the end of booting."""

    def changed(self) -> None:
        """Wake waiters after a change."""

    def note(self, event: str) -> None:
        """Log an event of the projector."""


class Device:
    """One projector: its values, power state and sessions.

    Must be used inside a running event loop.
    """

    def __init__(
        self, model: Model, quirks: Quirks, clock: Clock, network: Network
    ) -> None:
        """Initialize the projector; `start` connects the mains."""
        self.model = model
        self.quirks = quirks
        self.clock = clock
        self._pin = model.pin
        self.users = dict(model.users)
        self.store = Store(model)
        self.tree = Tree(model)
        self.power = Power(model, quirks, clock, self)
        self.inputs = Inputs(
            model, quirks, clock, self.store, self.put, self.power.signal_changed
        )
        self.notifications = Notifications(model.notifications)
        self.menu = Menu(self.store, self.put)
        self.keys: list[tuple[str, str]] = []
        self.absent_reads: Counter[str] = Counter()
        """Reads of properties that do not exist, by name: each is an internal error."""
        self.sessions: set[Session] = set()
        self._network = network
        self._leaders = {
            leader_of(value)
            for values in model.follows.values()
            for value in values.values()
        }
        self._settling: dict[str, asyncio.TimerHandle] = {}
        self._flush_scheduled = False
        self._started = False

    @property
    def pin(self) -> str | None:
        """Return the PIN, None for none."""
        return self._pin

    @pin.setter
    def pin(self, pin: str | None) -> None:
        self._pin = pin
        self.put(_PIN_ENABLED, pin is not None)

    @property
    def protected(self) -> bool:
        """Return whether a session must authenticate for all rights."""
        return self.pin is not None or bool(self.users)

    def start(self, state: str) -> None:
        """Start in a power state."""
        self.power.start(state)
        self.inputs.refresh()
        self._started = True
        if state == "eco":
            self._network.leave()
        else:
            self._move_network(state)

    def stop(self) -> None:
        """Cancel all timers."""
        self.power.stop()
        self.clock.stop()
        self._settling.clear()

    def boot(self) -> None:
        """Boot after the mains were connected; complete all pending work."""
        self.clock.finish()
        self.menu.show(False)
        self.power.boot_after_mains()

    # Callbacks of the power states

    def setting(self, name: str) -> JsonValue:
        """Return a value, even if it does not exist now; None without such a property."""
        return self.store.kept(name)

    def has_signal(self) -> bool:
        """Return whether the selected source has a signal."""
        return self.inputs.active()

    def power_changed(self) -> None:
        """Update what depends on the power state."""
        state, target = self.power.state, self.power.target
        appeared, disappeared = self.store.enter(state)
        self._network.note(f"state {state}, target {target}")
        pushed = self._power_pushes()
        for name, value in (("system.state", state), ("system.targetstate", target)):
            self.put(name, value, tell=name in pushed)
        self._follow()
        if self._started:
            self._announce(appeared, disappeared)
            self._move_network(state)

    def _follow(self) -> None:
        """Set the properties that follow the power state or another property."""
        for name, values in self.model.follows.items():
            value = values.get(self.power.state, values.get("otherwise"))
            leader = leader_of(value)
            self.put(name, self.store.kept(leader) if leader else value)

    def _power_pushes(self) -> Iterable[str]:
        names = ("system.state", "system.targetstate")
        if "eco" not in (self.power.state, self.power.target):
            return names
        pushed = self.quirks.eco_push
        return [n for n in names if pushed in ("both", n.removeprefix("system."))]

    def _move_network(self, state: str) -> None:
        self._network.set_booting(state == "boot")
        if state == "eco":
            self.clock.after(self.model.durations["eco_leave"], self._leave)
        elif state != "boot" or self.quirks.boot_answers:
            self._network.join()

    def _leave(self) -> None:
        if self.power.state == "eco":
            self._network.leave()

    # Values

    def put(
        self,
        name: str,
        value: JsonValue,
        *,
        tell: bool = True,
        by: Session | None = None,
    ) -> None:
        """Set a value and notify its subscribers if it changed.

        A name that the model does not have is ignored: models differ.

        Args:
            name: The property.
            value: Its new value.
            tell: Whether to notify the subscribers.
            by: The session that set it, which may be left out.
        """
        if not self.store.put(name, value):
            return
        self._network.changed()
        if name in self._leaders:
            self._follow()
        if not tell or not self.store.exists(name):
            return
        for session in self.sessions:
            if session is not by or self.quirks.notify_self:
                session.queue_change(name, value)
        self.schedule_flush()

    def read(self, name: str, session: Session) -> JsonValue:
        """Return the value of a property for this session.

        Raises:
            RpcError: The property or its service does not exist now.
        """
        self.check_settled(name)
        if not sees(name, session, self.protected, self.quirks):
            raise property_not_found(name)
        if name in self.quirks.absent_properties or not self.store.exists(name):
            self.absent_reads[name] += 1
            raise property_not_found(name)
        return self.value(name)

    def value(self, name: str) -> JsonValue:
        """Return a value. KeyError if it does not exist now."""
        rung, _, timer = name.removeprefix("system.").partition(".")
        if timer == "timeout.remaining" and name in self.model.properties:
            self.store.put(name, self.power.remaining(rung))
        return self.store.get(name)

    def check_settled(self, name: str) -> None:
        """Raise RpcError while the service of a name starts or stops."""
        if any(within(name, unsettled) for unsettled in self._settling):
            if self.quirks.unsettled_error == NOT_FOUND:
                raise property_not_found(name)
            raise RpcError(FAILED, _UNSETTLED_TEXT)

    def _announce(self, appeared: list[str], disappeared: list[str]) -> None:
        for name in filter(self.tree.knows, disappeared):
            if not self.quirks.keeps_subscriptions:
                self._unsubscribe_within(name)
            self.announce_object(name, new=False)
            self._settle(name, lambda: None)
        for name in filter(self.tree.knows, appeared):
            self._settle(name, partial(self.announce_object, name, new=True))

    def _settle(self, name: str, callback: Callable[[], None]) -> None:
        def settled() -> None:
            del self._settling[name]
            callback()

        self.clock.cancel(self._settling.pop(name, None))
        self._settling[name] = self.clock.after(
            self.model.durations["unsettled"], settled
        )

    def _unsubscribe_within(self, parent: str) -> None:
        for session in self.sessions:
            session.properties -= {n for n in session.properties if within(n, parent)}

    # Notifications

    def announce_object(self, name: str, *, new: bool) -> None:
        """Emit the model signal for an object that appeared or disappeared."""
        if self.quirks.model_signal == "none":
            return
        arguments: JsonObject = {"object": name, self.quirks.model_flag: new}
        if self.quirks.model_signal == "modelupdated" and self.quirks.model_reason:
            arguments["reason"] = "added" if new else "removed"
            arguments["accesslevel"] = "END_USER"
        for session in self.sessions:
            if session.signals & {"modelupdated", "introspect.objectchanged"}:
                session.callbacks.append({self.quirks.model_signal: arguments})
        self.schedule_flush()

    def signal(self, name: str, arguments: JsonObject) -> None:
        """Emit a signal to its subscribers."""
        for session in self.sessions:
            session.queue_signal(name, arguments)
        self.schedule_flush()

    def notify(self, severity: str, code: str, message: str) -> str:
        """Emit a notification; return its id."""
        timestamp = datetime.now(UTC).isoformat(timespec="seconds")
        entry = self.notifications.add(severity, code, message, timestamp)
        if code not in self.notifications.suppressed:
            member = self.quirks.notification_arguments == "member"
            arguments: JsonObject = {"notification": entry} if member else entry
            self.signal("notification.emitted", arguments)
            self.signal(f"notification.{severity.lower()}.emitted", {})
            self.put("notification.count", len(self.notifications.active))
        return str(entry["id"])

    def dismiss(self, notification_id: str, response: str = "NONE") -> None:
        """Dismiss an active notification. KeyError if there is none with this id."""
        entry = self.notifications.active.pop(notification_id)
        severity = str(entry["severity"]).lower()
        arguments: JsonObject = {"id": notification_id, "response": response}
        self.signal("notification.dismissed", arguments)
        self.signal(f"notification.{severity}.dismissed", {})
        self.put("notification.count", len(self.notifications.active))

    def schedule_flush(self) -> None:
        """Schedule a flush, after the reply that is being written now."""
        if not self._flush_scheduled:
            self._flush_scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send the queued changes and signals of every session."""
        self._flush_scheduled = False
        for session in list(self.sessions):
            changes, session.changes = session.changes, []
            for group in self._grouped(changes):
                session.send(notification("property.changed", {"property": group}))
            callbacks, session.callbacks = session.callbacks, []
            for group in self._grouped(callbacks):
                session.send(notification("signal.callback", {"signal": group}))

    def _grouped(self, pairs: list[JsonObject]) -> list[list[JsonValue]]:
        size = self.quirks.pairs_per_notification or max(1, len(pairs))
        return [list(pairs[at : at + size]) for at in range(0, len(pairs), size)]
