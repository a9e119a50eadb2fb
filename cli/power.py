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
    JsonValue,
    PowerState,
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
_SWITCH_TIME: Final = 10.0
"""Seconds to wait until the projector shows the source that it has accepted."""
_SWITCH_INTERVAL: Final = 0.3  # seconds
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

    done = _shows_picture if wait else None
    snapshot = await _run(output, target, command, done, limit, packets)
    _print(output, snapshot, _spell(snapshot), snapshot.source)


async def switch_off(
    output: Output, target: Target, *, limit: float, wait: bool
) -> None:
    """Switch the projector off, and wait until the light source is off."""

    async def command(projector: Projector) -> None:
        await projector.power_off()

    done = _is_off if wait else None
    snapshot = await _run(output, target, command, done, limit)
    _print(output, snapshot, _spell(snapshot), snapshot.source)


async def select_source(
    output: Output, target: Target, name: str, *, limit: float
) -> None:
    """Select a source by name, while the projector warms up as soon as possible."""
    shown: JsonValue = None

    async def command(projector: Projector) -> None:
        nonlocal shown
        sources = projector.snapshot.get_texts(SOURCES)
        found = match(name, sources)
        if sources and len(found) != 1:
            raise CommandError(
                ExitCode.REFUSED,
                f"There is no source {name}. The projector has: {', '.join(sources)}.",
            )
        selected = found[0] if found else name
        await projector.select_source(selected)
        # The projector shows no source, or the one before, while it switches.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SWITCH_TIME):
                while (shown := await projector.get_property(SOURCE)) != selected:
                    await asyncio.sleep(_SWITCH_INTERVAL)
        if shown != selected:
            output.note(f"The projector accepted {selected}, but does not show it yet.")

    snapshot = await _run(output, target, command, None, limit)
    _print(output, snapshot, shown, shown)


def _print(
    output: Output, snapshot: Snapshot, text: JsonValue, source: JsonValue
) -> None:
    output.result(
        {"state": snapshot.state, "phase": snapshot.phase, "source": source},
        plain(text),
    )


def _spell(snapshot: Snapshot) -> str:
    """Return the power phase in words; tell whether the light source is off already."""
    if snapshot.phase == "cooling" and _is_off(snapshot):
        return "Off, and still cooling down"
    return _SPELLED.get(snapshot.phase, snapshot.phase or "Done")


def _shows_picture(snapshot: Snapshot) -> bool:
    return snapshot.get_text(PHASE) == "on"


def _is_off(snapshot: Snapshot) -> bool:
    """Return True if the light source is off; fans may run on for minutes."""
    if not snapshot.reachable:
        return True  # ECO mode disconnects the projector
    return snapshot.is_on is False and snapshot.state != PowerState.DECONDITIONING


async def _run(
    output: Output,
    target: Target,
    command: Callable[[Projector], Awaitable[None]],
    done: Callable[[Snapshot], bool] | None,
    limit: float,
    packets: MagicPackets | None = None,
) -> Snapshot:
    """Run a command, wait until it is `done`, and return the last snapshot.

    Raises CommandError after `limit` seconds.
    """
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
                with target.explaining_refusals(projector):
                    async with running(projector):
                        await command(projector)
                        if done is not None:
                            await follower.until(projector, done)
        except TimeoutError:
            raise CommandError(
                ExitCode.TIMEOUT,
                f"Not done within {limit:g} s. Last step: {step.text}.",
            ) from None
        finally:
            await projector.stop()
        return projector.snapshot


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
