"""Connect to a projector, and identify it."""

import asyncio
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.identity import identify
from custom_components.barco_pulse.pulse.projector import Projector
from simulator import Simulator

from .common import (
    INLET,
    SHORT_TIMEOUTS,
    RawPeer,
    RunningProjector,
    asked_again,
    open_sockets,
    running_projector,
    serve,
)
from .conftest import StartProjector


@pytest.mark.parametrize(
    ("model", "identity"),
    [
        ("hdr_cs", ("1730044201", "Hodr CS", "2.3.19", "Hodr CS-1730044201")),
        ("balder_cs", ("1730052877", "Balder CS", "2.5.2", "Balder CS-1730052877")),
        ("udx", ("1290016354", "UDX-4K32", "1.9.4", "UDX-4K32 1290016354")),
        ("minimal", ("1730061113", "Loki", "1.2.0", "Loki 1730061113")),
    ],
)
async def test_identity(
    start_projector: StartProjector, model: str, identity: tuple[str, ...]
) -> None:
    """Identify each model, also before it has an entry."""
    simulator = await start_projector(model)
    async with running_projector(simulator) as projector:
        identity_found = projector.identity
    assert identity_found is not None
    assert (
        identity_found.serial_number,
        identity_found.model,
        identity_found.firmware,
        identity_found.title,
    ) == identity
    assert identity_found.mac == (simulator.model.mac or None)

    asked = await identify(simulator.host, simulator.port, simulator.pin)
    assert asked.identity == identity_found
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


def wrong_pin(simulator: Simulator) -> None:
    """Make the PIN wrong."""
    simulator.pin = "99999"


def wrong_pin_and_locked(simulator: Simulator) -> None:
    """Make the PIN wrong, and refuse reads without the right one."""
    simulator.pin = "99999"
    simulator.quirks.without_pin = "none"


def wrong_pin_and_hidden(simulator: Simulator) -> None:
    """Make the PIN wrong, and hide everything without the right one."""
    simulator.pin = "99999"
    simulator.quirks.without_pin = "hidden"


def locked(simulator: Simulator) -> None:
    """Refuse reads without a PIN."""
    simulator.quirks.without_pin = "none"


def hidden(simulator: Simulator) -> None:
    """Hide everything without a PIN."""
    simulator.quirks.without_pin = "hidden"


def refusing(simulator: Simulator) -> None:
    """Close the port."""
    simulator.faults.refuse = True


def silent(simulator: Simulator) -> None:
    """Send no responses."""
    simulator.faults.silence = True


def hanging_later(simulator: Simulator) -> None:
    """Stop reading."""
    simulator.faults.methods = ("property.get",)
    simulator.faults.silence = True


def breaking_later(simulator: Simulator) -> None:
    """Break off in the list of sources."""
    simulator.faults.methods = ("image.source.list",)
    simulator.faults.close_mid_reply = True


@pytest.mark.parametrize(
    ("spoil", "pin", "error_class"),
    [
        (wrong_pin_and_locked, "12345", PulseAuthenticationError),
        (wrong_pin_and_hidden, "12345", PulseAuthenticationError),
        (locked, None, PulsePermissionError),
        (hidden, None, PulseProtocolError),
        (refusing, "12345", PulseConnectionError),
        (silent, "12345", PulseTimeoutError),
        (hanging_later, "12345", PulseTimeoutError),
        (breaking_later, "12345", PulseConnectionError),
    ],
)
async def test_connect_fails(
    start_projector: StartProjector,
    spoil: Any,
    pin: str | None,
    error_class: type[PulseError],
) -> None:
    """Raise the error of each failure, and leave no socket."""
    simulator = await start_projector()
    before = open_sockets()
    spoil(simulator)
    listening = open_sockets()
    with pytest.raises(error_class):
        await RunningProjector(simulator, pin=pin, timeouts=SHORT_TIMEOUTS).connect()
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)
    assert open_sockets() == listening <= before


@pytest.mark.parametrize(
    ("spoil", "pin", "error_class"),
    [
        (wrong_pin, "12345", PulseAuthenticationError),
        (locked, None, PulsePermissionError),
        (hidden, None, PulseProtocolError),
        (refusing, "12345", PulseConnectionError),
        (silent, "12345", PulseTimeoutError),
    ],
)
async def test_identify_fails(
    start_projector: StartProjector,
    spoil: Any,
    pin: str | None,
    error_class: type[PulseError],
) -> None:
    """Raise the same errors while identifying a projector."""
    simulator = await start_projector()
    spoil(simulator)
    listening = open_sockets()
    with pytest.raises(error_class):
        await identify(simulator.host, simulator.port, pin, timeouts=SHORT_TIMEOUTS)
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)
    assert open_sockets() == listening


async def test_push_while_connecting(start_projector: StartProjector) -> None:
    """Publish the first snapshot complete, with the values pushed meanwhile."""
    simulator = await start_projector(state="on")
    simulator.faults.methods = ("property.get",)
    simulator.faults.delay = 0.1
    projector = RunningProjector(simulator)
    reading = asked_again(simulator, "property.get", 2)
    connecting = asyncio.create_task(projector.connect())
    await simulator.wait_until(reading)
    simulator.change(INLET, 44)
    await connecting
    [snapshot] = projector.listener.snapshots
    assert snapshot.values[INLET] == 44
    await projector.disconnect()


async def test_other_serial_number_is_refused(
    start_projector: StartProjector,
) -> None:
    """Refuse another serial number at the known address."""
    simulator = await start_projector()
    with pytest.raises(PulseConnectionError, match="[Aa]nother"):
        await RunningProjector(simulator, serial_number="0000000001").connect()
    await simulator.wait_until(lambda: simulator.counters.connections_open == 0)


async def test_busy_is_no_device_mismatch() -> None:
    """Do not take a busy projector for another device."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer("conditioning")
        while True:
            await peer.refuse({"code": -32009, "message": "busy"})

    async with serve(talk) as port:
        with pytest.raises(PulseError) as busy:
            await identify("127.0.0.1", port)
    assert not isinstance(busy.value, PulseProtocolError)


async def test_other_json_rpc_server() -> None:
    """Refuse a server that responds to everything with an error."""

    async def talk(peer: RawPeer) -> None:
        while True:
            await peer.refuse({"code": -32601, "message": "Method not found"})

    async with serve(talk) as port:
        with pytest.raises(PulseProtocolError):
            await identify("127.0.0.1", port)


def test_pin_must_be_digits() -> None:
    """Refuse a PIN with other characters than digits at once."""
    with pytest.raises(ValueError):
        Projector("127.0.0.1", pin="abc")
