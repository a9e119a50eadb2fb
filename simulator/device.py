"""The projector itself, without its network: values, power, sessions, signals."""

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
from .personality import Personality
from .picture import Inputs
from .power import Power
from .rpc import FAILED, NOT_FOUND, RpcError, notification, property_not_found
from .session import Session
from .store import Store, within

_PIN_ENABLED = "user.pincodeauthenticationenabled"
_UNSETTLED_TEXT = "Method doesn't exist on interface"


class Network(Protocol):
    """What the projector does to its own network."""

    def join(self) -> None:
        """Open the port."""

    def leave(self) -> None:
        """Close every connection and the port."""

    def boots(self, booting: bool) -> None:
        """Learn whether the projector boots."""

    def changed(self) -> None:
        """Learn that something about the projector changed."""

    def note(self, event: str) -> None:
        """Log what happened at the projector itself."""


class Device:
    """One projector: what it holds, where it stands, who listens to it.

    Must be used inside a running event loop, whose clock it lives by.
    """

    def __init__(
        self, model: Model, style: Personality, clock: Clock, network: Network
    ) -> None:
        """Build a projector at rest; `start` plugs it in."""
        self.model = model
        self.style = style
        self.clock = clock
        self._pin = model.pin
        self.users = dict(model.users)
        self.store = Store(model)
        self.tree = Tree(model)
        self.power = Power(model, style, clock, self)
        self.inputs = Inputs(
            model, style, clock, self.store, self.put, self.power.signal_changed
        )
        self.notifications = Notifications(model.notifications)
        self.menu = Menu(self.store, self.put)
        self.keys: list[tuple[str, str]] = []
        self.absent_reads: Counter[str] = Counter()
        """How often a name was read that does not exist: each is an internal error."""
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
        """Return the PIN that gives all rights, None for none."""
        return self._pin

    @pin.setter
    def pin(self, pin: str | None) -> None:
        self._pin = pin
        self.put(_PIN_ENABLED, pin is not None)

    @property
    def protected(self) -> bool:
        """Tell whether a session must authenticate to have all rights."""
        return self.pin is not None or bool(self.users)

    def start(self, state: str) -> None:
        """Be in a power state, with everything settled."""
        self.power.start(state)
        self.inputs.refresh()
        self._started = True
        if state == "eco":
            self._network.leave()
        else:
            self._move_network(state)

    def stop(self) -> None:
        """Schedule nothing any more."""
        self.power.stop()
        self.clock.stop()
        self._settling.clear()

    def boot(self) -> None:
        """Have mains again: what was under way is over, and the ladder begins anew."""
        self.clock.finish()
        self.menu.show(False)
        self.power.boot_after_mains()

    # What the power ladder asks

    def setting(self, name: str) -> JsonValue:
        """Return a kept value; None if the model has no such property."""
        return self.store.kept(name)

    def has_signal(self) -> bool:
        """Tell whether the selected source delivers a signal."""
        return self.inputs.active()

    def power_changed(self) -> None:
        """Take over the ladder's state and all that comes and goes with it."""
        state, target = self.power.state, self.power.target
        appeared, vanished = self.store.enter(state)
        self._network.note(f"state {state}, target {target}")
        pushed = self._power_pushes()
        for name, value in (("system.state", state), ("system.targetstate", target)):
            self.put(name, value, tell=name in pushed)
        self._follow()
        if self._started:
            self._announce(appeared, vanished)
            self._move_network(state)

    def _follow(self) -> None:
        """Set what follows the power state, or another property while in it."""
        for name, values in self.model.follows.items():
            value = values.get(self.power.state, values.get("otherwise"))
            leader = leader_of(value)
            self.put(name, self.store.kept(leader) if leader else value)

    def _power_pushes(self) -> Iterable[str]:
        names = ("system.state", "system.targetstate")
        if "eco" not in (self.power.state, self.power.target):
            return names
        wanted = self.style.eco_push
        return [n for n in names if wanted in ("both", n.removeprefix("system."))]

    def _move_network(self, state: str) -> None:
        self._network.boots(state == "boot")
        if state == "eco":
            self.clock.after(self.model.durations["eco_leave"], self._leave)
        elif state != "boot" or self.style.boot_answers:
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
        """Keep a value and tell who subscribed to it, if it changed.

        A name the model does not have is ignored: models differ in what they show.
        """
        if not self.store.put(name, value):
            return
        self._network.changed()
        if name in self._leaders:
            self._follow()
        if not tell or not self.store.shows(name):
            return
        for session in self.sessions:
            if session is not by or self.style.notify_self:
                session.queue_change(name, value)
        self.schedule_flush()

    def read(self, name: str, session: Session) -> JsonValue:
        """Return a value as this session sees it.

        Raises:
            RpcError: not there now, or its service is not there yet.
        """
        self.check_settled(name)
        if not sees(name, session, self.protected, self.style):
            raise property_not_found(name)
        if name in self.style.absent_properties or not self.store.shows(name):
            self.absent_reads[name] += 1
            raise property_not_found(name)
        return self.value(name)

    def value(self, name: str) -> JsonValue:
        """Return a value as the projector holds it; KeyError if absent now."""
        rung, _, timer = name.removeprefix("system.").partition(".")
        if timer == "timeout.remaining" and name in self.model.properties:
            self.store.put(name, self.power.remaining(rung))
        return self.store.get(name)

    def check_settled(self, name: str) -> None:
        """Raise RpcError while the service behind a name comes or goes."""
        if any(within(name, unsettled) for unsettled in self._settling):
            if self.style.unsettled_error == NOT_FOUND:
                raise property_not_found(name)
            raise RpcError(FAILED, _UNSETTLED_TEXT)

    def _announce(self, appeared: list[str], vanished: list[str]) -> None:
        for name in filter(self.tree.knows, vanished):
            if not self.style.keeps_subscriptions:
                self._unsubscribe_within(name)
            self.announce_object(name, new=False)
            self._settle(name, lambda: None)
        for name in filter(self.tree.knows, appeared):
            self._settle(name, partial(self.announce_object, name, new=True))

    def _settle(self, name: str, then: Callable[[], None]) -> None:
        def settled() -> None:
            del self._settling[name]
            then()

        self.clock.cancel(self._settling.pop(name, None))
        self._settling[name] = self.clock.after(
            self.model.durations["unsettled"], settled
        )

    def _unsubscribe_within(self, parent: str) -> None:
        for session in self.sessions:
            session.properties -= {n for n in session.properties if within(n, parent)}

    # Notifications

    def announce_object(self, name: str, *, new: bool) -> None:
        """Emit the model signal for an object that came or went."""
        if self.style.model_signal == "none":
            return
        arguments: JsonObject = {"object": name, self.style.model_flag: new}
        if self.style.model_signal == "modelupdated" and self.style.model_reason:
            arguments["reason"] = "added" if new else "removed"
            arguments["accesslevel"] = "END_USER"
        for session in self.sessions:
            if session.signals & {"modelupdated", "introspect.objectchanged"}:
                session.callbacks.append({self.style.model_signal: arguments})
        self.schedule_flush()

    def signal(self, name: str, arguments: JsonObject) -> None:
        """Emit a signal to whoever subscribed to it."""
        for session in self.sessions:
            session.queue_signal(name, arguments)
        self.schedule_flush()

    def notify(self, severity: str, code: str, message: str) -> str:
        """Warn of something, as the projector does; return the notification's id."""
        timestamp = datetime.now(UTC).isoformat(timespec="seconds")
        entry = self.notifications.add(severity, code, message, timestamp)
        if code not in self.notifications.suppressed:
            member = self.style.notification_arguments == "member"
            arguments: JsonObject = {"notification": entry} if member else entry
            self.signal("notification.emitted", arguments)
            self.signal(f"notification.{severity.lower()}.emitted", {})
            self.put("notification.count", len(self.notifications.active))
        return str(entry["id"])

    def dismiss(self, notification_id: str, response: str = "NONE") -> None:
        """Take an active notification off the list; KeyError if there is none."""
        entry = self.notifications.active.pop(notification_id)
        severity = str(entry["severity"]).lower()
        arguments: JsonObject = {"id": notification_id, "response": response}
        self.signal("notification.dismissed", arguments)
        self.signal(f"notification.{severity}.dismissed", {})
        self.put("notification.count", len(self.notifications.active))

    def schedule_flush(self) -> None:
        """Send what is queued, after the reply that is being written now."""
        if not self._flush_scheduled:
            self._flush_scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send what is queued for every session."""
        self._flush_scheduled = False
        for session in list(self.sessions):
            changes, session.changes = session.changes, []
            for group in self._grouped(changes):
                session.send(notification("property.changed", {"property": group}))
            callbacks, session.callbacks = session.callbacks, []
            for group in self._grouped(callbacks):
                session.send(notification("signal.callback", {"signal": group}))

    def _grouped(self, pairs: list[JsonObject]) -> list[list[JsonValue]]:
        size = self.style.pairs_per_notification or max(1, len(pairs))
        return [list(pairs[at : at + size]) for at in range(0, len(pairs), size)]
