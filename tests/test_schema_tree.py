"""Trees of objects, as described and as stored."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.model.schema_parser import parse_object
from custom_components.barco_pulse.pulse.schema import ObjectSchema, PropertyType

from .common import connected
from .conftest import StartProjector

KEY: JsonValue = {
    "name": "key",
    "type": {"base": "enum", "values": ["RC_MENU", "RC_OK"]},
}


@pytest.mark.parametrize(
    ("window", "main"),
    [("image.window", "image.window.main"), ("window", "main")],
    ids=["full", "relative"],
)
def test_nested_objects(window: str, main: str) -> None:
    """Use full names for all members, with full or short names of children."""
    schema = parse_object(
        "image",
        {
            "name": "image",
            "properties": [{"name": "gamma", "type": "float"}],
            "objects": [
                {
                    "name": window,
                    "properties": ["count"],
                    "objects": [
                        {
                            "name": main,
                            "properties": [{"name": "source", "access": "RW"}],
                            "methods": [{"name": "reset"}],
                        }
                    ],
                }
            ],
        },
    )
    assert schema.properties == {
        "image.gamma": PropertyType("float"),
        "image.window.count": PropertyType(),
        "image.window.main.source": PropertyType(writable=True),
    }
    assert schema.methods == {"image.window.main.reset": {}}
    assert schema.objects == {"image.window"}, "only direct children"
    assert schema.undescribed_objects == frozenset()


def test_root() -> None:
    """Use the names below the root without a prefix."""
    system: JsonValue = {"name": "system", "properties": ["state"], "methods": ["off"]}
    schema = parse_object("", {"name": "", "objects": [system, "image"]})

    assert schema.properties.keys() == {"system.state"}
    assert schema.methods == {"system.off": {}}
    assert schema.objects == {"system", "image"}
    assert schema.undescribed_objects == {"image"}


@pytest.mark.parametrize(
    ("child", "undescribed"),
    [
        ("a.b", True),
        ({"name": "a.b"}, True),
        ({"object": "b", "description": "B"}, True),
        ({"name": "a.b", "properties": []}, False),
        ({"name": "a.b", "methods": []}, False),
        ({"name": "a.b", "objects": []}, False),
        ({"name": "a.b", "properties": None}, False),
    ],
    ids=str,
)
def test_undescribed(child: JsonValue, undescribed: bool) -> None:
    """Report children that only have a name."""
    schema = parse_object("a", {"objects": [child]})
    assert schema.undescribed_objects == ({"a.b"} if undescribed else set())


def test_undescribed_further_down() -> None:
    """Report them at any depth."""
    middle: JsonValue = {"name": "a.b", "objects": ["a.b.c", {"name": "a.b.d"}]}
    schema = parse_object("a", {"objects": [middle]})
    assert schema.undescribed_objects == {"a.b.c", "a.b.d"}


@pytest.mark.parametrize(("depth", "names"), [(20, 1), (2000, 0)])
def test_depth_is_limited(depth: int, names: int) -> None:
    """Read up to the depth limit, and ignore deeper objects."""
    tree: JsonValue = {"name": "leaf", "properties": ["it"]}
    for _ in range(depth):
        tree = {"name": "o", "objects": [tree]}
    properties = parse_object("top", tree).properties
    assert [name.count(".") for name in properties] == [depth + 1] * names


@pytest.mark.parametrize(
    ("entry", "parameters"),
    [
        (
            {"params": [KEY]},
            {"key": PropertyType("enum", options=("RC_MENU", "RC_OK"))},
        ),
        (
            {"params": [{"name": "preset", "type": "int"}, "profile"]},
            {"preset": PropertyType("int"), "profile": PropertyType()},
        ),
        (
            {"params": [{"name": "to", "type": {"base": "float", "min": 0, "max": 5}}]},
            {"to": PropertyType("float", minimum=0, maximum=5)},
        ),
        ({"params": [7, None, {"name": 7}]}, {}),
        ({"params": "key"}, {}),
        ({"params": {"key": "string"}}, {}),
        ({"params": None, "returns": "bool"}, {}),
        ({}, {}),
    ],
    ids=str,
)
def test_methods(entry: dict[str, Any], parameters: dict[str, PropertyType]) -> None:
    """Read the described types of parameters."""
    methods: list[JsonValue] = [{"name": "do"} | entry]
    schema = parse_object("x", {"methods": methods})
    assert schema.methods == {"x.do": parameters}


def test_merged() -> None:
    """Merge two descriptions; the later one wins."""
    older = ObjectSchema(
        {"a.x": PropertyType("int"), "a.y": PropertyType("int")},
        {"a.do": {"n": PropertyType("int")}},
        frozenset({"a.b"}),
        frozenset({"a.b"}),
    )
    newer = ObjectSchema(
        {"a.y": PropertyType("float"), "a.z": PropertyType("float")},
        {"a.do": {}},
        frozenset({"a.c"}),
    )
    assert older.merged(newer) == ObjectSchema(
        {
            "a.x": PropertyType("int"),
            "a.y": PropertyType("float"),
            "a.z": PropertyType("float"),
        },
        {"a.do": {}},
        frozenset({"a.b", "a.c"}),
    )


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        (4, "a.x a.y a.z a.do"),
        (3, "a.x a.y a.z"),
        (2, "a.x a.z"),
        (1, "a.z"),
        (0, "a.z"),
    ],
)
def test_limited(limit: int, left: str) -> None:
    """Omit the last names that are not to be kept, and count them."""
    int_type = PropertyType("int")
    schema = ObjectSchema(dict.fromkeys(("a.x", "a.y", "a.z"), int_type), {"a.do": {}})
    limited = schema.limited(limit, {"a.z"})
    assert [*limited.properties, *limited.methods] == left.split()
    assert limited.dropped == 4 - len(left.split())


words = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8
)
numbers = st.none() | st.integers(-100, 100) | st.floats(-100, 100)
types = st.builds(
    PropertyType,
    base=words,
    writable=st.booleans(),
    minimum=numbers,
    maximum=numbers,
    step=numbers,
    options=st.lists(words, max_size=3, unique=True).map(tuple),
    unit=st.none() | words,
)


@given(types)
@settings(max_examples=50)
def test_types_are_stored(property_type: PropertyType) -> None:
    """Restore a type, including a limit of 0."""
    assert (
        PropertyType.from_json(json.loads(json.dumps(property_type.as_json())))
        == property_type
    )


@given(
    st.dictionaries(words, types, max_size=3),
    st.dictionaries(words, st.dictionaries(words, types, max_size=2), max_size=3),
)
@settings(max_examples=25)
def test_schemas_are_stored(
    properties: dict[str, PropertyType], methods: dict[str, dict[str, PropertyType]]
) -> None:
    """Restore all properties and methods with their parameters."""
    schema = ObjectSchema(properties, methods)
    assert ObjectSchema.from_json(json.loads(json.dumps(schema.as_json()))) == schema


def test_unknown_parts_are_not_stored() -> None:
    """Store no empty parts."""
    assert PropertyType().as_json() == {"base": "string"}
    property_type = PropertyType("enum", writable=True, options=("On", "Off"))
    assert property_type.as_json() == {
        "base": "enum",
        "writable": True,
        "options": ["On", "Off"],
    }


@pytest.mark.parametrize(
    "members",
    [
        None,
        7,
        "float",
        [],
        {},
        {"base": 7, "writable": 1, "minimum": "0", "maximum": [], "step": True},
        {"base": None, "options": {"a": "b"}, "unit": 7},
        {"options": [7, None, {}]},
    ],
    ids=str,
)
def test_invalid_stored_types(members: JsonValue) -> None:
    """Ignore invalid stored types."""
    assert PropertyType.from_json(members) == PropertyType()


@pytest.mark.parametrize(
    ("description", "schema"),
    [
        (None, ObjectSchema()),
        ([], ObjectSchema()),
        ({"properties": [], "methods": 7}, ObjectSchema()),
        ({"properties": {"a": 7}}, ObjectSchema({"a": PropertyType()})),
        ({"methods": {"a": None}}, ObjectSchema({}, {"a": {}})),
        ({"methods": {"a": {"b": 7}}}, ObjectSchema({}, {"a": {"b": PropertyType()}})),
    ],
    ids=str,
)
def test_invalid_stored_schemas(description: JsonValue, schema: ObjectSchema) -> None:
    """Ignore only the invalid members."""
    assert ObjectSchema.from_json(description) == schema


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "properties", "methods", "objects", "params"])
                | st.sampled_from(["type", "base", "values", "access", "minimum"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=100)
def test_arbitrary_data(anything: JsonValue) -> None:
    """Read arbitrary descriptions and stored data without an exception."""
    parse_object("a", anything)
    ObjectSchema.from_json(anything)


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx"])
async def test_complete_description(
    start_projector: StartProjector, model: str
) -> None:
    """Read and store every property and method of a recursive description."""
    simulator = await start_projector(model, state="on")
    async with connected(simulator) as client:
        tree = await client.request("introspect", {"object": "", "recursive": True})
    schema = parse_object("", tree)

    device = simulator.model
    assert schema.properties.keys() == device.properties.keys()
    assert schema.methods.keys() == device.methods.keys()
    assert not schema.undescribed_objects
    for name, property_type in schema.properties.items():
        assert property_type.writable is device.properties[name].writable, name
        assert property_type.options == device.properties[name].type.values, name
    kept = ObjectSchema.from_json(json.loads(json.dumps(schema.as_json())))
    assert kept == ObjectSchema(schema.properties, schema.methods)
