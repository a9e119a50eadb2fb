"""The parts of a diagnostics download: types, values, methods, lists."""

from typing import Any

import pytest

from .conftest import Connect, Start
from .exporter import replay

# Types and values


@pytest.mark.parametrize(
    ("described", "value"),
    [
        ({"base": "bool"}, False),
        ({"base": "int"}, 0),
        ({"base": "float", "minimum": 0.8}, 0.8),
        ({"base": "int", "maximum": -3}, -3),
        ({"base": "string"}, ""),
        ({"base": "enum", "options": ["A", "B"]}, "A"),
        ({"base": "enum"}, ""),
        ({"base": "object"}, {}),
        ({"base": "string[]"}, []),
    ],
)
def test_unknown_values(described: Any, value: Any) -> None:
    """A property without a value gets the default of its type."""
    prop = replay({"a.b": described}).properties["a.b"]
    assert prop.initial == value
    assert isinstance(prop.initial, type(value))


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (True, "bool"),
        (3, "int"),
        (0.5, "float"),
        ("x", "string"),
        ({"a": 1}, "object"),
        (["x"], "string[]"),
        ([{"a": 1}], "object[]"),
    ],
)
@pytest.mark.parametrize("described", [{}, {"base": "quark"}, {"base": 7}, None, []])
def test_unknown_types(described: Any, value: Any, base: str) -> None:
    """A missing type is derived from the value."""
    model = replay({"a.b": described}, values={"a.b": value})
    assert model.properties["a.b"].type.name == base
    assert model.properties["a.b"].initial == value


async def test_value_of_another_type(start: Start, connect: Connect) -> None:
    """An invalid value is kept: it may be the subject of the report."""
    values = {"image.brightness": "dim"}
    client = await connect(await start(replay(values=values, state="on")))
    assert await client.get("image.brightness") == "dim"
    assert await client.set("image.brightness", 0.5) is True


async def test_bounds(start: Start, connect: Connect) -> None:
    """The bounds of the laser are used only if the download has them."""
    power = "illumination.sources.laser.power"
    described = {power: {"base": "float", "writable": True}}
    client = await connect(await start(replay(described, state="on")))
    assert await client.set(power, 5.0) is True


async def test_steps(start: Start, connect: Connect) -> None:
    """The step of the download becomes precision and step."""
    client = await connect(await start(replay(state="on")))
    image = await client.call("introspect", {"object": "image", "recursive": False})
    assert image["properties"][0]["type"] == {
        "base": "float",
        "min": -1,
        "max": 1,
        "step-size": 1,
        "precision": 0.01,
    }


# Methods


async def test_recorded_results(start: Start, connect: Connect) -> None:
    """Methods without a function return their recorded results."""
    values = {"dmx.listmodes": ["Basic"], "lamp.getcolor": "red", "dmx.listfoo": 1}
    methods = {"dmx.listmodes": {}, "lamp.rub": {"times": {"base": "int"}}}
    client = await connect(await start(replay(values=values, methods=methods)))
    assert await client.call("dmx.listmodes") == ["Basic"]
    assert await client.call("lamp.getcolor") == "red"
    assert await client.call("lamp.rub", {"times": 3}) is None
    assert (await client.error("lamp.rub", {"times": "three"}))[0] == -32602


@pytest.mark.parametrize(
    "described",
    [
        {},
        None,
        {"preset": {"base": "string"}},
        {"preset": {"base": "quark"}},
        {"preset": {"base": "int"}},
    ],
)
async def test_parameters(start: Start, connect: Connect, described: Any) -> None:
    """Parameters without a description are as in the guides."""
    values = {"profile.profiles": ["Film"], "profile.presetassignments": [[3, "Film"]]}
    projector = await start(
        replay(
            {name: {"base": "object[]"} for name in values},
            values=values,
            methods={"profile.profileforpreset": described},
        )
    )
    client = await connect(projector)
    assert await client.call("profile.profileforpreset", {"preset": 3}) == "Film"


# Lists


async def test_sources(start: Start, connect: Connect) -> None:
    """Connectors come from names, lists of sources, or detected signals."""
    signal = {"active": True, "name": "2160p"}
    values = {
        "image.source.list": ["HDMI", "Dual DP", "Quad DP", "SDI"],
        "image.source.quaddp.listconnectors": [{"name": "DP 1"}, {"name": "DP 2"}, {}],
        "image.window.main.source": "Dual DP",
        "image.connector.dp1.detectedsignal": signal,
        "image.connector.dp2.detectedsignal": signal,
        "image.connector.hdmi.detectedsignal": {"active": False, "name": ""},
    }
    described = {
        name: {"base": "object", "writable": True}
        for name in values
        if not name.rpartition(".")[2].startswith("list")
    }
    described["image.window.main.source"]["base"] = "string"
    model = replay(described, values=values, state="on")
    assert model.sources == {
        "HDMI": ("HDMI",),
        "Dual DP": ("dp1", "dp2"),
        "Quad DP": ("DP 1", "DP 2", ""),
        "SDI": (),
    }
    projector = await start(model)
    client = await connect(projector)
    assert await client.call("image.source.list") == values["image.source.list"]
    assert await client.get("image.connector.dp1.detectedsignal") == signal
    assert await client.set("image.window.main.source", "HDMI") is True
    await projector.wait_until(
        lambda: projector.get("image.window.main.source") == "HDMI"
    )
    assert await client.get("image.connector.dp1.detectedsignal") == {
        "active": False,
        "name": "",
    }


def test_unlisted_source() -> None:
    """A selected source is used even if it is not listed."""
    name = "image.connector.sdi.detectedsignal"
    model = replay(
        {name: {"base": "object"}, "image.window.main.source": {"base": "string"}},
        values={name: {"active": True}, "image.window.main.source": "HDMI"},
    )
    assert model.sources == {"HDMI": ("sdi",)}
    model = replay(
        {name: {"base": "object"}}, values={name: {"active": True}}, state="on"
    )
    assert model.sources == {}
    assert model.quirks == {"detects": "all"}


async def test_environment(start: Start, connect: Connect) -> None:
    """Value types come from the projector or from the path."""
    values: dict[str, Any] = {
        "environment.getcontrolblocks": {
            "temperature.inlet": 24.5,
            "image-tilt.pitch": 1,
            "riddle": 42,
            "riddle2": 43,
        },
        "environment.riddle2.valuetype": "Humidity",
        "environment.temperature.inlet.value": 25.5,
    }
    model = replay(
        {
            "environment.temperature.inlet.value": {"base": "float"},
            "environment.riddle2.valuetype": {"base": "enum"},
        },
        values=values,
    )
    client = await connect(await start(model))
    ask = "environment.getcontrolblocks"
    for value_type, blocks in {
        "Temperature": {"temperature.inlet": 25.5},
        "Angle": {"image-tilt.pitch": 1},
        "Humidity": {"riddle2": 43},
        "Any": values[ask] | {"temperature.inlet": 25.5},
    }.items():
        assert (
            await client.call(ask, {"type": "Sensor", "valuetype": value_type})
            == blocks
        )
    assert await client.get("environment.temperature.inlet.value") == 25.5


def test_readings_of_properties() -> None:
    """The value of a block replaces a missing property value."""
    name = "environment.temperature.inlet"
    values = {"environment.getcontrolblocks": {name: 24.5}}
    model = replay({f"{name}.value": {"base": "float"}}, values=values)
    assert model.properties[f"{name}.value"].initial == 24.5


async def test_readings_without_a_property(start: Start, connect: Connect) -> None:
    """Values of blocks without siblings are not properties."""
    values = {
        "environment.getcontrolblocks": {"environment.riddle": 7, "environment.pwm": 8},
        "environment.riddle.value": 7,
    }
    reading = {"base": "float", "unit": "Light"}
    described = {
        "environment.riddle.value": reading,
        "environment.pwm.value": reading,
        "environment.pwm.name": {"base": "string"},
    }
    client = await connect(await start(replay(described, values=values)))
    light = {"type": "Sensor", "valuetype": "Light"}
    assert await client.call("environment.getcontrolblocks", light) == {
        "environment.riddle": 7
    }
    missing = {"property": "environment.riddle.value"}
    assert (await client.error("property.get", missing))[0] == -32601
    assert await client.get("environment.pwm.value") == 8


async def test_statistics(start: Start, connect: Connect) -> None:
    """Units come from the list, which can add counters."""
    listed = [
        {"name": "lamp runtime", "value": 12, "unit": "hours"},
        {"name": "strikes", "value": 3, "unit": "number"},
    ]
    model = replay(
        {"statistics.lamp runtime.value": {"base": "int"}},
        values={"statistics.listcounters": listed},
    )
    client = await connect(await start(model))
    assert await client.call("statistics.listcounters") == listed
    assert await client.get("statistics.strikes.value") == 3


async def test_notifications(start: Start) -> None:
    """Active notifications can be dismissed, and new ones are added."""
    listed = [{"id": "2", "severity": "ERROR", "code": "1", "message": "Hot"}]
    projector = await start(replay(values={"notification.list": listed}))
    assert projector.notify("INFO", "2", "") == "3"
    projector.dismiss("2")
    with pytest.raises(KeyError):
        projector.dismiss("2")


def test_light_off() -> None:
    """Light that was off stays off: it may be the subject of the report."""
    described = {"illumination.state": {"base": "enum", "options": ["On", "Off"]}}
    dark = replay(described, state="on", values={"illumination.state": "Off"})
    assert dark.follows == {}
    lit = replay(described, state="on", values={"illumination.state": "On"})
    assert lit.follows.keys() == {"illumination.state"}
    other = {"illumination.state": {"base": "bool"}}
    assert replay(other, state="on").follows == {}
