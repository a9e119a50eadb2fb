"""A projector that was out of sight, or that we come back to."""

from collections.abc import Callable

import pytest

from custom_components.barco_pulse.pulse.const import PHASE
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .test_phase import DAY, TIMINGS, Watched


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
    """It left the network as it may, if it was last seen going there."""
    watched = Watched()
    for at, way in enumerate(ways.split(" ")):
        state, _, target = way.partition(">")
        watched.see(at, state or None, target or None)
    version = watched.version
    watched.on_disconnect()
    assert watched.asleep is asleep
    assert watched.version != version
    again = watched.restarted()
    assert again.asleep is asleep
    again.on_disconnect()
    assert again.asleep is asleep, "out of sight longer"
    again.see(100, "on")
    assert not again.asleep
    again.on_disconnect()
    assert not again.asleep


def test_woken() -> None:
    """It is off until something answers, then it starts; both are its own."""
    watched = Watched()
    watched.see(0, "eco")
    watched.on_disconnect()
    watched.on_connected()
    assert watched.phase == "off", "it was not woken"
    watched.on_packet_sent()
    assert watched.phase == "off", "without mains it stays there"
    watched.on_connected()
    watched.on_disconnect()
    assert watched.phase == "starting"
    assert watched.ready_at is None
    assert watched.see(30, "boot", "ready") == "starting"
    watched.on_disconnect()
    assert watched.asleep, "a boot has its ups and downs"
    assert watched.phase == "starting"
    assert watched.see(60, "ready", "ready") == "off"
    watched.see(65, "ready", "on")
    assert watched.phase == "warming"
    assert not watched.is_waking


def test_woken_in_vain() -> None:
    """Whatever answered for a moment, it did not start."""
    watched = Watched()
    watched.see(0, "eco")
    watched.on_disconnect()
    watched.on_packet_sent()
    watched.on_connected()
    watched.time.elapsed = 601
    watched.on_disconnect()
    assert watched.phase == "off"


def test_the_way_out_of_eco_ends_in_ready() -> None:
    """From there on it is learned how long it takes."""
    watched = Watched()
    for at in (0, 1000):
        watched.see(at, "eco", "eco")
        watched.on_disconnect()
        watched.on_packet_sent()
        watched.see(at + 60, "boot", "ready")
        watched.see(at + 70, "ready", "ready")
        watched.see(at + 75, "ready", "on")
        expected = watched.ready_at
        watched.see(at + 76, "conditioning", "on")
        watched.see(at + 90, "on", "on")
    assert expected == DAY + 1090


def test_assumed_asleep() -> None:
    """It was on, and is silent: off, as far as anybody can tell."""
    watched = Watched()
    watched.see(0, "on", "on")
    watched.on_disconnect()
    assert watched.values == {PHASE: "on"}
    watched.assume_asleep()
    assert (watched.asleep, watched.assumed) == (True, True)
    assert watched.values == {PHASE: "off"}
    again = watched.restarted()
    assert (again.asleep, again.assumed) == (True, True)
    again.on_packet_sent()
    assert again.see(100, "ready", "ready") == "off", "woken, it does not cool down"
    assert (again.asleep, again.assumed) == (False, False)
    assert watched.see(100, "on", "on") == "on"
    assert (watched.asleep, watched.assumed) == (False, False)


@pytest.mark.parametrize(("runs", "most"), [(0, TIMINGS.max_cooling), (2, 80)])
def test_cools_down_out_of_reach(runs: int, most: float) -> None:
    """A projector that left the network while it cools down is not safe to unplug yet.

    It is when the time is over that a cool-down took before, or may take at most.
    """
    watched = Watched()
    for run in range(runs):
        watched.see(run * 1000, "on")
        watched.see(run * 1000 + 10, "deconditioning")
        watched.see(run * 1000 + 10 + 80, "eco")
    watched.see(5000, "on", "on")
    watched.see(5010, "deconditioning", "eco")
    for wait in (5, most - 1):
        watched.time.elapsed = 5010 + wait
        watched.on_disconnect()
        assert (watched.asleep, watched.phase) == (True, "cooling")
    watched.time.elapsed = 5010 + most
    watched.on_disconnect()
    assert (watched.asleep, watched.phase) == (True, "off")


def test_seen_asleep() -> None:
    """Then that is no assumption."""
    watched = Watched()
    watched.see(0, "standby", "standby")
    watched.on_disconnect()
    watched.assume_asleep()
    assert watched.asleep
    assert not watched.assumed


def cut_at_the_end(watched: Watched, at: float) -> None:
    """Find it on."""
    watched.see(at - 1, "standby", "standby")
    watched.see(at, "standby", "on")
    watched.see(at + 10, "conditioning", "on")
    watched.on_disconnect()


def cut_at_the_beginning(watched: Watched, at: float) -> None:
    """Find it warming up."""
    watched.see(at - 1, "standby", "standby")
    watched.on_disconnect()
    watched.see(at + 25, "conditioning", "on")


@pytest.mark.parametrize("cut", [cut_at_the_end, cut_at_the_beginning])
def test_a_cut_run_is_not_learnt(cut: Callable[[Watched, float], None]) -> None:
    """Neither the whole nor what was seen of it."""
    watched = Watched()
    cut(watched, 0)
    assert watched.phase == "warming"
    watched.see(30, "on", "on")
    assert watched.phase == "on"
    assert watched.to_storage()["learnt"] == {}


def test_a_cut_amid_spoils_nothing() -> None:
    """Both ends were seen, and the expected end stays."""
    watched = Watched()
    watched.ride(0, 30)
    watched.see(999, "standby", "standby")
    watched.see(1000, "standby", "on")
    watched.on_disconnect()
    watched.see(1025, "ready", "on")
    assert watched.ready_at == DAY + 1030
    watched.see(1046, "on", "on")
    assert watched.to_storage()["learnt"] == {"standby": [30, 46]}


def test_a_cut_at_rest_spoils_nothing() -> None:
    """It was found again before it began."""
    watched = Watched()
    watched.see(0, "standby", "standby")
    watched.on_disconnect()
    watched.ride(100, 30)
    assert watched.ride(1000, 30) == 1030


def test_a_cut_while_it_begins_to_cool_is_not_learnt() -> None:
    """Nobody saw how long it had been cooling."""
    watched = Watched()
    watched.see(100, "on")
    watched.on_disconnect()
    watched.see(150, "deconditioning")
    watched.see(160, "standby")
    assert "cooling" not in watched.restarted().values.values()
    assert watched.to_storage()["learnt"] == {}


def test_restart() -> None:
    """Phase and times are known again, before it is seen and when it is."""
    watched = Watched()
    watched.ride(0, 30)
    watched = watched.restarted()
    assert watched.values == {PHASE: "on"}
    assert watched.ride(1000, 30) == 1030
    watched.see(1999, "standby", "standby")
    watched.see(2000, "standby", "on")
    watched = watched.restarted()
    assert watched.see(2005, "standby", "on") == "warming"
    assert watched.ready_at == DAY + 2030, "it was the same run all the time"


def test_restart_in_ready() -> None:
    """What `ready` is, is not forgotten."""
    watched = Watched()
    watched.see(0, "standby")
    watched.see(10, "ready")
    assert watched.restarted().see(20, "ready") == "off"
    watched.see(30, "on")
    watched.see(40, "ready")
    assert watched.restarted().see(50, "ready") == "cooling"


def test_what_happened_meanwhile_is_unknown() -> None:
    """It is found in another state than it was left in."""
    watched = Watched()
    watched.ride(0, 30)
    watched.see(100, "standby", "standby")
    again = watched.restarted()
    assert again.see(500, "ready", "ready") == "cooling", (
        "nobody saw where it came from"
    )
    again = watched.restarted()
    assert again.see(500, "conditioning", "on") == "warming"
    again.see(510, "on", "on")
    assert again.to_storage()["learnt"] == watched.to_storage()["learnt"]


@pytest.mark.parametrize(
    "memory",
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
def test_odd_memory(memory: JsonValue) -> None:
    """What is odd is left out."""
    watched = Watched(memory)
    assert watched.values == {}
    assert not watched.asleep
    assert watched.ride(0, 30) is None
    assert watched.ride(1000, 30) == 1030


def test_version() -> None:
    """There is something to write when a state was entered, not at every look."""
    watched = Watched()
    version = watched.version
    watched.see(0, "standby", "standby")
    assert watched.version != version
    version = watched.version
    for at in range(1, 5):
        watched.see(at, "standby", "standby")
    assert watched.version == version
    watched.see(5, "standby", "on")
    assert watched.version != version
