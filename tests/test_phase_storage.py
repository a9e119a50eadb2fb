"""Phases of an unreachable projector, and after a restart."""

from collections.abc import Callable

import pytest

from custom_components.barco_pulse.pulse.const import PHASE
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .test_phase import DAY, TIMINGS, TrackerHarness


@pytest.mark.parametrize(
    ("ways", "asleep"),
    [
        ("", False),
        ("on", False),
        ("conditioning", False),
        ("error", False),
        ("boot", False),
        ("deconditioning>ready", False),
        ("eco", True),
        ("standby", True),
        ("standby>standby", True),
        ("deconditioning>eco", True),
        ("deconditioning>standby", True),
        ("ready>eco", True),
        ("on deconditioning ready", True),
        ("ready", True),
        ("standby ready", True),
        ("boot>ready ready>ready", True),
    ],
)
def test_asleep(ways: str, asleep: bool) -> None:
    """Show asleep if the projector was last seen on the way there."""
    tracker = TrackerHarness()
    for at, way in enumerate(ways.split(" ")):
        state, _, target = way.partition(">")
        tracker.observe(at, state or None, target or None)
    version = tracker.version
    tracker.on_disconnect()
    assert tracker.asleep is asleep
    assert tracker.version != version
    again = tracker.restarted()
    assert again.asleep is asleep
    again.on_disconnect()
    assert again.asleep is asleep, "unreachable for longer"
    again.observe(100, "on")
    assert not again.asleep
    again.on_disconnect()
    assert not again.asleep


def test_woken() -> None:
    """Show off until the first response, then warming up."""
    tracker = TrackerHarness()
    tracker.observe(0, "eco")
    tracker.on_disconnect()
    tracker.on_connected()
    assert tracker.phase == "off", "the projector was not woken"
    tracker.on_packet_sent()
    assert tracker.phase == "off", "the state stays without power"
    tracker.on_connected()
    tracker.on_disconnect()
    assert tracker.phase == "starting"
    assert tracker.ready_at is None
    assert tracker.observe(30, "boot", "ready") == "starting"
    tracker.on_disconnect()
    assert tracker.asleep, "the connection can be lost while booting"
    assert tracker.phase == "starting"
    assert tracker.observe(60, "ready", "ready") == "off"
    tracker.observe(65, "ready", "on")
    assert tracker.phase == "warming"
    assert not tracker.is_waking


def test_waking_failed() -> None:
    """Show off again if the projector does not start."""
    tracker = TrackerHarness()
    tracker.observe(0, "eco")
    tracker.on_disconnect()
    tracker.on_packet_sent()
    tracker.on_connected()
    tracker.time.elapsed = 601
    tracker.on_disconnect()
    assert tracker.phase == "off"


def test_learn_warm_up_from_eco() -> None:
    """Learn the duration from `ready` on."""
    tracker = TrackerHarness()
    for at in (0, 1000):
        tracker.observe(at, "eco", "eco")
        tracker.on_disconnect()
        tracker.on_packet_sent()
        tracker.observe(at + 60, "boot", "ready")
        tracker.observe(at + 70, "ready", "ready")
        tracker.observe(at + 75, "ready", "on")
        expected = tracker.ready_at
        tracker.observe(at + 76, "conditioning", "on")
        tracker.observe(at + 90, "on", "on")
    assert expected == DAY + 1090


def test_assumed_asleep() -> None:
    """Show off for a projector that was on and is silent."""
    tracker = TrackerHarness()
    tracker.observe(0, "on", "on")
    tracker.on_disconnect()
    assert tracker.values == {PHASE: "on"}
    tracker.assume_asleep()
    assert (tracker.asleep, tracker.assumed_asleep) == (True, True)
    assert tracker.values == {PHASE: "off"}
    again = tracker.restarted()
    assert (again.asleep, again.assumed_asleep) == (True, True)
    again.on_packet_sent()
    assert again.observe(100, "ready", "ready") == "off", (
        "a woken projector is not cooling down"
    )
    assert (again.asleep, again.assumed_asleep) == (False, False)
    assert tracker.observe(100, "on", "on") == "on"
    assert (tracker.asleep, tracker.assumed_asleep) == (False, False)


@pytest.mark.parametrize(("runs", "most"), [(0, TIMINGS.max_cooling), (2, 80)])
def test_cool_down_while_unreachable(runs: int, most: float) -> None:
    """Show cooling down for the known duration.

    If no duration is known, it is the longest possible one.
    """
    tracker = TrackerHarness()
    for run in range(runs):
        tracker.observe(run * 1000, "on")
        tracker.observe(run * 1000 + 10, "deconditioning")
        tracker.observe(run * 1000 + 10 + 80, "eco")
    tracker.observe(5000, "on", "on")
    tracker.observe(5010, "deconditioning", "eco")
    for wait in (5, most - 1):
        tracker.time.elapsed = 5010 + wait
        tracker.on_disconnect()
        assert (tracker.asleep, tracker.phase) == (True, "cooling")
    tracker.time.elapsed = 5010 + most
    tracker.on_disconnect()
    assert (tracker.asleep, tracker.phase) == (True, "off")


def test_seen_asleep() -> None:
    """Show asleep, not assumed asleep."""
    tracker = TrackerHarness()
    tracker.observe(0, "standby", "standby")
    tracker.on_disconnect()
    tracker.assume_asleep()
    assert tracker.asleep
    assert not tracker.assumed_asleep


def disconnect_at_the_end(tracker: TrackerHarness, at: float) -> None:
    """Find the projector on."""
    tracker.observe(at - 1, "standby", "standby")
    tracker.observe(at, "standby", "on")
    tracker.observe(at + 10, "conditioning", "on")
    tracker.on_disconnect()


def disconnect_at_the_beginning(tracker: TrackerHarness, at: float) -> None:
    """Find the projector warming up."""
    tracker.observe(at - 1, "standby", "standby")
    tracker.on_disconnect()
    tracker.observe(at + 25, "conditioning", "on")


@pytest.mark.parametrize("cut", [disconnect_at_the_end, disconnect_at_the_beginning])
def test_interrupted_transition_is_not_learned(
    cut: Callable[[TrackerHarness, float], None],
) -> None:
    """Learn nothing if the start or the end was not seen."""
    tracker = TrackerHarness()
    cut(tracker, 0)
    assert tracker.phase == "warming"
    tracker.observe(30, "on", "on")
    assert tracker.phase == "on"
    assert tracker.to_storage()["learnt"] == {}


def test_disconnect_during_a_transition() -> None:
    """Learn the duration if start and end were seen."""
    tracker = TrackerHarness()
    tracker.warm_up(0, 30)
    tracker.observe(999, "standby", "standby")
    tracker.observe(1000, "standby", "on")
    tracker.on_disconnect()
    tracker.observe(1025, "ready", "on")
    assert tracker.ready_at == DAY + 1030
    tracker.observe(1046, "on", "on")
    assert tracker.to_storage()["learnt"] == {"standby": [30, 46]}


def test_disconnect_before_a_transition() -> None:
    """Learn the duration if the reconnect comes before the start."""
    tracker = TrackerHarness()
    tracker.observe(0, "standby", "standby")
    tracker.on_disconnect()
    tracker.warm_up(100, 30)
    assert tracker.warm_up(1000, 30) == 1030


def test_disconnect_at_the_start_of_cooling_down() -> None:
    """Learn nothing if the start of cooling down was not seen."""
    tracker = TrackerHarness()
    tracker.observe(100, "on")
    tracker.on_disconnect()
    tracker.observe(150, "deconditioning")
    tracker.observe(160, "standby")
    assert "cooling" not in tracker.restarted().values.values()
    assert tracker.to_storage()["learnt"] == {}


def test_restart() -> None:
    """Restore phase and times."""
    tracker = TrackerHarness()
    tracker.warm_up(0, 30)
    tracker = tracker.restarted()
    assert tracker.values == {PHASE: "on"}
    assert tracker.warm_up(1000, 30) == 1030
    tracker.observe(1999, "standby", "standby")
    tracker.observe(2000, "standby", "on")
    tracker = tracker.restarted()
    assert tracker.observe(2005, "standby", "on") == "warming"
    assert tracker.ready_at == DAY + 2030, "the transition continued"


def test_restart_in_ready() -> None:
    """Restore the meaning of `ready`."""
    tracker = TrackerHarness()
    tracker.observe(0, "standby")
    tracker.observe(10, "ready")
    assert tracker.restarted().observe(20, "ready") == "off"
    tracker.observe(30, "on")
    tracker.observe(40, "ready")
    assert tracker.restarted().observe(50, "ready") == "cooling"


def test_another_state_after_a_restart() -> None:
    """Expect no end if the state changed meanwhile."""
    tracker = TrackerHarness()
    tracker.warm_up(0, 30)
    tracker.observe(100, "standby", "standby")
    again = tracker.restarted()
    assert again.observe(500, "ready", "ready") == "cooling", (
        "the previous state is unknown"
    )
    again = tracker.restarted()
    assert again.observe(500, "conditioning", "on") == "warming"
    again.observe(510, "on", "on")
    assert again.to_storage()["learnt"] == tracker.to_storage()["learnt"]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        7,
        [],
        {},
        {"state": 7, "target": [], "came_from": {}, "since": "x", "phase": "x"},
        {"asleep": "yes", "run": ["standby"], "learnt": [7]},
        {"run": [1, 2], "learnt": {"standby": 7, "ready": ["x", None]}},
        {"phase": ["on"], "run": {}, "learnt": {"standby": {}}},
    ],
    ids=str,
)
def test_invalid_data(stored: JsonValue) -> None:
    """Ignore invalid stored data."""
    tracker = TrackerHarness(stored)
    assert tracker.values == {}
    assert not tracker.asleep
    assert tracker.warm_up(0, 30) is None
    assert tracker.warm_up(1000, 30) == 1030


def test_version() -> None:
    """Change the version with each new state only."""
    tracker = TrackerHarness()
    version = tracker.version
    tracker.observe(0, "standby", "standby")
    assert tracker.version != version
    version = tracker.version
    for at in range(1, 5):
        tracker.observe(at, "standby", "standby")
    assert tracker.version == version
    tracker.observe(5, "standby", "on")
    assert tracker.version != version
