"""Who is told of what."""

from unittest.mock import Mock

import pytest

from custom_components.barco_pulse.audience import Audience


def test_who_shows_any_of_the_names() -> None:
    """Each once, whoever shows it; and who wants to hear all."""
    audience = Audience()
    both, one, every, none = Mock(), Mock(), Mock(), Mock()
    for update, names in ((both, "ab"), (one, "b"), (every, None), (none, ())):
        audience.add(update, names)

    assert audience.of(["a"]) == [every, both]
    assert audience.of(["b", "a"]) == [every, both, one]
    assert audience.of(["c"]) == [every]
    assert audience.of([]) == [every]


def test_who_leaves_is_not_told() -> None:
    """Though it may have come twice, and leaves twice."""
    audience = Audience()
    update = Mock()
    leave = audience.add(update, ["a"])
    audience.add(update, ["a"])

    leave()
    leave()

    assert audience.of(["a"]) == [update]


def test_one_who_fails_harms_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    """And what went wrong is in the log."""
    audience = Audience()
    update = Mock()
    audience.add(Mock(side_effect=ValueError("a bug")), ["a"])
    audience.add(update, ["a"])

    audience.tell(["a"])

    update.assert_called_once_with()
    assert "a bug" in caplog.text
