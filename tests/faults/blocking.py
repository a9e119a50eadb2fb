"""Measure the cost of the integration in each step of the event loop."""

import asyncio
from collections.abc import Iterator
import contextlib
import gc
from operator import attrgetter
import sys
import time
from types import CodeType
from typing import Any, Final

import pytest

from custom_components.barco_pulse.const import DOMAIN

from ..loop import REAL_TIME

_TOOL: Final = 4  # not used by a debugger, coverage or benchmarks/cost.py
_COUNTED: Final = (f"/custom_components/{DOMAIN}/", "/homeassistant/")
_PACKAGE = f"custom_components.{DOMAIN}"
_callback = attrgetter("_callback")


def _modules(handle: asyncio.Handle) -> Iterator[str]:
    """Yield the modules that a step of the event loop will run."""
    callback = _callback(handle)
    owner = getattr(callback, "__self__", callback)
    if isinstance(owner, asyncio.Task):
        awaited: Any = owner.get_coro()
        while awaited is not None:
            frame = getattr(awaited, "cr_frame", None)
            yield frame.f_globals.get("__name__", "") if frame else ""
            awaited = getattr(awaited, "cr_await", None)
        return
    yield getattr(callback, "__module__", None) or ""
    if isinstance(owner, asyncio.Transport):
        owner = owner.get_protocol()
    yield type(owner).__module__


class Work:
    """Count the calls and loop iterations of the integration and of Home Assistant.

    They are the same on every machine. Work inside of C functions is not counted.
    """

    def __init__(self) -> None:
        """Initialize the counter with 0."""
        self.count = 0
        self._counted: dict[CodeType, bool] = {}

    def _note(self, code: CodeType, *where: int) -> object:
        counted = self._counted.get(code)
        if counted is None:
            counted = any(part in code.co_filename for part in _COUNTED)
            self._counted[code] = counted
        if not counted:
            return sys.monitoring.DISABLE
        self.count += 1
        return None

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Count while the context is entered."""
        monitoring = sys.monitoring
        events = (monitoring.events.PY_START, monitoring.events.JUMP)
        monitoring.use_tool_id(_TOOL, "faults")
        for event in events:
            monitoring.register_callback(_TOOL, event, self._note)
        monitoring.set_events(_TOOL, sum(events))
        try:
            yield
        finally:
            monitoring.set_events(_TOOL, 0)
            for event in events:
                monitoring.register_callback(_TOOL, event, None)
            monitoring.free_tool_id(_TOOL)


class Blocking:
    """The cost of each step of the integration.

    That is the number of calls and iterations, or with BARCO_PULSE_REAL_TIME the seconds
    of processor time: not of the clock, because other programs take their share of it.
    """

    def __init__(self) -> None:
        """Initialize without steps."""
        self.work = Work()
        self.steps: list[tuple[float, str]] = []

    def longest(self) -> tuple[float, str]:
        """Return the cost and the name of the most expensive step."""
        return max(self.steps, default=(0.0, "nothing"))

    def _cost(self) -> float:
        return time.thread_time() if REAL_TIME else self.work.count

    def run(self, handle: asyncio.Handle, step: Any) -> None:
        """Run a step of the event loop; record it if it belongs to the integration."""
        ours = any(name.startswith(_PACKAGE) for name in _modules(handle))
        what = repr(handle)[:300] if ours else ""
        before = self._cost()
        try:
            step(handle)
        finally:
            if ours:
                self.steps.append((self._cost() - before, what))


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Blocking]:
    """Measure the steps of the event loop, without debug mode and garbage collection."""
    blocking, step = Blocking(), attrgetter("_run")(asyncio.Handle)
    loop = asyncio.get_running_loop()
    was_debug = loop.get_debug()
    loop.set_debug(False)
    gc.disable()
    try:
        counting = contextlib.nullcontext() if REAL_TIME else blocking.work.counting()
        with monkeypatch.context() as patch, counting:
            patch.setattr(asyncio.Handle, "_run", lambda self: blocking.run(self, step))
            yield blocking
    finally:
        gc.enable()
        loop.set_debug(was_debug)
