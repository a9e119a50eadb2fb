"""What fits a type, and what does not."""

import pytest

from simulator.jsontypes import JsonValue
from simulator.values import ValueType, clamp, fits_range, fits_type

INT = ValueType("int", minimum=-2, maximum=8)
FLOAT = ValueType("float", minimum=0.0, maximum=2.0)
ENUM = ValueType("enum", values=("On", "Off"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ValueType("bool"), True),
        (INT, 3),
        (FLOAT, 1),
        (FLOAT, 1.5),
        (ValueType("string"), "x"),
        (ENUM, "Other"),
        (ValueType("object"), {"a": 1}),
        (ValueType("string", array=True), ["a", "b"]),
        (ValueType("object", array=True), [[0, "Gaming"]]),
        (ValueType("object", array=True), {"key": 1}),
        (ValueType("any"), None),
    ],
)
def test_right_types(kind: ValueType, value: JsonValue) -> None:
    """Whole numbers are floats too; dictionaries are objects on the wire."""
    assert fits_type(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ValueType("bool"), 1),
        (ValueType("bool"), "true"),
        (INT, True),
        (INT, 1.5),
        (FLOAT, "1"),
        (ValueType("string"), 5),
        (ENUM, 0),
        (ValueType("object"), []),
        (ValueType("string", array=True), ["a", 1]),
        (ValueType("string", array=True), {"a": "b"}),
        (INT, None),
    ],
)
def test_wrong_types(kind: ValueType, value: JsonValue) -> None:
    """Strings are no booleans, and booleans are no numbers."""
    assert not fits_type(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "inside"),
    [
        (INT, -2, True),
        (INT, 9, False),
        (FLOAT, 2.01, False),
        (FLOAT, -0.1, False),
        (ENUM, "On", True),
        (ENUM, "on", False),
        (ValueType("enum"), "anything", True),
        (ValueType("enum", array=True, values=("a",)), ["a", "b"], False),
        (ValueType("bool"), True, True),
    ],
)
def test_ranges(kind: ValueType, value: JsonValue, inside: bool) -> None:
    """Limits belong to the range; names of enumerations are exact."""
    assert fits_range(kind, value) is inside


def test_clamp() -> None:
    """A number is moved to the nearer end, one without limits stays."""
    assert clamp(INT, 99) == 8
    assert clamp(INT, -99) == -2
    assert clamp(ValueType("int"), 99) == 99
