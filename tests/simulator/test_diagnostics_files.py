"""Valid and invalid files of diagnostics downloads."""

import asyncio
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from simulator import Model, ModelError, Simulator, from_diagnostics
from simulator.values import ValueType

from .client import Client
from .exporter import BRIGHTNESS, ignore_warning


def test_files(tmp_path: Path) -> None:
    """A file can be a path or text, complete or only its data, with a BOM."""
    path = tmp_path / "download.json"
    part: Any = {"properties": {"image.brightness": BRIGHTNESS}, "state": "on"}
    path.write_text("\ufeff" + json.dumps(part), "utf-8")
    model = from_diagnostics(path, ignore_warning)
    assert model == from_diagnostics(str(path), ignore_warning)
    assert model == from_diagnostics({"data": part}, ignore_warning)
    assert model == from_diagnostics(
        json.dumps({"data": part}, indent=1), ignore_warning
    )
    assert model.name == "unnamed"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"data": {}}',
        '{"data": [1]}',
        '{"home_assistant": {"version": "2026.11.0"}, "data": {"config": {}}}',
        '{"properties": [], "values": 3}',
        '{"a":' * 100_000,
        "\0",
    ],
)
def test_invalid_files(tmp_path: Path, text: str) -> None:
    """An invalid file raises one clear error."""
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ModelError, match="diagnostics download"):
        from_diagnostics(path)
    with pytest.raises(ModelError, match="No such file"):
        from_diagnostics(tmp_path / "nothing.json")


def test_invalid_values() -> None:
    """Surrogates and NaN are replaced."""
    text = r"""{
        "properties": {"a\ud800": {"base": "int", "minimum": NaN, "maximum": 1e999}},
        "values": {"a\ud800": ["\ud83d"]}
    }"""
    [name] = from_diagnostics(text, ignore_warning).properties.keys() - {
        "system.serialnumber",
        "system.state",
    }
    prop = from_diagnostics(text, ignore_warning).properties[name]
    assert (name, prop.initial) == ("a?", ["?"])
    assert prop.type == ValueType("int")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(st.text(max_size=5), parts, max_size=3)
    ),
    max_leaves=6,
)
known_names = st.sampled_from(
    [
        "environment.getcontrolblocks",
        "environment.temperature.inlet.value",
        "illumination.state",
        "image.connector.hdmi.detectedsignal",
        "image.source.hdmi.listconnectors",
        "image.source.list",
        "image.window.main.source",
        "network.device.lan.hwaddress",
        "notification.count",
        "notification.list",
        "profile.presetassignments",
        "statistics.listcounters",
        "statistics.uptime.value",
        "system.eco.available",
        "system.modelname",
        "system.on.timeout.duration",
        "system.ready.timeout.enable",
        "system.serialnumber",
        "system.state",
        "ui.menu",
    ]
)
sections = st.dictionaries(known_names | st.text(max_size=8), json_values, max_size=6)
reports = st.fixed_dictionaries(
    {"properties": sections, "values": sections},
    optional={
        "methods": sections | json_values,
        "objects": json_values,
        "state": st.sampled_from(["on", "standby", "eco"]) | json_values,
    },
)


async def use(model: Model) -> None:
    """Request everything of a projector."""
    async with Simulator(model, state="on", drift=0.001, web_port=0) as projector:
        async with Client(projector) as client:
            await client.call("introspect")
            await client.get(list(model.properties))
            for method in model.methods:
                await client.reply(method, {"property": "system.state"})
            projector.power_off()
        await projector.wait_until(lambda: not projector.connections)


@settings(max_examples=15)
@given(report=reports)
def test_invalid_content(report: dict[str, Any]) -> None:
    """Invalid content never makes loading or requests fail."""
    try:
        model = from_diagnostics({"data": report}, lambda _line: None)
    except ModelError:
        assert not report["properties"]
        assert not report["values"]
        return
    asyncio.run(use(model))
