"""The simulated projector: the interface for tests and for the command line."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import EllipsisType
from typing import Self

from .clock import Clock
from .connection import Connection
from .device import Device
from .drift import Drift
from .effects import apply
from .jsontypes import JsonObject, JsonValue
from .model import STATES, Model
from .model_file import load_model
from .network import Network
from .power import BusyError
from .quirks import build_quirks
from .ssdp import Ssdp
from .traffic import Record
from .udp import Address
from .wake import normalized, woken
from .web import HttpConnection

_VERSIONS = ("system.firmwareversion", "firmware.firmwareversion")


class Simulator:
    """A projector that accepts connections while the context is entered.

    Example:
        async with Simulator("balder_cs", state="on", speed=1000.0) as projector:
            reader, writer = await asyncio.open_connection(
                projector.host, projector.port
            )

    Args:
        model: The name of a built-in model, a model file, its data, or a Model.
        state: The initial power state. Default: that of the model.
        speed: Divides the durations of the power states, motors and timers.
        quirks: Quirks that differ from those of the model.
        values: Initial property values that differ from those of the model.
        pin: Replaces the PIN of the model; None for no PIN.
        host: A loopback address.
        port: The JSON-RPC port.
        wake_port: The UDP port for magic packets.
        web_port: The HTTP port, None for no web server.
        ssdp_port: The UDP port for SSDP, None for no SSDP. Needs a web server.
        drift: Real seconds between small changes of temperatures and counters, 0 for
            none.
        seed: The seed for everything random.

    Attributes:
        model: The projector as data: name, pin, serial, mac, firmware, properties ...
        quirks: What differs between projectors, or is not documented.
        device: The projector without its network.
        faults: The faults of every connection that has none of its own.
        connections: The open connections, oldest first.
        counters: Statistics of the traffic.
    """

    def __init__(
        self,
        model: str | Path | Model | Mapping[str, JsonValue],
        *,
        state: str | None = None,
        speed: float = 1.0,
        quirks: Mapping[str, JsonValue] | None = None,
        values: Mapping[str, JsonValue] | None = None,
        pin: str | EllipsisType | None = ...,
        host: str = "127.0.0.1",
        port: int = 0,
        wake_port: int = 0,
        web_port: int | None = None,
        ssdp_port: int | None = None,
        drift: float = 0.0,
        seed: int = 0,
    ) -> None:
        """Initialize the projector. A port of 0 means a free one.

        Raises ValueError for an argument that is not valid, ModelError for the model.
        """
        loaded = model if isinstance(model, Model) else load_model(model)
        if state not in (None, *STATES):
            raise ValueError(f"state must be one of {STATES}, not {state!r}")
        self.model = loaded.with_values(values or {})
        self.quirks = build_quirks(loaded.quirks, quirks or {})
        self.network = Network(host, port, self.quirks, self._connect)
        self.device = Device(self.model, self.quirks, Clock(speed), self.network)
        self.faults = self.network.faults
        self.counters = self.network.counters
        self.connections = self.network.connections
        self._first_state = state or self.model.starts_in or self.model.rests_in
        self._wake = self.network.listen_udp(wake_port, self._on_wake_packet)
        self._ssdp: Ssdp | None = None
        self._drift = Drift(self.device, drift, seed)
        self._seed = seed
        if not isinstance(pin, EllipsisType):
            self.device.pin = pin
        if web_port is not None:
            self._serve_web(web_port, ssdp_port)
        elif ssdp_port is not None:
            raise ValueError("ssdp_port needs a web_port, for the description")

    def _serve_web(self, web_port: int, ssdp_port: int | None) -> None:
        connect = partial(HttpConnection, self.device, self.network)
        self.network.serve_web(web_port, connect)
        if ssdp_port is not None:
            self._ssdp = Ssdp(self.device, self.network, ssdp_port)

    async def __aenter__(self) -> Self:
        """Start the projector. OSError if a port is in use."""
        try:
            self.network.open()
        except BaseException:
            await self.__aexit__()
            raise
        self.device.start(self._first_state)
        self._drift.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the projector with all its tasks, timers and sockets."""
        self._drift.stop()
        self.device.stop()
        await self.network.close()

    # State

    @property
    def host(self) -> str:
        """Return the address to connect to."""
        return self.network.listener.host

    @property
    def port(self) -> int:
        """Return the port to connect to; it stays the same while it is closed."""
        return self.network.listener.port

    @property
    def wake_port(self) -> int:
        """Return the UDP port for magic packets."""
        return self._wake.port

    @property
    def web_port(self) -> int | None:
        """Return the port of the web server, None if there is none."""
        return None if self.network.web is None else self.network.web.port

    @property
    def ssdp_port(self) -> int | None:
        """Return the UDP port that answers searches, None if there is none."""
        return None if self._ssdp is None else self._ssdp.port

    @property
    def pin(self) -> str | None:
        """Return the PIN, None for none. Can be set."""
        return self.device.pin

    @pin.setter
    def pin(self, pin: str | None) -> None:
        self.device.pin = pin

    @property
    def state(self) -> str:
        """Return the power state, "off" without mains."""
        return self.device.power.state if self.network.has_mains else "off"

    @property
    def log(self) -> deque[Record]:
        """Return the last records of the traffic, oldest first."""
        return self.network.log.records

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Return the (event, key) pairs that clients have sent, oldest first.

        An event is PRESS, RELEASE, REPEAT or CLICKED, for each method that sends keys.
        """
        return self.device.keys

    def watch(self, watcher: Callable[[Record], None]) -> Callable[[], None]:
        """Call a watcher with each new record; return a function that stops it."""
        return self.network.log.watch(watcher)

    def get(self, name: str) -> JsonValue:
        """Return the value of a property. KeyError if it does not exist now."""
        return self.device.value(name)

    async def wait_for_state(self, state: str, timeout: float = 5.0) -> None:
        """Wait for a power state. TimeoutError after `timeout` real seconds."""
        await self.wait_until(lambda: self.state == state, timeout)

    async def wait_until(
        self, condition: Callable[[], bool], timeout: float = 5.0
    ) -> None:
        """Wait for a condition, checked after every change at the projector.

        Raises:
            TimeoutError: The condition is not true after `timeout` real seconds.
        """
        await self.network.changes.wait_until(condition, timeout)

    # Actions of a person at the projector

    def change(self, name: str, value: JsonValue) -> None:
        """Change a value as by hand or by another controller.

        Types and ranges are not checked, so that tests can set invalid values. The
        value of an environment block without properties is `<block>.value`.

        Raises:
            KeyError: There is no such value now.
            RpcError, ValueError: The power state or the source does not exist.
        """
        if not self.device.store.holds(name):
            raise KeyError(name)
        apply(self.device, name, value)

    def power_on(self) -> None:
        """Press power on on the IR remote; ignored while the state changes."""
        if self.state == "eco":
            self.device.power.boot("on")
        else:
            self._press(self.device.power.power_on)

    def power_off(self) -> None:
        """Press power off on the IR remote; ignored while the state changes."""
        self._press(self.device.power.power_off)

    def _press(self, key: Callable[[], None]) -> None:
        if not self.network.has_mains:
            return
        try:
            key()
        except BusyError as error:
            self.network.note(str(error))

    def signal(self, name: str, arguments: JsonObject) -> None:
        """Emit a signal."""
        self.device.signal(name, arguments)

    def notify(self, severity: str, code: str, message: str) -> str:
        """Emit a notification; return its id."""
        return self.device.notify(severity, code, message)

    def dismiss(self, notification_id: str) -> None:
        """Dismiss an active notification. KeyError if there is none with this id."""
        self.device.dismiss(notification_id)

    def rename_source(self, name: str) -> None:
        """Rename the selected source. ValueError without one, or if `name` exists."""
        self.device.inputs.rename(name)

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection, with RST if `reset`."""
        self.network.drop(reset=reset)

    # Mains, firmware and network

    def cut_mains(self) -> None:
        """Disconnect the mains: the projector stops answering, without closing."""
        self._drift.stop()
        self.device.stop()
        self.network.power_loss()

    def restore_mains(self) -> None:
        """Reconnect the mains: the projector boots and resets old connections."""
        if self.network.has_mains:
            return
        self.network.power_restore()
        self.device.boot()
        self._drift.start()

    def update_firmware(
        self, version: str, *, pin: str | EllipsisType | None = ...
    ) -> None:
        """Install a firmware: connections are reset and the projector boots.

        Args:
            version: The new firmware version.
            pin: The new PIN, None for none. Default: the PIN does not change.

        Raises:
            ValueError: The projector has no mains.
        """
        if not self.network.has_mains:
            raise ValueError("no firmware update without mains")
        self.cut_mains()
        for name in _VERSIONS:
            self.device.put(name, version)
        if not isinstance(pin, EllipsisType):
            self.device.pin = pin
        self.restore_mains()

    def wake(self, mac: str) -> bool:
        """Receive a magic packet for `mac`; return whether it wakes the projector."""
        mine = normalized(self.model.mac)
        if self.state != "eco" or not mine or normalized(mac) != mine:
            return False
        self.device.power.boot("ready")
        return True

    def announce(self, host: str, port: int) -> bool:
        """Send SSDP announcements to a loopback address, and byebye before eco.

        Returns:
            False if the projector is not on the network.

        Raises:
            ValueError: The projector has no SSDP, or the host is not a loopback
                address.
        """
        if self._ssdp is None:
            raise ValueError("no SSDP without ssdp_port")
        return self._ssdp.announce(host, port)

    async def move(
        self, port: int = 0, host: str | None = None, *, reset: bool = False
    ) -> None:
        """Change the address, as a router does, and close the old port for good.

        Open connections receive nothing more, not even FIN. With another host, the
        ports for magic packets, HTTP and SSDP move too and keep their numbers.

        Args:
            port: The new port, 0 for a free one.
            host: Another loopback address, None to keep the host.
            reset: Close the open connections with RST.

        Raises:
            OSError: A port is in use. Nothing has moved if it is the JSON-RPC port.
            ValueError: The host is not a loopback address.
        """
        await self.network.move(port, host, reset=reset)

    def _on_wake_packet(self, packet: bytes, _sender: Address) -> None:
        mac = woken(packet)
        if mac is not None:
            self.wake(mac)

    def _connect(self, number: int) -> Connection:
        return Connection(self.device, self.network, number, self._seed)
