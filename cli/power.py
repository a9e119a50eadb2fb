"""The commands `on`, `off` and `source`."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
import time
from typing import Final

from aiobarcopulse import (
    OFF_AT,
    PHASE,
    READY_AT,
    SOURCE,
    SOURCES,
    Changes,
    Projector,
    PulseConnectionError,
    PulseTimeoutError,
    Snapshot,
    match,
)

from .errors import CommandError, ExitCode
from .output import Output, Step, plain
from .target import Target, running
from .waking import MagicPackets

_WAKE_INTERVAL: Final = 5.0
"""Seconds from one magic packet to the next, and between attempts to connect."""
_SPELLED: Final = {
    None: "Waiting",
    "starting": "Starting",
    "warming": "Warming up",
    "on": "On",
    "cooling": "Cooling down",
    "off": "Off",
}


_TRANSITIONS: Final = ("starting", "warming", "cooling")


class _Follower:
    """Follows a projector until a condition holds."""

    def __init__(self, step: Step) -> None:
        """Show each phase by `step`."""
        self._step = step
        self._changed = asyncio.Event()
        self._phase: str | None = None
        self._phase_began = 0.0

    def on_update(self, snapshot: Snapshot, changes: Changes) -> None:
        """Take a new snapshot."""
        self._show(snapshot)
        self._changed.set()

    async def until(
        self, projector: Projector, condition: Callable[[Snapshot], bool]
    ) -> None:
        """Wait until a condition holds; show the time left each second."""
        while not condition(projector.snapshot):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._changed.wait()
            self._changed.clear()
            self._show(projector.snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        phase, now = snapshot.get_text(PHASE), time.time()
        if phase != self._phase:
            self._phase, self._phase_began = phase, now
        text, done = _SPELLED.get(phase, phase or ""), None
        end = snapshot.get_number(READY_AT) or snapshot.get_number(OFF_AT)
        if end and end > self._phase_began and phase in _TRANSITIONS:
            done = min(1, (now - self._phase_began) / (end - self._phase_began))
            if self._step.is_live:
                text += f", about {max(0, round(end - now))} s left"
        self._step.at(text, done)


async def switch_on(
    output: Output, target: Target, *, packets: MagicPackets, limit: float, wait: bool
) -> None:
    """Switch the projector on, and wait until it shows a picture."""

    async def command(projector: Projector) -> None:
        await projector.power_on()

    await _switch(
        output, target, command, _shows_picture if wait else None, packets, limit
    )


async def switch_off(
    output: Output, target: Target, *, limit: float, wait: bool
) -> None:
    """Switch the projector off, and wait until the light source is off."""

    async def command(projector: Projector) -> None:
        await projector.power_off()

    await _switch(output, target, command, _is_off if wait else None, None, limit)


async def select_source(
    output: Output, target: Target, name: str, *, limit: float
) -> None:
    """Select a source by name, while the projector warms up as soon as possible."""

    async def command(projector: Projector) -> None:
        sources = projector.snapshot.get_texts(SOURCES)
        found = match(name, sources)
        if sources and len(found) != 1:
            raise CommandError(
                ExitCode.REFUSED,
                f"There is no source {name}. The projector has: {', '.join(sources)}.",
            )
        await projector.select_source(found[0] if found else name)
        await projector.get_property(SOURCE)  # by then the change was pushed

    await _switch(output, target, command, None, None, limit)


def _shows_picture(snapshot: Snapshot) -> bool:
    return snapshot.get_text(PHASE) == "on"


def _is_off(snapshot: Snapshot) -> bool:
    """Return True if the light source is off; fans may run on for minutes."""
    if not snapshot.reachable:
        return True  # ECO mode disconnects the projector
    return snapshot.is_on is False and snapshot.state != "deconditioning"


async def _switch(
    output: Output,
    target: Target,
    command: Callable[[Projector], Awaitable[None]],
    done: Callable[[Snapshot], bool] | None,
    packets: MagicPackets | None,
    limit: float,
) -> None:
    """Run a command, then wait until it is `done`. Raises PulseTimeoutError after `limit`."""
    with output.steps(f"Connecting to {target.address}") as step:
        follower = _Follower(step)
        projector = target.projector(
            waker=packets,
            on_update=follower.on_update,
            default_names=lambda snapshot: (SOURCE, SOURCES),
        )
        try:
            async with asyncio.timeout(limit):
                await _connect(projector, packets, step)
                async with running(projector):
                    await command(projector)
                    if done is not None:
                        await follower.until(projector, done)
        except TimeoutError:
            raise PulseTimeoutError(f"Not done within {limit:g} s") from None
        finally:
            await projector.stop()
        snapshot = projector.snapshot
    output.result(
        {"state": snapshot.state, "phase": snapshot.phase, "source": snapshot.source},
        plain(_SPELLED.get(snapshot.phase, snapshot.phase or "Done")),
    )


async def _connect(
    projector: Projector, packets: MagicPackets | None, step: Step
) -> None:
    """Connect; wake a projector that does not respond, and try again."""
    while True:
        try:
            await projector.connect()
        except PulseConnectionError, PulseTimeoutError:
            if packets is None or not packets.can_wake(None):
                raise
        else:
            return
        step.at("Waking the projector")
        await packets.wake(None, again=False)
        await asyncio.sleep(_WAKE_INTERVAL)
