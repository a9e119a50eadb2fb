"""Descriptions of objects, in each likely spelling."""

from typing import Any

import pytest

from custom_components.barco_pulse.pulse.json_types import (
    JsonObject,
    JsonValue,
    as_number,
)
from custom_components.barco_pulse.pulse.model.schema_parser import parse_object
from custom_components.barco_pulse.pulse.schema import ObjectSchema, PropertyType


def parsed(entry: dict[str, Any]) -> PropertyType:
    """Return the type of one property of an object."""
    properties: list[JsonValue] = [{"name": "it"} | entry]
    description: JsonObject = {"name": "image", "properties": properties}
    return parse_object("image", description).properties["image.it"]


@pytest.mark.parametrize("key", ["name", "object"])
def test_full_names(key: str) -> None:
    """Read short names of properties, and full or short names of children."""
    description: JsonObject = {
        key: "image",
        "properties": [{key: "brightness"}, "gamma"],
        "objects": [{key: "image.window"}, "image.connector", {key: "source"}],
        "methods": [{"name": "reset"}],
    }
    schema = parse_object("image", description)

    assert schema.properties.keys() == {"image.brightness", "image.gamma"}
    assert schema.objects == {"image.window", "image.connector", "image.source"}


def test_root() -> None:
    """Use the children of the root as the top level."""
    schema = parse_object("", {"name": "", "objects": [{"name": "system"}, "image"]})
    assert schema.objects == {"system", "image"}
    assert not schema.properties


@pytest.mark.parametrize(
    "description",
    [
        None,
        True,
        "system",
        [],
        {},
        {"properties": None, "objects": "image"},
        {"properties": 7, "objects": {"name": "image"}},
        {"properties": [None, 1, [], {}, {"name": 2}], "objects": [{"name": None}]},
    ],
    ids=repr,
)
def test_invalid_descriptions(description: JsonValue) -> None:
    """Ignore invalid descriptions."""
    assert parse_object("system", description) == ObjectSchema()


def test_invalid_member() -> None:
    """Ignore only the invalid property."""
    properties: JsonValue = [
        {"name": "a", "type": 7, "access": 7},
        None,
        {"name": "b"},
    ]
    schema = parse_object("x", {"properties": properties})
    assert schema.properties == {"x.a": PropertyType(), "x.b": PropertyType()}


@pytest.mark.parametrize(
    ("property_type", "base"),
    [
        ("float", "float"),
        ({"base": "float"}, "float"),
        ({"base": "string[]"}, "string[]"),
        ({"base": "int", "hints": {"signed": True, "bitwidth": 32}}, "int"),
        ({}, "string"),
        (None, "string"),
        ({"base": 5}, "string"),
    ],
    ids=str,
)
def test_base(property_type: JsonValue, base: str) -> None:
    """Read a type from an object with a base, or from the base alone."""
    assert parsed({"type": property_type}) == PropertyType(base)


@pytest.mark.parametrize(
    ("access", "writable"),
    [
        ({"access": "READ_WRITE"}, True),
        ({"access": "read_write"}, True),
        ({"access": "READWRITE"}, True),
        ({"access": "RW"}, True),
        ({"access": "WRITE"}, True),
        ({"access": "READ"}, False),
        ({"access": "READ_ONLY"}, False),
        ({"access": "READONLY"}, False),
        ({"access": "R"}, False),
        ({"access": None}, False),
        ({}, False),
    ],
    ids=str,
)
def test_access(access: dict[str, JsonValue], writable: bool) -> None:
    """Treat only explicitly writable properties as writable."""
    assert parsed(access).writable is writable


@pytest.mark.parametrize(
    ("details", "step"),
    [
        ({"step-size": 1, "precision": 0.01}, 0.01),
        ({"step-size": 3, "precision": 0.1}, 0.3),
        ({"step-size": 0.1, "precision": 0.01}, 0.01),
        ({"step-size": 30, "precision": 1}, 30),
        ({"precision": 0.5}, 0.5),
        ({"step-size": 5}, 5),
        ({"step": 5}, 5),
        ({"step-size": "5", "precision": "1"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_step(details: dict[str, JsonValue], step: float | None) -> None:
    """Multiply the step by the precision, and use it as the minimum."""
    assert parsed({"type": {"base": "float"} | details}).step == step


def test_range() -> None:
    """Accept numbers as limits, including 0, but not booleans."""
    property_type = parsed({"type": {"base": "int", "min": 0, "max": 7.5}})
    assert (property_type.minimum, property_type.maximum) == (0, 7.5)
    property_type = parsed({"type": {"base": "int", "min": True, "max": "7"}})
    assert (property_type.minimum, property_type.maximum) == (None, None)


@pytest.mark.parametrize(
    "spelling",
    [
        {"values": ["On", "Off"]},
        {"enum": ["On", "Off"]},
        {"items": ["On", "Off"]},
        {"options": ["On", "Off"]},
        {"values": [{"name": "On", "value": 0}, {"name": "Off", "value": 1}]},
        {"values": [{"value": "On"}, {"value": "Off"}]},
        {"values": {"On": 0, "Off": 1}},
        {"values": [None, "On", 3, {}, "Off"]},
    ],
    ids=str,
)
def test_options(spelling: dict[str, JsonValue]) -> None:
    """Read an enumeration in each spelling, inside or beside the type."""
    assert parsed({"type": {"base": "enum"} | spelling}).options == ("On", "Off")
    assert parsed({"type": "enum"} | spelling).options == ("On", "Off")


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"values": []},
        {"values": "On"},
        {"values": None},
        {"base": "array", "items": {"base": "string"}},
    ],
    ids=str,
)
def test_no_options(details: dict[str, JsonValue]) -> None:
    """Return no options without names, or from the item type of an array."""
    assert parsed({"type": {"base": "enum"} | details}).options == ()


def test_fallback_type() -> None:
    """Prefer the description of the projector, and add missing parts."""
    described = PropertyType("int", False, minimum=0, options=("A",))
    fallback = PropertyType("float", True, 10, 20, 5, ("B", "C"), "hours")

    assert described.with_fallback(fallback) == PropertyType(
        "int", False, 0, 20, 5, ("A",), "hours"
    )
    assert PropertyType("enum").with_fallback(fallback).options == ("B", "C")
    assert described.with_fallback(None) is described


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (1.5, 1.5), (True, None), ("1", None), (None, None), ([1], None)],
)
def test_as_number(value: JsonValue, number: float | None) -> None:
    """Accept only numbers."""
    assert as_number(value) == number
    assert type(as_number(value)) is type(number)
