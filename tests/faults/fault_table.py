"""The faults: how each begins and ends, and which effects are allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from homeassistant.const import CONF_PIN

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.pulse.api import PulseClient
from tests.common import client_of
from tests.conftest import Home, set_faults

LASER = "illumination.sources.laser.power"
OTHER_PIN = "54321"

type Kind = Literal["arrives", "outage", "asks"]
"""The visible effect: none, unavailable, or a request for the PIN."""


@dataclass(frozen=True)
class Fault:
    """One row of the matrix."""

    name: str
    kind: Kind = "outage"
    switches: Mapping[str, Any] = field(default_factory=dict)
    """The simulator's faults."""
    cuts: bool = False
    """Whether the fault affects only new connections, so the present one is closed."""
    begin: Callable[[Home], None] = lambda home: None
    end: Callable[[Home], None] = lambda home: None
    refuses: bool = False
    """Whether a command may fail, with an error for the caller."""
    client: bool = False
    """Whether another client is connected during the fault."""
    short_timeouts: bool = False
    """Whether the fault has no visible effect only with short timeouts."""
    needs: tuple[str, ...] = ()
    """Requirements of a peer: a PIN, or lasting connections."""

    def start(self, home: Home) -> None:
        """Start the fault."""
        set_faults(home.projector, self.switches)
        self.begin(home)
        if self.cuts:
            self.cut(home)

    def cut(self, home: Home) -> None:
        """Reset the connection of the integration, not that of another client."""
        for connection in home.projector.connections[self.client :]:
            connection.drop(reset=True)

    def stop(self, home: Home) -> None:
        """Stop the fault."""
        home.projector.faults.clear()
        self.end(home)

    async def occupy(self, home: Home) -> PulseClient | None:
        """Connect another client, if the fault includes one."""
        if not self.client:
            return None
        client = client_of(home.projector)
        await client.connect()
        return client


def _serial_number(number: str | None) -> Callable[[Home], None]:
    def put(home: Home) -> None:
        serial = number or home.projector.model.serial
        home.projector.device.put("system.serialnumber", serial)

    return put


def _hide(home: Home) -> None:
    home.projector.quirks.set_from_text("absent_connect", "hang")
    home.projector.cut_mains()


def _change_pin(home: Home) -> None:
    home.projector.pin = OTHER_PIN


def _outage(name: str, switch: str, value: Any = True, **more: Any) -> Fault:
    return Fault(name, switches={switch: value}, **more)


def _arrives(name: str, switch: str, value: Any = True, **more: Any) -> Fault:
    return Fault(name, "arrives", {switch: value}, **more)


FAULTS = (
    _arrives("drip", "drip", 0.00001),
    _arrives("split", "split"),
    _arrives("garbage", "garbage"),
    _arrives("duplicate", "duplicate"),
    _arrives("interleave", "interleave"),
    _arrives("invalid UTF-8", "invalid_utf8"),
    _arrives("delay, short", "delay", 0.03),
    _arrives("reorder", "reorder", 0.02),
    _arrives("busy", "busy", refuses=True),
    Fault("second client", "arrives", client=True),
    _outage("delay, long", "delay", 5.0),
    _outage("silence", "silence"),
    _arrives(
        "auth hang",
        "auth_hang",
        cuts=True,
        short_timeouts=True,
        refuses=True,
        needs=("pin", "lasting"),
    ),
    _outage("wrong id", "wrong_id"),
    _outage("oversized", "oversized", 9_000_000),
    _outage("endless", "endless"),
    _outage("nesting", "nesting", 5000),
    _outage("close mid-reply", "close_mid_reply"),
    _outage("reset mid-reply", "reset_mid_reply"),
    _outage("half-open", "half_open"),
    _outage("half-open, FIN", "half_open", "fin"),
    _outage("stop reading", "stop_reading"),
    Fault("process hangs", switches={"stop_reading": True, "half_open": True}),
    _outage("port closed", "refuse", cuts=True),
    _outage("accept, close", "accept_then_close", cuts=True),
    _outage(
        "connection limit",
        "connection_limit",
        1,
        cuts=True,
        client=True,
        needs=("lasting",),
    ),
    Fault(
        "mains cut",
        begin=lambda home: home.projector.cut_mains(),
        end=lambda home: home.projector.restore_mains(),
    ),
    Fault(
        "mains cut, no RST",
        begin=_hide,
        end=lambda home: home.projector.restore_mains(),
    ),
    Fault(
        "another projector",
        begin=_serial_number("9999999999"),
        end=_serial_number(None),
        cuts=True,
    ),
    Fault(
        "refused PIN",
        "asks",
        begin=_change_pin,
        cuts=True,
        needs=("pin", "lasting"),
    ),
)


async def give_pin(home: Home) -> None:
    """Enter the PIN in the flow that Home Assistant started."""
    [flow] = home.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await home.hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_PIN: OTHER_PIN}
    )
    await home.hass.async_block_till_done()
