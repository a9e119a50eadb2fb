"""The states and errors of a session."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.deadlines import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.pending import PendingCommands
from custom_components.barco_pulse.pulse.phase import PowerPhaseTracker
from custom_components.barco_pulse.pulse.session import Session, SessionState
from custom_components.barco_pulse.pulse.sleep import SleepMonitor
from custom_components.barco_pulse.pulse.state import ProjectorState
from custom_components.barco_pulse.pulse.timing import Timings

from .common import FAST_TIMINGS, RawPeer, serve


class SessionHarness:
    """The work of a session, and the states that it enters."""

    def __init__(self, port: int, timings: Timings = FAST_TIMINGS) -> None:
        """Use a port of this machine."""
        self.states: list[SessionState] = []
        self.failures: list[PulseError] = []
        client = PulseClient("127.0.0.1", port)
        pending = PendingCommands(timings.pending_timeout)
        state, phase = ProjectorState(client.request), PowerPhaseTracker(timings)
        sleep = SleepMonitor(state, phase, pending, timings)
        self.session = Session(client, timings, Timeouts(), sleep)
        self.session.on_state = self._record_state

    async def initialize(self) -> None:
        """Fail as often as a test sets, then succeed."""
        if self.failures:
            raise self.failures.pop(0)
        self.session.connected()

    async def serve(self) -> None:
        """Fail at once."""
        raise PulseConnectionError("lost")

    def _record_state(self, before: SessionState, state: SessionState) -> None:
        if before is not state:
            self.states.append(state)


async def test_errors() -> None:
    """Record each new error with its time, and repeated ones once."""
    owner = SessionHarness(1)
    session = owner.session
    loop = asyncio.get_running_loop()
    assert session.outage.began_at is None
    for _ in range(3):
        session.outage.report(PulseConnectionError("lost"))
    since = session.outage.began_at
    assert since == pytest.approx(loop.time(), abs=1)
    session.outage.report(PulseTimeoutError("lost"))
    assert session.outage.began_at == since, "the time of the first"
    assert repr(session.outage.error) == "PulseTimeoutError('lost')"
    session.connected()
    assert session.outage.began_at is None
    assert session.outage.error is None
    session.outage.report(PulseTimeoutError("lost"))
    assert [error for _, error in session.outage.errors] == [
        "PulseConnectionError('lost')",
        "PulseTimeoutError('lost')",
        "PulseTimeoutError('lost')",
    ]
    assert owner.states == ["unavailable", "connected", "unavailable"]


@pytest.mark.parametrize("unavailable_delay", [0.0, 60.0])
async def test_loss_is_reported_after_the_unavailable_delay(
    unavailable_delay: float,
) -> None:
    """Let commands wait for the next attempt until then."""
    async with serve(lambda peer: peer.closed()) as port:
        owner = SessionHarness(
            port,
            replace(
                FAST_TIMINGS,
                unavailable_delay=unavailable_delay,
                reconnect_min=30,
                reconnect_max=30,
            ),
        )
        task = asyncio.create_task(owner.session.run(owner))
        while not owner.session.outage.errors:
            await asyncio.sleep(0)
        lost = "interrupted" if unavailable_delay else "unavailable"
        assert owner.session.state == lost
        assert (owner.session.outage.error is None) is bool(unavailable_delay)
        task.cancel()
        await asyncio.wait([task])
        entered = dict.fromkeys(["connected", "interrupted", lost, "stopped"])
        assert owner.states == [*entered]


async def test_released() -> None:
    """Report no loss for a released connection, and open it again when needed."""

    async def talk(peer: RawPeer) -> None:
        await peer.answer()
        await peer.closed()

    async with serve(talk) as port:
        owner = SessionHarness(port)
        session = owner.session
        await session.open({"property": ["system.state"]})
        session.connected()
        await session.release()
        session.raise_if_lost()
        assert session.state is SessionState.RELEASED
        assert session.outage.error is None
        await session.reconnect(owner.initialize, owner.initialize)
    assert owner.states == ["connected", "released", "interrupted", "connected"]
