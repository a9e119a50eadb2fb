"""How often to do what nobody asked for."""

from dataclasses import dataclass
import math
import random

from .json_types import JsonValue

_CHANGING = ("boot", "conditioning", "deconditioning")


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds."""

    resync: float = 30.0
    """Between two reads of everything, where changes are pushed."""
    poll_on: float = 2.0
    poll_changing: float = 5.0
    poll_idle: float = 30.0
    """Between two where they are not. The connection is released while idle."""
    poll_released: float = 10.0
    """At least, where the connection is to be released between polls."""
    expectant: float = 60.0
    """For so long after a power command poll as if on."""
    slow: float = 60.0
    """Between two reads of what changes all the time by itself; at a resync."""
    discovery: float = 1.0
    """Between two discoveries at least."""
    recheck: float = 300.0
    """After connecting, until what is remembered of the projector is asked again."""
    question: float = 60.0
    """At most, until what the projector refused or never did is asked for again."""
    describe: float = 15.0
    """At most, of a set-up, for the projector to describe what it has. The rest comes
    later."""
    describe_aside: float = 2.0
    """At most, of a later read, for the same."""
    brief: float = 40.0
    """When a set-up has taken so long, lists and slow values come after it."""
    settle: float = 5.0
    """Until what a busy projector could not tell is asked for again."""
    grace: float = 10.0
    """Out of reach no longer than this, it is not called so."""
    assume_asleep: float = 300.0
    """Out of reach for so long, a projector that can be woken is assumed to sleep."""
    crowded: float = 60.0
    """For so long every connection is closed at once before that is a problem."""
    pending: float = 600.0
    """Until a command that has to wait fails."""
    busy: float = 5.0
    """Until what a busy projector refused is asked for again."""
    wake: float = 10.0
    """Between two magic packets."""
    rest: float = 5.0
    """After waking up, until it is asked to switch on (Barco's own advice)."""
    cooling_most: float = 900.0
    """In `ready` after cooling down, where nobody tells that it moves on."""
    burst: int = 20
    """So many pushes are told at once,"""
    push: float = 0.1
    """then one in so many seconds, with all that came meanwhile."""
    retry_least: float = 1.0
    retry_most: float = 30.0
    retry_share: float = 0.05
    """Of its absence so far: what to wait before the next try to connect."""
    denied: float = 4.0
    """To the next try where nothing may be read, at least."""

    def poll(self, state: JsonValue, target: JsonValue) -> float:
        """Return the time to the next poll in a power state, on its way to another."""
        if state in _CHANGING or target not in (None, state):
            return self.poll_changing
        return self.poll_on if state == "on" else self.poll_idle

    def retry(self, away: float) -> float:
        """Return the time to the next try: short at first, never in step with others."""
        delay = min(max(away * self.retry_share, self.retry_least), self.retry_most)
        return delay * random.uniform(0.8, 1.2)


class Throttle:
    """Lets a burst pass, and of a flood a little at a time."""

    def __init__(self, pace: Pace) -> None:
        """Nothing passed yet."""
        self._pace = pace
        self._left = float(pace.burst)
        self._at = -math.inf

    def wait(self, now: float) -> float:
        """Return how long the next one, which is taken for done, has to wait."""
        gained = (now - self._at) / self._pace.push
        self._left = min(self._left + gained, self._pace.burst) - 1
        self._at = now
        return max(-self._left, 0) * self._pace.push


class Schedule:
    """When to read everything, and when to discover again: in the loop's time."""

    def __init__(self, pace: Pace) -> None:
        """Nothing is due yet."""
        self._pace = pace
        self._settle = pace.settle
        self._discovered_at = -math.inf
        self._slow_at = -math.inf
        self._recheck_at = math.inf
        self._question_at = math.inf
        self.read_at = math.inf
        self.discover_at = math.inf

    @property
    def due_at(self) -> float:
        """When the next of both is due."""
        return min(self.read_at, self.discover_at)

    def discover_soon(self, now: float) -> None:
        """Discover again, but not without end while objects come and go."""
        self.discover_at = max(now, self._discovered_at + self._pace.discovery)

    def take_discovery(self, now: float) -> bool:
        """Return whether to discover now, and take it for done."""
        if self.discover_at > now:
            return False
        self.discover_at = math.inf
        self._discovered_at = now
        return True

    def connected(self, now: float) -> None:
        """Discover at once, and later ask again what is remembered or was refused."""
        self.discover_at = -math.inf
        self._recheck_at = now + self._pace.recheck
        self._plan_question(now)

    def _plan_question(self, now: float) -> None:
        # With a resync that is due by then.
        slack = min(self._pace.resync, self._pace.question) / 2
        self._question_at = now + self._pace.question - slack

    def take_question(self, now: float) -> bool:
        """Return whether to ask again what was refused, and take it for done."""
        if self._question_at > now:
            return False
        self._plan_question(now)
        return True

    def take_recheck(self, now: float) -> bool:
        """Return whether to doubt what is remembered, once."""
        if self._recheck_at > now:
            return False
        self._recheck_at = math.inf
        self.discover_at = now
        return True

    def take_slow(self, now: float) -> bool:
        """Return whether to read what is slow now, and take it for done."""
        if self._slow_at > now:
            return False
        # Not a moment more: it comes with the resync that is due by then.
        self._slow_at = now + self._pace.slow - self._pace.resync / 2
        return True

    def synchronised(
        self, begun: float, interval: float, *, settled: bool, signalled: bool
    ) -> None:
        """Plan the next read, and a discovery where nobody would tell of a change.

        What a busy projector could not tell is asked for again, ever more calmly.
        """
        self.read_at = min(self.read_at, begun + interval)
        wait = math.inf if signalled else self._pace.resync
        if settled:
            self._settle = self._pace.settle
        else:
            wait = min(wait, self._settle)
            self._settle = min(2 * self._settle, self._pace.resync)
        self.discover_at = min(self.discover_at, begun + wait)
