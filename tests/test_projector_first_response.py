"""Make a projector available with the first response after a reconnect."""

from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.const import IDENTITY, LASER_POWER, STATE
from custom_components.barco_pulse.pulse.timing import Timings
from simulator import Simulator
from simulator.traffic import Record

from .common import (
    FAST_TIMINGS,
    INLET,
    SHORT_TIMEOUTS,
    running_projector,
    sent,
    subscribed,
)
from .conftest import StartProjector

GREETING = ["authenticate", "property.get"]
READ = ["property.get"]
CONNECTIONS = {"raw-only": 1, "http-only": 2}
"""The number of the connection after the first successful one."""


def asked_on_connection(simulator: Simulator, number: int) -> list[str]:
    """Return the methods that were called on a connection, in order."""
    text = simulator.network.log.joined("in", number).decode()
    return [part.partition('"')[0] for part in text.split('"method":"')[1:]]


async def test_available_with_the_first_response(
    start_projector: StartProjector,
) -> None:
    """Read the identity and all watched values in one request."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        names = projector.values.keys() & simulator.model.properties.keys()
        gate = ResponseGate(simulator, after=2)
        simulator.drop()
        simulator.device.put(LASER_POWER, 33, tell=False)
        await projector.until_reachable(False)
        await projector.until_reachable()

        assert projector.values[LASER_POWER] == 33
        assert asked_on_connection(simulator, 1)[:2] == GREETING
        asked = {*sent(simulator, "property.get")[-1]["property"]}
        slow = {name for name in names if name.startswith("statistics.")}
        assert names - slow <= asked
        assert set(IDENTITY.values()) <= asked
        assert not projector.subscribed

        gate.open()
        await simulator.wait_until(lambda: INLET in subscribed(simulator))


@pytest.mark.parametrize("framing", ["raw-only", "http-only"])
@pytest.mark.parametrize(("pin", "greeting"), [("12345", GREETING), (None, READ)])
async def test_one_round_trip_to_the_first_values(
    start_projector: StartProjector, framing: str, pin: str | None, greeting: list[str]
) -> None:
    """Read at once, because each response may take 6 to 9 s."""
    simulator = await start_projector(state="on", pin=pin, quirks={"framing": framing})
    async with running_projector(simulator):
        simulator.faults.silence = True
        simulator.drop()
        await simulator.wait_until(
            lambda: asked_on_connection(simulator, CONNECTIONS[framing]) == greeting
        )


async def test_unanswered_pin_does_not_delay_values(
    start_projector: StartProjector,
) -> None:
    """Show values while the response to the PIN is missing."""
    simulator = await start_projector(state="on")
    timings = replace(FAST_TIMINGS, unavailable_delay=5.0)
    async with running_projector(
        simulator, timings=timings, timeouts=SHORT_TIMEOUTS
    ) as projector:
        simulator.faults.auth_hang = True
        simulator.drop()
        simulator.device.put(LASER_POWER, 33, tell=False)
        await projector.until_value(LASER_POWER, 33)
        assert simulator.counters.connections_opened == 2
        assert all(snapshot.reachable for snapshot in projector.listener.snapshots)


class ResponseGate:
    """Limits how many requests of the next connection a projector responds to."""

    def __init__(self, simulator: Simulator, *, after: int) -> None:
        """Initialize, and observe the requests."""
        self._faults = simulator.faults
        self._left = after
        self._stop = simulator.watch(self._see)

    def _see(self, record: Record) -> None:
        if record.direction == "in":
            self._left -= 1
            self._faults.silence = self._left < 0

    def open(self) -> None:
        """Close this connection, and respond to everything on the next."""
        self._stop()
        self._faults.clear()


async def test_slow_responses_and_one_disconnect(
    start_projector: StartProjector,
) -> None:
    """Stay available with slow responses.

    In a tenth of real time: responses of 2 s, and an unavailable delay of 10 s.
    """
    simulator = await start_projector(state="on")
    timings = replace(
        FAST_TIMINGS,
        reconnect_min=0.1,
        unavailable_delay=Timings().unavailable_delay / 10,
    )
    async with running_projector(simulator, timings=timings) as projector:
        simulator.faults.delay = 0.2
        simulator.drop()
        await simulator.wait_until(lambda: simulator.counters.connections_opened == 2)
        await simulator.wait_until(lambda: INLET in subscribed(simulator))
        assert all(snapshot.reachable for snapshot in projector.listener.snapshots)


async def test_other_projector_in_the_first_response(
    start_projector: StartProjector,
) -> None:
    """Use no values of another projector, and send it no other request."""
    simulator = await start_projector(state="on", pin=None)
    async with running_projector(simulator) as projector:
        simulator.device.put("system.serialnumber", "0000000001", tell=False)
        simulator.change(STATE, "ready")
        simulator.drop()
        await projector.until(lambda: "nother" in str(projector.snapshot.error))
        assert projector.snapshot.state == "on"
        assert asked_on_connection(simulator, 1) == ["property.get"]
