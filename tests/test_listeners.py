"""Who is told of what."""

from unittest.mock import Mock

import pytest

from custom_components.barco_pulse.listeners import ListenersByName


def test_who_shows_any_of_the_names() -> None:
    """Each once, whoever shows it; and who wants to hear all."""
    listeners = ListenersByName()
    both, one, every, none = Mock(), Mock(), Mock(), Mock()
    for update, names in ((both, "ab"), (one, "b"), (every, None), (none, ())):
        listeners.add(update, names)

    assert listeners.for_names(["a"]) == [every, both]
    assert listeners.for_names(["b", "a"]) == [every, both, one]
    assert listeners.for_names(["c"]) == [every]
    assert listeners.for_names([]) == [every]


def test_who_leaves_is_not_told() -> None:
    """Though it may have come twice, and leaves twice."""
    listeners = ListenersByName()
    update = Mock()
    leave = listeners.add(update, ["a"])
    listeners.add(update, ["a"])

    leave()
    leave()

    assert listeners.for_names(["a"]) == [update]


def test_one_who_fails_harms_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    """And what went wrong is in the log."""
    listeners = ListenersByName()
    update = Mock()
    listeners.add(Mock(side_effect=ValueError("a bug")), ["a"])
    listeners.add(update, ["a"])

    listeners.call(["a"])

    update.assert_called_once_with()
    assert "a bug" in caplog.text
