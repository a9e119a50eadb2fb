"""Floor 3: the signal of the active source, whichever connector feeds it."""

import pytest

from custom_components.barco_pulse.protocol import JsonObject, JsonValue
from custom_components.barco_pulse.signals import active_signal, signal_names

ON: JsonObject = {"active": True, "name": "1080p"}
OFF: JsonObject = {"active": False, "name": ""}


def test_signal_names() -> None:
    """Each connector has one property for what it detects."""
    assert signal_names(()) == set()
    assert signal_names(("hdmi", "dvi1")) == {
        "image.connector.hdmi.detectedsignal",
        "image.connector.dvi1.detectedsignal",
    }


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ON, OFF, ON),
        (OFF, ON, ON),
        (OFF, {"active": False, "name": "second"}, OFF),
        (None, ON, ON),
        ("odd", OFF, OFF),
        (OFF, None, OFF),
        (None, None, None),
        ({}, None, {}),
    ],
    ids=str,
)
def test_active_signal(
    first: JsonValue, second: JsonValue, expected: JsonObject | None
) -> None:
    """The first active one is shown; where none is, that there is none."""
    values = {
        "image.connector.dp1.detectedsignal": first,
        "image.connector.dp2.detectedsignal": second,
        "image.connector.hdmi.detectedsignal": ON,
    }
    assert active_signal(values, ("dp2", "dp1")) == expected


def test_no_connectors() -> None:
    """A source without connectors has no signal to tell of."""
    assert active_signal({"image.connector.hdmi.detectedsignal": ON}, ()) is None
