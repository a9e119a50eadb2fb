"""Switches: what they know, and that they can be turned at any time."""

import pytest

from simulator import Personality
from simulator.jsontypes import JsonValue
from simulator.personality import personality


def test_layers() -> None:
    """The last layer wins, the others stay."""
    style = personality(
        {"missing_name": "null", "hints": True}, {"missing_name": "error"}
    )
    assert style.missing_name == "error"
    assert style.hints is True
    assert style.wrong_pin == "error"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("missing_name", "omitted"),
        ("hints", 1),
        ("pairs_per_notification", "2"),
        ("pairs_per_notification", True),
        ("idle_drop", None),
        ("absent_methods", "property.get"),
        ("wrong_pin_code", -1),
        ("no_such_switch", True),
    ],
)
def test_unknown_values(name: str, value: JsonValue) -> None:
    """A test cannot misspell its premise."""
    with pytest.raises(ValueError, match=name):
        personality({name: value})


def test_unknown_switch_at_run_time() -> None:
    """Nor later."""
    style = Personality()
    with pytest.raises(AttributeError):
        style.no_such_switch = True
    with pytest.raises(ValueError, match="framing"):
        style.framing = "morse"  # type: ignore[assignment]


def test_values_in_their_own_types() -> None:
    """Lists become tuples, whole numbers are durations too."""
    style = personality({"absent_methods": ["introspect"], "idle_drop": 60})
    assert style.absent_methods == ("introspect",)
    assert style.idle_drop == 60
    assert ("idle_drop", 60) in style.switches()
