"""The simulated projector, as tests and the command line use it."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import EllipsisType
from typing import Self

from .clock import Clock
from .connection import Connection
from .device import Device
from .jsontypes import JsonObject, JsonValue
from .life import Life
from .model import STATES, Model
from .model_file import load_model
from .network import Network
from .personality import personality as build_personality
from .power import BusyError
from .traffic import Record
from .wake import WakePort, normalized
from .web import Browser


class Simulator:
    """A projector that can be connected to while the context is entered.

    Example:
        async with Simulator("balder_cs", state="on", speed=1000.0) as projector:
            reader, writer = await asyncio.open_connection(
                projector.host, projector.port
            )

    Attributes:
        model: the projector as data: name, pin, serial, mac, firmware, properties ...
        personality: how it behaves where projectors differ; may be changed any time.
        device: the projector without its network.
        faults: what goes wrong on every connection that has no faults of its own.
        connections: the open connections, oldest first.
        counters: figures since the beginning.
        wake_port: the UDP port on the same host that understands magic packets.
        web_port: the port of the web server that shows the screens, None for none.
        keys: the (event, key) pairs that clients have sent, oldest first; an event is
            PRESS, RELEASE, REPEAT or CLICKED, whichever method brought it.
    """

    def __init__(
        self,
        model: str | Path | Model | Mapping[str, JsonValue],
        *,
        state: str | None = None,
        speed: float = 1.0,
        personality: Mapping[str, JsonValue] | None = None,
        values: Mapping[str, JsonValue] | None = None,
        pin: str | EllipsisType | None = ...,
        host: str = "127.0.0.1",
        port: int = 0,
        wake_port: int = 0,
        web_port: int | None = None,
        drift: float = 0.0,
        seed: int = 0,
    ) -> None:
        """Prepare a projector.

        Args:
            model: a built-in model's name, a model file, its data, or a Model.
            state: power state at the beginning; without it the model's own.
            speed: divides the durations of the power ladder, motors and timers.
            personality: switches that differ from the model's own.
            values: initial values of properties that differ from the model's own.
            pin: another PIN than the model's, None for none.
            host: a loopback address.
            port: a port, 0 for a free one.
            wake_port: a UDP port for magic packets, 0 for a free one.
            web_port: a port for HTTP, 0 for a free one, None for no web server.
            drift: real seconds between small changes of temperatures and counters,
                0 for none.
            seed: for everything random: cuts, drifting.

        Raises:
            ValueError: something of this is not valid (ModelError: the model).
        """
        loaded = model if isinstance(model, Model) else load_model(model)
        if state not in (None, *STATES):
            raise ValueError(f"state must be one of {STATES}, not {state!r}")
        self.model = loaded.with_values(values or {})
        self.personality = build_personality(loaded.personality, personality or {})
        self.network = Network(host, port, self.personality, self._connect)
        self.device = Device(self.model, self.personality, Clock(speed), self.network)
        self.faults = self.network.faults
        self.counters = self.network.counters
        self.connections = self.network.connections
        self.wake_port = wake_port
        self._first_state = state or self.model.starts_in or self.model.rests_in
        self._wake = WakePort(self.wake)
        self._life = Life(self.device, drift, seed)
        self._seed = seed
        self._mains = True
        if not isinstance(pin, EllipsisType):
            self.device.pin = pin
        if web_port is not None:
            self.network.serve_web(
                web_port, partial(Browser, self.device, self.network)
            )

    async def __aenter__(self) -> Self:
        """Switch the projector on at the wall; OSError if a port is taken."""
        try:
            self.network.open()
            self.wake_port = await self._wake.open(self.host, self.wake_port)
        except BaseException:
            await self.__aexit__()
            raise
        self.device.start(self._first_state)
        self._life.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the simulation: no task, no timer and no socket is left."""
        self._life.stop()
        self.device.stop()
        await self.network.close()
        await self._wake.close()

    # What a test looks at

    @property
    def host(self) -> str:
        """Return the address to connect to."""
        return self.network.listener.host

    @property
    def port(self) -> int:
        """Return the port to connect to; it stays the same while it is closed."""
        return self.network.listener.port

    @property
    def web_port(self) -> int | None:
        """Return the port of the web server, None if there is none."""
        return None if self.network.web is None else self.network.web.port

    @property
    def state(self) -> str:
        """Return the power state, "off" while there are no mains."""
        return self.device.power.state if self._mains else "off"

    @property
    def pin(self) -> str | None:
        """Return the PIN that control needs, None for none; may be changed."""
        return self.device.pin

    @pin.setter
    def pin(self, pin: str | None) -> None:
        self.device.pin = pin

    @property
    def log(self) -> deque[Record]:
        """Return the last records of the traffic, oldest first."""
        return self.network.log.records

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Return the (event, key) pairs that clients have sent, oldest first."""
        return self.device.keys

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Show every further record to a watcher; return how to stop that."""
        return self.network.log.watch(watcher)

    def get(self, name: str) -> JsonValue:
        """Return a value as the projector holds it; KeyError if absent now."""
        return self.device.value(name)

    async def wait_for_state(self, state: str, timeout: float = 5.0) -> None:
        """Wait for a power state; TimeoutError after so many real seconds."""
        await self.wait_until(lambda: self.state == state, timeout)

    async def wait_until(
        self, condition: Callable[[], bool], timeout: float = 5.0
    ) -> None:
        """Wait until a condition on this projector holds.

        It is looked at after every change here: bytes, connections, values, state.

        Raises:
            TimeoutError: it did not come true in so many real seconds.
        """
        await self.network.changes.wait_until(condition, timeout)

    # What a test does to it

    def change(self, name: str, value: JsonValue) -> None:
        """Change a value as by hand or by another controller.

        Types and ranges are not checked, so that absurd values can be had too. The
        value of an environment block without properties is `<block>.value`.

        Raises:
            KeyError: there is no such value, or not now.
            RpcError, ValueError: the projector cannot be in this state, or has no
                such source.
        """
        if not self.device.store.holds(name):
            raise KeyError(name)
        self.device.apply(name, value)

    def power_on(self) -> None:
        """Press power on on the IR remote; ignored while the state changes."""
        if self.state == "eco":
            self.device.power.boot("on")
        else:
            self._press(self.device.power.power_on)

    def power_off(self) -> None:
        """Press power off on the IR remote; ignored while the state changes."""
        self._press(self.device.power.power_off)

    def signal(self, name: str, arguments: JsonObject) -> None:
        """Emit a signal."""
        self.device.signal(name, arguments)

    def notify(self, severity: str, code: str, message: str) -> str:
        """Let the projector warn of something; return the notification's id."""
        return self.device.notify(severity, code, message)

    def dismiss(self, notification_id: str) -> None:
        """Take a notification off the list; KeyError if there is none."""
        self.device.dismiss(notification_id)

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if asked."""
        self.network.drop(reset=reset)

    def cut_mains(self) -> None:
        """Pull the plug: nothing answers any more, and nobody says goodbye."""
        self._mains = False
        self.device.stop()
        self.network.vanish()

    def restore_mains(self) -> None:
        """Put the plug back: the projector boots and knows no old connection."""
        if self._mains:
            return
        self._mains = True
        self.network.return_from_nothing()
        initial = self.device.setting("system.initialstate")
        rung = initial if initial in self.model.rungs else self.model.rests_in
        self.device.power.boot(str(rung))

    def wake(self, mac: str) -> bool:
        """Receive a magic packet; tell whether it woke the projector."""
        mine = normalized(self.model.mac)
        if self.state != "eco" or not mine or normalized(mac) != mine:
            return False
        self.device.power.boot("ready")
        return True

    def _press(self, key: Callable[[], None]) -> None:
        if not self._mains:
            return
        try:
            key()
        except BusyError as error:
            self.network.note(str(error))

    def _connect(self, number: int) -> Connection:
        return Connection(self.device, self.network, number, self._seed)
