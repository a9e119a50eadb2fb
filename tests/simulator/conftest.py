"""Fixtures for the tests of the simulator: loopback sockets, without Home Assistant."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from simulator import Recording, Replay, Simulator

from .client import Client
from .recorded import Lines, StartReplay, lines

type Start = Callable[..., Awaitable[Simulator]]
type Connect = Callable[[Simulator], Awaitable[Client]]


@pytest.fixture
def enable_custom_integrations() -> None:
    """Replace the fixture that would start Home Assistant for every test."""


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests open sockets."""


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Close what a test opened, in reverse order."""
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def start(stack: AsyncExitStack) -> Start:
    """Start a projector, a thousand times as fast as a real one."""

    async def start_projector(model: Any = "hdr_cs", **options: Any) -> Simulator:
        options.setdefault("speed", 1000.0)
        return await stack.enter_async_context(Simulator(model, **options))

    return start_projector


@pytest.fixture
def connect(stack: AsyncExitStack) -> Connect:
    """Connect a client to a projector."""

    async def connect_client(projector: Simulator) -> Client:
        return await stack.enter_async_context(Client(projector))

    return connect_client


@pytest.fixture
async def projector(start: Start) -> Simulator:
    """Return an HDR CS that is on."""
    return await start("hdr_cs", state="on")


@pytest.fixture
async def client(projector: Simulator, connect: Connect) -> Client:
    """Return a client of it."""
    return await connect(projector)


@pytest.fixture
def play(stack: AsyncExitStack) -> StartReplay:
    """Start the replay of some events."""

    async def start(events: Lines, **options: Any) -> Replay:
        recording = Recording.parse(lines(events))
        return await stack.enter_async_context(Replay(recording, **options))

    return start
