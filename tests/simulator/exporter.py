"""A diagnostics download of a simulated projector.

It is written from the description of the format, not from the integration.
"""

import json
from typing import Any

from simulator import Model, Simulator, from_diagnostics
from simulator.introspection import Tree
from simulator.values import ValueType

from .client import Client

REDACTED = "**REDACTED**"
BRIGHTNESS = {
    "base": "float",
    "writable": True,
    "minimum": -1,
    "maximum": 1,
    "step": 0.01,
}
_RESULTS = (
    "dmx.listmodes",
    "environment.getalarminfo",
    "image.source.list",
    "notification.list",
    "statistics.listcounters",
)
_BLOCKS = "environment.getcontrolblocks"


async def download(projector: Simulator, client: Client) -> dict[str, Any]:
    """Return the diagnostics download of this projector."""
    model, store = projector.model, projector.device.store
    names = [name for name in model.properties if store.exists(name)]
    methods = [name for name in model.methods if store.present(name)]
    values = await client.get(names)
    for method in _RESULTS:
        if method in methods:
            values[method] = await client.call(method)
    if _BLOCKS in methods:
        everything = {"type": "Sensor", "valuetype": "Any"}
        values[_BLOCKS] = await client.call(_BLOCKS, everything)
    described = Tree(model).describe("", False, store.present, projector.quirks)
    objects: Any = described["objects"]
    data = {
        "entry": {"title": "Home cinema"},
        "state": projector.state,
        "objects": [child["name"] for child in objects],
        "properties": {
            name: _type(model.properties[name].type)
            | {"writable": model.properties[name].writable}
            for name in names
        },
        "methods": {
            name: {part.name: _type(part.type) for part in model.methods[name].params}
            for name in methods
        },
        "values": values,
        "subscribed": [],
    }
    text = json.dumps({"home_assistant": {}, "data": data})
    for personal in filter(None, (model.serial, model.mac)):
        text = text.replace(personal, REDACTED)
    redacted: dict[str, Any] = json.loads(text)
    return redacted


def ignore_warning(line: str) -> None:
    """Ignore a warning."""
    raise AssertionError(line)


def replay(properties: Any = None, **data: Any) -> Model:
    """Return the projector of a small valid download."""
    described = {"image.brightness": BRIGHTNESS} if properties is None else properties
    report: Any = {"properties": described, **data}
    return from_diagnostics({"data": report}, ignore_warning)


def _type(value_type: ValueType) -> dict[str, Any]:
    steps = [value_type.precision, (value_type.precision or 0) * (value_type.step or 0)]
    members = {
        "base": value_type.name,
        "minimum": value_type.minimum,
        "maximum": value_type.maximum,
        "step": None if value_type.precision is None else max(filter(None, steps)),
        "options": list(value_type.values),
    }
    return {name: value for name, value in members.items() if value not in (None, [])}
