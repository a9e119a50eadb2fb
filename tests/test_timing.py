"""Intervals and retries in the background."""

import math

import pytest

from custom_components.barco_pulse.pulse.const import PowerState
from custom_components.barco_pulse.pulse.publisher import RateLimiter
from custom_components.barco_pulse.pulse.timing import SyncSchedule, Timings

TIMINGS = Timings()


@pytest.mark.parametrize(
    ("state", "target", "seconds"),
    [
        ("on", "on", TIMINGS.poll_on),
        ("on", None, TIMINGS.poll_on),
        ("on", "ready", TIMINGS.poll_changing),
        ("ready", "on", TIMINGS.poll_changing),
        ("boot", None, TIMINGS.poll_changing),
        ("conditioning", "conditioning", TIMINGS.poll_changing),
        ("deconditioning", None, TIMINGS.poll_changing),
        ("ready", "ready", TIMINGS.poll_idle),
        ("standby", None, TIMINGS.poll_idle),
        (None, None, TIMINGS.poll_idle),
        ("unheard of", None, TIMINGS.poll_idle),
    ],
)
def test_poll(state: str | None, target: str | None, seconds: float) -> None:
    """Poll fast while on, and slowly while idle."""
    assert TIMINGS.poll_interval(state, target) == seconds


def test_poll_has_a_minimum() -> None:
    """Wait between polls in every state."""
    assert all(
        TIMINGS.poll_interval(state, t) >= 1
        for state in PowerState
        for t in (None, "on")
    )


@pytest.mark.parametrize(
    ("away", "delay"), [(0, 1), (5, 1), (100, 5), (400, 20), (600, 30), (1e6, 30)]
)
def test_retry(away: float, delay: float) -> None:
    """Increase the delay up to a limit, with random variation."""
    delays = [TIMINGS.reconnect_delay(away) for _ in range(50)]

    assert min(delays) >= 0.8 * delay
    assert max(delays) <= 1.2 * delay
    assert len(set(delays)) > 1


def planned(
    begun: float, *, settled: bool = True, signalled: bool = True
) -> SyncSchedule:
    """Return a schedule after one complete read, 30 s before the next."""
    schedule = SyncSchedule(TIMINGS)
    schedule.read_at = math.inf
    schedule.on_synced(begun, 30, complete=settled, signals_active=signalled)
    return schedule


def test_nothing_is_due_at_first() -> None:
    """Plan nothing before the first request."""
    assert SyncSchedule(TIMINGS).due_at == math.inf
    assert not SyncSchedule(TIMINGS).pop_introspection(1e9)


def test_next_read() -> None:
    """Read after the interval, or at once on request."""
    schedule = planned(100)
    assert schedule.due_at == schedule.read_at == 130
    schedule.read_at = -math.inf
    schedule.on_synced(130, 30, complete=True, signals_active=True)
    assert schedule.due_at == -math.inf


def test_discovery_is_limited_to_one_per_second() -> None:
    """Run at most one discovery per second when objects change."""
    schedule = SyncSchedule(TIMINGS)
    schedule.schedule_introspection(100)
    assert schedule.pop_introspection(100)
    assert not schedule.pop_introspection(100)
    schedule.schedule_introspection(100.1)
    assert schedule.due_at == 100 + TIMINGS.introspection_interval
    assert not schedule.pop_introspection(100.2)
    assert schedule.pop_introspection(100 + TIMINGS.introspection_interval)
    schedule.schedule_introspection(200)
    assert schedule.due_at == 200


def test_discovery_without_signals() -> None:
    """Run discovery regularly if the projector sends no signals."""
    assert planned(100).discover_at == math.inf
    assert planned(100, signalled=False).discover_at == 100 + TIMINGS.resync_interval


def test_retry_of_a_busy_projector() -> None:
    """Retry after 5, 10, 20 and then 30 s; start with 5 s after a complete response."""
    schedule = planned(0)
    waits = []
    for settled in (False, False, False, False, False, True, False):
        schedule.discover_at = math.inf
        schedule.on_synced(0, 30, complete=settled, signals_active=True)
        waits.append(schedule.discover_at)
    assert waits == [5, 10, 20, 30, 30, math.inf, 5]


def test_due_discovery_is_not_delayed() -> None:
    """Do not delay a discovery that is due."""
    schedule = SyncSchedule(TIMINGS)
    schedule.schedule_introspection(100)
    schedule.on_synced(100, 30, complete=False, signals_active=False)
    assert schedule.discover_at == 100


def test_slow_reads_come_with_a_resync() -> None:
    """Read slow values in every second resync, early or late."""
    for resync in (
        TIMINGS.resync_interval - 0.1,
        TIMINGS.resync_interval,
        TIMINGS.resync_interval + 0.1,
    ):
        schedule = SyncSchedule(TIMINGS)
        reads = [n for n in range(11) if schedule.pop_slow_read(n * resync)]
        assert reads == [0, 2, 4, 6, 8, 10]
        assert not schedule.pop_slow_read(10 * resync + 1)


def test_connected() -> None:
    """Run discovery at once, and a complete one later."""
    schedule = SyncSchedule(TIMINGS)
    assert not schedule.pop_recheck(1e9), "not connected yet"
    schedule.on_connected(100)
    assert schedule.due_at == -math.inf
    assert not schedule.pop_recheck(100)
    assert schedule.pop_introspection(100)

    assert not schedule.pop_recheck(99 + TIMINGS.recheck_delay)
    assert not schedule.pop_introspection(99 + TIMINGS.recheck_delay)
    assert schedule.pop_recheck(100 + TIMINGS.recheck_delay)
    assert schedule.pop_introspection(100 + TIMINGS.recheck_delay)
    assert not schedule.pop_recheck(1e9)

    schedule.on_connected(1000)
    assert schedule.pop_recheck(1000 + TIMINGS.recheck_delay), (
        "once for each connection"
    )


def test_rate_limiter() -> None:
    """Allow a burst, then one per interval until it is idle again."""
    throttle = RateLimiter(TIMINGS)
    assert [throttle.reserve(100) for _ in range(TIMINGS.publish_burst)] == [
        0
    ] * TIMINGS.publish_burst
    assert throttle.reserve(100) == pytest.approx(TIMINGS.publish_interval)
    assert throttle.reserve(100 + TIMINGS.publish_interval) == pytest.approx(
        TIMINGS.publish_interval
    )
    assert throttle.reserve(100 + 4 * TIMINGS.publish_interval) == 0

    later = 200 + TIMINGS.publish_interval * TIMINGS.publish_burst
    assert [throttle.reserve(later) for _ in range(TIMINGS.publish_burst)] == [
        0
    ] * TIMINGS.publish_burst
    assert throttle.reserve(later) > 0
