"""The connector that feeds the active source."""

import pytest

from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.model.connectors import (
    Connectors,
    active_connector,
    connector_property,
)

ON: JsonObject = {"active": True, "name": "1080p"}
OFF: JsonObject = {"active": False, "name": ""}


@pytest.mark.parametrize(
    ("name", "resolved"),
    [
        ("connector.detectedsignal", "image.connector.dvi1.detectedsignal"),
        ("connector.edid.selected", "image.connector.dvi1.edid.selected"),
        ("connector.edid.list", "image.connector.dvi1.edid.list"),
    ],
)
def test_connector_property_name(name: str, resolved: str) -> None:
    """Return the property name of a connector."""
    assert connector_property(name, "dvi1") == resolved


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
    """Choose the first with a signal, otherwise the first with values."""
    values = {
        "image.connector.dp1.detectedsignal": first,
        "image.connector.dp2.detectedsignal": second,
        "image.connector.hdmi.detectedsignal": ON,
    }
    assert active_connector(values, ("dp1", "dp2")) == active


def test_no_connectors() -> None:
    """Return none for a source without connectors."""
    assert active_connector({"image.connector.hdmi.detectedsignal": ON}, ()) is None


CONNECTOR_VALUES: dict[str, JsonValue] = {
    "image.connector.dp1.detectedsignal": OFF,
    "image.connector.dp1.colorspace": "RGB",
    "image.connector.dp2.detectedsignal": ON,
    "image.connector.dp2.colorspace": "REC709",
    "image.gamma": 2.2,
}


def two(values: dict[str, JsonValue] | None = None) -> Connectors:
    """Return two connectors of one source."""
    connectors = Connectors()
    connectors.connect(("dp1", "dp2"))
    if values is not None:
        connectors.activate(connectors.find_active(values))
    return connectors


def test_find_active() -> None:
    """Find the active connector among those of the source, if any has a signal."""
    assert two().find_active(CONNECTOR_VALUES) == "dp2"
    assert two().find_active({}) is None
    assert Connectors().find_active(CONNECTOR_VALUES) is None


def test_resolve() -> None:
    """Resolve names of the active connector, and keep all others."""
    assert two(CONNECTOR_VALUES).resolve("connector.colorspace") == (
        "image.connector.dp2.colorspace"
    )
    assert two(CONNECTOR_VALUES).resolve("image.gamma") == "image.gamma"
    assert two().resolve("connector.colorspace") == "connector.colorspace"


def test_resolve_all() -> None:
    """Resolve to the names of all connectors and their signals while none is active."""
    names = {"connector.colorspace", "image.gamma"}
    assert two().resolve_all(names) == CONNECTOR_VALUES.keys() - {"image.gamma"}
    assert two().resolve_all({"image.gamma"}) == set()
    assert Connectors().resolve_all(names) == set()


def test_with_aliases() -> None:
    """Add the alias of each property of the active connector."""
    types = {
        "image.connector.dp1.colorspace": 1,
        "image.connector.dp2.colorspace": 2,
        "image.connector.hdmi.colorspace": 3,
        "image.connector.hdmi.edid.selected": 3,
        "image.gamma": 0,
    }
    aliases = {"connector.colorspace": 2, "connector.edid.selected": 3}
    assert two(CONNECTOR_VALUES).with_aliases(types) == types | aliases
    assert two().with_aliases(types).keys() == types.keys() | aliases.keys()


def test_values() -> None:
    """Return the values of the active connector, without those of a lost signal."""
    assert two(CONNECTOR_VALUES).active_values(CONNECTOR_VALUES) == {
        "connector.detectedsignal": ON,
        "connector.colorspace": "REC709",
    }
    dark = CONNECTOR_VALUES | {"image.connector.dp2.detectedsignal": OFF}
    assert two(dark).active_values(dark) == {
        "connector.detectedsignal": {"active": False},
        "connector.colorspace": "RGB",
    }
    assert two().active_values(CONNECTOR_VALUES) == {}
