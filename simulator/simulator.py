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
from .hands import Hands
from .jsontypes import JsonValue
from .life import Life
from .model import STATES, Model
from .model_file import load_model
from .network import Network
from .personality import personality as build_personality
from .ssdp import Ssdp
from .traffic import Record
from .udp import Address
from .wake import woken
from .web import Browser


class Simulator(Hands):
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
        ssdp_port: int | None = None,
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
            ssdp_port: a UDP port for SSDP, 0 for a free one, None for no SSDP; needs
                a web server for the description.
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
        self._first_state = state or self.model.starts_in or self.model.rests_in
        self._wake = self.network.hear(wake_port, self._hear)
        self._ssdp: Ssdp | None = None
        self._life = Life(self.device, drift, seed)
        self._seed = seed
        if not isinstance(pin, EllipsisType):
            self.device.pin = pin
        if web_port is not None:
            self.network.serve_web(
                web_port, partial(Browser, self.device, self.network)
            )
        if ssdp_port is not None:
            if web_port is None:
                raise ValueError("ssdp_port needs a web_port, for the description")
            self._ssdp = Ssdp(self.device, self.network, ssdp_port)

    async def __aenter__(self) -> Self:
        """Switch the projector on at the wall; OSError if a port is taken."""
        try:
            self.network.open()
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
    def wake_port(self) -> int:
        """Return the UDP port that understands magic packets."""
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

    # Where it is

    def announce(self, host: str, port: int) -> bool:
        """Tell somebody on loopback by SSDP that the projector is there.

        When it goes to eco it says goodbye there.

        Returns:
            False if the projector is not on the network and so says nothing.

        Raises:
            ValueError: the projector has no SSDP, or the host is not a loopback
                address.
        """
        if self._ssdp is None:
            raise ValueError("no SSDP without ssdp_port")
        return self._ssdp.announce(host, port)

    async def move(
        self, port: int = 0, host: str | None = None, *, reset: bool = False
    ) -> None:
        """Get another address, as from a router; `host` and `port` tell it then.

        Who is connected hears nothing more, unless `reset` sends a RST; the old port
        stays closed for good. With another host the ports for magic packets, screens
        and SSDP go there too, and keep their numbers.

        Args:
            port: the new port, 0 for a free one.
            host: another loopback address, None for the same.
            reset: end the open connections with RST.

        Raises:
            OSError: a port is taken. Nothing has moved if it is that of JSON-RPC.
            ValueError: the host is not a loopback address.
        """
        await self.network.move(port, host, reset=reset)

    def _hear(self, packet: bytes, _sender: Address) -> None:
        mac = woken(packet)
        if mac is not None:
            self.wake(mac)

    def _connect(self, number: int) -> Connection:
        return Connection(self.device, self.network, number, self._seed)
