"""How often to do what nobody asked for."""

import math

import pytest

from custom_components.barco_pulse.pulse.const import STATES
from custom_components.barco_pulse.pulse.timing import Pace, Schedule, Throttle

PACE = Pace()


@pytest.mark.parametrize(
    ("state", "target", "seconds"),
    [
        ("on", "on", PACE.poll_on),
        ("on", None, PACE.poll_on),
        ("on", "ready", PACE.poll_changing),
        ("ready", "on", PACE.poll_changing),
        ("boot", None, PACE.poll_changing),
        ("conditioning", "conditioning", PACE.poll_changing),
        ("deconditioning", None, PACE.poll_changing),
        ("ready", "ready", PACE.poll_idle),
        ("standby", None, PACE.poll_idle),
        (None, None, PACE.poll_idle),
        ("unheard of", None, PACE.poll_idle),
    ],
)
def test_poll(state: str | None, target: str | None, seconds: float) -> None:
    """The pace follows the power state: lively when on, calm when idle."""
    assert PACE.poll(state, target) == seconds


def test_poll_is_never_a_storm() -> None:
    """There is a pause in every state."""
    assert all(PACE.poll(state, t) >= 1 for state in STATES for t in (None, "on"))


@pytest.mark.parametrize(
    ("away", "delay"), [(0, 1), (5, 1), (100, 5), (400, 20), (600, 30), (1e6, 30)]
)
def test_retry(away: float, delay: float) -> None:
    """Short at first, longer the longer it lasts, bounded, and never quite the same."""
    delays = [PACE.retry(away) for _ in range(50)]

    assert min(delays) >= 0.8 * delay
    assert max(delays) <= 1.2 * delay
    assert len(set(delays)) > 1


def planned(begun: float, *, settled: bool = True, signalled: bool = True) -> Schedule:
    """Return a schedule after one read of everything, 30 s before the next."""
    schedule = Schedule(PACE)
    schedule.read_at = math.inf
    schedule.synchronised(begun, 30, settled=settled, signalled=signalled)
    return schedule


def test_nothing_is_due_at_first() -> None:
    """What was never asked for is not due."""
    assert Schedule(PACE).due_at == math.inf
    assert not Schedule(PACE).take_discovery(1e9)


def test_next_read() -> None:
    """It comes an interval after the last, or at once if somebody asked meanwhile."""
    schedule = planned(100)
    assert schedule.due_at == schedule.read_at == 130
    schedule.read_at = -math.inf
    schedule.synchronised(130, 30, settled=True, signalled=True)
    assert schedule.due_at == -math.inf


def test_discovery_follows_changes_but_not_without_pause() -> None:
    """Objects that come and go cost one discovery a second at most."""
    schedule = Schedule(PACE)
    schedule.discover_soon(100)
    assert schedule.take_discovery(100)
    assert not schedule.take_discovery(100)
    schedule.discover_soon(100.1)
    assert schedule.due_at == 100 + PACE.discovery
    assert not schedule.take_discovery(100.2)
    assert schedule.take_discovery(100 + PACE.discovery)
    schedule.discover_soon(200)
    assert schedule.due_at == 200


def test_discovery_where_nobody_tells_of_changes() -> None:
    """A projector without signals is looked at anew, calmly."""
    assert planned(100).discover_at == math.inf
    assert planned(100, signalled=False).discover_at == 100 + PACE.resync


def test_busy_projector_is_asked_again_ever_more_calmly() -> None:
    """5, 10, 20, then 30 seconds; and 5 again after a complete answer."""
    schedule = planned(0)
    waits = []
    for settled in (False, False, False, False, False, True, False):
        schedule.discover_at = math.inf
        schedule.synchronised(0, 30, settled=settled, signalled=True)
        waits.append(schedule.discover_at)
    assert waits == [5, 10, 20, 30, 30, math.inf, 5]


def test_earlier_plans_stay() -> None:
    """A discovery that is due already is not put off."""
    schedule = Schedule(PACE)
    schedule.discover_soon(100)
    schedule.synchronised(100, 30, settled=False, signalled=False)
    assert schedule.discover_at == 100


def test_slow_reads_come_with_a_resync() -> None:
    """Every second one, though it comes a moment sooner or later."""
    for resync in (PACE.resync - 0.1, PACE.resync, PACE.resync + 0.1):
        schedule = Schedule(PACE)
        reads = [n for n in range(11) if schedule.take_slow(n * resync)]
        assert reads == [0, 2, 4, 6, 8, 10]
        assert not schedule.take_slow(10 * resync + 1)


def test_connected() -> None:
    """What it has is asked at once, and doubted once, when all is calm."""
    schedule = Schedule(PACE)
    assert not schedule.take_recheck(1e9), "never connected"
    schedule.connected(100)
    assert schedule.due_at == -math.inf
    assert not schedule.take_recheck(100)
    assert schedule.take_discovery(100)

    assert not schedule.take_recheck(99 + PACE.recheck)
    assert not schedule.take_discovery(99 + PACE.recheck)
    assert schedule.take_recheck(100 + PACE.recheck)
    assert schedule.take_discovery(100 + PACE.recheck)
    assert not schedule.take_recheck(1e9)

    schedule.connected(1000)
    assert schedule.take_recheck(1000 + PACE.recheck), "once for each connection"


def test_throttle() -> None:
    """A burst passes; of a flood one at a time, until it has been calm again."""
    throttle = Throttle(PACE)
    assert [throttle.wait(100) for _ in range(PACE.burst)] == [0] * PACE.burst
    assert throttle.wait(100) == pytest.approx(PACE.push)
    assert throttle.wait(100 + PACE.push) == pytest.approx(PACE.push)
    assert throttle.wait(100 + 4 * PACE.push) == 0

    later = 200 + PACE.push * PACE.burst
    assert [throttle.wait(later) for _ in range(PACE.burst)] == [0] * PACE.burst
    assert throttle.wait(later) > 0
