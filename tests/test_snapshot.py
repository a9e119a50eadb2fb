"""Floor 3: what is known of a projector at one moment."""

from types import MappingProxyType

import pytest

from custom_components.barco_pulse.protocol import JsonValue
from custom_components.barco_pulse.snapshot import Snapshot


def snapshot(**values: JsonValue) -> Snapshot:
    """Return a snapshot; "__" in a name stands for a dot."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return Snapshot(True, values=MappingProxyType(named))


@pytest.mark.parametrize(
    ("state", "target", "is_on"),
    [
        ("on", "on", True),
        ("on", None, True),
        ("conditioning", None, True),
        ("ready", "on", True),
        ("standby", "on", True),
        ("ready", "ready", False),
        ("ready", None, False),
        ("deconditioning", "ready", False),
        ("standby", "standby", False),
        ("eco", "eco", False),
        ("error", "error", False),
        (None, None, None),
        (7, "on", None),
    ],
)
def test_is_on(state: JsonValue, target: JsonValue, is_on: bool | None) -> None:
    """On is a picture or the way to it; cooling and ready are off."""
    assert snapshot(system__state=state, system__targetstate=target).is_on is is_on


def test_values_by_type() -> None:
    """A value of another type than the one asked for is none."""
    taken = snapshot(text="a", number=1.5, flag=True, texts=["a", 1, None, "b"])

    assert taken.text("text") == "a"
    assert taken.text("number") is None
    assert taken.number("number") == 1.5
    assert taken.number("flag") is None
    assert taken.number("absent") is None
    assert taken.texts("texts") == ["a", "b"]
    assert taken.texts("text") == []
    assert taken.texts("absent") == []


@pytest.mark.parametrize(
    "assignments",
    [
        [[0, "Gaming"], [1, ""], [12, "Café"]],
        [["0", "Gaming"], ["12", "Café"]],
        {"0": "Gaming", "1": "", "12": "Café"},
        [[0, "Gaming"], [1], ["x", "y"], [2, None], 7, [12, "Café"], "ab", [-1, "z"]],
    ],
    ids=str,
)
def test_presets(assignments: JsonValue) -> None:
    """Slots with a profile, by a name that tells both."""
    taken = snapshot(profile__presetassignments=assignments)
    assert taken.presets == {"0: Gaming": 0, "12: Café": 12}


@pytest.mark.parametrize("assignments", [None, "0", 7, []], ids=repr)
def test_no_presets(assignments: JsonValue) -> None:
    """Without assignments there is nothing to choose."""
    assert snapshot(profile__presetassignments=assignments).presets == {}


def test_a_new_snapshot_knows_nothing() -> None:
    """Before the first word a projector is neither on nor off, nor reachable."""
    assert not Snapshot().reachable
    assert Snapshot().state is None
    assert Snapshot().is_on is None
