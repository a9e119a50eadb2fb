"""Intervals for polling, retries and publishing."""

from dataclasses import dataclass
import math
import random

from .const import CHANGING_STATES, PowerState
from .json_types import JsonValue


@dataclass(frozen=True, slots=True)
class Timings:
    """How long to wait, and how often to do something; all in seconds."""

    resync_interval: float = 30.0
    """Between two full reads while the projector pushes changes."""
    poll_on: float = 2.0
    poll_changing: float = 5.0
    poll_idle: float = 30.0
    """Between two full reads without pushes; while idle the connection is released."""
    poll_released: float = 10.0
    """Minimum between two polls if the connection is released between them."""
    fast_poll_after_power: float = 60.0
    """After a power command, how long to poll as often as while the projector is on."""
    slow_interval: float = 60.0
    """Between two reads of constantly changing values; done together with a resync."""
    introspection_interval: float = 1.0
    """Minimum between two introspections."""
    recheck_delay: float = 300.0
    """From connecting until the stored description of the projector is read again."""
    retry_refused: float = 60.0
    """Maximum until requests that the projector refused are sent again."""
    introspection_limit: float = 15.0
    """Maximum that a set-up waits for introspection, which then goes on in the
    background."""
    introspection_limit_later: float = 2.0
    """Maximum that a later read waits for introspection."""
    setup_limit: float = 40.0
    """A set-up that has taken this long leaves lists and polled values for later."""
    retry_incomplete: float = 5.0
    """Until values that a busy projector did not answer are read again."""
    unavailable_delay: float = 10.0
    """Until a lost connection makes the projector unavailable."""
    assume_asleep_delay: float = 300.0
    """Until an unreachable projector that can be woken is assumed to be asleep."""
    connection_limit_delay: float = 60.0
    """Until connections that are closed at once are reported as a connection limit."""
    pending_timeout: float = 600.0
    """Until a pending command fails."""
    retry_busy: float = 5.0
    """Until a pending command that a busy projector refused is sent again."""
    packet_interval: float = 10.0
    """Between two magic packets to a projector that is being woken."""
    delay_after_wake: float = 5.0
    """From waking up until the command to switch on, as Barco recommends."""
    max_cooling: float = 900.0
    """Maximum that `ready` counts as cooling down without a timer or earlier times."""
    publish_burst: int = 20
    """Number of pushes that are published immediately; not in seconds."""
    publish_interval: float = 0.1
    """Between two publications after such a burst."""
    reconnect_min: float = 1.0
    reconnect_max: float = 30.0
    reconnect_factor: float = 0.05
    """Share of the time since the connection was lost to wait before reconnecting."""
    retry_denied: float = 4.0
    """Minimum before reconnecting to a projector that permits no reading."""

    def poll_interval(self, state: JsonValue, target: JsonValue) -> float:
        """Return the seconds until the next poll, by power state and target state."""
        if state in CHANGING_STATES or target not in (None, state):
            return self.poll_changing
        return self.poll_on if state == PowerState.ON else self.poll_idle

    def reconnect_delay(self, away: float) -> float:
        """Return the seconds until the next attempt to connect, with random jitter."""
        delay = min(
            max(away * self.reconnect_factor, self.reconnect_min), self.reconnect_max
        )
        return delay * random.uniform(0.8, 1.2)


class SyncSchedule:
    """When to read and when to introspect, in seconds of the event loop's clock."""

    def __init__(self, timings: Timings) -> None:
        """Start with nothing due."""
        self._timings = timings
        self._retry_delay = timings.retry_incomplete
        self._introspected_at = -math.inf
        self._slow_at = -math.inf
        self._recheck_at = math.inf
        self._retry_at = math.inf
        self.read_at = math.inf
        self.discover_at = math.inf

    @property
    def due_at(self) -> float:
        """The time of the next read or introspection, whichever is first."""
        return min(self.read_at, self.discover_at)

    def schedule_introspection(self, now: float) -> None:
        """Introspect as soon as the minimum interval has passed."""
        self.discover_at = max(
            now, self._introspected_at + self._timings.introspection_interval
        )

    def pop_introspection(self, now: float) -> bool:
        """Return whether to introspect now, and count that as done."""
        if self.discover_at > now:
            return False
        self.discover_at = math.inf
        self._introspected_at = now
        return True

    def on_connected(self, now: float) -> None:
        """Introspect at once; recheck stored data and retry refused requests later."""
        self.discover_at = -math.inf
        self._recheck_at = now + self._timings.recheck_delay
        self._plan_retry(now)

    def _plan_retry(self, now: float) -> None:
        # The retry happens at a resync: allow for the one that is due around then.
        slack = min(self._timings.resync_interval, self._timings.retry_refused) / 2
        self._retry_at = now + self._timings.retry_refused - slack

    def pop_retry(self, now: float) -> bool:
        """Return whether to retry refused requests now, and count that as done."""
        if self._retry_at > now:
            return False
        self._plan_retry(now)
        return True

    def pop_recheck(self, now: float) -> bool:
        """Return True once per connection, when stored data are to be checked."""
        if self._recheck_at > now:
            return False
        self._recheck_at = math.inf
        self.discover_at = now
        return True

    def pop_slow_read(self, now: float) -> bool:
        """Return whether to read polled values now, and count that as done."""
        if self._slow_at > now:
            return False
        # The next read happens at the resync that is due around then.
        self._slow_at = (
            now + self._timings.slow_interval - self._timings.resync_interval / 2
        )
        return True

    def on_synced(
        self, begun: float, interval: float, *, complete: bool, signals_active: bool
    ) -> None:
        """Plan the next read, and the next introspection if no signal announces changes.

        The delay doubles each time that a busy projector did not answer everything.
        """
        self.read_at = min(self.read_at, begun + interval)
        wait = math.inf if signals_active else self._timings.resync_interval
        if complete:
            self._retry_delay = self._timings.retry_incomplete
        else:
            wait = min(wait, self._retry_delay)
            self._retry_delay = min(
                2 * self._retry_delay, self._timings.resync_interval
            )
        self.discover_at = min(self.discover_at, begun + wait)
