"""Floor 3: where a projector is between off and on, and how long it takes there.

`ready` on the way down looks like `ready` on the way up: only what came before tells.
"""

from collections.abc import Mapping
from statistics import median_low
from typing import Final, NamedTuple

from .catalogue import (
    OFF_AT,
    PHASE,
    READY_AT,
    READY_DURATION,
    READY_REMAINING,
    READY_TIMER,
    STATE,
    TARGET_STATE,
    is_on,
)
from .introspection import as_number
from .pace import Pace
from .protocol import JsonObject, JsonValue

PHASES: Final = ("off", "warming", "on", "cooling", "error")

_SLEEPS: Final = ("standby", "eco")
_COOLS_AFTER: Final = ("on", "conditioning", "deconditioning", None)
_STARTS: Final = ("eco", "standby", "ready", "conditioning")
"""Where warming up begins, if how long it takes is to mean anything."""
_ENDS: Final = ("on", "error")
_RUNS_KEPT: Final = 5
_LONGEST: Final = 2 * 3600.0
_LONGEST_TIMER: Final = 7 * 24 * 3600.0
_SAME: Final = 5.0
"""Seconds: the projector's timers count whole ones, and answers take their time."""


class _Run(NamedTuple):
    """Warming up from a state, or "cooling" down."""

    name: str
    began: float


class Phase:
    """Follows the power state. All times are Unix times, all durations in seconds."""

    def __init__(self, pace: Pace) -> None:
        """Nothing is known yet."""
        self._pace = pace
        self._state: str | None = None
        self._target: str | None = None
        self._came_from: str | None = None
        self.since = 0.0
        """Since when it is in its power state."""
        self._seen = False  # since the start: what was before, nobody saw
        self._cut = False  # out of sight since the last look
        self._run: _Run | None = None
        self._learnt: dict[str, list[float]] = {}  # of each run, the last few
        self._remaining: float | None = None  # of the timer, as last told
        self._timed: float | None = None  # when the timer ends `ready`
        self.phase: str | None = None
        """One of PHASES, None while nobody can tell."""
        self.ready_at: float | None = None
        """When it is expected to be on; None while unknown."""
        self.off_at: float | None = None
        """When it is expected to have cooled down; None while unknown."""
        self.asleep = False
        """True if it is out of sight because it left the network, as it may."""
        self.version = 0
        """Another one whenever `memory` has anything new."""

    @property
    def values(self) -> dict[str, JsonValue]:
        """The phase and the times, as far as they are known, by their names."""
        known = {PHASE: self.phase, READY_AT: self.ready_at, OFF_AT: self.off_at}
        return {name: value for name, value in known.items() if value is not None}

    def note(
        self, values: Mapping[str, JsonValue], now: float, *, wanted: bool
    ) -> None:
        """Take the power state that `values` tell; `wanted`: it is to be on."""
        state, target = _text(values.get(STATE)), _text(values.get(TARGET_STATE))
        if state != self._state:
            if not self._seen:
                self._run = self.phase = None
            self._came_from = self._state if self._seen else None
            self._state, self.since, self._timed = state, now, None
            self.version += 1
        self._seen, self._target, self.asleep = True, target, False
        self._note_timer(values, now)
        phase = self._told(values.get(READY_TIMER), now)
        self._enter("warming" if wanted and phase not in _ENDS else phase, now)
        self._cut = False

    def lost(self) -> None:
        """It is out of sight: asleep, if it was off or on its way there.

        Not every step down to ECO is told in time; without mains it looks the same.

        Nothing is to be learnt from how long this takes, except for the way out of
        ECO, which begins out of sight.
        """
        self.asleep = self.asleep or (
            self._state in _SLEEPS
            or self._target in _SLEEPS
            or (self._state == "ready" and self.phase in ("cooling", "off"))
        )
        if self._run is not None and self._run.name != "eco":
            self._run = None
        self._cut = True
        self.version += 1

    def want(self, now: float, *, wanted: bool) -> None:
        """Asleep, it is to be on, or is not to be any more."""
        self._seen, self._cut = True, False
        self._enter("warming" if wanted else "off", now)
        self._cut = True

    def _told(self, timer: JsonValue, now: float) -> str | None:
        """Return the phase that the projector itself is in."""
        if self._state in ("on", "error"):
            return self._state
        if self._state == "deconditioning":
            return "cooling"  # where it is heading is told a moment later
        if is_on(self._state, self._target):
            return "warming"
        if self._state == "ready":
            return "cooling" if self._cools(timer, now) else "off"
        return "off" if self._state in ("boot", *_SLEEPS) else None

    def _cools(self, timer: JsonValue, now: float) -> bool:
        """Tell whether `ready` is a step on the way down, not where it rests."""
        if self._came_from not in _COOLS_AFTER:
            return False
        if self._timed is not None:
            return True
        if self._came_from is not None and timer is False:
            return False
        # Nobody tells: as long as last time, and on the safe side at first.
        return now < (self._end() or self.since + self._pace.cooling_most)

    def _note_timer(self, values: Mapping[str, JsonValue], now: float) -> None:
        """Find out when the projector's own timer will end `ready`."""
        if self._state != "ready" or values.get(READY_TIMER) is not True:
            self._timed = self._remaining = None
            return
        end = None
        remaining = _duration(values.get(READY_REMAINING))
        duration = _duration(values.get(READY_DURATION))
        if remaining and remaining != self._remaining:
            end = now + remaining
        elif duration and self._timed is None and self._came_from is not None:
            end = self.since + duration
        self._remaining = remaining
        if end and (self._timed is None or abs(end - self._timed) > _SAME):
            self._timed = end

    def _enter(self, phase: str | None, now: float) -> None:
        before, self.phase = self.phase, phase
        if phase != before:
            if (before, phase) in (("warming", "on"), ("cooling", "off")):
                self._learn()
            self._run = None
            self.version += 1
        begins = before is not None and (phase != before or now == self.since)
        if self._run is None and begins and not self._cut:
            if phase == "warming" and self._state in _STARTS:
                self._run = _Run("eco" if self.asleep else self._state, now)
            elif phase == "cooling" and before in ("on", "warming"):
                self._run = _Run(phase, now)
        end = self._end()
        expected = end if end and end > now else None
        self.ready_at = expected if phase == "warming" else None
        self.off_at = (self._timed or expected) if phase == "cooling" else None

    def _learn(self) -> None:
        if self._run is None:
            return
        duration = self.since - self._run.began
        if 0 < duration < _LONGEST:
            runs = self._learnt.setdefault(self._run.name, [])
            runs.append(duration)
            del runs[:-_RUNS_KEPT]

    def _end(self) -> float | None:
        """Return when what is going on should be over, by the runs before.

        The median: one odd run among them must not count.
        """
        if self._run is None or not (runs := self._learnt.get(self._run.name)):
            return None
        return self._run.began + median_low(runs)

    def memory(self) -> JsonObject:
        """Return what is to be kept until the next start."""
        return {
            "state": self._state,
            "target": self._target,
            "came_from": self._came_from,
            "since": self.since,
            "phase": self.phase,
            "asleep": self.asleep,
            "run": list(self._run) if self._run else None,
            "learnt": {name: [*runs] for name, runs in self._learnt.items()},
        }

    def restore(self, memory: JsonValue) -> None:
        """Know again what `memory` told; what is odd in it is left out."""
        if not isinstance(memory, Mapping):
            return
        self._state = _text(memory.get("state"))
        self._target = _text(memory.get("target"))
        self._came_from = _text(memory.get("came_from"))
        self.since = as_number(memory.get("since")) or 0.0
        phase = memory.get("phase")
        self.phase = phase if phase in PHASES else None
        self.asleep = memory.get("asleep") is True
        match memory.get("run"):
            case [str() as name, int() | float() as began]:
                self._run = _Run(name, began)
        match memory.get("learnt"):
            case {**learnt}:
                self._learnt = {
                    str(name): [number for run in runs if (number := as_number(run))]
                    for name, runs in learnt.items()
                    if isinstance(runs, list)
                }


def _duration(value: JsonValue) -> float | None:
    """Return what a timer can be set to, anything else as None."""
    seconds = as_number(value)
    return seconds if seconds is not None and 0 <= seconds <= _LONGEST_TIMER else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
