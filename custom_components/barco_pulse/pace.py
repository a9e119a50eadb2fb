"""Floor 3: how often to do what nobody asked for."""

from dataclasses import dataclass
import random

from .protocol import JsonValue

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
    expectant: float = 60.0
    """For so long after a power command poll as if on."""
    discovery: float = 1.0
    """Between two discoveries at least."""
    settle: float = 5.0
    """Until what a busy projector could not tell is asked for again."""
    retry_least: float = 1.0
    retry_most: float = 30.0
    retry_share: float = 0.05
    """Of its absence so far: what to wait before the next try to connect."""

    def poll(self, state: JsonValue, target: JsonValue) -> float:
        """Return the time to the next poll in a power state, on its way to another."""
        if state in _CHANGING or target not in (None, state):
            return self.poll_changing
        return self.poll_on if state == "on" else self.poll_idle

    def retry(self, away: float) -> float:
        """Return the time to the next try: short at first, never in step with others."""
        delay = min(max(away * self.retry_share, self.retry_least), self.retry_most)
        return delay * random.uniform(0.8, 1.2)
