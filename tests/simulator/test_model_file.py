"""Built-in model files are valid; errors of others name the place."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator import JsonObject, ModelError, Simulator, load_model, model_names
from simulator.store import Store

PROPERTY: JsonObject = {"type": "int", "access": "rw", "min": 0, "max": 5, "value": 3}


def test_built_in_models() -> None:
    """Partial models are not listed."""
    assert model_names() == ["balder_cs", "hdr_cs", "minimal", "udx", "users"]


@pytest.mark.parametrize("name", ["balder_cs", "hdr_cs", "minimal", "udx"])
def test_every_built_in_model_loads(name: str) -> None:
    """All built-in models are valid."""
    model = load_model(name)
    assert model.name == name
    assert len(model.serial) == 10
    assert model.serial.isdecimal()
    assert not model.serial.startswith("25903")
    assert model.mac.startswith("00:0D:0A:") or name == "minimal"
    assert model.firmware


def test_facts_of_the_models() -> None:
    """The models have the observed and documented facts."""
    hdr, balder, udx = map(load_model, ("hdr_cs", "balder_cs", "udx"))
    assert (hdr.properties["system.modelname"].initial, hdr.firmware) == (
        "Hodr CS",
        "2.3.19",
    )
    assert hdr.pin is None
    assert hdr.rests_in == "standby"
    assert (balder.properties["system.modelname"].initial, balder.firmware) == (
        "Balder CS",
        "2.5.2",
    )
    assert balder.pin == "12345"
    assert balder.rungs == ("eco", "ready", "on")
    assert "keydispatcher.postevent" in hdr.methods
    assert "keydispatcher.sendclickevent" in udx.methods
    assert "profile.profiles" not in udx.properties
    assert "system.health" not in udx.properties
    assert "environment.alarmstate" in udx.properties


READINGS = {
    "Altitude",
    "Current",
    "Humidity",
    "Power",
    "Pressure",
    "Speed",
    "Temperature",
    "Voltage",
}


@pytest.mark.parametrize("name", ["balder_cs", "hdr_cs", "udx"])
def test_readings(name: str) -> None:
    """The models have readings of every type."""
    model = load_model(name)
    sensors = [block for block in model.blocks.values() if block.block_type == "Sensor"]
    assert {block.value_type for block in sensors} >= READINGS
    store = Store(model)
    store.enter("standby")
    present = {n for n in model.blocks if store.present(n)}
    store.enter("on")
    assert present < {n for n in model.blocks if store.present(n)}


def test_small_model() -> None:
    """All sections are optional."""
    model = load_model({"properties": {"a.b": PROPERTY}})
    assert model.rungs == ("ready", "on")
    assert model.properties["a.b"].type.maximum == 5
    assert model.durations["deconditioning"] == 120.0


def test_one_file_extends_another(tmp_path: Path) -> None:
    """Entries are added, replaced, and removed by null."""
    path = tmp_path / "mine.json"
    path.write_text(
        json.dumps(
            {
                "name": "mine",
                "extends": "minimal",
                "properties": {"system.familyname": None, "a.b": PROPERTY},
            }
        ),
        "utf-8",
    )
    model = load_model(path)
    assert model.name == "mine"
    assert "a.b" in model.properties
    assert "system.state" in model.properties
    assert "system.familyname" not in model.properties


def test_named_types() -> None:
    """Enumerations and structures can have names."""
    model = load_model(
        {
            "enums": {"onoff": ["On", "Off"]},
            "structures": {"size": [{"name": "w", "type": "int"}]},
            "properties": {
                "a.b": {
                    "type": "enum",
                    "access": "r",
                    "values": "onoff",
                    "value": "On",
                },
                "a.c": {
                    "type": "object",
                    "access": "r",
                    "members": "size",
                    "value": {"w": 1},
                },
            },
        }
    )
    assert model.properties["a.b"].type.values == ("On", "Off")
    assert model.properties["a.c"].type.members[0].name == "w"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"propertys": {}}, "unknown sections"),
        ({"properties": []}, "properties: must be an object"),
        ({"properties": {"a": PROPERTY | {"type": "number"}}}, "unknown type"),
        ({"properties": {"a": PROPERTY | {"access": "w"}}}, "access"),
        ({"properties": {"a": PROPERTY | {"value": "3"}}}, "not of type int"),
        ({"properties": {"a": PROPERTY | {"value": 6}}}, "out of range"),
        ({"properties": {"a": PROPERTY | {"min": "0"}}}, "not a number"),
        ({"properties": {"a": PROPERTY | {"limit": 0}}}, "unknown keys"),
        ({"properties": {"a": PROPERTY | {"values": "none"}}}, "list of strings"),
        ({"properties": {"a": PROPERTY | {"values": [1]}}}, "list of strings"),
        ({"properties": {"a": PROPERTY | {"members": "none"}}}, "structure"),
        ({"properties": {"a": PROPERTY | {"members": [{}]}}}, "needs a name"),
        ({"properties": {"a": PROPERTY | {"bounds": ["a"]}}}, "two properties"),
        ({"properties": {"a": PROPERTY | {"bounds": ["b", "c"]}}}, "no property"),
        ({"properties": {"a": {"type": "int", "access": "r"}}}, "has no value"),
        ({"methods": {"a": {"result": 1, "error": 2}}}, "unknown keys"),
        ({"blocks": {"a": ["Sensor"]}}, "value type"),
        ({"blocks": {"a": ["Sensor", "Speed"]}}, "no property 'a.value'"),
        ({"exists": {"a": ["asleep"]}}, "not all among"),
        ({"follows": {"a": {"on": 1}}}, "no property 'a'"),
        ({"profiles": {"p": {"a": 1}}}, "no property 'a'"),
        (
            {"properties": {"a": PROPERTY}, "follows": {"a": {"on": "=b"}}},
            "follows.a: no property 'b'",
        ),
        ({"pin": 12345}, "pin"),
        ({"pin": "12a"}, "pin"),
        ({"power": {"rungs": ["on", "ready"]}}, "ascend"),
        ({"power": {"rungs": ["standby", "on"]}}, "ascend"),
        ({"power": {"rests_in": "eco"}}, "not one of power.rungs"),
        ({"power": {"durations": {"warmup": 1}}}, "no such duration"),
        ({"power": {"durations": {"boot": -1}}}, "no such duration"),
        ({"quirks": {"missing_name": "x"}}, "missing_name"),
        ({"extends": "nobody"}, "no model 'nobody'"),
    ],
)
def test_invalid_models(data: Any, error: str) -> None:
    """The error for an invalid model names the place."""
    with pytest.raises(ModelError, match=error):
        load_model(data)


@pytest.mark.parametrize(
    ("text", "error"), [("{", "is not JSON"), ("[]", "must be an object")]
)
def test_invalid_files(tmp_path: Path, text: str, error: str) -> None:
    """The error for an invalid file names the file."""
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ModelError, match=error):
        load_model(path)


def test_other_initial_values() -> None:
    """Values can differ from those of the model."""
    model = load_model("hdr_cs").with_values({"system.serialnumber": "1111111111"})
    assert model.serial == "1111111111"
    with pytest.raises(ModelError, match="no property"):
        model.with_values({"nothing": 1})
    with pytest.raises(ModelError, match="out of range"):
        model.with_values({"image.brightness": 7.0})


def test_unknown_state() -> None:
    """An unknown power state raises an error."""
    with pytest.raises(ValueError, match="state must be one of"):
        Simulator("hdr_cs", state="asleep")


def test_one_line_per_property() -> None:
    """Model files are readable, with one line for each property."""
    directory = Path(load_model.__code__.co_filename).parent / "models"
    for path in directory.glob("*.json"):
        lines = path.read_text("utf-8").splitlines()
        entries = json.loads("\n".join(lines))["properties"]
        found = [line for line in lines if line.startswith("    ")]
        assert sum(line.split('"')[1] in entries for line in found) >= len(entries)
