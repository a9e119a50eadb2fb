"""Floor 3: how often to do what nobody asked for."""

import pytest

from custom_components.barco_pulse.catalogue import STATES
from custom_components.barco_pulse.pace import Pace

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
