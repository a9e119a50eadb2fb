"""Where a projector is between off and on, and how long it takes there."""

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


class Standing(Clock):
    """A clock that a test moves, and the clock of the machine, which it sets."""

    def __init__(self) -> None:
        """Begin at the beginning."""
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


class Watched(PowerPhaseTracker):
    """A phase that is told what a test sees, as seconds after the beginning."""

    def __init__(self, memory: JsonValue = None, clock: Standing | None = None) -> None:
        """Know what another one knew."""
        self.time = clock or Standing()
        super().__init__(TIMINGS, self.time)
        self.from_storage(memory)

    def see(
        self,
        at: float,
        state: str | None,
        target: str | None = None,
        *,
        timer: bool | None = None,
        duration: JsonValue = None,
        remaining: JsonValue = None,
    ) -> str | None:
        """See the projector; return its phase."""
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

    def ride(self, at: float, seconds: float, start: str = "standby") -> float | None:
        """Warm up from a state in so many seconds; return when that was expected."""
        self.see(at - 1, start, start)
        self.see(at, start, "on")
        expected = self.ready_at and self.ready_at - DAY
        self.see(at + seconds / 2, "conditioning", "on")
        self.see(at + seconds, "on", "on")
        return expected

    def restarted(self) -> Watched:
        """Return another one with all that is kept of this one."""
        return Watched(json.loads(json.dumps(self.to_storage())), self.time)


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
    """What came before tells what `ready` is; not every model has a target."""
    watched = Watched()
    for at, way in enumerate(ways.split(" ")):
        state, _, target = way.partition(">")
        watched.see(at, state or None, target or None)
    assert watched.phase == phase
    assert phase is None or phase in PHASES
    assert watched.values.get(PHASE) == phase
    assert not watched.asleep


@pytest.mark.parametrize("begin", ["", "on deconditioning"])
def test_nobody_tells_how_long_ready_cools(begin: str) -> None:
    """Then it is on the safe side, but not for ever."""
    watched = Watched()
    for at, state in enumerate(begin.split()):
        watched.see(at, state)
    assert watched.see(10, "ready") == "cooling"
    assert watched.off_at is None
    assert watched.see(909, "ready") == "cooling"
    assert watched.see(911, "ready") == "off"
    assert watched.see(999, "ready") == "off"


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
    """The projector's own timer decides when it has cooled down, if it runs."""
    watched = Watched()
    watched.see(-5, "on")
    watched.see(0, "deconditioning")
    assert watched.off_at is None
    assert watched.see(120, "ready", timer=timer, duration=duration) == "cooling"
    watched.see(122, "ready", timer=timer, duration=duration, remaining=remaining)
    assert watched.phase == "cooling"
    assert watched.off_at == (None if off_at is None else DAY + off_at)
    assert watched.values.get(OFF_AT) == watched.off_at
    assert watched.see(800, "standby") == "off"
    assert watched.off_at is None


def test_without_a_timer_ready_is_where_it_rests() -> None:
    """It was seen to cool down, and will not move on by itself."""
    watched = Watched()
    watched.see(0, "deconditioning")
    assert watched.see(120, "ready", timer=False, duration=600) == "off"
    assert watched.off_at is None


def test_timer_switched_off_and_on() -> None:
    """What the timer says counts as long as it runs."""
    watched = Watched()
    watched.see(0, "deconditioning")
    assert watched.see(120, "ready", timer=True, remaining=600) == "cooling"
    assert watched.off_at == DAY + 720
    assert watched.see(130, "ready", timer=False) == "off"
    assert OFF_AT not in watched.values
    assert watched.see(140, "ready", timer=True, remaining=600) == "cooling"
    assert watched.off_at == DAY + 740


def test_the_countdown_does_not_flicker() -> None:
    """Whole seconds and slow answers move nothing; a timer started anew does."""
    watched = Watched()
    watched.see(0, "deconditioning")
    watched.see(120, "ready", timer=True, remaining=600)
    for at, remaining in ((130.9, 590), (140, 579), (141, 579), (200, 579)):
        watched.see(at, "ready", timer=True, remaining=remaining)
        assert watched.off_at == DAY + 720
    watched.see(210, "ready", timer=True, remaining=600)
    assert watched.off_at == DAY + 810


def test_timer_after_a_restart() -> None:
    """With an unknown past the countdown alone tells."""
    watched = Watched()
    assert watched.see(0, "ready", timer=True, duration=600) == "cooling"
    assert OFF_AT not in watched.values
    watched.see(30, "ready", timer=True, duration=600, remaining=200)
    assert watched.off_at == DAY + 230
    known = Watched()
    known.see(0, "deconditioning")
    known.see(100, "ready", timer=True, duration=600)
    known = known.restarted()
    assert known.see(150, "ready", timer=True, duration=600) == "cooling"
    assert known.off_at == DAY + 700


def test_learning_to_warm_up() -> None:
    """The next time it is known how long that takes, from where it began."""
    watched = Watched()
    assert watched.ride(0, 30) is None
    assert READY_AT not in watched.values
    assert watched.ride(1000, 40) == 1030
    assert watched.ride(2000, 20, start="ready") is None
    assert watched.ride(3000, 20, start="ready") == 3020
    watched.see(4000, "standby")
    watched.see(4001, "standby", "on")
    assert watched.values[READY_AT] == DAY + 4041
    watched.see(4002, "ready", "on")
    watched.see(4003, "conditioning", "on")
    assert watched.ready_at == DAY + 4041, "it goes on counting from where it began"
    watched.see(4060, "conditioning", "on")
    assert watched.ready_at == DAY + 4041, "it stays visible when exceeded"
    watched.see(4061, "on", "on")
    assert READY_AT not in watched.values


def test_learning_without_a_target() -> None:
    """A model that does not tell begins with what it is seen to do."""
    watched = Watched()
    for at in (0, 1000):
        watched.see(at, "standby")
        watched.see(at + 10, "conditioning")
        expected = watched.ready_at
        watched.see(at + 30, "on")
    assert expected == DAY + 1030


@pytest.mark.parametrize("durations", set(permutations((30, 30, 30, 300, 3))))
def test_an_odd_run_does_not_count(durations: tuple[int, ...]) -> None:
    """Whenever it was."""
    watched = Watched()
    for number, seconds in enumerate(durations):
        watched.ride(number * 1000, seconds)
    assert watched.ride(9000, 30) == 9030


def test_only_the_last_five_count() -> None:
    """A projector may become slower."""
    watched = Watched()
    for number, seconds in enumerate((10, 10, 10, 60, 60, 60)):
        watched.ride(number * 1000, seconds)
    assert watched.ride(9000, 60) == 9060


def cool(watched: Watched, at: float, *, ready: float, standby: float) -> float | None:
    """Cool down in steps that take so many seconds; return when that was expected."""
    watched.see(at - 1, "on", "on")
    watched.see(at, "deconditioning", "ready")
    expected = watched.off_at and watched.off_at - DAY
    watched.see(at + ready, "ready", "ready")
    watched.see(at + ready + standby, "standby", "standby")
    return expected


def test_learning_to_cool_down() -> None:
    """Where no timer tells, the last time does, also when `ready` is over."""
    watched = Watched()
    assert cool(watched, 0, ready=90, standby=210) is None
    assert cool(watched, 1000, ready=90, standby=210) == 1300
    watched.see(2000, "on")
    watched.see(2010, "deconditioning")
    watched.see(2100, "ready")
    assert watched.see(2309, "ready") == "cooling"
    assert watched.see(2311, "ready") == "off"
    assert OFF_AT not in watched.values


def test_the_longer_of_two_counts_for_cooling() -> None:
    """Nobody must pull the plug early, whichever came first."""
    for durations in ((100, 120), (120, 100)):
        watched = Watched()
        for number, seconds in enumerate(durations):
            cool(watched, number * 1000, ready=seconds, standby=1)
        assert cool(watched, 5000, ready=120, standby=1) == 5121


def test_cooling_lasts_longer_than_expected() -> None:
    """The expected end stays visible, in the past, until the phase ends."""
    watched = Watched()
    cool(watched, 0, ready=90, standby=10)
    watched.see(1000, "on")
    watched.see(1010, "deconditioning")
    watched.see(1500, "deconditioning")
    assert watched.off_at == DAY + 1110
    watched = watched.restarted()
    watched.see(1510, "deconditioning")
    assert watched.off_at == DAY + 1110
    watched.see(1520, "standby")
    assert OFF_AT not in watched.values


def test_cooling_goes_on_after_it_seemed_over() -> None:
    """A wrong lesson is corrected by the next step down that is seen."""
    watched = Watched()
    cool(watched, 0, ready=20, standby=1)
    assert cool(watched, 1000, ready=20, standby=300) == 1021
    assert cool(watched, 2000, ready=20, standby=300) == 2320


def test_where_it_rests_in_ready() -> None:
    """Nobody tells that: it is learned once, after the longest time."""
    watched = Watched()
    watched.see(0, "on")
    watched.see(10, "deconditioning")
    watched.see(100, "ready")
    assert watched.see(999, "ready") == "cooling"
    assert watched.see(1001, "ready") == "off"
    watched.see(2000, "on")
    watched.see(2010, "deconditioning")
    assert watched.off_at == DAY + 2100
    assert watched.see(2101, "ready") == "off"


def test_what_is_aborted_is_not_learned() -> None:
    """It went back before it was over; the next complete one counts."""
    watched = Watched()
    watched.see(0, "standby", "standby")
    watched.see(1, "standby", "on")
    watched.see(2, "standby", "standby")
    watched.see(10, "on", "on")
    watched.see(20, "deconditioning", "ready")
    watched.see(30, "ready", "on")
    watched.see(40, "on", "on")
    assert watched.to_storage()["learnt"] == {"ready": [10]}
    cool(watched, 1000, ready=100, standby=20)
    assert cool(watched, 2000, ready=100, standby=20) == 2120


def test_a_wrong_lesson_is_corrected_by_the_next_warm_up() -> None:
    """However it came about, and whether it was too long or too short."""
    for wrong in (3, 300):
        watched = Watched({"learnt": {"standby": [wrong]}})
        assert watched.ride(1000, 30) == 1000 + wrong
        assert watched.ride(2000, 30) == 2030


@pytest.mark.parametrize("wrong", [3600.0, -3600.0])
def test_the_clock_of_the_machine_is_set(wrong: float) -> None:
    """That changes no phase and no duration, only what the time is called."""
    watched = Watched()
    watched.see(-10, "deconditioning")
    watched.see(0, "ready")
    watched.time.wrong = wrong
    assert watched.see(899, "ready") == "cooling"
    assert watched.see(901, "ready") == "off"
    watched.see(1000, "ready", "on")
    watched.time.wrong = 0.0
    watched.see(1030, "on", "on")
    assert watched.ride(2000, 30, start="ready") == 2030
    watched.see(3000, "ready", "on")
    watched.time.wrong = wrong
    watched.see(3010, "conditioning", "on")
    assert watched.ready_at == DAY + wrong + 3030


def test_a_time_is_shown_unchanged() -> None:
    """However the two clocks of the machine drift apart, within seconds."""
    watched = Watched()
    watched.ride(0, 30)
    watched.see(999, "standby", "standby")
    watched.see(1000, "standby", "on")
    watched.time.wrong = 0.3
    watched.see(1010, "conditioning", "on")
    assert watched.ready_at == DAY + 1030
    watched = watched.restarted()
    watched.see(1011, "conditioning", "on")
    assert watched.ready_at == DAY + 1030


def test_what_is_too_long_is_not_learnt() -> None:
    """Hours: somebody was at it, or it was a bad clock."""
    watched = Watched()
    watched.ride(0, 3 * 3600)
    assert watched.ride(20000, 30) is None
    watched.ride(40000, -30)
    assert watched.ride(50000, 30) == 50030
