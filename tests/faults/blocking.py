"""For how long the integration keeps the event loop to itself."""

import asyncio
from collections.abc import Iterator
import contextlib
import gc
from operator import attrgetter
import time
from typing import Any

import pytest

from custom_components.barco_pulse.const import DOMAIN

_PACKAGE = f"custom_components.{DOMAIN}"
_callback = attrgetter("_callback")


def _modules(handle: asyncio.Handle) -> Iterator[str]:
    """Yield the modules of what a step of the event loop is going to run."""
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


class Blocking:
    """The steps of the integration that took longest, in seconds of processor time.

    Not of the clock: what else the machine does is not its fault.
    """

    def __init__(self) -> None:
        """Nothing was seen."""
        self.steps: list[tuple[float, str]] = []

    def longest(self) -> tuple[float, str]:
        """Return the longest step since the last time, and what it was."""
        steps, self.steps = self.steps, []
        return max(steps, default=(0.0, "nothing"))

    def run(self, handle: asyncio.Handle, step: Any) -> None:
        """Run a step of the event loop, and note it if it is one of ours."""
        ours = any(name.startswith(_PACKAGE) for name in _modules(handle))
        what = repr(handle)[:300] if ours else ""
        begun = time.thread_time()
        try:
            step(handle)
        finally:
            if ours:
                self.steps.append((time.thread_time() - begun, what))


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Blocking]:
    """Watch all that the event loop does; as in real life, without its debug mode.

    And without the garbage collector: what a test session leaves to it is not ours.
    """
    blocking, step = Blocking(), attrgetter("_run")(asyncio.Handle)
    loop = asyncio.get_running_loop()
    was_debug = loop.get_debug()
    loop.set_debug(False)
    gc.disable()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(asyncio.Handle, "_run", lambda self: blocking.run(self, step))
            yield blocking
    finally:
        gc.enable()
        loop.set_debug(was_debug)
