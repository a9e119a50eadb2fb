"""Where a projector is between off and on, and how long it takes there.

`ready` on the way down looks like `ready` on the way up: only what came before tells.
The phase is the projector's own: a pending command does not change it.
"""

from collections.abc import Mapping
from statistics import median, median_high
from typing import Final, NamedTuple

from .clock import Clock
from .const import (
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
from .json_types import JsonObject, JsonValue, as_number
from .timing import Pace

PHASES: Final = ("off", "starting", "warming", "on", "cooling", "error")

_SLEEPS: Final = ("standby", "eco")
_COOLS_AFTER: Final = ("on", "conditioning", "deconditioning", None)
_STARTS: Final = ("standby", "ready", "conditioning")
"""The states from which it is learned how long a warm-up takes."""
_COOLING: Final = "cooling"
_RUNS_KEPT: Final = 5
_LONGEST: Final = 2 * 3600.0
_LONGEST_TIMER: Final = 7 * 24 * 3600.0
_SAME: Final = 5.0
"""Seconds: the projector's timers count whole ones, and answers take their time."""


class _Run(NamedTuple):
    """A warm-up from the state `name`, or a cool-down."""

    name: str
    began: float
    whole: bool
    """True if its beginning was seen."""


class Phase:
    """Follow the power state of a projector.

    Durations and moments are in seconds of monotonic time. Only what is shown or
    stored is in Unix time.
    """

    def __init__(self, pace: Pace, clock: Clock | None = None) -> None:
        """Start without knowledge of the projector."""
        self._pace = pace
        self._clock = clock or Clock()
        self._state: str | None = None
        self._target: str | None = None
        self._came_from: str | None = None
        self._since = 0.0  # in its power state
        self._seen = False  # since the start: what was before, nobody saw
        self._cut = False  # out of sight since the last look
        self._woken_at: float | None = None  # when a magic packet was sent last
        self._boots = False  # after it slept
        self._run: _Run | None = None
        self._learned: dict[str, list[float]] = {}  # of each run, the last few
        self._remaining: float | None = None  # of the timer, as last told
        self._timed: float | None = None  # when the timer ends `ready`
        self._estimated = False  # whether `ready` still counts as cooling down
        self.phase: str | None = None
        """One of PHASES, None while unknown."""
        self.ready_at: float | None = None
        """Unix time at which it is expected to be on, which may have passed."""
        self.off_at: float | None = None
        """Unix time at which it is expected to have cooled down."""
        self.asleep = False
        """True if it is out of sight because it left the network, as it may."""
        self.assumed = False
        """True if that is only an assumption: it was on when it was seen last."""
        self.version = 0
        """Changes whenever `memory` has anything new."""

    @property
    def age(self) -> float:
        """Return for how many seconds it has been in its power state."""
        return self._clock.now() - self._since

    @property
    def waking(self) -> bool:
        """Tell whether it was woken a while ago and has not been seen up since."""
        begun = [] if self._woken_at is None else [self._woken_at]
        begun += [self._since] if self._boots else []
        return any(self._clock.now() < moment + self._pace.pending for moment in begun)

    @property
    def values(self) -> dict[str, JsonValue]:
        """Return the phase and the times by their names, as far as they are known."""
        known = {PHASE: self.phase, READY_AT: self.ready_at, OFF_AT: self.off_at}
        return {name: value for name, value in known.items() if value is not None}

    def note(self, values: Mapping[str, JsonValue]) -> None:
        """Take the power state that the projector reports in `values`."""
        now = self._clock.now()
        state, target = _text(values.get(STATE)), _text(values.get(TARGET_STATE))
        self._note_boot(state)
        if state != self._state:
            self._cut |= not self._seen
            self._came_from = self._state if self._seen else None
            self._state, self._since, self._timed = state, now, None
            self.version += 1
        self._target, self.asleep, self.assumed = target, False, False
        self._note_timer(values, now)
        self._enter(self._reported(values.get(READY_TIMER), now), now)
        if self.phase in ("warming", "on", _COOLING, "error"):
            self._woken_at = None
        self._seen, self._cut = True, False

    def _note_boot(self, state: str | None) -> None:
        if self.asleep and self.waking:
            self._state, self._seen = "eco", True  # whatever it was seen in before
        self._boots = state == "boot" and (self._boots or self.asleep)

    def lost(self) -> None:
        """Note that the projector is out of reach.

        It is asleep if it was off, on its way there, or booting after it slept: not
        every step down to ECO is reported in time. Without mains it looks the same.
        """
        if not self._cut:
            self._cut = True
            self.version += 1
        self.asleep = self.asleep or (
            self._boots
            or (self._state in _SLEEPS and self.phase != "warming")
            or self._target in _SLEEPS
            or (self._state == "ready" and self.phase in (_COOLING, "off"))
        )
        if self.asleep:
            self._sleep()

    def assume_asleep(self) -> None:
        """Assume that a projector sleeps that was on when it was seen last."""
        if not self.asleep:
            self.asleep = self.assumed = True
            self.version += 1
            self._sleep()

    def cut(self) -> None:
        """Note that the next state may be seen later than it was entered."""
        self._cut = True

    def woken(self) -> None:
        """Note that a magic packet was sent."""
        self._woken_at = self._clock.now()

    def answers(self) -> None:
        """Note that something accepts connections where the projector sleeps."""
        if self.asleep and self.waking:
            self._enter("starting", self._clock.now())

    def _sleep(self) -> None:
        now = self._clock.now()
        starts = self.phase == "starting" and self.waking
        phase = "starting" if starts else _COOLING if self._cools_unseen(now) else "off"
        self._seen, self._estimated = True, False
        self._enter(phase, now)

    def _cools_unseen(self, now: float) -> bool:
        """Tell whether a projector that is out of reach may still be cooling down.

        It must not look safe to unplug before a cool-down should be over.
        """
        if (self._state, self.phase) != ("deconditioning", _COOLING):
            return False
        end = self._end()
        return now < (self._since + self._pace.cooling_most if end is None else end)

    def _reported(self, timer: JsonValue, now: float) -> str | None:
        """Return the phase that the projector reports."""
        self._estimated = False
        if self._state in ("on", "error"):
            return self._state
        if self._state == "boot":
            return "starting"
        if self._state == "deconditioning":
            return _COOLING  # the target changes a moment after the state
        if is_on(self._state, self._target):
            return "warming"
        if self._state == "ready":
            return _COOLING if self._cools(timer, now) else "off"
        return "off" if self._state in _SLEEPS else None

    def _cools(self, timer: JsonValue, now: float) -> bool:
        """Tell whether `ready` is a step on the way down, not where it rests."""
        if self._came_from not in _COOLS_AFTER:
            return False
        if self._timed is not None:
            return True
        if self._came_from is not None and timer is False:
            return False
        # Not reported: as long as last time, and on the safe side at first.
        self._estimated = True
        return now < (self._end() or self._since + self._pace.cooling_most)

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
            end = self._since + duration
        self._remaining = remaining
        if end and (self._timed is None or abs(end - self._timed) > _SAME):
            self._timed = end

    def _enter(self, phase: str | None, now: float) -> None:
        before, self.phase = self.phase, phase
        if phase != before:
            self.version += 1
        self._end_run(before, now)
        if self._run is None and self._seen and before is not None:
            self._begin_run(before, now)
        end = self._end()
        timed = end if self._timed is None else self._timed
        self.ready_at = self._shown(self.ready_at, end, phase == "warming")
        self.off_at = self._shown(self.off_at, timed, phase == _COOLING)

    def _begin_run(self, before: str, now: float) -> None:
        entered = now == self._since
        name = None
        if self.phase == "warming" and (before != "warming" or entered):
            name = self._state if self._state in _STARTS else None
        elif self.phase == _COOLING and (
            before in ("on", "warming") or (entered and self._state == "deconditioning")
        ):
            name = _COOLING
        if name is not None:
            self._run = _Run(name, now, whole=not self._cut)

    def _end_run(self, before: str | None, now: float) -> None:
        """End a run that is over, and learn from it if it was complete."""
        run = self._run
        if run is None or (self.phase == before and self.phase != "off"):
            return
        over = self.phase == ("off" if run.name == _COOLING else "on")
        if over and self._estimated:
            # A step down from here would show that it was not over.
            if now < self._since + self._pace.cooling_most:
                return
            self._learn(run, self._since)
        elif over and now == self._since and not self._cut:
            self._learn(run, now)
        self._run = None

    def _learn(self, run: _Run, ended: float) -> None:
        duration = ended - run.began
        if run.whole and 0 < duration < _LONGEST:
            runs = self._learned.setdefault(run.name, [])
            runs.append(duration)
            del runs[:-_RUNS_KEPT]
            self.version += 1

    def _end(self) -> float | None:
        """Return when what is going on should be over, by the runs before.

        One odd run among them must not count. Of two, the newer one counts for a
        warm-up, and the longer one for a cool-down, which must not seem to be over
        early.
        """
        if self._run is None or not (runs := self._learned.get(self._run.name)):
            return None
        if self._run.name == _COOLING:
            return self._run.began + median_high(runs)
        return self._run.began + median(runs[(len(runs) + 1) % 2 :])

    def _shown(
        self, before: float | None, moment: float | None, shows: bool
    ) -> float | None:
        """Return a moment as Unix time: the one before, unless it has moved."""
        if moment is None or not shows:
            return None
        unix = self._clock.unix(moment)
        return unix if before is None or abs(unix - before) > _SAME else before

    def memory(self) -> JsonObject:
        """Return what is to be kept until the next start."""
        unix, run = self._clock.unix, self._run
        return {
            "state": self._state,
            "target": self._target,
            "came_from": self._came_from,
            "since": unix(self._since),
            "phase": self.phase,
            "asleep": self.asleep,
            "assumed": self.assumed,
            "run": [run.name, unix(run.began), run.whole] if run else None,
            "timed": None if self._timed is None else unix(self._timed),
            "ready_at": self.ready_at,
            "off_at": self.off_at,
            "learnt": {name: [*runs] for name, runs in self._learned.items()},
        }

    def restore(self, memory: JsonValue) -> None:
        """Take over what `memory` returned; leave out what is invalid in it."""
        if not isinstance(memory, Mapping):
            return
        self._state = _text(memory.get("state"))
        self._target = _text(memory.get("target"))
        self._came_from = _text(memory.get("came_from"))
        self._since = self._clock.moment(as_number(memory.get("since")) or 0.0)
        phase = memory.get("phase")
        self.phase = phase if phase in PHASES else None
        self.asleep = memory.get("asleep") is True
        self.assumed = memory.get("assumed") is True
        self._restore_times(memory)
        match memory.get("learnt"):
            case {**learned}:
                self._learned = {
                    str(name): [number for run in runs if (number := as_number(run))]
                    for name, runs in learned.items()
                    if isinstance(runs, list)
                }

    def _restore_times(self, memory: JsonObject) -> None:
        match memory.get("run"):
            case [str() as name, int() | float() as began, *whole]:
                run = _Run(name, self._clock.moment(began), whole != [False])
                if 0 <= self._clock.now() - run.began < _LONGEST:
                    self._run = run
        if (timed := as_number(memory.get("timed"))) is not None:
            self._timed = self._clock.moment(timed)
        if self.phase == "warming" and self._run is not None:
            self.ready_at = as_number(memory.get("ready_at"))
        if self.phase == _COOLING:
            self.off_at = as_number(memory.get("off_at"))


def _duration(value: JsonValue) -> float | None:
    """Return what a timer can be set to, anything else as None."""
    seconds = as_number(value)
    return seconds if seconds is not None and 0 <= seconds <= _LONGEST_TIMER else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
