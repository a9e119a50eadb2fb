"""The power states eco, standby, ready and on, and the transitions."""

import asyncio
from functools import partial
from typing import Protocol

from .clock import Clock
from .jsontypes import JsonValue
from .model import RUNGS, Model
from .quirks import Quirks

type Step = tuple[str, float]
"""A state, and its duration in seconds."""


_HEADING = {"boot": "ready", "conditioning": "on", "deconditioning": "ready"}
"""The transient states, and the stable states that they lead to."""


class BusyError(Exception):
    """The projector ignored the event because it changes state."""


class PowerHost(Protocol):
    """The projector, as far as its power states use it."""

    def setting(self, name: str) -> JsonValue:
        """Return the value of a property, None if there is none."""

    def has_signal(self) -> bool:
        """Return whether the projector shows a signal."""

    def power_changed(self) -> None:
        """Handle a change of `state` or `target`."""


class Power:
    """The power state, its target and the remaining steps.

    `state` and `target` are `system.state` and `system.targetstate`.
    """

    def __init__(
        self, model: Model, quirks: Quirks, clock: Clock, host: PowerHost
    ) -> None:
        """Initialize; `start` sets the state."""
        self.state = model.rests_in
        self.target = model.rests_in
        self._rungs = model.rungs
        self._rests_in = model.rests_in
        self._quirks = quirks
        self._durations = model.durations
        self._clock = clock
        self._host = host
        self._steps: list[Step] = []
        self._timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_until: float | None = None

    @property
    def busy(self) -> bool:
        """Return whether the projector changes from one stable state to another."""
        return bool(self._steps) or self.state in _HEADING

    def start(self, state: str) -> None:
        """Enter a state without a transition, and stay in it."""
        self.stop()
        self.state = state
        self.target = _HEADING.get(state, state)
        self._host.power_changed()
        self._restart_idle_timer()

    def power_on(self) -> None:
        """Switch on. BusyError while the state changes."""
        self._refuse_when_busy("POWER_ON")
        if self.state in ("standby", "ready"):
            self._go("on", self._way_up("on"))

    def power_off(self) -> None:
        """Step down one rung. Raises BusyError on the way between two rungs."""
        self._refuse_when_busy("POWER_OFF")
        lower = self._lower(self.state)
        if lower is None:
            return
        steps = self._way_down(lower)
        resting = self._quirks.poweroff_rests
        if self.state == "on" and resting != "timer" and self._enabled(resting):
            steps += self._way_down(resting, "ready")
        self._go(steps[-1][0], steps)

    def go_to_ready(self) -> None:
        """Go to ready from above or below. Raises BusyError like the others."""
        self._refuse_when_busy("GO_TO_READY")
        if self.state == "on":
            self._go("ready", self._way_down("ready"))
        elif self.state == "standby":
            self._go("ready", self._way_up("ready"))

    def go_to_eco(self) -> None:
        """Go to eco, if the model has it. BusyError while the state changes."""
        self._refuse_when_busy("GO_TO_ECO")
        if self.state != "eco" and self._enabled("eco"):
            self._go("eco", self._way_down("eco"))

    def boot(self, then: str) -> None:
        """Boot, then go to a stable state (as after a magic packet or mains)."""
        first = "ready" if then == "on" else then
        steps = [("boot", self._durations["boot"]), (first, 0.0)]
        if then == "on":
            steps += self._way_up("on", "ready")
        self._go(then, steps)

    def boot_after_mains(self) -> None:
        """Boot, then go to the configured initial state, or the one of the model."""
        initial = self._host.setting("system.initialstate")
        self.boot(str(initial) if initial in self._rungs else self._rests_in)

    def stop(self) -> None:
        """Cancel all timers."""
        self._clock.cancel(self._timer)
        self._clock.cancel(self._idle_timer)
        self._timer = self._idle_timer = self._idle_until = None
        self._steps = []

    def activity(self) -> None:
        """Restart the countdown of this state."""
        self._restart_idle_timer()

    def signal_changed(self) -> None:
        """Handle a change of the signal, which restarts the countdown of on."""
        if self.state == "on":
            self._restart_idle_timer()

    def remaining(self, rung: str) -> int:
        """Return the seconds until the projector leaves this state by its timer."""
        if rung != self.state or self._idle_until is None:
            return 0
        return max(0, round(self._idle_until - self._clock.now()))

    def _refuse_when_busy(self, event: str) -> None:
        if self.busy:
            raise BusyError(f"Ignored {event} event, busy {self._doing()}")

    def _doing(self) -> str:
        """Return the activity in the error message."""
        if self.state == "conditioning":
            return "conditioning"
        down = self.state == "deconditioning" and self.target != "ready"
        return "transitioning to off" if down else "transitioning to ready"

    def _enabled(self, rung: str) -> bool:
        return rung in self._rungs and all(
            self._host.setting(f"system.{rung}.{flag}") is not False
            for flag in ("available", "enable")
        )

    def _lower(self, rung: str) -> str | None:
        """Return the next lower enabled state, None for none."""
        if rung not in RUNGS:
            return None
        below = RUNGS[: RUNGS.index(rung)]
        return next((name for name in reversed(below) if self._enabled(name)), None)

    def _way_up(self, rung: str, start: str | None = None) -> list[Step]:
        steps: list[Step] = []
        if (start or self.state) == "standby":
            pause = self._durations["pass_ready"] if rung == "on" else 0.0
            steps = [("standby", self._durations["wake"]), ("ready", pause)]
        if rung == "on":
            steps += [("conditioning", self._durations["conditioning"]), ("on", 0.0)]
        return steps

    def _way_down(self, rung: str, start: str | None = None) -> list[Step]:
        steps: list[Step] = []
        if (start or self.state) == "on":
            cooling = self._durations["deconditioning"]
            steps = [("deconditioning", cooling), ("ready", 0.0)]
        if rung != "ready":
            steps.append((rung, 0.0))
        return steps

    def _go(self, target: str, steps: list[Step]) -> None:
        self.stop()
        self.target = target
        if self._quirks.cooling_target == "rest" and steps[0][0] == "deconditioning":
            self.target = self._resting_place(target)
        self._steps = steps
        self._next()

    def _resting_place(self, rung: str) -> str:
        """Return the state that the timers finally lead to."""
        lower = self._lower(rung)
        while lower and self._host.setting(f"system.{rung}.timeout.enable") is True:
            rung, lower = lower, self._lower(lower)
        return rung

    def _next(self) -> None:
        state, seconds = self._steps[0]
        self.state = state
        if len(self._steps) == 1:
            self._steps = []
        self._host.power_changed()
        if not self._steps:
            self._restart_idle_timer()
            return
        self._timer = self._clock.after(seconds, self._step_over)

    def _step_over(self) -> None:
        del self._steps[0]
        self._next()

    def _restart_idle_timer(self) -> None:
        self._clock.cancel(self._idle_timer)
        self._idle_timer = self._idle_until = None
        seconds, lower = self._idle_seconds(), self._lower(self.state)
        if seconds is None or lower is None:
            return
        self._idle_until = self._clock.now() + seconds
        delay = seconds + self._durations["after_timeout"]
        leave = partial(self._go, lower, self._way_down(lower))
        self._idle_timer = self._clock.after(delay, leave)

    def _idle_seconds(self) -> float | None:
        """Return the duration of the timer of this state, None for no timer."""
        timer = f"system.{self.state}.timeout"
        if self.busy or self._host.setting(f"{timer}.enable") is not True:
            return None
        if self.state == "on" and self._host.has_signal():
            return None
        seconds = self._host.setting(f"{timer}.duration")
        return seconds if isinstance(seconds, int | float) else None
