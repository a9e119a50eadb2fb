"""Durations in the projector's time."""

import asyncio

import pytest

from simulator.clock import Clock


async def test_faster_than_life() -> None:
    """An hour takes a few milliseconds at a million times the speed."""
    called = asyncio.Event()
    clock = Clock(1_000_000.0)
    before = clock.now()
    clock.after(3600.0, called.set)
    async with asyncio.timeout(5):
        await called.wait()
    assert clock.now() - before >= 3600.0


async def test_stop_and_cancel() -> None:
    """A timer that was cancelled is never called, nor one of a stopped clock."""
    calls: list[str] = []
    clock = Clock(1.0)
    clock.cancel(clock.after(0.0, lambda: calls.append("cancelled")))
    clock.cancel(None)
    clock.after(0.0, lambda: calls.append("stopped"))
    clock.stop()
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, done.set)
    await done.wait()
    assert calls == []


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_no_such_speed(speed: float) -> None:
    """Time goes forward."""
    with pytest.raises(ValueError, match="speed"):
        Clock(speed)
