"""Introspection, in each spelling."""

import json
from typing import Any

import pytest

from simulator import Quirks, load_model
from simulator.introspection import Tree

from .conftest import Connect, Start


def entry(description: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return one entry of a description."""
    entries: list[dict[str, Any]] = description[section]
    return next(part for part in entries if part["name"] == name)


def describe(name: str, style: Quirks) -> Any:
    """Describe an object of a UDX that is on."""
    tree = Tree(load_model("udx"))
    return tree.describe(name, False, lambda _name: True, style)


async def test_not_recursive(start: Start, connect: Connect) -> None:
    """A description has all members, and children by name."""
    client = await connect(await start(state="on"))
    image = await client.call("introspect", {"object": "image", "recursive": False})
    assert image["name"] == "image"
    assert entry(image, "properties", "brightness") == {
        "name": "brightness",
        "type": {
            "base": "float",
            "min": -1,
            "max": 1,
            "step-size": 1,
            "precision": 0.01,
        },
        "access": "READ_WRITE",
        "description": "",
    }
    assert {"name": "image.window"} in image["objects"]
    assert image["methods"] == []


async def test_recursive_by_position(start: Start, connect: Connect) -> None:
    """Parameters work by position; recursion is the default."""
    client = await connect(await start(state="on"))
    image = await client.call("introspect", ["image", True])
    window = entry(image, "objects", "image.window")
    main = entry(window, "objects", "image.window.main")
    assert entry(main, "properties", "source")["access"] == "READ_WRITE"
    assert await client.call("introspect", ["image"]) == image


async def test_the_root(start: Start, connect: Connect) -> None:
    """The root describes everything in more than 64 KiB."""
    projector = await start(state="standby")
    client = await connect(projector)
    standby = await client.call("introspect", {"object": "", "recursive": True})
    names = {child["name"] for child in standby["objects"]}
    assert {"system", "network", "ui"} <= names
    assert names.isdisjoint({"image", "illumination", "profile", "screen"})
    assert entry(standby, "methods", "authenticate")
    assert entry(standby, "signals", "modelupdated")
    projector.change("system.state", "on")
    assert "image" in {
        child["name"] for child in (await client.call("introspect"))["objects"]
    }
    assert len(json.dumps(standby)) > 65536


async def test_absent_objects(start: Start, connect: Connect) -> None:
    """Objects that do not exist now return an error."""
    client = await connect(await start(state="standby"))
    assert (await client.error("introspect", {"object": "image"}))[0] == -32601
    assert (await client.error("introspect", {"object": "kitchen"}))[0] == -32601


async def test_missing_method(start: Start, connect: Connect) -> None:
    """An absent method is neither described nor handled."""
    style = {"absent_methods": ["system.gotoeco", "property.subscribe"]}
    client = await connect(await start(quirks=style))
    system = await client.call("introspect", ["system", False])
    assert "gotoeco" not in {method["name"] for method in system["methods"]}
    assert await client.error("system.gotoeco") == (
        -32601,
        "Method not found: system.gotoeco",
    )


async def test_no_introspection(start: Start, connect: Connect) -> None:
    """A firmware can lack introspection."""
    client = await connect(await start(quirks={"absent_methods": ["introspect"]}))
    assert (await client.error("introspect", ["system", False]))[0] == -32601


@pytest.mark.parametrize("params", [["image", True], ["image"], {"object": "image"}])
async def test_recursion_refused(start: Start, connect: Connect, params: Any) -> None:
    """Recursive introspection can be refused, also as the default."""
    style = {"recursion": "refused"}
    client = await connect(await start(state="on", quirks=style))
    assert (await client.error("introspect", params))[0] == -32602
    assert (await client.call("introspect", ["image", False]))["properties"]


async def test_recursion_ignored(start: Start, connect: Connect) -> None:
    """Recursive introspection can return only one level."""
    style = {"recursion": "ignored"}
    client = await connect(await start(state="on", quirks=style))
    image = await client.call("introspect", ["image", True])
    assert {"name": "image.window"} in image["objects"]
    assert image == await client.call("introspect", ["image", False])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("values", {"base": "enum", "values": ["Open", "Closed"]}),
        ("enum", {"base": "enum", "enum": ["Open", "Closed"]}),
        ("items", {"base": "enum", "items": ["Open", "Closed"]}),
        (
            "objects",
            {
                "base": "enum",
                "values": [
                    {"name": "Open", "value": 0},
                    {"name": "Closed", "value": 1},
                ],
            },
        ),
        ("absent", {"base": "enum"}),
    ],
)
def test_enumerations(form: Any, expected: Any) -> None:
    """Enumerations have each known form."""
    shutter = describe("optics.shutter", Quirks(enum_form=form))
    assert entry(shutter, "properties", "target")["type"] == expected


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        ({}, {"base": "int", "min": -2, "max": 8, "step-size": 1, "precision": 1}),
        ({"constraints": False}, {"base": "int"}),
        ({"constraints": False, "type_form": "string"}, "int"),
        (
            {"constraints": False, "hints": True},
            {"base": "int", "hints": {"signed": True, "bitwidth": 32}},
        ),
    ],
)
def test_numbers(quirks: Any, expected: Any) -> None:
    """Constraints can be missing, and hints present."""
    image = describe("image", Quirks(**quirks))
    assert entry(image, "properties", "sharpness")["type"] == expected


def test_structures_and_arrays() -> None:
    """Members have types; arrays have two possible forms."""
    connector = describe("image.connector.l1hdmi", Quirks(type_form="string"))
    signal = entry(connector, "properties", "detectedsignal")["type"]
    assert signal["base"] == "object"
    assert {"name": "active", "type": "bool"} in signal["members"]
    palette = ("ui.layer.advancedblend", "properties", "palette")
    plain = entry(describe(palette[0], Quirks()), *palette[1:])["type"]
    assert plain == {"base": "string[]"}
    style = Quirks(array_form="items")
    items = entry(describe(palette[0], style), *palette[1:])["type"]
    assert items == {"base": "array", "items": {"base": "string"}}


@pytest.mark.parametrize("form", ["READ", "READ_ONLY", "READONLY", "R"])
def test_read_only(form: Any) -> None:
    """Read-only access has each known form."""
    system = describe("system", Quirks(access_form=form))
    assert entry(system, "properties", "state")["access"] == form
    assert entry(system, "properties", "initialstate")["access"] == "READ_WRITE"


def test_access_may_be_missing() -> None:
    """Descriptions can lack the access."""
    system = describe("system", Quirks(access_form="absent"))
    assert "access" not in entry(system, "properties", "state")


def test_top_level_name_key() -> None:
    """The key of the name can be `object`."""
    assert describe("system", Quirks(name_key="object"))["object"] == "system"


def test_names_only() -> None:
    """A description that is not recursive can have only names."""
    system = describe("system", Quirks(shallow="names"))
    assert set(system) == {"name", "objects"}


def test_methods_and_signals() -> None:
    """Methods and signals have parameters and results."""
    environment = describe("environment", Quirks())
    blocks = entry(environment, "methods", "getcontrolblocks")
    assert [param["name"] for param in blocks["params"]] == ["type", "valuetype"]
    assert "Sensor" in blocks["params"][0]["type"]["values"]
    assert blocks["returns"] == "object[]"
    root = describe("", Quirks())
    signal = entry(root, "signals", "modelupdated")
    assert [param["name"] for param in signal["params"]][:2] == ["object", "newobject"]
