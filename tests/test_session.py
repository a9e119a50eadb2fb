"""What a session reports, and when."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.session import Session, SessionState
from custom_components.barco_pulse.pulse.timing import Timings

from .common import FAST_TIMINGS, Line, serve


class Owner:
    """Opens the connections of a session, and notes its states."""

    rises = False

    def __init__(self, port: int, timings: Timings = FAST_TIMINGS) -> None:
        """Connect to a port of this machine."""
        self.states: list[SessionState] = []
        self.failures: list[PulseError] = []
        client = PulseClient(
            "127.0.0.1", port, on_disconnect=lambda error: self.session.on_lost(error)
        )
        self.session = Session(client, timings, Timeouts(), self)

    async def initialize(self) -> None:
        """Fail as often as a test wants, then be connected."""
        if self.failures:
            raise self.failures.pop(0)
        self.session.connected()

    async def serve(self) -> None:
        """Fail at once."""
        raise PulseConnectionError("lost")

    def is_final(self, error: PulseError) -> bool:
        """Tell whether it is for the PIN."""
        return isinstance(error, PulseAuthenticationError)

    def on_session_state(self, before: SessionState, state: SessionState) -> None:
        """Note the state, unless it is only confirmed."""
        if before is not state:
            self.states.append(state)

    def on_session_error(self, error: PulseError) -> None:
        """Ignore the error: the session notes it."""

    def on_session_closing(self) -> None:
        """Ignore the end of the connection."""


async def test_errors() -> None:
    """The same error again is not listed again; each new one is, with its time."""
    owner = Owner(1)
    session = owner.session
    loop = asyncio.get_running_loop()
    assert session.disconnected_at is None
    for _ in range(3):
        session.report(PulseConnectionError("lost"))
    since = session.disconnected_at
    assert since == pytest.approx(loop.time(), abs=1)
    session.report(PulseTimeoutError("lost"))
    assert session.disconnected_at == since, "from the first one on"
    assert repr(session.error) == "PulseTimeoutError('lost')"
    session.connected()
    assert session.disconnected_at is None
    assert session.error is None
    session.report(PulseTimeoutError("lost"))
    assert [error for _, error in session.errors] == [
        "PulseConnectionError('lost')",
        "PulseTimeoutError('lost')",
        "PulseTimeoutError('lost')",
    ]
    assert owner.states == ["unavailable", "connected", "unavailable"]


@pytest.mark.parametrize("grace", [0.0, 60.0])
async def test_a_loss_is_reported_after_the_grace(grace: float) -> None:
    """Until then commands wait for the next attempt to connect."""
    async with serve(lambda line: line.closed()) as port:
        owner = Owner(
            port,
            replace(
                FAST_TIMINGS,
                unavailable_delay=grace,
                reconnect_min=30,
                reconnect_max=30,
            ),
        )
        task = asyncio.create_task(owner.session.run())
        while not owner.session.errors:
            await asyncio.sleep(0)
        lost = "interrupted" if grace else "unavailable"
        assert owner.session.state == lost
        assert (owner.session.error is None) is bool(grace)
        task.cancel()
        await asyncio.wait([task])
        entered = dict.fromkeys(["connected", "interrupted", lost, "stopped"])
        assert owner.states == [*entered]


async def test_released() -> None:
    """A connection that was released is no loss, and is opened again when needed."""

    async def talk(line: Line) -> None:
        await line.answer()
        await line.closed()

    async with serve(talk) as port:
        owner = Owner(port)
        session = owner.session
        await session.open({"property": ["system.state"]})
        session.connected()
        await session.release()
        session.raise_if_lost()
        assert session.state is SessionState.RELEASED
        assert session.error is None
        await session.reconnect(owner.initialize)
    assert owner.states == ["connected", "released", "interrupted", "connected"]
