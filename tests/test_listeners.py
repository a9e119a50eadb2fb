"""Listeners by name."""

from unittest.mock import Mock

import pytest

from custom_components.barco_pulse.listeners import ListenersByName


def test_listeners_of_the_names() -> None:
    """Call each listener of these names, and of all names, once."""
    listeners = ListenersByName()
    both, one, every, none = Mock(), Mock(), Mock(), Mock()
    for update, names in ((both, "ab"), (one, "b"), (every, None), (none, ())):
        listeners.add(update, names)

    assert listeners.for_names(["a"]) == [every, both]
    assert listeners.for_names(["b", "a"]) == [every, both, one]
    assert listeners.for_names(["c"]) == [every]
    assert listeners.for_names([]) == [every]


def test_removed_listeners_are_not_called() -> None:
    """Remove a listener that was added and removed twice."""
    listeners = ListenersByName()
    update = Mock()
    leave = listeners.add(update, ["a"])
    listeners.add(update, ["a"])

    leave()
    leave()

    assert listeners.for_names(["a"]) == [update]


def test_failing_listener_does_not_stop_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Log the error, and call the others."""
    listeners = ListenersByName()
    update = Mock()
    listeners.add(Mock(side_effect=ValueError("a bug")), ["a"])
    listeners.add(update, ["a"])

    listeners.call(["a"])

    update.assert_called_once_with()
    assert "a bug" in caplog.text
