"""Which connector feeds the active source."""

import pytest

from custom_components.barco_pulse.pulse.connectors import (
    Connectors,
    active_connector,
    connector_property,
)
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue

ON: JsonObject = {"active": True, "name": "1080p"}
OFF: JsonObject = {"active": False, "name": ""}


@pytest.mark.parametrize(
    ("name", "real"),
    [
        ("connector.detectedsignal", "image.connector.dvi1.detectedsignal"),
        ("connector.edid.selected", "image.connector.dvi1.edid.selected"),
        ("connector.edid.list", "image.connector.dvi1.edid.list"),
    ],
)
def test_of_connector(name: str, real: str) -> None:
    """What is said of the active connector is said of one with a name."""
    assert connector_property(name, "dvi1") == real


@pytest.mark.parametrize(
    ("first", "second", "active"),
    [
        (ON, OFF, "dp1"),
        (OFF, ON, "dp2"),
        (ON, ON, "dp1"),
        (OFF, OFF, "dp1"),
        (None, ON, "dp2"),
        (None, OFF, "dp2"),
        ("odd", OFF, "dp2"),
        ([], OFF, "dp2"),
        (OFF, None, "dp1"),
        ({}, OFF, "dp1"),
        (None, None, None),
    ],
    ids=str,
)
def test_active_connector(
    first: JsonValue, second: JsonValue, active: str | None
) -> None:
    """It is the first with a signal, else the first that tells."""
    values = {
        "image.connector.dp1.detectedsignal": first,
        "image.connector.dp2.detectedsignal": second,
        "image.connector.hdmi.detectedsignal": ON,
    }
    assert active_connector(values, ("dp1", "dp2")) == active


def test_no_connectors() -> None:
    """A source without connectors has no active one."""
    assert active_connector({"image.connector.hdmi.detectedsignal": ON}, ()) is None


TOLD: dict[str, JsonValue] = {
    "image.connector.dp1.detectedsignal": OFF,
    "image.connector.dp1.colorspace": "RGB",
    "image.connector.dp2.detectedsignal": ON,
    "image.connector.dp2.colorspace": "REC709",
    "image.gamma": 2.2,
}


def two(values: dict[str, JsonValue] | None = None) -> Connectors:
    """Return the connectors of a source that two feed."""
    connectors = Connectors()
    connectors.connected = ("dp1", "dp2")
    if values is not None:
        connectors.update_active(values)
    return connectors


def test_note_signals() -> None:
    """It is news when another one is active."""
    connectors = two()
    assert connectors.update_active(TOLD)
    assert not connectors.update_active(TOLD)
    assert connectors.active == "dp2"
    assert connectors.update_active({})
    assert connectors.active is None


def test_real_name() -> None:
    """A name for the active one is a name of it; all others are their own."""
    assert two(TOLD).resolve("connector.colorspace") == (
        "image.connector.dp2.colorspace"
    )
    assert two(TOLD).resolve("image.gamma") == "image.gamma"
    assert two().resolve("connector.colorspace") == "connector.colorspace"


def test_real_names() -> None:
    """To know what is active all of them are read, with their signals."""
    names = {"connector.colorspace", "image.gamma"}
    assert two().resolve_all(names) == TOLD.keys() - {"image.gamma"}
    assert two().resolve_all({"image.gamma"}) == set()
    assert Connectors().resolve_all(names) == set()


def test_with_aliases() -> None:
    """What any connector has goes by a second name, as the active one has it."""
    kinds = {
        "image.connector.dp1.colorspace": 1,
        "image.connector.dp2.colorspace": 2,
        "image.connector.hdmi.colorspace": 3,
        "image.connector.hdmi.edid.selected": 3,
        "image.gamma": 0,
    }
    aliases = {"connector.colorspace": 2, "connector.edid.selected": 3}
    assert two(TOLD).with_aliases(kinds) == kinds | aliases
    assert two().with_aliases(kinds).keys() == kinds.keys() | aliases.keys()


def test_values() -> None:
    """The active one tells; of a signal that is gone the rest is left over."""
    assert two(TOLD).active_values(TOLD) == {
        "connector.detectedsignal": ON,
        "connector.colorspace": "REC709",
    }
    dark = TOLD | {"image.connector.dp2.detectedsignal": OFF}
    assert two(dark).active_values(dark) == {
        "connector.detectedsignal": {"active": False},
        "connector.colorspace": "RGB",
    }
    assert two().active_values(TOLD) == {}
