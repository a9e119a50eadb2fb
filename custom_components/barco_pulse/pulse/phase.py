"""Derive the power phase and the expected end of warming up and cooling down.

`ready` occurs on the way up and on the way down; only the previous state tells which.
The phase is what the projector does: a pending command does not change it.
"""

from collections.abc import Mapping
from typing import Final

from .clock import Clock
from .const import (
    LIT_STATES,
    OFF_AT,
    PHASE,
    READY_AT,
    READY_TIMER,
    SLEEP_STATES,
    STATE,
    TARGET_STATE,
    PowerState,
    is_on,
)
from .durations import COOLING, MAX_TRANSITION, Transition, TransitionDurations
from .json_types import JsonObject, JsonValue, as_number
from .ready_timer import TIMER_TOLERANCE, ReadyTimer
from .timing import Timings

PHASES: Final = ("off", "starting", "warming", "on", "cooling", "error")

_COOLING_AFTER: Final = (*LIT_STATES, PowerState.DECONDITIONING, None)
"""The states before a `ready` that is part of cooling down; None: it is unknown."""
_WARM_UP_STATES: Final = (
    PowerState.STANDBY,
    PowerState.READY,
    PowerState.CONDITIONING,
)
"""The states from which a warm-up starts; each has durations of its own."""


class PowerPhaseTracker:
    """Follow the power state of a projector.

    Times are in seconds of monotonic time; only public and stored times are Unix time.
    """

    def __init__(self, timings: Timings, clock: Clock | None = None) -> None:
        """Start without knowledge of the projector."""
        self._timings = timings
        self._clock = clock or Clock()
        self._state: str | None = None
        self._target: str | None = None
        self._previous_state: str | None = None
        self._state_since = 0.0  # start of the power state
        self._state_was_seen = False  # false until the first update
        self._interrupted = False  # out of reach since the last update
        self._packet_sent_at: float | None = None  # time of the last magic packet
        self._is_booting = False  # from sleep
        self._transition: Transition | None = None
        self._durations = TransitionDurations()
        self._timer = ReadyTimer()
        self._is_estimate = False  # `ready` counts as cooling down
        self.phase: str | None = None
        """One of PHASES, None while unknown."""
        self.ready_at: float | None = None
        """Unix time at which the projector is expected to be on; may be in the past."""
        self.off_at: float | None = None
        """Unix time at which the projector is expected to have cooled down."""
        self.asleep = False
        """True if the projector is out of reach because it sleeps."""
        self.assumed_asleep = False
        """True if sleep is only assumed, because the projector was last seen on."""
        self.version = 0
        """Increased with each change of what `to_storage` returns."""

    @property
    def seconds_in_state(self) -> float:
        """Seconds since the power state last changed."""
        return self._clock.now() - self._state_since

    @property
    def is_waking(self) -> bool:
        """True if the projector was woken recently and is not ready or on yet."""
        begun = [] if self._packet_sent_at is None else [self._packet_sent_at]
        begun += [self._state_since] if self._is_booting else []
        return any(
            self._clock.now() < moment + self._timings.pending_timeout
            for moment in begun
        )

    @property
    def values(self) -> dict[str, JsonValue]:
        """The phase and the expected times by name, without those that are unknown."""
        values = {PHASE: self.phase, READY_AT: self.ready_at, OFF_AT: self.off_at}
        return {name: value for name, value in values.items() if value is not None}

    def update(self, values: Mapping[str, JsonValue]) -> None:
        """Update with the power state that the projector reports in `values`."""
        now = self._clock.now()
        state, target = _text(values.get(STATE)), _text(values.get(TARGET_STATE))
        self._update_boot(state)
        if state != self._state:
            self._interrupted |= not self._state_was_seen
            self._previous_state = self._state if self._state_was_seen else None
            self._state, self._state_since = state, now
            self._timer.reset()
            self.version += 1
        self._target, self.asleep, self.assumed_asleep = target, False, False
        self._update_timer(values, now)
        self._set_phase(self._derive_phase(values.get(READY_TIMER), now), now)
        if self.phase in ("warming", "on", COOLING, "error"):
            self._packet_sent_at = None
        self._state_was_seen, self._interrupted = True, False

    def _update_boot(self, state: str | None) -> None:
        if self.asleep and self.is_waking:
            # The state that was seen last does not matter after a sleep.
            self._state = PowerState.ECO.value
            self._state_was_seen = True
        self._is_booting = state == PowerState.BOOT and (
            self._is_booting or self.asleep
        )

    def on_disconnect(self) -> None:
        """Handle a lost connection.

        The projector counts as asleep if it was off, shutting down or booting from
        sleep, because it may leave the network before it reports ECO. A projector
        without power looks the same.
        """
        if not self._interrupted:
            self._interrupted = True
            self.version += 1
        self.asleep = self.asleep or (
            self._is_booting
            or (self._state in SLEEP_STATES and self.phase != "warming")
            or self._target in SLEEP_STATES
            or (self._state == PowerState.READY and self.phase in (COOLING, "off"))
        )
        if self.asleep:
            self._sleep()

    def assume_asleep(self) -> None:
        """Assume that a projector that was last seen on is asleep."""
        if not self.asleep:
            self.asleep = self.assumed_asleep = True
            self.version += 1
            self._sleep()

    def interrupt(self) -> None:
        """Handle that the next state may be observed later than it started."""
        self._interrupted = True

    def on_packet_sent(self) -> None:
        """Record that a magic packet was sent."""
        self._packet_sent_at = self._clock.now()

    def on_connected(self) -> None:
        """Record that the address of a sleeping projector accepts connections."""
        if self.asleep and self.is_waking:
            self._set_phase("starting", self._clock.now())

    def _sleep(self) -> None:
        now = self._clock.now()
        starts = self.phase == "starting" and self.is_waking
        phase = (
            "starting"
            if starts
            else COOLING
            if self._may_be_cooling_down(now)
            else "off"
        )
        self._state_was_seen, self._is_estimate = True, False
        self._set_phase(phase, now)

    def _may_be_cooling_down(self, now: float) -> bool:
        """Return True if an unreachable projector may still be cooling down.

        It must not seem safe to unplug before the expected end.
        """
        if self._state != PowerState.DECONDITIONING or self.phase != COOLING:
            return False
        end = self._expected_end()
        return now < (
            self._state_since + self._timings.max_cooling if end is None else end
        )

    def _derive_phase(self, timer: JsonValue, now: float) -> str | None:
        """Return the phase that follows from the reported power state."""
        self._is_estimate = False
        if self._state in (PowerState.ON, PowerState.ERROR):
            return self._state  # the phase has the same name
        if self._state == PowerState.BOOT:
            return "starting"
        if self._state == PowerState.DECONDITIONING:
            return COOLING  # the target changes a moment after the state
        if is_on(self._state, self._target):
            return "warming"
        if self._state == PowerState.READY:
            self._is_estimate = self._must_estimate_cooling(timer)
            return COOLING if self._is_cooling_down(now) else "off"
        return "off" if self._state in SLEEP_STATES else None

    def _must_estimate_cooling(self, timer: JsonValue) -> bool:
        """Return True if `ready` may be part of cooling down, but no timer shows it.

        `timer`: whether the projector's timer is enabled, if reported.
        """
        if self._previous_state not in _COOLING_AFTER or self._timer.end is not None:
            return False
        return self._previous_state is None or timer is not False

    def _is_cooling_down(self, now: float) -> bool:
        """Return True if `ready` is part of cooling down.

        Without a timer it takes as long as before, or the maximum the first time.
        """
        if self._is_estimate:
            end = self._expected_end()
            return now < (end or self._state_since + self._timings.max_cooling)
        return self._previous_state in _COOLING_AFTER and self._timer.end is not None

    def _update_timer(self, values: Mapping[str, JsonValue], now: float) -> None:
        """Update the time at which the projector's timer ends `ready`."""
        if self._state == PowerState.READY:
            was_observed = self._previous_state is not None
            started_at = self._state_since if was_observed else None
            self._timer.update(values, now, started_at)
        else:
            self._timer.reset()

    def _set_phase(self, phase: str | None, now: float) -> None:
        before, self.phase = self.phase, phase
        if phase != before:
            self.version += 1
        self._end_transition(before, now)
        if self._transition is None and self._state_was_seen and before is not None:
            self._begin_transition(before, now)
        end = self._expected_end()
        timer_end = end if self._timer.end is None else self._timer.end
        self.ready_at = self._to_unix(self.ready_at, end, phase == "warming")
        self.off_at = self._to_unix(self.off_at, timer_end, phase == COOLING)

    def _begin_transition(self, before: str, now: float) -> None:
        entered = now == self._state_since
        name = None
        if self.phase == "warming" and (before != "warming" or entered):
            name = self._state if self._state in _WARM_UP_STATES else None
        elif self.phase == COOLING and (
            before in ("on", "warming")
            or (entered and self._state == PowerState.DECONDITIONING)
        ):
            name = COOLING
        if name is not None:
            self._transition = Transition(name, now, complete=not self._interrupted)

    def _end_transition(self, before: str | None, now: float) -> None:
        """End a finished transition, and record its duration if it was complete."""
        transition = self._transition
        if transition is None or (self.phase == before and self.phase != "off"):
            return
        over = self.phase == ("off" if transition.name == COOLING else "on")
        if over and self._is_estimate:
            # A later step down would show that it was not over.
            if now < self._state_since + self._timings.max_cooling:
                return
            self._record_duration(transition, self._state_since)
        elif over and now == self._state_since and not self._interrupted:
            self._record_duration(transition, now)
        self._transition = None

    def _record_duration(self, transition: Transition, ended: float) -> None:
        duration = ended - transition.started_at
        if transition.complete and 0 < duration < MAX_TRANSITION:
            self._durations.add(transition.name, duration)
            self.version += 1

    def _expected_end(self) -> float | None:
        """Return when the current transition should end, from the earlier durations."""
        transition = self._transition
        if transition is None:
            return None
        duration = self._durations.expected(transition.name)
        return None if duration is None else transition.started_at + duration

    def _to_unix(
        self, before: float | None, moment: float | None, shows: bool
    ) -> float | None:
        """Return a time as Unix time; keep the previous one if it is nearly equal."""
        if moment is None or not shows:
            return None
        unix = self._clock.unix(moment)
        return (
            unix if before is None or abs(unix - before) > TIMER_TOLERANCE else before
        )

    def to_storage(self) -> JsonObject:
        """Return the data to store."""
        unix, transition = self._clock.unix, self._transition
        return {
            "state": self._state,
            "target": self._target,
            "came_from": self._previous_state,
            "since": unix(self._state_since),
            "phase": self.phase,
            "asleep": self.asleep,
            "assumed": self.assumed_asleep,
            "run": [transition.name, unix(transition.started_at), transition.complete]
            if transition
            else None,
            "timed": None if self._timer.end is None else unix(self._timer.end),
            "ready_at": self.ready_at,
            "off_at": self.off_at,
            "learnt": self._durations.to_storage(),
        }

    def from_storage(self, stored: JsonValue) -> None:
        """Restore what `to_storage` returned; ignore invalid parts."""
        if not isinstance(stored, Mapping):
            return
        self._state = _text(stored.get("state"))
        self._target = _text(stored.get("target"))
        self._previous_state = _text(stored.get("came_from"))
        self._state_since = self._clock.moment(as_number(stored.get("since")) or 0.0)
        phase = stored.get("phase")
        self.phase = phase if phase in PHASES else None
        self.asleep = stored.get("asleep") is True
        self.assumed_asleep = stored.get("assumed") is True
        self._restore_times(stored)
        self._durations.from_storage(stored.get("learnt"))

    def _restore_times(self, stored: JsonObject) -> None:
        match stored.get("run"):
            case [str() as name, int() | float() as started_at, *complete]:
                transition = Transition(
                    name, self._clock.moment(started_at), complete != [False]
                )
                if 0 <= self._clock.now() - transition.started_at < MAX_TRANSITION:
                    self._transition = transition
        if (timer_end := as_number(stored.get("timed"))) is not None:
            self._timer.restore(self._clock.moment(timer_end))
        if self.phase == "warming" and self._transition is not None:
            self.ready_at = as_number(stored.get("ready_at"))
        if self.phase == COOLING:
            self.off_at = as_number(stored.get("off_at"))


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
