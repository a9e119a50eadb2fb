"""Power phases and their durations."""

from itertools import permutations
import json
from typing import override

import pytest

from custom_components.barco_pulse.pulse.clock import Clock
from custom_components.barco_pulse.pulse.const import (
    OFF_AT,
    PHASE,
    READY_AT,
    READY_DURATION,
    READY_REMAINING,
    READY_TIMER,
    STATE,
    TARGET_STATE,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.phase import PHASES, PowerPhaseTracker
from custom_components.barco_pulse.pulse.timing import Timings

TIMINGS = Timings(max_cooling=900)
DAY = 86400.0


class ManualClock(Clock):
    """A monotonic clock and a Unix clock that a test sets."""

    def __init__(self) -> None:
        """Start the clocks."""
        self.elapsed = 0.0
        self.wrong = 0.0
        """How many seconds the clock of the machine is fast."""

    @override
    def now(self) -> float:
        return self.elapsed

    @override
    def unix(self, moment: float) -> float:
        return DAY + moment + self.wrong

    @override
    def moment(self, unix: float) -> float:
        return unix - DAY - self.wrong


class TrackerHarness(PowerPhaseTracker):
    """A power phase tracker that gets observations with their time in seconds."""

    def __init__(
        self, stored: JsonValue = None, clock: ManualClock | None = None
    ) -> None:
        """Initialize, optionally with stored data."""
        self.time = clock or ManualClock()
        super().__init__(TIMINGS, self.time)
        self.from_storage(stored)

    def observe(
        self,
        at: float,
        state: str | None,
        target: str | None = None,
        *,
        timer: bool | None = None,
        duration: JsonValue = None,
        remaining: JsonValue = None,
    ) -> str | None:
        """Report a power state; return the phase."""
        values = {
            STATE: state,
            TARGET_STATE: target,
            READY_TIMER: timer,
            READY_DURATION: duration,
            READY_REMAINING: remaining,
        }
        self.time.elapsed = at
        self.update(
            {name: value for name, value in values.items() if value is not None}
        )
        return self.phase

    def warm_up(
        self, at: float, seconds: float, start: str = "standby"
    ) -> float | None:
        """Warm up from a state in so many seconds; return the expected end."""
        self.observe(at - 1, start, start)
        self.observe(at, start, "on")
        expected = self.ready_at and self.ready_at - DAY
        self.observe(at + seconds / 2, "conditioning", "on")
        self.observe(at + seconds, "on", "on")
        return expected

    def restarted(self) -> TrackerHarness:
        """Return another one with the stored data of this one."""
        return TrackerHarness(json.loads(json.dumps(self.to_storage())), self.time)


@pytest.mark.parametrize(
    ("ways", "phase"),
    [
        ("", None),
        ("eco", "off"),
        ("standby", "off"),
        ("boot", "starting"),
        ("boot>on", "starting"),
        ("boot>ready", "starting"),
        ("on", "on"),
        ("error", "error"),
        ("service", None),
        ("a new one", None),
        ("conditioning", "warming"),
        ("standby>on", "warming"),
        ("ready>on", "warming"),
        ("deconditioning", "cooling"),
        ("deconditioning>on", "cooling"),
        ("deconditioning>ready", "cooling"),
        ("ready", "cooling"),
        ("boot ready", "off"),
        ("eco boot ready", "off"),
        ("standby ready", "off"),
        ("error ready", "off"),
        ("on deconditioning ready", "cooling"),
        ("on>ready deconditioning>ready ready>ready", "cooling"),
        ("on ready", "cooling"),
        ("conditioning ready", "cooling"),
        ("on deconditioning ready standby", "off"),
        ("on deconditioning ready ready>on", "warming"),
        ("on deconditioning ready standby ready", "off"),
        ("standby ready conditioning on", "on"),
        ("standby error", "error"),
    ],
)
def test_phases(ways: str, phase: str | None) -> None:
    """Derive `ready` from the previous states; some models have no target state."""
    tracker = TrackerHarness()
    for at, way in enumerate(ways.split(" ")):
        state, _, target = way.partition(">")
        tracker.observe(at, state or None, target or None)
    assert tracker.phase == phase
    assert phase is None or phase in PHASES
    assert tracker.values.get(PHASE) == phase
    assert not tracker.asleep


@pytest.mark.parametrize("begin", ["", "on deconditioning"])
def test_ready_without_timer_or_known_duration(begin: str) -> None:
    """Assume cooling down in `ready` for a limited time."""
    tracker = TrackerHarness()
    for at, state in enumerate(begin.split()):
        tracker.observe(at, state)
    assert tracker.observe(10, "ready") == "cooling"
    assert tracker.off_at is None
    assert tracker.observe(909, "ready") == "cooling"
    assert tracker.observe(911, "ready") == "off"
    assert tracker.observe(999, "ready") == "off"


@pytest.mark.parametrize(
    ("timer", "duration", "remaining", "off_at"),
    [
        (True, 600, None, 720),
        (True, 600, 300, 422),
        (True, None, 300, 422),
        (True, None, None, None),
        (None, 600, 300, None),
        (True, "long", "short", None),
    ],
)
def test_timer(
    timer: bool | None, duration: JsonValue, remaining: JsonValue, off_at: float | None
) -> None:
    """Follow the timer of the projector while it runs."""
    tracker = TrackerHarness()
    tracker.observe(-5, "on")
    tracker.observe(0, "deconditioning")
    assert tracker.off_at is None
    assert tracker.observe(120, "ready", timer=timer, duration=duration) == "cooling"
    tracker.observe(122, "ready", timer=timer, duration=duration, remaining=remaining)
    assert tracker.phase == "cooling"
    assert tracker.off_at == (None if off_at is None else DAY + off_at)
    assert tracker.values.get(OFF_AT) == tracker.off_at
    assert tracker.observe(800, "standby") == "off"
    assert tracker.off_at is None


def test_ready_without_timer() -> None:
    """Show off after cooling down if `ready` has no timer."""
    tracker = TrackerHarness()
    tracker.observe(0, "deconditioning")
    assert tracker.observe(120, "ready", timer=False, duration=600) == "off"
    assert tracker.off_at is None


def test_timer_disabled_and_enabled() -> None:
    """Follow the timer only while it runs."""
    tracker = TrackerHarness()
    tracker.observe(0, "deconditioning")
    assert tracker.observe(120, "ready", timer=True, remaining=600) == "cooling"
    assert tracker.off_at == DAY + 720
    assert tracker.observe(130, "ready", timer=False) == "off"
    assert OFF_AT not in tracker.values
    assert tracker.observe(140, "ready", timer=True, remaining=600) == "cooling"
    assert tracker.off_at == DAY + 740


def test_countdown_is_stable() -> None:
    """Keep the end with rounded seconds and late responses; move it with a new timer."""
    tracker = TrackerHarness()
    tracker.observe(0, "deconditioning")
    tracker.observe(120, "ready", timer=True, remaining=600)
    for at, remaining in ((130.9, 590), (140, 579), (141, 579), (200, 579)):
        tracker.observe(at, "ready", timer=True, remaining=remaining)
        assert tracker.off_at == DAY + 720
    tracker.observe(210, "ready", timer=True, remaining=600)
    assert tracker.off_at == DAY + 810


def test_timer_after_a_restart() -> None:
    """Use the countdown if the previous states are unknown."""
    tracker = TrackerHarness()
    assert tracker.observe(0, "ready", timer=True, duration=600) == "cooling"
    assert OFF_AT not in tracker.values
    tracker.observe(30, "ready", timer=True, duration=600, remaining=200)
    assert tracker.off_at == DAY + 230
    tracker = TrackerHarness()
    tracker.observe(0, "deconditioning")
    tracker.observe(100, "ready", timer=True, duration=600)
    tracker = tracker.restarted()
    assert tracker.observe(150, "ready", timer=True, duration=600) == "cooling"
    assert tracker.off_at == DAY + 700


def test_learn_warm_up() -> None:
    """Expect the last duration from the same initial state."""
    tracker = TrackerHarness()
    assert tracker.warm_up(0, 30) is None
    assert READY_AT not in tracker.values
    assert tracker.warm_up(1000, 40) == 1030
    assert tracker.warm_up(2000, 20, start="ready") is None
    assert tracker.warm_up(3000, 20, start="ready") == 3020
    tracker.observe(4000, "standby")
    tracker.observe(4001, "standby", "on")
    assert tracker.values[READY_AT] == DAY + 4041
    tracker.observe(4002, "ready", "on")
    tracker.observe(4003, "conditioning", "on")
    assert tracker.ready_at == DAY + 4041, "the start is kept"
    tracker.observe(4060, "conditioning", "on")
    assert tracker.ready_at == DAY + 4041, "the end stays visible when it is past"
    tracker.observe(4061, "on", "on")
    assert READY_AT not in tracker.values


def test_learn_without_a_target_state() -> None:
    """Learn durations of a model without a target state."""
    tracker = TrackerHarness()
    for at in (0, 1000):
        tracker.observe(at, "standby")
        tracker.observe(at + 10, "conditioning")
        expected = tracker.ready_at
        tracker.observe(at + 30, "on")
    assert expected == DAY + 1030


@pytest.mark.parametrize("durations", set(permutations((30, 30, 30, 300, 3))))
def test_outlier_is_ignored(durations: tuple[int, ...]) -> None:
    """Ignore an unusual duration at any position."""
    tracker = TrackerHarness()
    for number, seconds in enumerate(durations):
        tracker.warm_up(number * 1000, seconds)
    assert tracker.warm_up(9000, 30) == 9030


def test_last_five_durations_count() -> None:
    """Follow a projector that becomes slower."""
    tracker = TrackerHarness()
    for number, seconds in enumerate((10, 10, 10, 60, 60, 60)):
        tracker.warm_up(number * 1000, seconds)
    assert tracker.warm_up(9000, 60) == 9060


def cool_down(
    tracker: TrackerHarness, at: float, *, ready: float, standby: float
) -> float | None:
    """Cool down in steps with these durations; return the expected end."""
    tracker.observe(at - 1, "on", "on")
    tracker.observe(at, "deconditioning", "ready")
    expected = tracker.off_at and tracker.off_at - DAY
    tracker.observe(at + ready, "ready", "ready")
    tracker.observe(at + ready + standby, "standby", "standby")
    return expected


def test_learn_cool_down() -> None:
    """Expect the last duration if there is no timer, also after `ready`."""
    tracker = TrackerHarness()
    assert cool_down(tracker, 0, ready=90, standby=210) is None
    assert cool_down(tracker, 1000, ready=90, standby=210) == 1300
    tracker.observe(2000, "on")
    tracker.observe(2010, "deconditioning")
    tracker.observe(2100, "ready")
    assert tracker.observe(2309, "ready") == "cooling"
    assert tracker.observe(2311, "ready") == "off"
    assert OFF_AT not in tracker.values


def test_longer_of_two_cool_downs_counts() -> None:
    """Use the longer one, because power must not be cut early."""
    for durations in ((100, 120), (120, 100)):
        tracker = TrackerHarness()
        for number, seconds in enumerate(durations):
            cool_down(tracker, number * 1000, ready=seconds, standby=1)
        assert cool_down(tracker, 5000, ready=120, standby=1) == 5121


def test_cool_down_takes_longer_than_expected() -> None:
    """Keep the expected end visible until the phase ends."""
    tracker = TrackerHarness()
    cool_down(tracker, 0, ready=90, standby=10)
    tracker.observe(1000, "on")
    tracker.observe(1010, "deconditioning")
    tracker.observe(1500, "deconditioning")
    assert tracker.off_at == DAY + 1110
    tracker = tracker.restarted()
    tracker.observe(1510, "deconditioning")
    assert tracker.off_at == DAY + 1110
    tracker.observe(1520, "standby")
    assert OFF_AT not in tracker.values


def test_cool_down_continues_after_its_end() -> None:
    """Correct the duration by the next observed step down."""
    tracker = TrackerHarness()
    cool_down(tracker, 0, ready=20, standby=1)
    assert cool_down(tracker, 1000, ready=20, standby=300) == 1021
    assert cool_down(tracker, 2000, ready=20, standby=300) == 2320


def test_learn_final_state_ready() -> None:
    """Learn once, after the longest time, that `ready` is the final state."""
    tracker = TrackerHarness()
    tracker.observe(0, "on")
    tracker.observe(10, "deconditioning")
    tracker.observe(100, "ready")
    assert tracker.observe(999, "ready") == "cooling"
    assert tracker.observe(1001, "ready") == "off"
    tracker.observe(2000, "on")
    tracker.observe(2010, "deconditioning")
    assert tracker.off_at == DAY + 2100
    assert tracker.observe(2101, "ready") == "off"


def test_aborted_transition_is_not_learned() -> None:
    """Learn only from the next complete transition."""
    tracker = TrackerHarness()
    tracker.observe(0, "standby", "standby")
    tracker.observe(1, "standby", "on")
    tracker.observe(2, "standby", "standby")
    tracker.observe(10, "on", "on")
    tracker.observe(20, "deconditioning", "ready")
    tracker.observe(30, "ready", "on")
    tracker.observe(40, "on", "on")
    assert tracker.to_storage()["learnt"] == {"ready": [10]}
    cool_down(tracker, 1000, ready=100, standby=20)
    assert cool_down(tracker, 2000, ready=100, standby=20) == 2120


def test_wrong_duration_is_corrected_by_the_next_warm_up() -> None:
    """Correct a duration that is too long or too short."""
    for wrong in (3, 300):
        tracker = TrackerHarness({"learnt": {"standby": [wrong]}})
        assert tracker.warm_up(1000, 30) == 1000 + wrong
        assert tracker.warm_up(2000, 30) == 2030


@pytest.mark.parametrize("wrong", [3600.0, -3600.0])
def test_unix_time_is_set(wrong: float) -> None:
    """Change only the shown time, neither phase nor duration."""
    tracker = TrackerHarness()
    tracker.observe(-10, "deconditioning")
    tracker.observe(0, "ready")
    tracker.time.wrong = wrong
    assert tracker.observe(899, "ready") == "cooling"
    assert tracker.observe(901, "ready") == "off"
    tracker.observe(1000, "ready", "on")
    tracker.time.wrong = 0.0
    tracker.observe(1030, "on", "on")
    assert tracker.warm_up(2000, 30, start="ready") == 2030
    tracker.observe(3000, "ready", "on")
    tracker.time.wrong = wrong
    tracker.observe(3010, "conditioning", "on")
    assert tracker.ready_at == DAY + wrong + 3030


def test_shown_time_is_stable() -> None:
    """Keep the shown time while the clocks drift within seconds."""
    tracker = TrackerHarness()
    tracker.warm_up(0, 30)
    tracker.observe(999, "standby", "standby")
    tracker.observe(1000, "standby", "on")
    tracker.time.wrong = 0.3
    tracker.observe(1010, "conditioning", "on")
    assert tracker.ready_at == DAY + 1030
    tracker = tracker.restarted()
    tracker.observe(1011, "conditioning", "on")
    assert tracker.ready_at == DAY + 1030


def test_too_long_duration_is_not_learned() -> None:
    """Ignore durations of hours."""
    tracker = TrackerHarness()
    tracker.warm_up(0, 3 * 3600)
    assert tracker.warm_up(20000, 30) is None
    tracker.warm_up(40000, -30)
    assert tracker.warm_up(50000, 30) == 50030
